#include "executive/ke/ke_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <ntddk.h>

#include <atomic>
#include <cstring>

namespace openkmdf::executive {
namespace {

// --- Device queues -------------------------------------------------------------------------------

struct Queue {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY entries[5];

    // The memory is not zero before, as a driver's may not be.
    Queue()
    {
        std::memset(static_cast<void *>(this), 0xA5, sizeof *this);
        KeInitializeDeviceQueue(&queue);
    }
    // The first insertion of an idle queue, whose entry the caller processes at once.
    void make_busy() { EXPECT_FALSE(KeInsertDeviceQueue(&queue, &entries[4])); }
    PKDEVICE_QUEUE_ENTRY remove() { return KeRemoveDeviceQueue(&queue); }
};

class DeviceQueues : public BothModes {
protected:
    // `body` at DISPATCH_LEVEL, where the routines belong; none of them leaves another IRQL.
    template <class Body>
    void at_dispatch_level(Body body)
    {
        EXPECT_TRUE(pc.run([&] {
            const KIRQL old = KeRaiseIrqlToDpcLevel();
            Queue queue;
            body(queue);
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            KeLowerIrql(old);
        }));
    }
};
INSTANTIATE_IN_BOTH_MODES(DeviceQueues);

TEST_P(DeviceQueues, AnIdleOneTakesNoEntryAndBecomesBusy)
{
    OPENKMDF_TESTS(KeInitializeDeviceQueue, KeInsertDeviceQueue, KeRemoveDeviceQueue);
    at_dispatch_level([](Queue &own) {
        EXPECT_FALSE(KeInsertDeviceQueue(&own.queue, &own.entries[0]));
        EXPECT_TRUE(KeInsertDeviceQueue(&own.queue, &own.entries[1]));
        EXPECT_EQ(own.remove(), &own.entries[1]);
        EXPECT_TRUE(KeInsertDeviceQueue(&own.queue, &own.entries[2])) << "still busy";
        EXPECT_EQ(own.remove(), &own.entries[2]);
        EXPECT_EQ(own.remove(), nullptr) << "the first entry was never queued";
        EXPECT_FALSE(KeInsertDeviceQueue(&own.queue, &own.entries[1])) << "idle again";
    });
}

TEST_P(DeviceQueues, EntriesLeaveInOrderOfArrival)
{
    OPENKMDF_TESTS(KeInsertDeviceQueue, KeRemoveDeviceQueue);
    at_dispatch_level([](Queue &own) {
        own.make_busy();
        for (int i : {2, 0, 3, 1}) EXPECT_TRUE(KeInsertDeviceQueue(&own.queue, &own.entries[i]));
        for (int i : {2, 0, 3, 1}) EXPECT_EQ(own.remove(), &own.entries[i]);
        EXPECT_EQ(own.remove(), nullptr);
    });
}

TEST_P(DeviceQueues, KeysOrderTheEntriesAndEqualOnesStayInOrderOfArrival)
{
    OPENKMDF_TESTS(KeInsertByKeyDeviceQueue, KeRemoveDeviceQueue);
    at_dispatch_level([](Queue &own) {
        EXPECT_FALSE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[4], 5));
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[0], 30));
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[1], 20));
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[2], 20));
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[3], 0x8000'0000));
        for (int i : {1, 2, 0, 3}) EXPECT_EQ(own.remove(), &own.entries[i]);
        EXPECT_EQ(own.remove(), nullptr);
        EXPECT_FALSE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[0], 1));
    });
}

TEST_P(DeviceQueues, RemovalByKeyTakesTheNextKeyOrElseTheFirstEntry)
{
    OPENKMDF_TESTS(KeRemoveByKeyDeviceQueue, KeInsertByKeyDeviceQueue);
    at_dispatch_level([](Queue &own) {
        own.make_busy();
        for (ULONG i = 0; i < 4; i++)
            EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[i], 10 * (i + 1)));
        EXPECT_EQ(KeRemoveByKeyDeviceQueue(&own.queue, 15), &own.entries[1]);
        EXPECT_EQ(KeRemoveByKeyDeviceQueue(&own.queue, 30), &own.entries[2]) << "an equal key";
        EXPECT_EQ(KeRemoveByKeyDeviceQueue(&own.queue, 41), &own.entries[0]) << "none is as great";
        EXPECT_EQ(KeRemoveByKeyDeviceQueue(&own.queue, 0), &own.entries[3]);
        EXPECT_EQ(KeRemoveByKeyDeviceQueue(&own.queue, 0), nullptr);
        EXPECT_FALSE(KeInsertDeviceQueue(&own.queue, &own.entries[0])) << "an empty one is idle";
    });
}

TEST_P(DeviceQueues, RemovalByKeyIfBusyLeavesAnIdleOneAlone)
{
    OPENKMDF_TESTS(KeRemoveByKeyDeviceQueueIfBusy);
    at_dispatch_level([](Queue &own) {
        EXPECT_EQ(KeRemoveByKeyDeviceQueueIfBusy(&own.queue, 0), nullptr);
        own.make_busy();
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[0], 10));
        EXPECT_TRUE(KeInsertByKeyDeviceQueue(&own.queue, &own.entries[1], 20));
        EXPECT_EQ(KeRemoveByKeyDeviceQueueIfBusy(&own.queue, 11), &own.entries[1]);
        EXPECT_EQ(KeRemoveByKeyDeviceQueueIfBusy(&own.queue, 11), &own.entries[0]);
        EXPECT_EQ(KeRemoveByKeyDeviceQueueIfBusy(&own.queue, 0), nullptr);
        EXPECT_FALSE(KeInsertDeviceQueue(&own.queue, &own.entries[0]));
    });
}

TEST_P(DeviceQueues, AnEntryIsRemovedOnlyWhileItIsQueued)
{
    OPENKMDF_TESTS(KeRemoveEntryDeviceQueue);
    EXPECT_TRUE(pc.run([] {
        Queue own;
        own.make_busy();
        for (int i = 0; i < 3; i++) KeInsertDeviceQueue(&own.queue, &own.entries[i]);
        EXPECT_FALSE(KeRemoveEntryDeviceQueue(&own.queue, &own.entries[4])) << "being processed";
        EXPECT_TRUE(KeRemoveEntryDeviceQueue(&own.queue, &own.entries[1]));
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_FALSE(KeRemoveEntryDeviceQueue(&own.queue, &own.entries[1]));
        EXPECT_EQ(own.remove(), &own.entries[0]);
        EXPECT_FALSE(KeRemoveEntryDeviceQueue(&own.queue, &own.entries[0]));
        EXPECT_TRUE(KeRemoveEntryDeviceQueue(&own.queue, &own.entries[2]));
        EXPECT_TRUE(KeInsertDeviceQueue(&own.queue, &own.entries[1])) << "no longer busy";
        EXPECT_EQ(own.remove(), &own.entries[1]);
        EXPECT_EQ(own.remove(), nullptr);
    }));
}

// Like StartIo: whoever finds the queue idle processes its entry, and then those of the others.
TEST_P(DeviceQueues, EachEntryOfSeveralThreadsIsProcessedOnceAndOneAtATime)
{
    OPENKMDF_TESTS(KeInsertDeviceQueue, KeRemoveDeviceQueue);
    constexpr int kEntries = 200;
    struct Shared {
        KDEVICE_QUEUE queue;
        KDEVICE_QUEUE_ENTRY entries[2][kEntries];
        std::atomic<int> started = 0, left = 2, inside = 0;
        int processed = 0;
        KEVENT done;
        static void NTAPI run(PVOID context)
        {
            auto &own = *static_cast<Shared *>(context);
            KDEVICE_QUEUE_ENTRY *mine = own.entries[own.started++];
            for (int i = 0; i < kEntries; i++) {
                const KIRQL old = KeRaiseIrqlToDpcLevel();
                if (!KeInsertDeviceQueue(&own.queue, &mine[i])) {
                    do {
                        EXPECT_EQ(++own.inside, 1);
                        own.processed++;
                        --own.inside;
                    } while (KeRemoveDeviceQueue(&own.queue));
                }
                KeLowerIrql(old);
            }
            if (--own.left == 0) KeSetEvent(&own.done, IO_NO_INCREMENT, FALSE);
        }
    };
    EXPECT_TRUE(pc.run([] {
        auto *shared = new (ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Shared), 'tseT')) Shared;
        KeInitializeDeviceQueue(&shared->queue);
        KeInitializeEvent(&shared->done, NotificationEvent, FALSE);
        for (int i = 0; i < 2; i++) {
            HANDLE handle;
            ASSERT_EQ(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                           Shared::run, shared),
                      STATUS_SUCCESS);
            EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
        }
        KeWaitForSingleObject(&shared->done, Executive, KernelMode, FALSE, nullptr);
        EXPECT_EQ(shared->processed, 2 * kEntries);
        EXPECT_FALSE(KeInsertDeviceQueue(&shared->queue, &shared->entries[0][0]));
        ExFreePool(shared);
    }));
}

// --- DPCs and timers -----------------------------------------------------------------------------

using DpcQueues = BothModes;
INSTANTIATE_IN_BOTH_MODES(DpcQueues);

LARGE_INTEGER relative(LONGLONG milliseconds)
{
    LARGE_INTEGER time;
    time.QuadPart = -milliseconds * 10'000;
    return time;
}

NTSTATUS poll(void *object)
{
    LARGE_INTEGER zero;
    zero.QuadPart = 0;
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &zero);
}

NTSTATUS wait(void *object)
{
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, nullptr);
}

template <class Condition>
void until(Condition condition)
{
    LARGE_INTEGER interval = relative(1);
    for (int i = 0; i < 5000 && !condition(); i++)
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    EXPECT_TRUE(condition());
}

struct Seen {
    std::atomic<int> runs = 0;
    KSPIN_LOCK lock = 0;
    PVOID argument1 = nullptr;
    PVOID argument2 = nullptr;
};

VOID NTAPI record(PKDPC, PVOID context, PVOID argument1, PVOID argument2)
{
    auto &seen = *static_cast<Seen *>(context);
    seen.argument1 = argument1;
    seen.argument2 = argument2;
    seen.runs++;
}

TEST(CoalescableTimerTest, ExpiresWithinItsTolerance)
{
    OPENKMDF_TESTS(KeSetCoalescableTimer);
    TestMachine pc;
    constexpr std::int64_t kMillisecond = 10'000;
    Seen seen;
    KDPC dpc;
    KTIMER timer;
    const auto set = [&](ULONG period, ULONG tolerance, bool queued) {
        EXPECT_TRUE(pc.run([&] {
            EXPECT_EQ(KeSetCoalescableTimer(&timer, relative(100), period, tolerance, &dpc),
                      queued);
            EXPECT_FALSE(KeReadStateTimer(&timer));
        }));
        seen.runs = 0;
    };
    EXPECT_TRUE(pc.run([&] {
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimer(&timer);
    }));
    set(0, 32, false);
    pc.advance(60 * kMillisecond);
    set(0, 32, true);  // begins anew
    pc.advance(99 * kMillisecond);
    EXPECT_EQ(seen.runs, 0);
    pc.advance(33 * kMillisecond);
    EXPECT_EQ(seen.runs, 1);
    EXPECT_TRUE(pc.run([&] { EXPECT_TRUE(KeReadStateTimer(&timer)); }));
    pc.advance(1000 * kMillisecond);
    EXPECT_EQ(seen.runs, 1) << "no period";
    set(50, 10, false);
    pc.advance((100 + 10 * 50) * kMillisecond);
    EXPECT_GE(seen.runs, 9);  // at most 60 ms apart, the first one at 110 ms at the latest
    EXPECT_LE(seen.runs, 13);
    set(50, 0, true);  // without tolerance it is KeSetTimerEx
    pc.advance(99 * kMillisecond);
    EXPECT_EQ(seen.runs, 0);
    pc.advance(501 * kMillisecond);
    EXPECT_EQ(seen.runs, 11);
    EXPECT_TRUE(pc.run([&] { EXPECT_TRUE(KeCancelTimer(&timer)); }));
}

TEST_P(DpcQueues, TheTypeOfATimerDecidesWhomItReleases)
{
    OPENKMDF_TESTS(KeInitializeTimerEx);
    EXPECT_TRUE(pc.run([] {
        for (TIMER_TYPE type : {NotificationTimer, SynchronizationTimer}) {
            KTIMER timer;
            std::memset(static_cast<void *>(&timer), 0xA5, sizeof timer);
            KeInitializeTimerEx(&timer, type);
            EXPECT_FALSE(KeReadStateTimer(&timer));
            EXPECT_FALSE(KeSetTimer(&timer, relative(1), nullptr));
            EXPECT_EQ(wait(&timer), STATUS_SUCCESS);
            EXPECT_EQ(KeReadStateTimer(&timer), type == NotificationTimer);
            EXPECT_EQ(poll(&timer), type == NotificationTimer ? STATUS_SUCCESS : STATUS_TIMEOUT);
        }
    }));
}

TEST_P(DpcQueues, AThreadedDpcRunsAtPassiveOrDispatchLevel)
{
    OPENKMDF_TESTS(KeInitializeThreadedDpc, KeAcquireSpinLockForDpc, KeReleaseSpinLockForDpc);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        std::memset(static_cast<void *>(&dpc), 0xA5, sizeof dpc);
        const auto routine = [](PKDPC own, PVOID context, PVOID argument1, PVOID argument2) NTAPI {
            auto &seen = *static_cast<Seen *>(context);
            const KIRQL before = KeGetCurrentIrql();
            EXPECT_TRUE(before == PASSIVE_LEVEL || before == DISPATCH_LEVEL);
            const KIRQL old = KeAcquireSpinLockForDpc(&seen.lock);
            EXPECT_EQ(old, before);
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            KeReleaseSpinLockForDpc(&seen.lock, old);
            EXPECT_EQ(KeGetCurrentIrql(), before);
            record(own, context, argument1, argument2);
        };
        KeInitializeThreadedDpc(&dpc, routine, &seen);
        int one, two;
        EXPECT_TRUE(KeInsertQueueDpc(&dpc, &one, &two));
        until([&] { return seen.runs == 1; });
        EXPECT_EQ(seen.argument1, &one);
        EXPECT_EQ(seen.argument2, &two);
        KeFlushQueuedDpcs();
    }));
}

TEST_P(DpcQueues, RemovingADpcTakesItOffTheQueue)
{
    OPENKMDF_TESTS(KeRemoveQueueDpcEx);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KeInitializeDpc(&dpc, record, &seen);
        for (BOOLEAN wait_for_it : {FALSE, TRUE}) {
            EXPECT_FALSE(KeRemoveQueueDpcEx(&dpc, wait_for_it)) << "not queued";
            const KIRQL old = KeRaiseIrqlToDpcLevel();
            KeInsertQueueDpc(&dpc, nullptr, nullptr);
            EXPECT_TRUE(KeRemoveQueueDpcEx(&dpc, wait_for_it));
            KeLowerIrql(old);
        }
        EXPECT_EQ(seen.runs, 0);
    }));
}

TEST_P(DpcQueues, RemovingADpcWaitsForOneThatRuns)
{
    OPENKMDF_TESTS(KeRemoveQueueDpcEx);
    for (std::uint64_t seed = 0; seed < 5; seed++) {
        // The DPC and the thread run in turns.
        TestMachine machine(
            {.mode = GetParam(), .strategy = scheduler::StrategyKind::Random, .seed = seed});
        EXPECT_TRUE(machine.run([] {
            struct Running {
                std::atomic<int> started = 0, done = 0;
            } running;
            KDPC dpc;
            const auto routine = [](PKDPC, PVOID context, PVOID, PVOID) NTAPI {
                auto &own = *static_cast<Running *>(context);
                own.started = 1;
                for (int i = 0; i < 50; i++) KeStallExecutionProcessor(10);
                own.done = 1;
            };
            KeInitializeDpc(&dpc, routine, &running);
            const KIRQL old = KeRaiseIrqlToDpcLevel();
            KeSetTargetProcessorDpc(&dpc, static_cast<CCHAR>(1 - KeGetCurrentProcessorNumber()));
            KeSetImportanceDpc(&dpc, HighImportance);
            KeInsertQueueDpc(&dpc, nullptr, nullptr);
            while (!running.started) ke::point(scheduler::Point::Yield);
            EXPECT_FALSE(KeRemoveQueueDpcEx(&dpc, TRUE));
            EXPECT_EQ(running.done, 1);
            KeLowerIrql(old);
            KeFlushQueuedDpcs();
        }));
    }
}

TEST_P(DpcQueues, TheDpcWatchdogIsAskedAtDispatchLevel)
{
    OPENKMDF_TESTS(KeQueryDpcWatchdogInformation);
    EXPECT_TRUE(pc.run([] {
        const auto query = [](PKDPC, PVOID, PVOID, PVOID) NTAPI {
            KDPC_WATCHDOG_INFORMATION information;
            std::memset(&information, 0xA5, sizeof information);
            EXPECT_EQ(KeQueryDpcWatchdogInformation(&information), STATUS_SUCCESS);
            // What is left of a limit is no more than the limit; no limit is zero.
            EXPECT_LE(information.DpcTimeCount, information.DpcTimeLimit);
            EXPECT_LE(information.DpcWatchdogCount, information.DpcWatchdogLimit);
            EXPECT_NE(information.DpcTimeLimit, 0xA5A5'A5A5);
            EXPECT_NE(information.DpcWatchdogLimit, 0xA5A5'A5A5);
        };
        KDPC_WATCHDOG_INFORMATION information;
        EXPECT_EQ(KeQueryDpcWatchdogInformation(&information), STATUS_UNSUCCESSFUL);
        KDPC dpc;
        KeInitializeDpc(&dpc, query, nullptr);
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        query(nullptr, nullptr, nullptr, nullptr);
        KeLowerIrql(old);
    }));
}

// Far beyond what the system allows a DPC.
TEST(DpcQueueTest, WorkThatStaysAtDispatchLevelShouldYieldInTheEnd)
{
    OPENKMDF_TESTS(KeShouldYieldProcessor);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_FALSE(KeShouldYieldProcessor()) << "it has just begun";
        int milliseconds = 0;
        for (; milliseconds < 130'000 && !KeShouldYieldProcessor(); milliseconds += 10)
            KeStallExecutionProcessor(10'000);
        EXPECT_LT(milliseconds, 130'000);
        KeLowerIrql(old);
    }));
}

// --- Bugchecks -----------------------------------------------------------------------------------

struct Callbacks {
    KBUGCHECK_CALLBACK_RECORD plain[2];
    KBUGCHECK_REASON_CALLBACK_RECORD reason[2];
    UCHAR component[5];
    int plain_calls, reason_calls;
} callbacks;

using BugcheckCallbacks = BothModes;
INSTANTIATE_IN_BOTH_MODES(BugcheckCallbacks);

TEST_P(BugcheckCallbacks, RunUnlessDeregistered)
{
    OPENKMDF_TESTS(KeRegisterBugCheckCallback, KeDeregisterBugCheckCallback,
                   KeRegisterBugCheckReasonCallback, KeDeregisterBugCheckReasonCallback,
                   KeBugCheck);
    callbacks = {};
    std::memcpy(callbacks.component, "Test", 5);
    const auto plain = [](PVOID buffer, ULONG length) NTAPI {
        EXPECT_EQ(buffer, &callbacks);
        EXPECT_EQ(length, 7u);
        callbacks.plain_calls++;
    };
    const auto reason = [](KBUGCHECK_CALLBACK_REASON why, PKBUGCHECK_REASON_CALLBACK_RECORD record,
                           PVOID data, ULONG length) NTAPI {
        EXPECT_EQ(why, KbCallbackSecondaryDumpData);
        EXPECT_EQ(record, &callbacks.reason[0]);
        EXPECT_TRUE(data);
        EXPECT_EQ(length, sizeof(KBUGCHECK_SECONDARY_DUMP_DATA));
        EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
        callbacks.reason_calls++;
    };
    const BugcheckRecord &record = pc.stops([&] {
        for (auto &one : callbacks.plain) {
            KeInitializeCallbackRecord(&one);
            EXPECT_FALSE(KeDeregisterBugCheckCallback(&one));
            EXPECT_TRUE(
                KeRegisterBugCheckCallback(&one, plain, &callbacks, 7, callbacks.component));
            EXPECT_FALSE(
                KeRegisterBugCheckCallback(&one, plain, &callbacks, 7, callbacks.component));
        }
        EXPECT_TRUE(KeDeregisterBugCheckCallback(&callbacks.plain[1]));
        EXPECT_FALSE(KeDeregisterBugCheckCallback(&callbacks.plain[1]));
        for (auto &one : callbacks.reason) {
            const auto add = [&](KBUGCHECK_CALLBACK_REASON why) {
                return KeRegisterBugCheckReasonCallback(&one, reason, why, callbacks.component);
            };
            KeInitializeCallbackRecord(&one);
            EXPECT_FALSE(KeDeregisterBugCheckReasonCallback(&one));
            EXPECT_FALSE(add(KbCallbackInvalid));
            EXPECT_TRUE(add(KbCallbackSecondaryDumpData));
            EXPECT_FALSE(add(KbCallbackSecondaryDumpData));
        }
        EXPECT_TRUE(KeDeregisterBugCheckReasonCallback(&callbacks.reason[1]));
        EXPECT_FALSE(KeDeregisterBugCheckReasonCallback(&callbacks.reason[1]));
        KeBugCheck(0xE0001234);
    });
    EXPECT_EQ(record.code, 0xE0001234u);
    for (std::uint64_t parameter : record.parameters) EXPECT_EQ(parameter, 0u);
    EXPECT_EQ(callbacks.plain_calls, 1);
    EXPECT_EQ(callbacks.reason_calls, 1);
}

}  // namespace
}  // namespace openkmdf::executive
