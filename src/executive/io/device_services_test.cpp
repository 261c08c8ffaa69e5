#include "executive/io/test_computer.h"
#include "executive/tracer.h"

#include "tests/support/tested.h"

#include <wdmsec.h>

#undef IoValidateDeviceIoControlAccess

// What the system does for devices: timers, StartIo, work items, the error log, events, shutdown,
// access checks.

namespace openkmdf::executive::test {

namespace {

class Services : public InBothModes {
protected:
    Services()
    {
        driver.name = u"served";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Served");
            return IoCreateDevice(own.object, sizeof(Extension), &name, FILE_DEVICE_UNKNOWN, 0,
                                  FALSE, &device);
        };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
};

TEST_P(Services, OfATimerNeedMemory)
{
    OPENKMDF_TESTS(IoInitializeTimer);
    in_kernel([&] {
        auto nothing = [](PDEVICE_OBJECT, PVOID) __attribute__((ms_abi)){};
        auto initialize = [&] { return IoInitializeTimer(device, nothing, nullptr); };
        EXPECT_FALSE(NT_SUCCESS(without_memory(initialize)));
        EXPECT_EQ(device->Timer, nullptr);
        EXPECT_EQ(initialize(), STATUS_SUCCESS);
        EXPECT_NE(device->Timer, nullptr);
    });
}

TEST(DeviceTimers, TickOnceASecondWhileTheyAreStarted)
{
    OPENKMDF_TESTS(IoInitializeTimer, IoStartTimer, IoStopTimer);
    constexpr std::int64_t kSecond = 10'000'000;
    Computer pc(Mode::Deterministic);
    Driver driver;
    PDEVICE_OBJECT device = nullptr;
    driver.name = u"timed";
    driver.entry = [&](Driver &own) {
        return IoCreateDevice(own.object, 0, nullptr, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    static PDEVICE_OBJECT seen;
    int ticks = 0;
    auto tick = [](PDEVICE_OBJECT own, PVOID context) __attribute__((ms_abi))
    {
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        seen = own;
        ++*static_cast<int *>(context);
    };
    pc.call([&] { EXPECT_EQ(IoInitializeTimer(device, tick, &ticks), STATUS_SUCCESS); });
    pc.scheduler().advance(5 * kSecond);
    EXPECT_EQ(ticks, 0);
    for (int round = 1; round <= 2; ++round) {
        ticks = 0;
        pc.call([&] { IoStartTimer(device); });
        pc.scheduler().advance(kSecond / 2);
        EXPECT_EQ(ticks, 0);
        pc.scheduler().advance(3 * kSecond);
        EXPECT_EQ(ticks, 3);
        EXPECT_EQ(seen, device);
        pc.call([&] { IoStopTimer(device); });
        pc.scheduler().advance(3 * kSecond);
        EXPECT_EQ(ticks, 3);
    }
    // A device that goes takes its timer along.
    pc.call([&] {
        IoStartTimer(device);
        IoDeleteDevice(device);
    });
    pc.scheduler().advance(3 * kSecond);
    EXPECT_EQ(ticks, 3);
}

// --- StartIo -------------------------------------------------------------------------------------

std::vector<PIRP> started;
int depth, deepest;
bool starts_next;

void NTAPI start_io(PDEVICE_OBJECT device, PIRP irp)
{
    ++depth;
    deepest = std::max(deepest, depth);
    EXPECT_EQ(device->CurrentIrp, irp);
    started.push_back(irp);
    if (starts_next) IoStartNextPacket(device, FALSE);
    --depth;
}

TEST_P(Services, StartPacketsByKey)
{
    OPENKMDF_TESTS(IoStartNextPacketByKey);
    started.clear();
    depth = deepest = 0;
    starts_next = false;
    driver.object->DriverStartIo = start_io;
    in_kernel([&] {
        PIRP irps[4];
        ULONG keys[4] = {99, 30, 10, 20};
        for (int i = 0; i < 4; ++i) {
            irps[i] = IoAllocateIrp(1, FALSE);
            IoStartPacket(device, irps[i], &keys[i], nullptr);
        }
        KIRQL irql = KeRaiseIrqlToDpcLevel();
        // The first with a key that is not less; without one, the first of all.
        for (BOOLEAN cancelable : {FALSE, TRUE, FALSE, TRUE})
            IoStartNextPacketByKey(device, cancelable, 15);
        EXPECT_EQ(started, (std::vector<PIRP>{irps[0], irps[3], irps[1], irps[2]}));
        EXPECT_EQ(device->CurrentIrp, nullptr);
        IoStartPacket(device, irps[0], nullptr, nullptr);
        EXPECT_EQ(started.size(), 5u);
        KeLowerIrql(irql);
        for (PIRP irp : irps) IoFreeIrp(irp);
    });
}

TEST_P(Services, StartPacketsAsTheirAttributesSay)
{
    OPENKMDF_TESTS(IoSetStartIoAttributes);
    driver.object->DriverStartIo = start_io;
    auto cancel = [](PDEVICE_OBJECT, PIRP irp) __attribute__((ms_abi))
    {
        IoReleaseCancelSpinLock(irp->CancelIrql);
    };
    in_kernel([&] {
        PIRP irps[4];
        for (PIRP &irp : irps) irp = IoAllocateIrp(1, FALSE);
        KIRQL irql = KeRaiseIrqlToDpcLevel();
        for (BOOLEAN deferred : {FALSE, TRUE}) {
            IoSetStartIoAttributes(device, deferred, FALSE);
            started.clear();
            depth = deepest = 0;
            starts_next = false;
            for (PIRP irp : irps) IoStartPacket(device, irp, nullptr, nullptr);
            starts_next = true;
            IoStartNextPacket(device, FALSE);
            // Each of the three starts the next one: from within, or when it has returned.
            EXPECT_EQ(deepest, deferred ? 1 : 3);
            EXPECT_EQ(started, std::vector(irps, irps + 4));
            EXPECT_EQ(device->CurrentIrp, nullptr);
        }
        starts_next = false;
        for (BOOLEAN fixed : {FALSE, TRUE}) {
            IoSetStartIoAttributes(device, FALSE, fixed);
            for (PIRP irp : {irps[0], irps[1]}) IoStartPacket(device, irp, nullptr, cancel);
            EXPECT_EQ(irps[1]->CancelRoutine, static_cast<PDRIVER_CANCEL>(cancel));
            IoStartNextPacket(device, TRUE);
            EXPECT_EQ(device->CurrentIrp, irps[1]);
            EXPECT_EQ(IoCancelIrp(irps[1]), !fixed);
            IoSetCancelRoutine(irps[0], nullptr);
            irps[1]->Cancel = FALSE;
            IoStartNextPacket(device, TRUE);
        }
        KeLowerIrql(irql);
        for (PIRP irp : irps) IoFreeIrp(irp);
    });
}

// --- Work items ----------------------------------------------------------------------------------

struct Work {
    KEVENT done;
    PVOID object;
    std::int64_t references;
    int runs;
    bool frees;
};

void NTAPI work(PVOID object, PVOID context, PIO_WORKITEM item)
{
    auto &own = *static_cast<Work *>(context);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EXPECT_EQ(object, own.object);
    // Kept as long as the item is queued or runs.
    EXPECT_GT(ob::references_of(object), own.references);
    if (++own.runs == 1) return IoQueueWorkItemEx(item, work, CriticalWorkQueue, &own);
    if (own.frees) IoFreeWorkItem(item);
    else IoUninitializeWorkItem(item);
    KeSetEvent(&own.done, 0, FALSE);
}

TEST_P(Services, RunWorkItems)
{
    OPENKMDF_TESTS(IoSizeofWorkItem, IoInitializeWorkItem, IoUninitializeWorkItem,
                   IoAllocateWorkItem, IoFreeWorkItem, IoQueueWorkItemEx);
    EXPECT_EQ(pc.get(static_cast<PIO_WORKITEM>(nullptr),
                     [&] { return without_memory([&] { return IoAllocateWorkItem(device); }); }),
              nullptr);
    in_kernel([&] {
        const ULONG size = IoSizeofWorkItem();
        auto *memory = static_cast<char *>(ExAllocatePoolWithTag(NonPagedPoolNx, size + 8, 'tseT'));
        std::memset(memory, 0x5A, size + 8);
        for (bool allocated : {false, true}) {
            Work own = {};
            KeInitializeEvent(&own.done, NotificationEvent, FALSE);
            own.object = allocated ? static_cast<PVOID>(device) : driver.object;
            own.references = ob::references_of(own.object);
            own.frees = allocated;
            PIO_WORKITEM item = reinterpret_cast<PIO_WORKITEM>(memory);
            if (allocated) item = IoAllocateWorkItem(device);
            else IoInitializeWorkItem(driver.object, item);
            IoQueueWorkItemEx(item, work, DelayedWorkQueue, &own);
            KeWaitForSingleObject(&own.done, Executive, KernelMode, FALSE, nullptr);
            EXPECT_EQ(own.runs, 2);
        }
        EXPECT_EQ(std::string(memory + size, 8), std::string(8, 0x5A));
        ExFreePoolWithTag(memory, 'tseT');
    });
}

TEST(QueuedWorkItems, MustNotGoWhileTheyAreQueued)
{
    OPENKMDF_TESTS(IoFreeWorkItem, IoUninitializeWorkItem);
    for (auto end : {IoFreeWorkItem, IoUninitializeWorkItem}) {
        Computer pc(Mode::Deterministic);
        Driver driver;
        driver.name = u"worker";
        ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
        EXPECT_FALSE(pc.call([&] {
            PIO_WORKITEM item = IoAllocateWorkItem(reinterpret_cast<PDEVICE_OBJECT>(driver.object));
            KeRaiseIrqlToDpcLevel();
            IoQueueWorkItemEx(item, work, DelayedWorkQueue, nullptr);
            end(item);
        }));
        EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(WORKER_INVALID));
    }
}

// --- Error log and events ------------------------------------------------------------------------

TEST_P(Services, LogErrors)
{
    OPENKMDF_TESTS(IoAllocateErrorLogEntry, IoWriteErrorLogEntry, IoFreeErrorLogEntry);
    pc.kernel().observe = pc.kernel().observe | kObserveTrace;
    in_kernel([&] {
        constexpr UCHAR kLeast = sizeof(IO_ERROR_LOG_PACKET);
        EXPECT_EQ(IoAllocateErrorLogEntry(device, ERROR_LOG_MAXIMUM_SIZE + 1), nullptr);
        EXPECT_EQ(without_memory([&] { return IoAllocateErrorLogEntry(device, kLeast); }), nullptr);
        PVOID unused = IoAllocateErrorLogEntry(driver.object, ERROR_LOG_MAXIMUM_SIZE);
        ASSERT_NE(unused, nullptr);
        std::memset(unused, 0xFF, ERROR_LOG_MAXIMUM_SIZE);
        IoFreeErrorLogEntry(unused);
        auto *packet = static_cast<PIO_ERROR_LOG_PACKET>(IoAllocateErrorLogEntry(device, kLeast));
        ASSERT_NE(packet, nullptr);
        packet->ErrorCode = IO_ERR_CONTROLLER_ERROR;
        packet->UniqueErrorValue = 4711;
        packet->FinalStatus = STATUS_IO_DEVICE_ERROR;
        Tracer &tracer = *pc.kernel().tracer;
        const std::uint64_t before = tracer.end();
        IoWriteErrorLogEntry(packet);
        std::string logged;
        for (std::uint64_t i = before; i < tracer.end(); ++i) {
            TraceRecord record;
            char text[Tracer::kMostText];
            if (tracer.read(i, record) && record.status == STATUS_IO_DEVICE_ERROR)
                logged.assign(text, tracer.text(record, text, sizeof text));
        }
        EXPECT_NE(logged.find("4711"), std::string::npos) << logged;
    });
    // What was written is the system's.
    EXPECT_FALSE(pc.call([&] {
        PVOID entry = IoAllocateErrorLogEntry(device, sizeof(IO_ERROR_LOG_PACKET));
        IoWriteErrorLogEntry(entry);
        IoFreeErrorLogEntry(entry);
    }));
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(BAD_POOL_CALLER));
}

TEST_P(Services, ShareNamedEvents)
{
    OPENKMDF_TESTS(IoCreateNotificationEvent, IoCreateSynchronizationEvent);
    in_kernel([] {
        UNICODE_STRING bad = io::counted(u"\\NoSuchDirectory\\Event");
        for (bool resets : {false, true}) {
            auto *create = resets ? IoCreateSynchronizationEvent : IoCreateNotificationEvent;
            UNICODE_STRING name =
                io::counted(resets ? u"\\BaseNamedObjects\\Resets" : u"\\BaseNamedObjects\\Stays");
            HANDLE first = nullptr, second = nullptr;
            EXPECT_EQ(create(&bad, &first), nullptr);
            PKEVENT event = create(&name, &first);
            ASSERT_NE(event, nullptr);
            EXPECT_NE(KeReadStateEvent(event), 0);
            LARGE_INTEGER now = {};
            EXPECT_EQ(KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &now),
                      STATUS_SUCCESS);
            EXPECT_EQ(KeReadStateEvent(event) == 0, resets);
            KeClearEvent(event);
            // Another opening leaves the event as it is.
            EXPECT_EQ(create(&name, &second), event);
            EXPECT_NE(first, second);
            EXPECT_EQ(KeReadStateEvent(event), 0);
            EXPECT_EQ(ZwSetEvent(second, nullptr), STATUS_SUCCESS);
            EXPECT_NE(KeReadStateEvent(event), 0);
            EXPECT_EQ(ZwClose(first), STATUS_SUCCESS);
            EXPECT_EQ(ZwClose(second), STATUS_SUCCESS);
        }
    });
}

TEST_P(Services, TellOfAShutdownInTwoRounds)
{
    OPENKMDF_TESTS(IoRegisterShutdownNotification, IoRegisterLastChanceShutdownNotification,
                   IoUnregisterShutdownNotification);
    std::vector<PDEVICE_OBJECT> told;
    driver.on[IRP_MJ_SHUTDOWN] = [&](PDEVICE_OBJECT own, PIRP irp) {
        told.push_back(own);
        return complete(irp, STATUS_SUCCESS);
    };
    in_kernel([&] {
        PDEVICE_OBJECT last, silent;
        for (PDEVICE_OBJECT *made : {&last, &silent})
            IoCreateDevice(driver.object, sizeof(Extension), nullptr, FILE_DEVICE_UNKNOWN, 0, FALSE,
                           made);
        for (auto add :
             {IoRegisterShutdownNotification, IoRegisterLastChanceShutdownNotification}) {
            EXPECT_FALSE(NT_SUCCESS(without_memory([&] { return add(device); })));
            EXPECT_EQ(add(silent), STATUS_SUCCESS);
            IoUnregisterShutdownNotification(silent);
        }
        EXPECT_EQ(IoRegisterLastChanceShutdownNotification(last), STATUS_SUCCESS);
        EXPECT_EQ(IoRegisterShutdownNotification(device), STATUS_SUCCESS);
        pc.kernel().pnp->set_system_power(PowerSystemSleeping3, PowerActionSleep);
        pc.kernel().pnp->set_system_power(PowerSystemWorking, PowerActionSleep);
        EXPECT_TRUE(told.empty());
        pc.kernel().pnp->set_system_power(PowerSystemShutdown, PowerActionShutdown);
        EXPECT_EQ(told, (std::vector<PDEVICE_OBJECT>{device, last}));
    });
}

// --- Access --------------------------------------------------------------------------------------

TEST_P(Services, CheckAccessToFiles)
{
    OPENKMDF_TESTS(IoCheckDesiredAccess, IoGetFileObjectGenericMapping, IoUpdateShareAccess);
    in_kernel([] {
        const GENERIC_MAPPING &mapping = *IoGetFileObjectGenericMapping();
        EXPECT_EQ(mapping.GenericRead, ACCESS_MASK{FILE_GENERIC_READ});
        EXPECT_EQ(mapping.GenericWrite, ACCESS_MASK{FILE_GENERIC_WRITE});
        EXPECT_EQ(mapping.GenericExecute, ACCESS_MASK{FILE_GENERIC_EXECUTE});
        EXPECT_EQ(mapping.GenericAll, ACCESS_MASK{FILE_ALL_ACCESS});
        auto check = [](ACCESS_MASK wanted, ACCESS_MASK granted) {
            return IoCheckDesiredAccess(&wanted, granted);
        };
        EXPECT_EQ(check(FILE_READ_DATA, FILE_READ_DATA | SYNCHRONIZE), STATUS_SUCCESS);
        EXPECT_EQ(check(FILE_READ_DATA | FILE_WRITE_DATA, FILE_READ_DATA), STATUS_ACCESS_DENIED);
        EXPECT_EQ(check(GENERIC_READ, FILE_GENERIC_READ), STATUS_SUCCESS);
        EXPECT_EQ(check(GENERIC_READ, FILE_READ_DATA), STATUS_ACCESS_DENIED);
        EXPECT_EQ(check(FILE_READ_DATA, 0), STATUS_ACCESS_DENIED);
        // Checked first, and counted by a call of its own.
        SHARE_ACCESS share = {};
        FILE_OBJECT reader = {}, writer = {};
        IoSetShareAccess(FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, &reader, &share);
        EXPECT_EQ(IoCheckShareAccess(FILE_WRITE_DATA, FILE_SHARE_READ, &writer, &share, FALSE),
                  STATUS_SUCCESS);
        EXPECT_EQ(share.OpenCount, 1u);
        IoUpdateShareAccess(&writer, &share);
        EXPECT_EQ(share.OpenCount, 2u);
        EXPECT_EQ(share.Readers, 1u);
        EXPECT_EQ(share.Writers, 1u);
        EXPECT_EQ(share.SharedRead, 2u);
        EXPECT_EQ(share.SharedWrite, 1u);
        EXPECT_EQ(share.Deleters + share.SharedDelete, 0u);
    });
}

TEST_P(Services, CheckAccessOfControlCodes)
{
    OPENKMDF_TESTS(IoValidateDeviceIoControlAccess, WdmlibIoValidateDeviceIoControlAccess);
    in_kernel([] {
        PIRP irp = IoAllocateIrp(1, FALSE);
        IoSetNextIrpStackLocation(irp);
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        for (auto validate :
             {IoValidateDeviceIoControlAccess, WdmlibIoValidateDeviceIoControlAccess}) {
            irp->RequestorMode = UserMode;
            location->MajorFunction = IRP_MJ_READ;
            EXPECT_EQ(validate(irp, FILE_READ_ACCESS), STATUS_INVALID_PARAMETER);
            for (UCHAR major : {IRP_MJ_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL}) {
                location->MajorFunction = major;
                for (ULONG granted = 0; granted < 4; ++granted)
                    for (ULONG wanted = 0; wanted < 4; ++wanted) {
                        irp->RequestorMode = UserMode;
                        location->Flags = static_cast<UCHAR>(
                            (granted & FILE_READ_ACCESS ? SL_READ_ACCESS_GRANTED : 0) |
                            (granted & FILE_WRITE_ACCESS ? SL_WRITE_ACCESS_GRANTED : 0));
                        EXPECT_EQ(validate(irp, wanted),
                                  wanted & ~granted ? STATUS_ACCESS_DENIED : STATUS_SUCCESS);
                        irp->RequestorMode = KernelMode;
                        EXPECT_EQ(validate(irp, wanted), STATUS_SUCCESS);
                    }
                irp->RequestorMode = UserMode;
                EXPECT_EQ(validate(irp, 4), STATUS_INVALID_PARAMETER);
            }
        }
        IoFreeIrp(irp);
    });
}

TEST_P(Services, NeedMemoryForAPowerIrp)
{
    OPENKMDF_TESTS(PoRequestPowerIrp);
    in_kernel([&] {
        POWER_STATE state;
        state.DeviceState = PowerDeviceD3;
        EXPECT_EQ(without_memory([&] {
                      return PoRequestPowerIrp(device, IRP_MN_SET_POWER, state, nullptr, nullptr,
                                               nullptr);
                  }),
                  STATUS_INSUFFICIENT_RESOURCES);
        EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
    });
}

OPENKMDF_IN_BOTH_MODES(Services);

}  // namespace

}  // namespace openkmdf::executive::test
