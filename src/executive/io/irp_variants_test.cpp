#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

// IRPs that drivers make, and what can be asked about an IRP.

namespace openkmdf::executive::test {

namespace {

// A device "\Device\Maker" with buffered I/O, and one without a name with direct I/O.
class MadeIrps : public InBothModes {
protected:
    MadeIrps()
    {
        driver.name = u"maker";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Maker");
            NTSTATUS status = IoCreateDevice(own.object, sizeof(Extension), &name,
                                             FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
            if (NT_SUCCESS(status))
                status = IoCreateDevice(own.object, sizeof(Extension), nullptr, FILE_DEVICE_UNKNOWN,
                                        0, FALSE, &direct);
            if (!NT_SUCCESS(status)) return status;
            device->Flags |= DO_BUFFERED_IO;
            direct->Flags |= DO_DIRECT_IO;
            return status;
        };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }
    ~MadeIrps() override { EXPECT_EQ(pc.kernel().io->live_irps(), 0u); }
    // Keeps the IRP for its maker.
    static NTSTATUS NTAPI keep(PDEVICE_OBJECT, PIRP, PVOID context)
    {
        ++*static_cast<int *>(context);
        return STATUS_MORE_PROCESSING_REQUIRED;
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr, direct = nullptr;
};

void expect_fresh(PIRP irp, CCHAR locations)
{
    EXPECT_EQ(irp->Type, IO_TYPE_IRP);
    EXPECT_EQ(irp->Size, IoSizeOfIrp(locations));
    EXPECT_EQ(irp->StackCount, locations);
    EXPECT_EQ(irp->CurrentLocation, locations + 1);
    EXPECT_EQ(IoGetNextIrpStackLocation(irp),
              reinterpret_cast<PIO_STACK_LOCATION>(irp + 1) + locations - 1);
    EXPECT_EQ(irp->Tail.Overlay.Thread, nullptr);
    EXPECT_EQ(irp->MdlAddress, nullptr);
    EXPECT_EQ(irp->UserIosb, nullptr);
    EXPECT_FALSE(irp->Cancel);
    EXPECT_EQ(irp->CancelRoutine, nullptr);
    EXPECT_EQ(irp->Flags, 0u);
    for (int i = 0; i < locations; ++i)
        EXPECT_EQ(reinterpret_cast<PIO_STACK_LOCATION>(irp + 1)[i].CompletionRoutine, nullptr);
}

TEST_P(MadeIrps, HaveTheStackLocationsThatWereAskedFor)
{
    OPENKMDF_TESTS(IoAllocateIrp, IoAllocateIrpEx, IoFreeIrp);
    in_kernel([&] {
        for (CCHAR locations : {1, 2, 3, 10, 11, 40}) {
            PIRP irps[] = {IoAllocateIrp(locations, FALSE),
                           IoAllocateIrpEx(device, locations, FALSE)};
            EXPECT_NE(irps[0], irps[1]);
            for (PIRP irp : irps) {
                ASSERT_NE(irp, nullptr);
                expect_fresh(irp, locations);
                // All of them can be used, without reaching into another IRP.
                for (CCHAR i = 0; i < locations; ++i) {
                    IoSetNextIrpStackLocation(irp);
                    std::memset(IoGetCurrentIrpStackLocation(irp), 0xFF, sizeof(IO_STACK_LOCATION));
                }
                EXPECT_EQ(irp->CurrentLocation, 1);
                EXPECT_EQ(irp->Type, IO_TYPE_IRP);
            }
            if (locations <= 10) {
                EXPECT_EQ(pc.kernel().io->live_irps(), 2u);
            }
            for (PIRP irp : irps) IoFreeIrp(irp);
            EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
        }
        // Nothing of an earlier use is left.
        PIRP irp = IoAllocateIrp(2, FALSE);
        expect_fresh(irp, 2);
        IoFreeIrp(irp);
        EXPECT_EQ(without_memory([] { return IoAllocateIrp(2, FALSE); }), nullptr);
        EXPECT_EQ(without_memory([&] { return IoAllocateIrpEx(device, 2, FALSE); }), nullptr);
    });
}

TEST_P(MadeIrps, InTheDriversMemoryAreUsedAgain)
{
    OPENKMDF_TESTS(IoInitializeIrp, IoInitializeIrpEx, IoReuseIrp);
    driver.on[IRP_MJ_WRITE] = [](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_DISK_FULL, 7);
    };
    in_kernel([&] {
        constexpr CCHAR kLocations = 3;
        const USHORT size = IoSizeOfIrp(kLocations);
        auto *memory =
            static_cast<char *>(ExAllocatePoolWithTag(NonPagedPoolNx, size + 16u, 'tseT'));
        PIRP own = reinterpret_cast<PIRP>(memory), made = IoAllocateIrp(kLocations, FALSE);
        std::memset(memory, 0xCC, size + 16u);
        IoInitializeIrp(own, size, kLocations);
        expect_fresh(own, kLocations);
        std::memset(memory, 0xCC, size + 16u);
        IoInitializeIrpEx(own, device, size, kLocations);
        expect_fresh(own, kLocations);
        EXPECT_EQ(memory[size], '\xCC');
        for (PIRP irp : {own, made}) {
            int kept = 0;
            for (NTSTATUS initial : {STATUS_NOT_SUPPORTED, STATUS_SUCCESS}) {
                IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
                IoSetCompletionRoutine(irp, keep, &kept, TRUE, TRUE, TRUE);
                IoCancelIrp(irp);
                irp->Flags = IRP_NOCACHE;
                EXPECT_EQ(IoCallDriver(device, irp), STATUS_DISK_FULL);
                EXPECT_EQ(irp->IoStatus.Information, 7u);
                IoReuseIrp(irp, initial);
                expect_fresh(irp, kLocations);
                EXPECT_EQ(irp->IoStatus.Status, initial);
                EXPECT_EQ(irp->IoStatus.Information, 0u);
            }
            EXPECT_EQ(kept, 2);
        }
        IoFreeIrp(made);
        ExFreePoolWithTag(memory, 'tseT');
    });
}

TEST_P(MadeIrps, CallTheRoutinesThatWereSetForTheirOutcome)
{
    OPENKMDF_TESTS(IoSetCompletionRoutineEx);
    NTSTATUS outcome = STATUS_SUCCESS;
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT, PIRP irp) { return complete(irp, outcome); };
    struct Seen {
        PDEVICE_OBJECT device = nullptr;
        int calls = 0;
    };
    auto routine = [](PDEVICE_OBJECT own, PIRP irp, PVOID context) __attribute__((ms_abi))
    {
        auto &seen = *static_cast<Seen *>(context);
        seen.device = own;
        ++seen.calls;
        EXPECT_FALSE(irp->PendingReturned);
        return NTSTATUS{STATUS_CONTINUE_COMPLETION};
    };
    in_kernel([&] {
        constexpr int kSuccess = 1, kError = 2, kCancel = 4;
        for (int when = 0; when < 8; ++when)
            for (int which : {kSuccess, kError, kSuccess | kCancel, kError | kCancel}) {
                outcome = which & kSuccess ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
                int kept = 0;
                Seen seen;
                // The upper location is ours: its routine takes the IRP back.
                PIRP irp = IoAllocateIrp(2, FALSE);
                IoSetCompletionRoutine(irp, keep, &kept, TRUE, TRUE, TRUE);
                IoSetNextIrpStackLocation(irp);
                IoGetCurrentIrpStackLocation(irp)->DeviceObject = direct;
                IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
                EXPECT_EQ(IoSetCompletionRoutineEx(direct, irp, routine, &seen,
                                                   (when & kSuccess) != 0, (when & kError) != 0,
                                                   (when & kCancel) != 0),
                          STATUS_SUCCESS);
                if (which & kCancel) IoCancelIrp(irp);
                EXPECT_EQ(IoCallDriver(device, irp), outcome);
                EXPECT_EQ(seen.calls, when & which ? 1 : 0) << when << ' ' << which;
                EXPECT_EQ(seen.device, seen.calls ? direct : nullptr);
                EXPECT_EQ(kept, 1);
                IoFreeIrp(irp);
            }
    });
}

TEST_P(MadeIrps, CarryAPriorityHint)
{
    OPENKMDF_TESTS(IoGetIoPriorityHint, IoSetIoPriorityHint);
    in_kernel([&] {
        PIRP irp = IoAllocateIrp(1, FALSE);
        irp->Flags = IRP_NOCACHE | IRP_WRITE_OPERATION;
        EXPECT_EQ(IoGetIoPriorityHint(irp), IoPriorityNormal);
        for (int hint = IoPriorityVeryLow; hint < MaxIoPriorityTypes; ++hint) {
            const auto wanted = static_cast<IO_PRIORITY_HINT>(hint);
            EXPECT_EQ(IoSetIoPriorityHint(irp, wanted), STATUS_SUCCESS);
            EXPECT_EQ(IoGetIoPriorityHint(irp), wanted);
            EXPECT_FALSE(NT_SUCCESS(IoSetIoPriorityHint(irp, MaxIoPriorityTypes)));
            EXPECT_EQ(IoGetIoPriorityHint(irp), wanted);
            EXPECT_TRUE(irp->Flags & IRP_NOCACHE);
            EXPECT_TRUE(irp->Flags & IRP_WRITE_OPERATION);
        }
        IoFreeIrp(irp);
    });
}

TEST_P(MadeIrps, MergeTheStatusesOfTheirParts)
{
    OPENKMDF_TESTS(IoSetMasterIrpStatus);
    in_kernel([&] {
        PIRP irp = IoAllocateIrp(1, FALSE);
        auto merge = [&](NTSTATUS before, NTSTATUS status) {
            irp->IoStatus.Status = before;
            IoSetMasterIrpStatus(irp, status);
            return irp->IoStatus.Status;
        };
        EXPECT_EQ(merge(STATUS_SUCCESS, STATUS_SUCCESS), STATUS_SUCCESS);
        EXPECT_EQ(merge(STATUS_SUCCESS, STATUS_UNSUCCESSFUL), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(merge(STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW), STATUS_BUFFER_OVERFLOW);
        EXPECT_EQ(merge(STATUS_UNSUCCESSFUL, STATUS_SUCCESS), STATUS_UNSUCCESSFUL);
        // The more severe one of two failures.
        EXPECT_EQ(merge(STATUS_BUFFER_OVERFLOW, STATUS_UNSUCCESSFUL), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(merge(STATUS_UNSUCCESSFUL, STATUS_BUFFER_OVERFLOW), STATUS_UNSUCCESSFUL);
        // One that always replaces, and one that never does.
        for (NTSTATUS before : {STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_UNSUCCESSFUL})
            EXPECT_EQ(merge(before, STATUS_VERIFY_REQUIRED), STATUS_VERIFY_REQUIRED);
        for (NTSTATUS before : {STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_UNSUCCESSFUL})
            EXPECT_EQ(merge(before, STATUS_FT_READ_FROM_COPY), before);
        IoFreeIrp(irp);
    });
}

TEST_P(MadeIrps, OfADriverThatKeepsThemLeaveTheMasterToIt)
{
    OPENKMDF_TESTS(IoMakeAssociatedIrp);
    driver.on[IRP_MJ_WRITE] = [](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_SUCCESS);
    };
    int kept = 0;
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT own, PIRP master) {
        EXPECT_EQ(without_memory([&] { return IoMakeAssociatedIrp(master, 1); }), nullptr);
        PIRP part = IoMakeAssociatedIrp(master, 5);
        EXPECT_EQ(part->StackCount, 5);
        EXPECT_EQ(part->CurrentLocation, 6);
        EXPECT_EQ(part->AssociatedIrp.MasterIrp, master);
        EXPECT_TRUE(part->Flags & IRP_ASSOCIATED_IRP);
        master->AssociatedIrp.IrpCount = 1;
        IoGetNextIrpStackLocation(part)->MajorFunction = IRP_MJ_WRITE;
        IoSetCompletionRoutine(part, keep, &kept, TRUE, TRUE, TRUE);
        EXPECT_EQ(IoCallDriver(own, part), STATUS_SUCCESS);
        EXPECT_EQ(kept, 1);
        EXPECT_EQ(master->AssociatedIrp.IrpCount, 1);
        IoFreeIrp(part);
        return complete(master, STATUS_NO_MEDIA, 0);
    };
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(u"\\Device\\Maker", &file), STATUS_SUCCESS);
    // No buffer: where its address would be, a master has the count.
    EXPECT_EQ(pc.transfer(file, read_of(nullptr, 0)).Status, STATUS_NO_MEDIA);
    pc.close(file);
}

TEST_P(MadeIrps, AreSynchronousForTheDocumentedReasons)
{
    OPENKMDF_TESTS(IoIsOperationSynchronous);
    in_kernel([&] {
        FILE_OBJECT file = {};
        PIRP irp = IoAllocateIrp(1, FALSE);
        IoSetNextIrpStackLocation(irp);
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        location->MajorFunction = IRP_MJ_READ;
        location->FileObject = irp->Tail.Overlay.OriginalFileObject = &file;
        auto with = [&](ULONG flags) {
            irp->Flags = flags;
            return IoIsOperationSynchronous(irp);
        };
        EXPECT_FALSE(with(0));
        EXPECT_TRUE(with(IRP_SYNCHRONOUS_API));
        EXPECT_TRUE(with(IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO));
        EXPECT_FALSE(with(IRP_PAGING_IO));
        file.Flags = FO_SYNCHRONOUS_IO;
        EXPECT_TRUE(with(0));
        EXPECT_TRUE(with(IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO));
        // Asynchronous paging, whatever else holds.
        EXPECT_FALSE(with(IRP_PAGING_IO));
        EXPECT_FALSE(with(IRP_PAGING_IO | IRP_SYNCHRONOUS_API));
        file.Flags = 0;
        location->MajorFunction = IRP_MJ_DEVICE_CONTROL;
        location->Parameters.DeviceIoControl.IoControlCode = control_code(METHOD_NEITHER);
        EXPECT_FALSE(with(0));
        location->Parameters.DeviceIoControl.IoControlCode = control_code(METHOD_BUFFERED);
        EXPECT_TRUE(with(0));
        location->MajorFunction = IRP_MJ_FILE_SYSTEM_CONTROL;
        for (ULONG method : {METHOD_BUFFERED, METHOD_OUT_DIRECT}) {
            location->Parameters.FileSystemControl.FsControlCode = control_code(method);
            EXPECT_EQ(with(0) != FALSE, method == METHOD_BUFFERED);
        }
        IoFreeIrp(irp);
    });
}

// --- Whose they are ------------------------------------------------------------------------------

struct Asked {
    KEVENT done;
    PEPROCESS process = nullptr;
    bool is_system = false;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG session = 77, id = 77;
};

void ask(PIRP irp, Asked &asked)
{
    asked.process = IoGetRequestorProcess(irp);
    asked.id = IoGetRequestorProcessId(irp);
    asked.status = IoGetRequestorSessionId(irp, &asked.session);
    asked.is_system = IoIsSystemThread(PsGetCurrentThread());
    EXPECT_EQ(IoThreadToProcess(PsGetCurrentThread()), IoGetCurrentProcess());
}

TEST_P(MadeIrps, TellTheProcessThatAskedForThem)
{
    OPENKMDF_TESTS(IoGetRequestorProcess, IoGetRequestorProcessId, IoGetRequestorSessionId,
                   IoGetCurrentProcess, IoThreadToProcess, IoIsSystemThread, IoIs32bitProcess,
                   IoGetInitiatorProcess);
    PEPROCESS client = pc.kernel().processes->default_client();
    Asked asked;
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        ask(irp, asked);
        EXPECT_EQ(IoGetCurrentProcess(), client);
        EXPECT_EQ(IoGetInitiatorProcess(IoGetCurrentIrpStackLocation(irp)->FileObject), nullptr);
        for (bool is_32bit : {true, false}) {
            client->is_32bit = is_32bit;
            EXPECT_EQ(IoIs32bitProcess(irp) != FALSE, is_32bit);
            EXPECT_EQ(IoIs32bitProcess(nullptr) != FALSE, is_32bit);
        }
        return complete(irp, STATUS_SUCCESS, 0);
    };
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(u"\\Device\\Maker", &file), STATUS_SUCCESS);
    EXPECT_EQ(pc.transfer(file, read_of(nullptr, 0)).Status, STATUS_SUCCESS);
    pc.close(file);
    EXPECT_EQ(asked.process, client);
    EXPECT_EQ(asked.id, client->id);
    EXPECT_FALSE(asked.is_system);
    EXPECT_EQ(asked.status, STATUS_SUCCESS);
    EXPECT_EQ(asked.session, 1u);
    in_kernel([&] {
        // Of no thread.
        PIRP irp = IoAllocateIrp(1, FALSE);
        ask(irp, asked);
        EXPECT_EQ(asked.process, nullptr);
        EXPECT_EQ(asked.id, 0u);
        EXPECT_EQ(asked.status, STATUS_UNSUCCESSFUL);
        EXPECT_EQ(asked.session, ~0u);
        EXPECT_FALSE(IoIs32bitProcess(irp));
        IoFreeIrp(irp);
    });
}

TEST_P(MadeIrps, MayBeTheSystems)
{
    OPENKMDF_TESTS(IoGetRequestorProcess, IoGetRequestorProcessId, IoGetRequestorSessionId,
                   IoIsSystemThread);
    static Asked asked;
    asked = {};
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        ask(irp, asked);
        EXPECT_FALSE(IoIs32bitProcess(irp));
        return complete(irp, STATUS_SUCCESS);
    };
    auto run = [](PVOID object, PVOID, PIO_WORKITEM item) __attribute__((ms_abi))
    {
        auto *own = static_cast<PDEVICE_OBJECT>(object);
        IO_STATUS_BLOCK result;
        IoCallDriver(own, IoBuildDeviceIoControlRequest(control_code(METHOD_NEITHER), own, nullptr,
                                                        0, nullptr, 0, FALSE, nullptr, &result));
        IoFreeWorkItem(item);
        KeSetEvent(&asked.done, 0, FALSE);
    };
    in_kernel([&] {
        KeInitializeEvent(&asked.done, NotificationEvent, FALSE);
        IoQueueWorkItemEx(IoAllocateWorkItem(device), run, DelayedWorkQueue, nullptr);
        KeWaitForSingleObject(&asked.done, Executive, KernelMode, FALSE, nullptr);
    });
    PEPROCESS system = pc.kernel().processes->system();
    EXPECT_EQ(asked.process, system);
    EXPECT_EQ(asked.id, system->id);
    EXPECT_TRUE(asked.is_system);
    EXPECT_EQ(asked.status, STATUS_SUCCESS);
    EXPECT_EQ(asked.session, 0u);
}

TEST_P(MadeIrps, AreCancelledWhenTheThreadThatBuiltThemEnds)
{
    OPENKMDF_TESTS(IoBuildSynchronousFsdRequest, IoBuildDeviceIoControlRequest);
    driver.on[IRP_MJ_FLUSH_BUFFERS] =
        driver.on[IRP_MJ_DEVICE_CONTROL] = [](PDEVICE_OBJECT, PIRP irp) {
            IoMarkIrpPending(irp);
            IoSetCancelRoutine(
                irp, [](PDEVICE_OBJECT, PIRP cancelled) __attribute__((ms_abi)) {
                    IoReleaseCancelSpinLock(cancelled->CancelIrql);
                    complete(cancelled, STATUS_CANCELLED);
                });
            return STATUS_PENDING;
        };
    // One that cannot be cancelled ends when it likes, maybe together with the thread.
    driver.on[IRP_MJ_SHUTDOWN] = [](PDEVICE_OBJECT own, PIRP irp) {
        IoMarkIrpPending(irp);
        auto end = [](PVOID, PVOID context, PIO_WORKITEM item) __attribute__((ms_abi))
        {
            IoFreeWorkItem(item);
            complete(static_cast<PIRP>(context), STATUS_NO_MEDIA);
        };
        IoQueueWorkItemEx(IoAllocateWorkItem(own), end, DelayedWorkQueue, irp);
        return STATUS_PENDING;
    };
    static IO_STATUS_BLOCK results[3];
    static KEVENT done;
    auto run = [](PVOID context) __attribute__((ms_abi))
    {
        auto *own = static_cast<PDEVICE_OBJECT>(context);
        auto send = [&](ULONG major, PKEVENT event, PIO_STATUS_BLOCK result) {
            IoCallDriver(
                own, IoBuildSynchronousFsdRequest(major, own, nullptr, 0, nullptr, event, result));
        };
        send(IRP_MJ_SHUTDOWN, &done, &results[0]);
        send(IRP_MJ_FLUSH_BUFFERS, nullptr, &results[1]);
        IoCallDriver(own, IoBuildDeviceIoControlRequest(METHOD_NEITHER, own, nullptr, 0, nullptr, 0,
                                                        FALSE, nullptr, &results[2]));
    };
    for (int round = 0; round < 20; ++round)
        in_kernel([&] {
            for (IO_STATUS_BLOCK &result : results) result.Status = STATUS_PENDING;
            KeInitializeEvent(&done, NotificationEvent, FALSE);
            HANDLE thread = nullptr;
            ASSERT_EQ(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                           run, device),
                      STATUS_SUCCESS);
            EXPECT_EQ(ZwWaitForSingleObject(thread, FALSE, nullptr), STATUS_SUCCESS);
            ZwClose(thread);
            EXPECT_EQ(results[1].Status, STATUS_CANCELLED);
            EXPECT_EQ(results[2].Status, STATUS_CANCELLED);
            KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
            EXPECT_EQ(results[0].Status, STATUS_NO_MEDIA);
        });
    pc.scheduler().run_until_idle();
}

OPENKMDF_IN_BOTH_MODES(MadeIrps);

}  // namespace

}  // namespace openkmdf::executive::test
