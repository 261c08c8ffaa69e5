#include "executive/ke/dpc.h"

#include "executive/ke/entry_guard.h"
#include "executive/ke/work_item.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <atomic>

namespace openkmdf::executive {
namespace {

struct Seen {
    std::atomic<int> runs = 0;
    std::atomic<int> irql = -1;
    std::atomic<ULONG> processor = ~0u;
    PVOID argument1 = nullptr;
    PVOID argument2 = nullptr;
};

VOID NTAPI record(PKDPC, PVOID context, PVOID argument1, PVOID argument2)
{
    auto &seen = *static_cast<Seen *>(context);
    seen.irql = KeGetCurrentIrql();
    seen.processor = KeGetCurrentProcessorNumber();
    seen.argument1 = argument1;
    seen.argument2 = argument2;
    EXPECT_TRUE(KeIsExecutingDpc());
    ++seen.runs;
}

void wait_until(const std::atomic<int> &count, int wanted)
{
    LARGE_INTEGER interval;
    interval.QuadPart = -10'000;
    for (int i = 0; i < 5000 && count < wanted; i++)
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    EXPECT_GE(count, wanted);
}

using Dpcs = BothModes;
INSTANTIATE_IN_BOTH_MODES(Dpcs);

TEST_P(Dpcs, BelowDispatchLevelRunsAtOnce)
{
    OPENKMDF_TESTS(KeInitializeDpc, KeInsertQueueDpc, KeIsExecutingDpc, KeGetCurrentIrql);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KeInitializeDpc(&dpc, record, &seen);
        int one, two;
        EXPECT_TRUE(KeInsertQueueDpc(&dpc, &one, &two));
        EXPECT_EQ(seen.runs, 1);
        EXPECT_EQ(seen.irql, DISPATCH_LEVEL);
        EXPECT_EQ(seen.argument1, &one);
        EXPECT_EQ(seen.argument2, &two);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_FALSE(KeIsExecutingDpc());
    }));
}

TEST_P(Dpcs, AtDispatchLevelRunsWhenTheIrqlDrops)
{
    OPENKMDF_TESTS(KeInsertQueueDpc, KeRemoveQueueDpc, KeRaiseIrqlToDpcLevel, KeLowerIrql);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KeInitializeDpc(&dpc, record, &seen);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_TRUE(KeInsertQueueDpc(&dpc, nullptr, nullptr));
        EXPECT_FALSE(KeInsertQueueDpc(&dpc, nullptr, nullptr));
        EXPECT_EQ(seen.runs, 0);
        EXPECT_TRUE(KeRemoveQueueDpc(&dpc));
        EXPECT_FALSE(KeRemoveQueueDpc(&dpc));
        EXPECT_TRUE(KeInsertQueueDpc(&dpc, nullptr, nullptr));
        KeLowerIrql(old);
        EXPECT_EQ(seen.runs, 1);
    }));
}

TEST_P(Dpcs, ATargetProcessorRunsIt)
{
    OPENKMDF_TESTS(KeSetTargetProcessorDpc, KeFlushQueuedDpcs, KeGetCurrentProcessorNumber);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KeInitializeDpc(&dpc, record, &seen);
        const ULONG other = 1 - KeGetCurrentProcessorNumber();
        KeSetTargetProcessorDpc(&dpc, static_cast<CCHAR>(other));
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        KeFlushQueuedDpcs();
        EXPECT_EQ(seen.runs, 1);
        EXPECT_EQ(seen.processor, other);
    }));
}

TEST_P(Dpcs, HighImportanceComesFirst)
{
    OPENKMDF_TESTS(KeSetImportanceDpc);
    EXPECT_TRUE(pc.run([] {
        static std::atomic<int> order;
        order = 0;
        auto note = [](PKDPC, PVOID context, PVOID, PVOID)
                        NTAPI { *static_cast<int *>(context) = ++order; };
        int first = 0, second = 0;
        KDPC normal, high;
        KeInitializeDpc(&normal, note, &first);
        KeInitializeDpc(&high, note, &second);
        KeSetImportanceDpc(&high, HighImportance);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        KeInsertQueueDpc(&normal, nullptr, nullptr);
        KeInsertQueueDpc(&high, nullptr, nullptr);
        KeLowerIrql(old);
        EXPECT_EQ(second, 1);
        EXPECT_EQ(first, 2);
    }));
}

// One of low importance is not begun with at once ("KeSetImportanceDpc"); all others are.
TEST(DpcTest, OnlyLowImportanceMayWait)
{
    OPENKMDF_TESTS(KeSetImportanceDpc, KeFlushQueuedDpcs);
    unsigned waited[HighImportance + 2] = {};
    for (std::uint64_t seed = 0; seed < 20; seed++) {
        TestMachine pc{{.strategy = scheduler::StrategyKind::Random, .seed = seed}};
        EXPECT_TRUE(pc.run([&] {
            for (auto importance :
                 {LowImportance, MediumImportance, MediumHighImportance, HighImportance}) {
                Seen seen;
                KDPC dpc;
                KeInitializeDpc(&dpc, record, &seen);
                KeSetImportanceDpc(&dpc, importance);
                KeInsertQueueDpc(&dpc, nullptr, nullptr);
                waited[importance] += seen.runs == 0;
                KeFlushQueuedDpcs();
                EXPECT_EQ(seen.runs, 1);
            }
        })) << pc->bugcheck.message;
    }
    EXPECT_GT(waited[LowImportance], 0u);
    EXPECT_LT(waited[LowImportance], 20u);
    EXPECT_EQ(waited[MediumImportance], 0u);
    EXPECT_EQ(waited[MediumHighImportance], 0u);
    EXPECT_EQ(waited[HighImportance], 0u);
}

TEST_P(Dpcs, ADpcThatKeepsASpinLockIsNamed)
{
    const BugcheckRecord &report = pc.stops([] {
        static KSPIN_LOCK lock;
        lock = 0;
        KDPC dpc;
        KeInitializeDpc(
            &dpc, [](PKDPC, PVOID, PVOID, PVOID) NTAPI { KeAcquireSpinLockAtDpcLevel(&lock); },
            nullptr);
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
    });
    EXPECT_EQ(report.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(report.parameters[0], 0x00040009u);
}

TEST_P(Dpcs, ADpcMayNotBlock)
{
    OPENKMDF_TESTS(KeDelayExecutionThread);
    const BugcheckRecord &report = pc.stops([] {
        KDPC dpc;
        KeInitializeDpc(
            &dpc,
            [](PKDPC, PVOID, PVOID, PVOID) NTAPI {
                LARGE_INTEGER interval;
                interval.QuadPart = -10;
                KeDelayExecutionThread(KernelMode, FALSE, &interval);
            },
            nullptr);
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
    });
    EXPECT_EQ(report.code, ATTEMPTED_SWITCH_FROM_DPC);
}

TEST_P(Dpcs, AnUninitializedDpcIsNamed)
{
    const BugcheckRecord &report = pc.stops([] {
        KDPC dpc = {};
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
    });
    EXPECT_EQ(report.code, TIMER_OR_DPC_INVALID);
    EXPECT_EQ(report.parameters[0], 1u);
}

using Timers = BothModes;
INSTANTIATE_IN_BOTH_MODES(Timers);

LARGE_INTEGER relative(LONGLONG milliseconds)
{
    LARGE_INTEGER time;
    time.QuadPart = -milliseconds * 10'000;
    return time;
}

TEST_P(Timers, ExpiryRunsTheDpcAndEndsWaits)
{
    OPENKMDF_TESTS(KeInitializeTimer, KeSetTimer, KeReadStateTimer, KeCancelTimer);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KTIMER timer;
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimer(&timer);
        EXPECT_FALSE(KeSetTimer(&timer, relative(1), &dpc));
        EXPECT_FALSE(KeReadStateTimer(&timer));
        EXPECT_EQ(KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, nullptr),
                  STATUS_SUCCESS);
        EXPECT_TRUE(KeReadStateTimer(&timer));
        wait_until(seen.runs, 1);
        EXPECT_EQ(seen.irql, DISPATCH_LEVEL);
        EXPECT_FALSE(KeCancelTimer(&timer));
    }));
}

TEST_P(Timers, CancelledOnesDoNotExpire)
{
    OPENKMDF_TESTS(KeSetTimer, KeCancelTimer);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KTIMER timer;
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimer(&timer);
        KeSetTimer(&timer, relative(20), &dpc);
        EXPECT_TRUE(KeSetTimer(&timer, relative(30), &dpc));
        EXPECT_TRUE(KeCancelTimer(&timer));
        LARGE_INTEGER interval = relative(40);
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
        EXPECT_EQ(seen.runs, 0);
    }));
}

TEST_P(Timers, PeriodicOnesRepeatUntilCancelled)
{
    OPENKMDF_TESTS(KeInitializeTimerEx, KeSetTimerEx, KeCancelTimer);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KTIMER timer;
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimerEx(&timer, SynchronizationTimer);
        KeSetTimerEx(&timer, relative(1), 2, &dpc);
        wait_until(seen.runs, 3);
        EXPECT_TRUE(KeCancelTimer(&timer));
        KeFlushQueuedDpcs();
    }));
}

TEST_P(Timers, APastDueTimeExpiresAtOnce)
{
    OPENKMDF_TESTS(KeSetTimer);
    EXPECT_TRUE(pc.run([] {
        Seen seen;
        KDPC dpc;
        KTIMER timer;
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimer(&timer);
        LARGE_INTEGER past;
        past.QuadPart = 1;
        KeSetTimer(&timer, past, &dpc);
        EXPECT_TRUE(KeReadStateTimer(&timer));
        EXPECT_EQ(seen.runs, 1);
    }));
}

TEST(TimerTest, VirtualTimeIsExact)
{
    OPENKMDF_TESTS(KeSetTimerEx);
    TestMachine pc;
    Seen seen;
    KDPC dpc;
    KTIMER timer;
    EXPECT_TRUE(pc.run([&] {
        KeInitializeDpc(&dpc, record, &seen);
        KeInitializeTimer(&timer);
        KeSetTimerEx(&timer, relative(10), 10, &dpc);
    }));
    pc.advance(9 * 10'000);
    EXPECT_EQ(seen.runs, 0);
    pc.advance(10'000);
    EXPECT_EQ(seen.runs, 1);
    pc.advance(50 * 10'000);
    EXPECT_EQ(seen.runs, 6);
    EXPECT_TRUE(pc.run([&] { KeCancelTimer(&timer); }));
}

using WorkItems = BothModes;
INSTANTIATE_IN_BOTH_MODES(WorkItems);

struct Work {
    WORK_QUEUE_ITEM item;
    std::atomic<int> runs = 0;
    std::atomic<int> irql = -1;
};

VOID NTAPI run_work(PVOID context)
{
    auto &work = *static_cast<Work *>(context);
    work.irql = KeGetCurrentIrql();
    ++work.runs;
}

TEST_P(WorkItems, RunAtPassiveLevelThoughQueuedAtDispatchLevel)
{
    OPENKMDF_TESTS(ExQueueWorkItem);
    EXPECT_TRUE(pc.run([] {
        Work work[20];
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        for (Work &one : work) {
            ExInitializeWorkItem(&one.item, run_work, &one);
            ExQueueWorkItem(&one.item, DelayedWorkQueue);
        }
        KeLowerIrql(old);
        for (Work &one : work) {
            wait_until(one.runs, 1);
            EXPECT_EQ(one.irql, PASSIVE_LEVEL);
        }
    }));
}

// A worker may have found work, ended it and have been called again before whoever started it goes
// on.
TEST(WorkItemTest, GoBetweenTheQueuesFromTheirFirstWorkersOn)
{
    struct Rover {
        WORK_QUEUE_ITEM item;
        KEVENT done;
        int left = 12;
        static void NTAPI run(PVOID context)
        {
            auto &own = *static_cast<Rover *>(context);
            constexpr WORK_QUEUE_TYPE kQueues[] = {DelayedWorkQueue, CriticalWorkQueue,
                                                   HyperCriticalWorkQueue};
            if (--own.left) ExQueueWorkItem(&own.item, kQueues[own.left % 3]);
            else KeSetEvent(&own.done, IO_NO_INCREMENT, FALSE);
        }
    };
    for (int round = 0; round < 60; round++) {
        TestMachine pc(scheduler::Mode::Threaded);
        ASSERT_TRUE(pc.run([] {
            Rover rovers[4];
            for (Rover &rover : rovers) {
                KeInitializeEvent(&rover.done, NotificationEvent, FALSE);
                ExInitializeWorkItem(&rover.item, Rover::run, &rover);
                ExQueueWorkItem(&rover.item, DelayedWorkQueue);
            }
            for (Rover &rover : rovers)
                KeWaitForSingleObject(&rover.done, Executive, KernelMode, FALSE, nullptr);
        })) << pc.kernel().bugcheck.message;
    }
}

TEST_P(WorkItems, OneThatBlocksDoesNotStopOthers)
{
    EXPECT_TRUE(pc.run([] {
        struct Blocked {
            WORK_QUEUE_ITEM item;
            KEVENT go;
            std::atomic<int> done = 0;
        } blocked;
        KeInitializeEvent(&blocked.go, NotificationEvent, FALSE);
        ExInitializeWorkItem(
            &blocked.item,
            [](PVOID context) NTAPI {
                auto &self = *static_cast<Blocked *>(context);
                KeWaitForSingleObject(&self.go, Executive, KernelMode, FALSE, nullptr);
                self.done = 1;
            },
            &blocked);
        ExQueueWorkItem(&blocked.item, DelayedWorkQueue);
        Work work;
        ExInitializeWorkItem(&work.item, run_work, &work);
        ExQueueWorkItem(&work.item, DelayedWorkQueue);
        wait_until(work.runs, 1);
        EXPECT_EQ(blocked.done, 0);
        KeSetEvent(&blocked.go, IO_NO_INCREMENT, FALSE);
        wait_until(blocked.done, 1);
    }));
}

TEST_P(WorkItems, QueuedTwiceIsABugcheck)
{
    OPENKMDF_TESTS(ExQueueWorkItem);
    const BugcheckRecord &report = pc.stops([] {
        static Work work;
        ExInitializeWorkItem(&work.item, run_work, &work);
        KeRaiseIrqlToDpcLevel();
        work.item.List.Flink = &work.item.List;
        ExQueueWorkItem(&work.item, DelayedWorkQueue);
    });
    EXPECT_EQ(report.code, WORKER_INVALID);
}

TEST_P(WorkItems, ReturningAtAnotherIrqlIsABugcheck)
{
    const BugcheckRecord &report = pc.stops([] {
        static Work work;
        ExInitializeWorkItem(
            &work.item, [](PVOID) NTAPI { KfRaiseIrql(APC_LEVEL); }, nullptr);
        ExQueueWorkItem(&work.item, CriticalWorkQueue);
        LARGE_INTEGER interval = relative(1000);
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    });
    EXPECT_EQ(report.code, WORKER_THREAD_RETURNED_AT_BAD_IRQL);
    EXPECT_EQ(report.parameters[1], std::uint64_t{APC_LEVEL});
}

}  // namespace
}  // namespace openkmdf::executive
