#include "executive/io/test_queue.h"

#include "tests/support/tested.h"

// Requests that drivers have built for them, their MDLs, and their cancellation.

namespace openkmdf::executive::test {

namespace {

class BuiltIrps : public InBothModes {
protected:
    BuiltIrps()
    {
        driver.name = u"builder";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Builder");
            NTSTATUS status = IoCreateDevice(own.object, sizeof(Extension), &name,
                                             FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
            if (NT_SUCCESS(status)) device->Flags |= DO_BUFFERED_IO;
            return status;
        };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }
    ~BuiltIrps() override { EXPECT_EQ(pc.kernel().io->live_irps(), 0u); }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
};

TEST_P(BuiltIrps, AreBuiltForReadsWritesAndFlushes)
{
    OPENKMDF_TESTS(IoBuildAsynchronousFsdRequest, IoBuildSynchronousFsdRequest);
    std::vector<IO_STACK_LOCATION> seen;
    auto handler = [&](PDEVICE_OBJECT, PIRP irp) {
        seen.push_back(*IoGetCurrentIrpStackLocation(irp));
        if (seen.back().MajorFunction == IRP_MJ_READ)
            std::memcpy(irp->AssociatedIrp.SystemBuffer, "read", 4);
        if (seen.back().MajorFunction == IRP_MJ_WRITE) {
            EXPECT_EQ(std::memcmp(irp->AssociatedIrp.SystemBuffer, "gone", 4), 0);
        }
        EXPECT_EQ(irp->RequestorMode, KernelMode);
        return complete(irp, STATUS_SUCCESS, 4);
    };
    for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_SHUTDOWN})
        driver.on[major] = handler;
    in_kernel([&] {
        LARGE_INTEGER offset;
        offset.QuadPart = 0x1'2345'6789;
        for (bool waits : {false, true})
            for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_SHUTDOWN}) {
                const bool moves = major == IRP_MJ_READ || major == IRP_MJ_WRITE;
                KEVENT event;
                KeInitializeEvent(&event, NotificationEvent, FALSE);
                IO_STATUS_BLOCK result = {};
                char data[5] = "gone";
                char *buffer = moves ? data : nullptr;
                PLARGE_INTEGER at = moves ? &offset : nullptr;
                auto build = [&] {
                    return waits ? IoBuildSynchronousFsdRequest(major, device, buffer,
                                                                moves ? 4 : 0, at, &event, &result)
                                 : IoBuildAsynchronousFsdRequest(major, device, buffer,
                                                                 moves ? 4 : 0, at, &result);
                };
                EXPECT_EQ(without_memory(build), nullptr);
                PIRP irp = build();
                EXPECT_EQ(irp->Tail.Overlay.Thread, PsGetCurrentThread());
                EXPECT_EQ(IoCallDriver(device, irp), STATUS_SUCCESS);
                EXPECT_EQ(seen.back().MajorFunction, major);
                if (moves) {
                    EXPECT_EQ(seen.back().Parameters.Read.Length, 4u);
                    EXPECT_EQ(seen.back().Parameters.Read.ByteOffset.QuadPart, offset.QuadPart);
                }
                EXPECT_STREQ(data, major == IRP_MJ_READ ? "read" : "gone");
                EXPECT_EQ(result.Information, 4u);
                EXPECT_EQ(KeReadStateEvent(&event) != 0, waits);
            }
    });
}

TEST_P(BuiltIrps, AreBuiltForControlCodesOfAllMethods)
{
    OPENKMDF_TESTS(IoBuildDeviceIoControlRequest);
    PIRP seen = nullptr;
    for (UCHAR major : {IRP_MJ_DEVICE_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL})
        driver.on[major] = [&](PDEVICE_OBJECT, PIRP irp) {
            PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
            auto &control = location->Parameters.DeviceIoControl;
            const ULONG method = control.IoControlCode & 3;
            const void *in = method == METHOD_NEITHER ? control.Type3InputBuffer
                                                      : irp->AssociatedIrp.SystemBuffer;
            void *out = method == METHOD_NEITHER ? irp->UserBuffer
                        : method == METHOD_BUFFERED
                            ? irp->AssociatedIrp.SystemBuffer
                            : MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
            EXPECT_EQ(control.InputBufferLength, 3u);
            EXPECT_EQ(control.OutputBufferLength, 2u);
            EXPECT_EQ(irp->RequestorMode, KernelMode);
            EXPECT_EQ(std::memcmp(in, "in", 3), 0);
            std::memcpy(out, location->MajorFunction == IRP_MJ_DEVICE_CONTROL ? "d" : "i", 2);
            seen = irp;
            return complete(irp, STATUS_SUCCESS, 2);
        };
    in_kernel([&] {
        for (ULONG method : {METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, METHOD_NEITHER})
            for (BOOLEAN internal : {FALSE, TRUE}) {
                KEVENT event;
                KeInitializeEvent(&event, NotificationEvent, FALSE);
                char in[3] = "in", out[2] = "?";
                IO_STATUS_BLOCK result = {};
                auto build = [&] {
                    return IoBuildDeviceIoControlRequest(control_code(method), device, in, 3, out,
                                                         2, internal, &event, &result);
                };
                EXPECT_EQ(without_memory(build), nullptr);
                PIRP irp = build();
                EXPECT_EQ(IoCallDriver(device, irp), STATUS_SUCCESS);
                EXPECT_EQ(seen, irp);
                EXPECT_STREQ(out, internal ? "i" : "d") << method;
                EXPECT_EQ(result.Information, 2u);
                EXPECT_NE(KeReadStateEvent(&event), 0);
            }
    });
}

// A request whose buffer is not copied: its maker unlocks and frees the MDL.
TEST_P(BuiltIrps, WithDirectBuffersAreFreedByTheirMaker)
{
    OPENKMDF_TESTS(IoBuildAsynchronousFsdRequest, IoFreeMdl);
    driver.on[IRP_MJ_WRITE] = [](PDEVICE_OBJECT, PIRP irp) {
        EXPECT_STREQ(
            static_cast<char *>(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority)),
            "straight");
        return complete(irp, STATUS_SUCCESS, MmGetMdlByteCount(irp->MdlAddress));
    };
    device->Flags = (device->Flags & ~ULONG{DO_BUFFERED_IO}) | DO_DIRECT_IO;
    in_kernel([&] {
        char data[9] = "straight";
        LARGE_INTEGER offset = {};
        PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, device, data, 9, &offset, nullptr);
        ASSERT_NE(irp->MdlAddress, nullptr);
        EXPECT_TRUE(irp->MdlAddress->MdlFlags & MDL_PAGES_LOCKED);
        auto keep = [](PDEVICE_OBJECT, PIRP, PVOID) __attribute__((ms_abi))
        {
            return NTSTATUS{STATUS_MORE_PROCESSING_REQUIRED};
        };
        IoSetCompletionRoutine(irp, keep, nullptr, TRUE, TRUE, TRUE);
        IoCallDriver(device, irp);
        EXPECT_EQ(irp->IoStatus.Information, 9u);
        MmUnlockPages(irp->MdlAddress);
        IoFreeMdl(irp->MdlAddress);
        IoFreeIrp(irp);
    });
}

TEST_P(BuiltIrps, HaveAChainOfMdls)
{
    OPENKMDF_TESTS(IoAllocateMdl, IoFreeMdl);
    in_kernel([&] {
        auto *buffer = static_cast<char *>(ExAllocatePoolWithTag(NonPagedPoolNx, 300, 'tseT'));
        PIRP irp = IoAllocateIrp(1, FALSE);
        PMDL mdls[] = {IoAllocateMdl(buffer, 100, FALSE, FALSE, irp),
                       IoAllocateMdl(buffer + 100, 100, TRUE, FALSE, irp),
                       IoAllocateMdl(buffer + 200, 100, TRUE, FALSE, irp)};
        EXPECT_EQ(irp->MdlAddress, mdls[0]);
        EXPECT_EQ(mdls[0]->Next, mdls[1]);
        EXPECT_EQ(mdls[1]->Next, mdls[2]);
        EXPECT_EQ(mdls[2]->Next, nullptr);
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(MmGetMdlVirtualAddress(mdls[i]), buffer + 100 * i);
            EXPECT_EQ(MmGetMdlByteCount(mdls[i]), 100u);
        }
        // Of no IRP, and in the place of the chain.
        PMDL alone = IoAllocateMdl(buffer, 1, FALSE, FALSE, nullptr);
        EXPECT_EQ(alone->Next, nullptr);
        PMDL instead = IoAllocateMdl(buffer, 1, FALSE, FALSE, irp);
        EXPECT_EQ(irp->MdlAddress, instead);
        EXPECT_EQ(without_memory([&] { return IoAllocateMdl(buffer, 1, FALSE, FALSE, irp); }),
                  nullptr);
        EXPECT_EQ(irp->MdlAddress, instead);
        irp->MdlAddress = nullptr;
        for (PMDL mdl : {mdls[0], mdls[1], mdls[2], alone, instead}) IoFreeMdl(mdl);
        IoFreeIrp(irp);
        ExFreePoolWithTag(buffer, 'tseT');
    });
    EXPECT_FALSE(pc.call([] {
        char byte;
        PMDL mdl = IoAllocateMdl(&byte, 1, FALSE, FALSE, nullptr);
        IoFreeMdl(mdl);
        IoFreeMdl(mdl);
    }));
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(BAD_POOL_CALLER));
}

TEST_P(BuiltIrps, DescribePartsOfTheirBuffer)
{
    OPENKMDF_TESTS(IoBuildPartialMdl);
    in_kernel([&] {
        constexpr ULONG kSize = 3 * PAGE_SIZE;
        auto *buffer = static_cast<char *>(ExAllocatePoolWithTag(NonPagedPoolNx, kSize, 'tseT'));
        PMDL whole = IoAllocateMdl(buffer, kSize, FALSE, FALSE, nullptr);
        MmBuildMdlForNonPagedPool(whole);
        char *from = buffer + PAGE_SIZE + 10;
        PMDL part = IoAllocateMdl(from, kSize - PAGE_SIZE - 10, FALSE, FALSE, nullptr);
        for (ULONG length : {ULONG{20}, ULONG{PAGE_SIZE}, ULONG{0}}) {
            IoBuildPartialMdl(whole, part, from, length);
            EXPECT_EQ(MmGetMdlByteCount(part), length ? length : kSize - PAGE_SIZE - 10);
            EXPECT_EQ(MmGetMdlVirtualAddress(part), from);
            EXPECT_EQ(MmGetMdlByteOffset(part), BYTE_OFFSET(from));
            EXPECT_TRUE(part->MdlFlags & MDL_PARTIAL);
            const ULONG pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(from, MmGetMdlByteCount(part));
            const auto skipped = (reinterpret_cast<std::uintptr_t>(PAGE_ALIGN(from)) -
                                  reinterpret_cast<std::uintptr_t>(PAGE_ALIGN(buffer))) >>
                                 PAGE_SHIFT;
            EXPECT_EQ(std::memcmp(MmGetMdlPfnArray(part), MmGetMdlPfnArray(whole) + skipped,
                                  pages * sizeof(PFN_NUMBER)),
                      0);
            EXPECT_EQ(MmGetSystemAddressForMdlSafe(part, NormalPagePriority), from);
            MmPrepareMdlForReuse(part);
        }
        IoFreeMdl(part);
        IoFreeMdl(whole);
        ExFreePoolWithTag(buffer, 'tseT');
    });
    // A target that was made for less.
    EXPECT_FALSE(pc.call([] {
        auto *buffer =
            static_cast<char *>(ExAllocatePoolWithTag(NonPagedPoolNx, 4 * PAGE_SIZE, 'tseT'));
        PMDL whole = IoAllocateMdl(buffer, 4 * PAGE_SIZE, FALSE, FALSE, nullptr);
        MmBuildMdlForNonPagedPool(whole);
        PMDL small = IoAllocateMdl(buffer, 1, FALSE, FALSE, nullptr);
        IoBuildPartialMdl(whole, small, buffer, 0);
    }));
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(TARGET_MDL_TOO_SMALL));
}

TEST_P(BuiltIrps, AreForwardedAndWaitedFor)
{
    OPENKMDF_TESTS(IoForwardIrpSynchronously);
    bool pends = false;
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT own, PIRP irp) {
        EXPECT_EQ(IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length, 77u);
        if (!pends) return complete(irp, STATUS_NO_MEDIA, 5);
        IoMarkIrpPending(irp);
        IoQueueWorkItemEx(
            IoAllocateWorkItem(own),
            [](PVOID, PVOID context, PIO_WORKITEM item) __attribute__((ms_abi)) {
                IoFreeWorkItem(item);
                complete(static_cast<PIRP>(context), STATUS_SUCCESS, 6);
            },
            DelayedWorkQueue, irp);
        return STATUS_PENDING;
    };
    in_kernel([&] {
        for (bool later : {false, true}) {
            pends = later;
            PIRP irp = IoAllocateIrp(2, FALSE);
            IoSetNextIrpStackLocation(irp);
            PIO_STACK_LOCATION own = IoGetCurrentIrpStackLocation(irp);
            own->MajorFunction = IRP_MJ_WRITE;
            own->Parameters.Write.Length = 77;
            EXPECT_TRUE(IoForwardIrpSynchronously(device, irp));
            EXPECT_EQ(irp->IoStatus.Status, later ? STATUS_SUCCESS : STATUS_NO_MEDIA);
            EXPECT_EQ(irp->IoStatus.Information, later ? 6u : 5u);
            EXPECT_EQ(IoGetCurrentIrpStackLocation(irp), own);
            // No location is left below this one.
            IoSetNextIrpStackLocation(irp);
            EXPECT_FALSE(IoForwardIrpSynchronously(device, irp));
            IoFreeIrp(irp);
        }
    });
}

TEST_P(BuiltIrps, AreJudgedByTheFormOfTheirStatus)
{
    OPENKMDF_TESTS(IoIsValidIrpStatus);
    in_kernel([] {
        for (NTSTATUS valid : {STATUS_SUCCESS, STATUS_PENDING, STATUS_TIMEOUT,
                               STATUS_BUFFER_OVERFLOW, STATUS_UNSUCCESSFUL, STATUS_CANCELLED})
            EXPECT_TRUE(IoIsValidIrpStatus(valid)) << valid;
        // The customer's bit: any value goes.
        for (ULONG custom : {0x20000000u, 0xE0010001u, 0xEFFFFFFFu, 0xFFFFFFFFu})
            EXPECT_TRUE(IoIsValidIrpStatus(static_cast<NTSTATUS>(custom))) << custom;
        // Microsoft's, of a facility that there is not.
        EXPECT_FALSE(IoIsValidIrpStatus(static_cast<NTSTATUS>(0xCFFFFFFF)));
    });
}

// --- Cancellation --------------------------------------------------------------------------------

TEST_P(BuiltIrps, AreCancelledUnderTheCancelSpinLock)
{
    OPENKMDF_TESTS(IoAcquireCancelSpinLock, IoReleaseCancelSpinLock, IoCancelIrp);
    static PKSPIN_LOCK lock;
    static int calls;
    lock = &pc.kernel().io->cancel_lock;
    calls = 0;
    auto routine = [](PDEVICE_OBJECT own, PIRP irp) __attribute__((ms_abi))
    {
        ++calls;
        EXPECT_TRUE(irp->Cancel);
        EXPECT_EQ(irp->CancelRoutine, nullptr);
        EXPECT_EQ(own, IoGetCurrentIrpStackLocation(irp)->DeviceObject);
        EXPECT_FALSE(KeTestSpinLock(lock));
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        IoReleaseCancelSpinLock(irp->CancelIrql);
        EXPECT_TRUE(KeTestSpinLock(lock));
    };
    in_kernel([&] {
        for (KIRQL level : {PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL}) {
            KIRQL outer, irql = HIGH_LEVEL;
            KeRaiseIrql(level, &outer);
            IoAcquireCancelSpinLock(&irql);
            EXPECT_EQ(irql, level);
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            EXPECT_FALSE(KeTestSpinLock(lock));
            IoReleaseCancelSpinLock(irql);
            EXPECT_EQ(KeGetCurrentIrql(), level);
            PIRP irp = IoAllocateIrp(1, FALSE);
            IoSetNextIrpStackLocation(irp);
            IoGetCurrentIrpStackLocation(irp)->DeviceObject = device;
            EXPECT_FALSE(IoCancelIrp(irp));
            EXPECT_TRUE(irp->Cancel);
            EXPECT_TRUE(KeTestSpinLock(lock));
            EXPECT_EQ(IoSetCancelRoutine(irp, routine), nullptr);
            EXPECT_TRUE(IoCancelIrp(irp));
            EXPECT_FALSE(IoCancelIrp(irp));
            EXPECT_EQ(KeGetCurrentIrql(), level);
            IoFreeIrp(irp);
            KeLowerIrql(outer);
        }
        EXPECT_EQ(calls, 3);
    });
}

TEST_P(BuiltIrps, AreQueuedWithTheAnswerOfTheDriver)
{
    OPENKMDF_TESTS(IoCsqInitializeEx, IoCsqInsertIrpEx);
    CancelSafeQueue queue;
    in_kernel([&] {
        EXPECT_EQ(queue.initialize_ex(), STATUS_SUCCESS);
        int hint = 0;
        IO_CSQ_IRP_CONTEXT context;
        PIRP irp = IoAllocateIrp(1, FALSE);
        IoSetNextIrpStackLocation(irp);
        auto insert = [&](NTSTATUS answer) {
            queue.answer = answer;
            queue.context = nullptr;
            return IoCsqInsertIrpEx(&queue, irp, &context, &hint);
        };
        // Refused: the IRP is neither marked nor cancellable.
        EXPECT_EQ(insert(STATUS_DEVICE_BUSY), STATUS_DEVICE_BUSY);
        EXPECT_EQ(queue.context, &hint);
        EXPECT_FALSE(IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED);
        EXPECT_EQ(irp->CancelRoutine, nullptr);
        EXPECT_EQ(IoCsqRemoveNextIrp(&queue, nullptr), nullptr);
        for (NTSTATUS answer : {STATUS_SUCCESS, STATUS_PENDING, STATUS_TIMEOUT}) {
            EXPECT_EQ(insert(answer), answer);
            EXPECT_TRUE(IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED);
            EXPECT_EQ(IoCsqRemoveIrp(&queue, &context), irp);
            EXPECT_EQ(IoCsqRemoveIrp(&queue, &context), nullptr);
        }
        EXPECT_EQ(insert(STATUS_SUCCESS), STATUS_SUCCESS);
        EXPECT_TRUE(IoCancelIrp(irp));
        EXPECT_EQ(queue.cancelled, 1);
        EXPECT_EQ(IoCsqRemoveNextIrp(&queue, nullptr), nullptr);
        EXPECT_EQ(queue.inserted, 4);
        // Cancelled before it comes to the queue.
        irp = IoAllocateIrp(1, FALSE);
        IoSetNextIrpStackLocation(irp);
        EXPECT_FALSE(IoCancelIrp(irp));
        insert(STATUS_SUCCESS);
        EXPECT_EQ(queue.cancelled, 2);
        EXPECT_TRUE(IsListEmpty(&queue.list));
    });
}

OPENKMDF_IN_BOTH_MODES(BuiltIrps);

}  // namespace

}  // namespace openkmdf::executive::test
