#include "executive/io/test_queue.h"

#include "tests/support/tested.h"

#include <wdmsec.h>

// What kernel code uses: handles, remove locks, cancel-safe queues, work items, StartIo.

namespace openkmdf::executive::test {

namespace {

constexpr ULONG kBuffered = control_code(METHOD_BUFFERED);

class KernelIo : public InBothModes {
protected:
    KernelIo()
    {
        driver.name = u"echo";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Echo");
            NTSTATUS status = IoCreateDevice(own.object, sizeof(Extension), &name,
                                             FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
            if (NT_SUCCESS(status)) device->Flags |= DO_BUFFERED_IO;
            return status;
        };
        driver.on[IRP_MJ_READ] = [](PDEVICE_OBJECT, PIRP irp) {
            const ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length;
            std::memset(irp->AssociatedIrp.SystemBuffer, 'r', length);
            return complete(irp, STATUS_SUCCESS, length);
        };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }
    static NTSTATUS open_handle(HANDLE *handle, ULONG options,
                                const char16_t *path = u"\\Device\\Echo")
    {
        UNICODE_STRING name = io::counted(path);
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                                   nullptr, nullptr);
        IO_STATUS_BLOCK result;
        return ZwOpenFile(handle, FILE_GENERIC_READ | FILE_GENERIC_WRITE, &attributes, &result, 0,
                          options);
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
};

TEST_P(KernelIo, ReadsThroughAHandle)
{
    OPENKMDF_TESTS(ZwOpenFile);
    for (UCHAR major : {IRP_MJ_CLEANUP, IRP_MJ_CLOSE})
        driver.on[major] = [this, major](PDEVICE_OBJECT, PIRP irp) {
            log.push_back(major == IRP_MJ_CLEANUP ? "cleanup" : "close");
            return complete(irp, STATUS_SUCCESS);
        };
    in_kernel([&] {
        HANDLE handle;
        ASSERT_EQ(open_handle(&handle, FILE_SYNCHRONOUS_IO_NONALERT), STATUS_SUCCESS);
        char buffer[4];
        IO_STATUS_BLOCK result = {};
        EXPECT_EQ(
            ZwReadFile(handle, nullptr, nullptr, nullptr, &result, buffer, 4, nullptr, nullptr),
            STATUS_SUCCESS);
        EXPECT_EQ(result.Information, 4u);
        EXPECT_EQ(std::string(buffer, 4), "rrrr");
        PFILE_OBJECT file;
        ASSERT_EQ(ObReferenceObjectByHandle(handle, FILE_READ_DATA,
                                            pc.kernel().objects->type(ob::TypeIndex::File),
                                            KernelMode, reinterpret_cast<PVOID *>(&file), nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(file->CurrentByteOffset.QuadPart, 4);
        EXPECT_EQ(file->DeviceObject, device);
        EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
        EXPECT_EQ(log, (std::vector<std::string>{"cleanup"}));
        ObDereferenceObject(file);
        EXPECT_EQ(log, (std::vector<std::string>{"cleanup", "close"}));
    });
    EXPECT_EQ(device->ReferenceCount, 0);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(KernelIo, ControlsAsynchronouslyWithAnEvent)
{
    PIRP pending = nullptr;
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        IoMarkIrpPending(irp);
        pending = irp;
        return STATUS_PENDING;
    };
    in_kernel([&] {
        HANDLE handle, event;
        ASSERT_EQ(open_handle(&handle, 0), STATUS_SUCCESS);
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        int value = 0;
        IO_STATUS_BLOCK result = {};
        EXPECT_EQ(ZwDeviceIoControlFile(handle, event, nullptr, nullptr, &result, kBuffered,
                                        nullptr, 0, &value, sizeof value),
                  STATUS_PENDING);
        LARGE_INTEGER now = {};
        EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &now), STATUS_TIMEOUT);
        *static_cast<int *>(pending->AssociatedIrp.SystemBuffer) = 7;
        complete(pending, STATUS_SUCCESS, sizeof value);
        EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(result.Information, sizeof value);
        EXPECT_EQ(value, 7);
        ZwClose(event);
        ZwClose(handle);
    });
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(KernelIo, FindsDevicesByName)
{
    OPENKMDF_TESTS(ZwOpenFile, IoGetDeviceObjectPointer);
    in_kernel([&] {
        UNICODE_STRING name = io::counted(u"\\Device\\Echo");
        PFILE_OBJECT file;
        PDEVICE_OBJECT found;
        ASSERT_EQ(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &found), STATUS_SUCCESS);
        EXPECT_EQ(found, device);
        EXPECT_TRUE(file->Flags & FO_CLEANUP_COMPLETE);
        ObDereferenceObject(file);
        HANDLE handle;
        EXPECT_EQ(open_handle(&handle, 0, u"\\Device\\Nothing"), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(open_handle(&handle, 0, u"\\??\\C:\\file"), STATUS_OBJECT_PATH_NOT_FOUND);
        EXPECT_EQ(open_handle(&handle, 0x80000000), STATUS_INVALID_PARAMETER);
    });
    EXPECT_EQ(device->ReferenceCount, 0);
}

TEST_P(KernelIo, HoldsADeviceToItsSecurityDescriptor)
{
    OPENKMDF_TESTS(WdmlibIoCreateDeviceSecure, WdmlibIoValidateDeviceIoControlAccess);
    UNICODE_STRING name = io::counted(u"\\Device\\Guarded");
    UNICODE_STRING read_only = io::counted(u"D:P(A;;GA;;;SY)(A;;GR;;;BA)"),
                   bad = io::counted(u"nonsense");
    PDEVICE_OBJECT guarded;
    in_kernel([&] {
        EXPECT_EQ(WdmlibIoCreateDeviceSecure(driver.object, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                             &bad, nullptr, &guarded),
                  STATUS_INVALID_PARAMETER);
        EXPECT_EQ(WdmlibIoCreateDeviceSecure(driver.object, 0, nullptr, FILE_DEVICE_UNKNOWN, 0,
                                             FALSE, &read_only, nullptr, &guarded),
                  STATUS_INVALID_PARAMETER);
        ASSERT_EQ(WdmlibIoCreateDeviceSecure(driver.object, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                             &read_only, nullptr, &guarded),
                  STATUS_SUCCESS);
        guarded->Flags |= DO_BUFFERED_IO;
        guarded->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    });
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(u"\\Device\\Guarded", &file), STATUS_ACCESS_DENIED);
    NTSTATUS validated = STATUS_SUCCESS;
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        validated = WdmlibIoValidateDeviceIoControlAccess(irp, FILE_WRITE_ACCESS);
        return complete(irp, WdmlibIoValidateDeviceIoControlAccess(irp, FILE_READ_ACCESS));
    };
    ASSERT_EQ(pc.get(STATUS_UNSUCCESSFUL,
                     [&] {
                         return pc.kernel().io->open_file(name, FILE_GENERIC_READ, 0, 0, &file,
                                                          nullptr);
                     }),
              STATUS_SUCCESS);
    char buffer[4] = {};
    EXPECT_EQ(pc.transfer(file, read_of(buffer, 4)).Status, STATUS_SUCCESS);
    EXPECT_EQ(pc.transfer(file, write_of(buffer, 4)).Status, STATUS_ACCESS_DENIED);
    auto code = [](ULONG access) {
        return CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, access);
    };
    EXPECT_EQ(pc.transfer(file, control_of(code(FILE_WRITE_ACCESS), buffer, 4, nullptr, 0)).Status,
              STATUS_ACCESS_DENIED);
    EXPECT_EQ(pc.transfer(file, control_of(code(FILE_READ_ACCESS), buffer, 4, nullptr, 0)).Status,
              STATUS_SUCCESS);
    EXPECT_EQ(validated, STATUS_ACCESS_DENIED);
    pc.close(file);
}

TEST_P(KernelIo, WaitsForEveryHolderOfARemoveLock)
{
    OPENKMDF_TESTS(IoAcquireRemoveLockEx, IoReleaseRemoveLockEx, IoReleaseRemoveLockAndWaitEx,
                   IoQueueWorkItem, IoInitializeRemoveLockEx, IoAllocateWorkItem, IoFreeWorkItem);
    static IO_REMOVE_LOCK lock;
    static bool released;
    released = false;
    in_kernel([&] {
        IoInitializeRemoveLock(&lock, 0, 0, 0);
        EXPECT_EQ(IoAcquireRemoveLock(&lock, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(IoAcquireRemoveLock(&lock, nullptr), STATUS_SUCCESS);
        PIO_WORKITEM item = IoAllocateWorkItem(device);
        IoQueueWorkItem(
            item, [](PDEVICE_OBJECT, PVOID context) __attribute__((ms_abi)) {
                // Once it is waited for, nobody gets the lock any more.
                while (!__atomic_load_n(&lock.Common.Removed, __ATOMIC_ACQUIRE)) {
                    LARGE_INTEGER soon;
                    soon.QuadPart = -10'000;
                    KeDelayExecutionThread(KernelMode, FALSE, &soon);
                }
                EXPECT_EQ(IoAcquireRemoveLock(&lock, nullptr), STATUS_DELETE_PENDING);
                released = true;
                IoReleaseRemoveLock(&lock, nullptr);
                IoFreeWorkItem(static_cast<PIO_WORKITEM>(context));
            },
            DelayedWorkQueue, item);
        IoReleaseRemoveLockAndWait(&lock, nullptr);
        EXPECT_TRUE(released);
        IoInitializeRemoveLock(&lock, 0, 0, 0);
    });
    EXPECT_FALSE(pc.call([&] {
        IoReleaseRemoveLock(&lock, nullptr);
        IoReleaseRemoveLock(&lock, nullptr);
    }));
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(DRIVER_VERIFIER_DETECTED_VIOLATION));
}

TEST_P(KernelIo, StopsForAWorkItemThatIsQueuedTwice)
{
    OPENKMDF_TESTS(IoQueueWorkItem);
    EXPECT_FALSE(pc.call([&] {
        PIO_WORKITEM item = IoAllocateWorkItem(device);
        auto nothing = [](PDEVICE_OBJECT, PVOID) __attribute__((ms_abi)){};
        KIRQL irql = KeRaiseIrqlToDpcLevel();
        // Another processor may take it off its queue now and then, but not every time.
        for (int i = 0; i < 100'000; i++) IoQueueWorkItem(item, nothing, DelayedWorkQueue, nullptr);
        KeLowerIrql(irql);
    }));
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(WORKER_INVALID));
}

// --- Cancel-safe queues --------------------------------------------------------------------------

TEST_P(KernelIo, QueuesSafeFromCancellation)
{
    OPENKMDF_TESTS(IoCsqInitialize, IoCsqInsertIrp, IoCsqRemoveIrp, IoCsqRemoveNextIrp);
    static IO_CSQ_IRP_CONTEXT context;
    bool with_context = false;
    CancelSafeQueue queue;
    in_kernel([&] { EXPECT_EQ(queue.initialize(), STATUS_SUCCESS); });
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        IoCsqInsertIrp(&queue, irp, with_context ? &context : nullptr);
        return STATUS_PENDING;
    };
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(u"\\Device\\Echo", &file), STATUS_SUCCESS);
    char buffer[4];
    io::IrpBlock *first = pc.send(file, read_of(buffer, 4));
    io::IrpBlock *second = pc.send(file, read_of(buffer, 4));
    with_context = true;
    io::IrpBlock *third = pc.send(file, read_of(buffer, 4));
    EXPECT_TRUE(pc.get(false, [&] { return pc.kernel().io->cancel(*first); }));
    EXPECT_EQ(queue.cancelled, 1);
    in_kernel([&] {
        PIRP irp = IoCsqRemoveIrp(&queue, &context);
        EXPECT_EQ(irp, third->irp());
        complete(irp, STATUS_SUCCESS);
        EXPECT_EQ(IoCsqRemoveIrp(&queue, &context), nullptr);
        irp = IoCsqRemoveNextIrp(&queue, nullptr);
        EXPECT_EQ(irp, second->irp());
        complete(irp, STATUS_SUCCESS);
        EXPECT_EQ(IoCsqRemoveNextIrp(&queue, nullptr), nullptr);
    });
    EXPECT_EQ(pc.collect(first).Status, STATUS_CANCELLED);
    EXPECT_EQ(pc.collect(second).Status, STATUS_SUCCESS);
    EXPECT_EQ(pc.collect(third).Status, STATUS_SUCCESS);
    // Cancelled before it comes to the queue.
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        irp->Cancel = TRUE;
        IoCsqInsertIrp(&queue, irp, nullptr);
        return STATUS_PENDING;
    };
    EXPECT_EQ(pc.transfer(file, read_of(buffer, 4)).Status, STATUS_CANCELLED);
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

// --- StartIo -------------------------------------------------------------------------------------

std::vector<PIRP> started;

TEST_P(KernelIo, StartsPacketsOneAtATime)
{
    OPENKMDF_TESTS(IoStartPacket, IoStartNextPacket);
    started.clear();
    driver.object->DriverStartIo = [](PDEVICE_OBJECT, PIRP irp) __attribute__((ms_abi))
    {
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        started.push_back(irp);
    };
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT own, PIRP irp) {
        IoMarkIrpPending(irp);
        IoStartPacket(own, irp, nullptr, nullptr);
        return STATUS_PENDING;
    };
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(u"\\Device\\Echo", &file), STATUS_SUCCESS);
    char buffer[4];
    io::IrpBlock *blocks[3];
    for (io::IrpBlock *&block : blocks) block = pc.send(file, read_of(buffer, 4));
    EXPECT_EQ(started.size(), 1u);
    for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_EQ(started.size(), i + 1);
        in_kernel([&] {
            KIRQL irql = KeRaiseIrqlToDpcLevel();
            EXPECT_EQ(device->CurrentIrp, started[i]);
            complete(started[i], STATUS_SUCCESS);
            IoStartNextPacket(device, FALSE);
            KeLowerIrql(irql);
        });
        EXPECT_EQ(pc.collect(blocks[i]).Status, STATUS_SUCCESS);
    }
    EXPECT_EQ(device->CurrentIrp, nullptr);
    pc.close(file);
}

TEST_P(KernelIo, SharesFiles)
{
    OPENKMDF_TESTS(IoSetShareAccess, IoCheckShareAccess, IoRemoveShareAccess);
    SHARE_ACCESS share = {};
    FILE_OBJECT reader = {}, writer = {};
    in_kernel([&] {
        IoSetShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &reader, &share);
        EXPECT_EQ(IoCheckShareAccess(FILE_WRITE_DATA, FILE_SHARE_READ, &writer, &share, TRUE),
                  STATUS_SHARING_VIOLATION);
        EXPECT_EQ(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &writer, &share, TRUE),
                  STATUS_SUCCESS);
        EXPECT_EQ(share.OpenCount, 2u);
        IoRemoveShareAccess(&reader, &share);
        IoRemoveShareAccess(&writer, &share);
        EXPECT_EQ(share.OpenCount, 0u);
    });
}

TEST_P(KernelIo, TellsOfAShutdown)
{
    OPENKMDF_TESTS(IoUnregisterShutdownNotification, IoRegisterShutdownNotification);
    driver.on[IRP_MJ_SHUTDOWN] = [&](PDEVICE_OBJECT, PIRP irp) {
        log.push_back("shutdown");
        return complete(irp, STATUS_SUCCESS);
    };
    in_kernel([&] {
        EXPECT_EQ(IoRegisterShutdownNotification(device), STATUS_SUCCESS);
        IoUnregisterShutdownNotification(device);
        pc.kernel().io->send_shutdowns();
        EXPECT_TRUE(log.empty());
        EXPECT_EQ(IoRegisterShutdownNotification(device), STATUS_SUCCESS);
        pc.kernel().io->send_shutdowns();
    });
    EXPECT_EQ(log.size(), 1u);
}

OPENKMDF_IN_BOTH_MODES(KernelIo);

}  // namespace

}  // namespace openkmdf::executive::test
