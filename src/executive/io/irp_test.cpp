#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

namespace openkmdf::executive::test {

namespace {

constexpr ULONG kBuffered = control_code(METHOD_BUFFERED);

// A device that keeps its reads, and cancels them.
class Irps : public InBothModes {
protected:
    Irps()
    {
        driver.name = u"keeper";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Keeper");
            NTSTATUS status = IoCreateDevice(own.object, sizeof(Extension), &name,
                                             FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
            if (NT_SUCCESS(status)) device->Flags |= DO_BUFFERED_IO;
            return status;
        };
        driver.on[IRP_MJ_READ] = [this](PDEVICE_OBJECT, PIRP irp) {
            IoMarkIrpPending(irp);
            kept.push_back(irp);
            IoSetCancelRoutine(irp, cancel);
            return STATUS_PENDING;
        };
        self = this;
    }
    PFILE_OBJECT open()
    {
        if (!driver.object) {
            EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
        }
        PFILE_OBJECT file;
        EXPECT_EQ(pc.open(u"\\Device\\Keeper", &file), STATUS_SUCCESS);
        return file;
    }
    static void NTAPI cancel(PDEVICE_OBJECT, PIRP irp)
    {
        IoReleaseCancelSpinLock(irp->CancelIrql);
        std::erase(self->kept, irp);
        ++self->cancelled;
        complete(irp, STATUS_CANCELLED);
    }
    void finish(PIRP irp, std::string_view data)
    {
        pc.call([&] {
            IoSetCancelRoutine(irp, nullptr);
            std::memcpy(irp->AssociatedIrp.SystemBuffer, data.data(), data.size());
            complete(irp, STATUS_SUCCESS, data.size());
        });
    }
    template <class Body>
    void expect_bugcheck(std::uint32_t code, Body body)
    {
        EXPECT_FALSE(pc.call(body));
        EXPECT_EQ(pc.bugcheck(), code) << pc.kernel().bugcheck.message;
    }

    static inline Irps *self;
    Driver driver;
    PDEVICE_OBJECT device = nullptr;
    std::vector<PIRP> kept;
    int cancelled = 0;
};

TEST_P(Irps, PendAndAreCompletedLater)
{
    OPENKMDF_TESTS(IofCompleteRequest);
    PFILE_OBJECT file = open();
    char buffer[5] = {};
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    ASSERT_NE(block, nullptr);
    EXPECT_FALSE(IoManager::is_done(*block));
    ASSERT_EQ(kept.size(), 1u);
    finish(kept[0], "data");
    EXPECT_TRUE(IoManager::is_done(*block));
    IO_STATUS_BLOCK result = pc.collect(block);
    EXPECT_EQ(result.Status, STATUS_SUCCESS);
    EXPECT_EQ(result.Information, 4u);
    EXPECT_STREQ(buffer, "data");
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Irps, AreCancelledOneByOneAndByFile)
{
    OPENKMDF_TESTS(IoCancelIrp, IoReleaseCancelSpinLock);
    PFILE_OBJECT file = open();
    char buffer[4][4];
    io::IrpBlock *blocks[4];
    for (int i = 0; i < 4; ++i) blocks[i] = pc.send(file, read_of(buffer[i], 4));
    EXPECT_TRUE(pc.get(false, [&] { return pc.kernel().io->cancel(*blocks[2]); }));
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(pc.collect(blocks[2]).Status, STATUS_CANCELLED);
    EXPECT_EQ(pc.get(std::size_t{0}, [&] { return pc.kernel().io->cancel_file(file, nullptr); }),
              3u);
    for (int i : {0, 1, 3}) EXPECT_EQ(pc.collect(blocks[i]).Status, STATUS_CANCELLED);
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Irps, ThatNobodyCollectsAreFreedByTheirCompletion)
{
    PFILE_OBJECT file = open();
    char buffer[4];
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    EXPECT_EQ(pc.collect(block).Status, STATUS_PENDING);
    EXPECT_EQ(pc.kernel().io->live_irps(), 1u);
    EXPECT_EQ(pc.get(std::size_t{0}, [&] { return pc.kernel().io->cancel_file(file, nullptr); }),
              1u);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
    pc.close(file);
}

TEST_P(Irps, KeepTheirFileUntilTheyAreDone)
{
    bool closed = false;
    driver.on[IRP_MJ_CLOSE] = [&](PDEVICE_OBJECT, PIRP irp) {
        closed = true;
        return complete(irp, STATUS_SUCCESS);
    };
    // What a driver does for the requests of a file that goes.
    driver.on[IRP_MJ_CLEANUP] = [&](PDEVICE_OBJECT, PIRP irp) {
        log.push_back("cleanup");
        return complete(irp, STATUS_SUCCESS);
    };
    PFILE_OBJECT file = open();
    char buffer[4];
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    pc.close(file);
    EXPECT_EQ(log.size(), 1u);
    EXPECT_FALSE(closed);
    finish(kept[0], "data");
    EXPECT_TRUE(closed);
    EXPECT_EQ(pc.collect(block).Status, STATUS_SUCCESS);
}

TEST_P(Irps, HoldTheirBlockWhileItsCompanionIsInUse)
{
    PFILE_OBJECT file = open();
    char buffer[4];
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    block->flags |= io::kBlockCompanionUsed;
    finish(kept[0], "data");
    EXPECT_EQ(pc.collect(block).Status, STATUS_SUCCESS);
    EXPECT_EQ(pc.kernel().io->live_irps(), 1u);
    pc.call([&] { pc.kernel().io->release_companion(*block); });
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
    pc.close(file);
}

// --- Completion routines -------------------------------------------------------------------------

struct Filtered {
    Irps *owner;
    PIRP stopped = nullptr;
    bool stops = false;
    std::vector<std::string> *log;
};

NTSTATUS NTAPI filter_completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    auto &filtered = *static_cast<Filtered *>(context);
    filtered.log->push_back(device ? "completion" : "completion without a device");
    if (filtered.stops) {
        filtered.stopped = irp;
        return STATUS_MORE_PROCESSING_REQUIRED;
    }
    if (irp->PendingReturned) IoMarkIrpPending(irp);
    return STATUS_CONTINUE_COMPLETION;
}

TEST_P(Irps, AreSeenByFiltersOnTheirWayBack)
{
    OPENKMDF_TESTS(IofCallDriver, IofCompleteRequest);
    Filtered filtered{this, nullptr, false, &log};
    Driver filter;
    filter.name = u"filter";
    filter.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT own, PIRP irp) {
        log.push_back("down");
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, filter_completed, &filtered, TRUE, TRUE, TRUE);
        return IoCallDriver(extension_of(own).lower, irp);
    };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    ASSERT_EQ(pc.load(filter), STATUS_SUCCESS);
    pc.call([&] { EXPECT_EQ(filter.attach(device), STATUS_SUCCESS); });
    PFILE_OBJECT file = open();
    char buffer[5] = {};
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    finish(kept[0], "data");
    EXPECT_EQ(pc.collect(block).Status, STATUS_SUCCESS);
    EXPECT_EQ(log, (std::vector<std::string>{"down", "completion"}));

    // Held up by the filter, it is the filter's to complete.
    filtered.stops = true;
    kept.clear();
    block = pc.send(file, read_of(buffer, 4));
    finish(kept[0], "more");
    EXPECT_FALSE(IoManager::is_done(*block));
    ASSERT_NE(filtered.stopped, nullptr);
    pc.call([&] { complete(filtered.stopped, STATUS_SUCCESS, 2); });
    EXPECT_EQ(pc.collect(block).Information, 2u);
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Irps, AreMadeAndSentByDrivers)
{
    OPENKMDF_TESTS(IofCallDriver, IoBuildDeviceIoControlRequest, IoBuildSynchronousFsdRequest);
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        *static_cast<int *>(irp->AssociatedIrp.SystemBuffer) += 1;
        EXPECT_EQ(irp->RequestorMode, KernelMode);
        return complete(irp, STATUS_SUCCESS, sizeof(int));
    };
    pc.call([&] {
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, FALSE);
        IO_STATUS_BLOCK result;
        int in = 41, out = 0;
        PIRP irp = IoBuildDeviceIoControlRequest(kBuffered, device, &in, sizeof in, &out,
                                                 sizeof out, FALSE, &event, &result);
        EXPECT_EQ(IoCallDriver(device, irp), STATUS_SUCCESS);
        EXPECT_EQ(out, 42);
        EXPECT_EQ(result.Information, sizeof out);
        EXPECT_NE(KeReadStateEvent(&event), 0);

        char buffer[4];
        KeClearEvent(&event);
        LARGE_INTEGER offset = {};
        irp =
            IoBuildSynchronousFsdRequest(IRP_MJ_READ, device, buffer, 4, &offset, &event, &result);
        EXPECT_EQ(IoCallDriver(device, irp), STATUS_PENDING);
        std::memcpy(kept[0]->AssociatedIrp.SystemBuffer, "abcd", 4);
        IoSetCancelRoutine(kept[0], nullptr);
        complete(kept[0], STATUS_SUCCESS, 4);
        EXPECT_EQ(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(std::string(buffer, 4), "abcd");
    });
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Irps, WithAssociatedOnesEndWithTheLast)
{
    OPENKMDF_TESTS(IoMakeAssociatedIrp);
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_SUCCESS);
    };
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT own, PIRP master) {
        IoMarkIrpPending(master);
        master->IoStatus.Status = STATUS_SUCCESS;
        PIRP parts[2];
        for (PIRP &part : parts) part = IoMakeAssociatedIrp(master, own->StackSize);
        master->AssociatedIrp.IrpCount = 2;
        for (PIRP part : parts) {
            IoGetNextIrpStackLocation(part)->MajorFunction = IRP_MJ_WRITE;
            IoCallDriver(own, part);
        }
        return STATUS_PENDING;
    };
    PFILE_OBJECT file = open();
    EXPECT_EQ(pc.transfer(file, control_of(CTL_CODE(FILE_DEVICE_UNKNOWN, 1, METHOD_NEITHER, 0),
                                           nullptr, 0, nullptr, 0))
                  .Status,
              STATUS_SUCCESS);
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

// --- What a driver must not do -------------------------------------------------------------------

TEST_P(Irps, CompletedTwiceStopTheMachine)
{
    OPENKMDF_TESTS(IofCompleteRequest);
    PFILE_OBJECT file = open();
    char buffer[4];
    pc.send(file, read_of(buffer, 4));
    finish(kept[0], "data");
    expect_bugcheck(MULTIPLE_IRP_COMPLETE_REQUESTS,
                    [&] { IoCompleteRequest(kept[0], IO_NO_INCREMENT); });
    EXPECT_EQ(pc.kernel().bugcheck.parameters[0], reinterpret_cast<std::uintptr_t>(kept[0]));
}

TEST_P(Irps, CompletedAfterTheyWereFreedStopTheMachine)
{
    PFILE_OBJECT file = open();
    char buffer[4];
    io::IrpBlock *block = pc.send(file, read_of(buffer, 4));
    finish(kept[0], "data");
    pc.collect(block);
    expect_bugcheck(MULTIPLE_IRP_COMPLETE_REQUESTS,
                    [&] { IoCompleteRequest(kept[0], IO_NO_INCREMENT); });
}

TEST_P(Irps, CompletedWithACancelRoutineStopTheMachine)
{
    PFILE_OBJECT file = open();
    char buffer[4];
    pc.send(file, read_of(buffer, 4));
    expect_bugcheck(CANCEL_STATE_IN_COMPLETED_IRP, [&] { complete(kept[0], STATUS_SUCCESS); });
}

TEST_P(Irps, WithoutAStackLocationLeftStopTheMachine)
{
    OPENKMDF_TESTS(IofCallDriver);
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT own, PIRP irp) { return IoCallDriver(own, irp); };
    expect_bugcheck(NO_MORE_IRP_STACK_LOCATIONS, [&] {
        PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
        IoCallDriver(device, irp);
    });
}

TEST_P(Irps, CompletedAsPendingStopTheMachine)
{
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_PENDING);
    };
    PFILE_OBJECT file = open();
    expect_bugcheck(MULTIPLE_IRP_COMPLETE_REQUESTS,
                    [&] { pc.kernel().io->transfer(file, write_of("x", 1)); });
}

TEST_P(Irps, FreedTwiceStopTheMachine)
{
    OPENKMDF_TESTS(IoAllocateIrp, IoFreeIrp);
    expect_bugcheck(MULTIPLE_IRP_COMPLETE_REQUESTS, [&] {
        PIRP irp = IoAllocateIrp(1, FALSE);
        IoFreeIrp(irp);
        IoFreeIrp(irp);
    });
}

OPENKMDF_IN_BOTH_MODES(Irps);

}  // namespace

}  // namespace openkmdf::executive::test
