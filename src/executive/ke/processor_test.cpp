#include "executive/exports.h"
#include "executive/ke/ke_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <ntddk.h>

#include <bit>
#include <cstring>

namespace openkmdf::executive {
namespace {

template <class Type>
Type &variable(TestMachine &pc, const char *name)
{
    return *static_cast<Type *>(find_export(pc.kernel(), name));
}

// --- Processors and nodes ------------------------------------------------------------------------

class ProcessorCounts : public testing::TestWithParam<unsigned> {
protected:
    TestMachine pc{scheduler::Options{.processors = GetParam()}};
};
INSTANTIATE_TEST_SUITE_P(, ProcessorCounts, testing::Values(1, 3, 64));

TEST_P(ProcessorCounts, CountsAndMasksAreThoseOfTheMachine)
{
    OPENKMDF_TESTS(KeQueryActiveProcessorCount, KeQueryActiveProcessorCountEx,
                   KeQueryActiveProcessors, KeQueryGroupAffinity, KeQueryMaximumProcessorCount,
                   KeQueryMaximumProcessorCountEx, KeQueryActiveGroupCount,
                   KeQueryMaximumGroupCount, KeNumberProcessors);
    EXPECT_TRUE(pc.run([&] {
        const ULONG count = GetParam();
        KAFFINITY mask = 0;
        EXPECT_EQ(KeQueryActiveProcessorCount(&mask), count);
        EXPECT_EQ(std::popcount(mask), static_cast<int>(count));
        EXPECT_EQ(KeQueryActiveProcessorCount(nullptr), count);
        EXPECT_EQ(KeQueryActiveProcessors(), mask);
        EXPECT_EQ(KeQueryActiveProcessorCountEx(0), count);
        EXPECT_EQ(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS), count);
        EXPECT_EQ(KeQueryGroupAffinity(0), mask);
        EXPECT_EQ(KeQueryActiveGroupCount(), 1u);
        EXPECT_EQ(KeQueryActiveProcessorCountEx(KeQueryMaximumGroupCount()), 0u);
        EXPECT_EQ(KeQueryGroupAffinity(KeQueryMaximumGroupCount()), 0u);
        // No processor is added to a machine that runs.
        EXPECT_EQ(KeQueryMaximumGroupCount(), 1u);
        EXPECT_EQ(KeQueryMaximumProcessorCount(), count);
        EXPECT_EQ(KeQueryMaximumProcessorCountEx(0), count);
        EXPECT_EQ(KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS), count);
        EXPECT_EQ(static_cast<ULONG>(variable<CCHAR>(pc, "KeNumberProcessors")), count);
    }));
}

TEST_P(ProcessorCounts, TheNodesHoldEachProcessorOnce)
{
    OPENKMDF_TESTS(KeQueryHighestNodeNumber, KeGetCurrentNodeNumber, KeQueryNodeActiveAffinity,
                   KeQueryNodeActiveProcessorCount, KeQueryNodeMaximumProcessorCount);
    EXPECT_TRUE(pc.run([] {
        const USHORT highest = KeQueryHighestNodeNumber();
        KAFFINITY all = 0;
        for (USHORT node = 0; node <= highest; node++) {
            GROUP_AFFINITY affinity;
            std::memset(&affinity, 0xA5, sizeof affinity);
            USHORT count = 0xA5A5;
            KeQueryNodeActiveAffinity(node, &affinity, &count);
            EXPECT_EQ(affinity.Group, 0u);
            EXPECT_EQ(std::popcount(affinity.Mask), count);
            EXPECT_EQ(all & affinity.Mask, 0u);
            all |= affinity.Mask;
            EXPECT_EQ(KeQueryNodeActiveProcessorCount(node), count);
            EXPECT_GE(KeQueryNodeMaximumProcessorCount(node), count);
            EXPECT_LE(KeQueryNodeMaximumProcessorCount(node), KeQueryMaximumProcessorCountEx(0));
            USHORT only_count = 0;
            KeQueryNodeActiveAffinity(node, nullptr, &only_count);
            EXPECT_EQ(only_count, count);
        }
        EXPECT_EQ(all, KeQueryActiveProcessors());
        EXPECT_LE(KeGetCurrentNodeNumber(), highest);
        GROUP_AFFINITY own;
        KeQueryNodeActiveAffinity(KeGetCurrentNodeNumber(), &own, nullptr);
        EXPECT_TRUE(own.Mask >> KeGetCurrentProcessorNumberEx(nullptr) & 1);
        EXPECT_EQ(KeQueryNodeActiveProcessorCount(highest + 1), 0u);
    }));
}

TEST_P(ProcessorCounts, NumbersAndIndexesNameEachProcessor)
{
    OPENKMDF_TESTS(KeGetProcessorIndexFromNumber, KeGetProcessorNumberFromIndex,
                   KeGetCurrentProcessorNumberEx, KeSetTargetProcessorDpcEx);
    EXPECT_TRUE(pc.run([] {
        struct Ran {
            PROCESSOR_NUMBER number;
            ULONG index;
        } ran;
        const auto routine = [](PKDPC, PVOID context, PVOID, PVOID) NTAPI {
            auto &own = *static_cast<Ran *>(context);
            own.index = KeGetCurrentProcessorNumberEx(&own.number);
            EXPECT_EQ(KeGetCurrentProcessorNumberEx(nullptr), own.index);
        };
        KDPC dpc;
        KeInitializeDpc(&dpc, routine, &ran);
        PROCESSOR_NUMBER number = {};
        for (ULONG i = 0; i < GetParam(); i++) {
            std::memset(&number, 0xA5, sizeof number);
            EXPECT_EQ(KeGetProcessorNumberFromIndex(i, &number), STATUS_SUCCESS);
            EXPECT_EQ(KeGetProcessorIndexFromNumber(&number), i);
            EXPECT_EQ(KeSetTargetProcessorDpcEx(&dpc, &number), STATUS_SUCCESS);
            KeInsertQueueDpc(&dpc, nullptr, nullptr);
            KeFlushQueuedDpcs();
            EXPECT_EQ(ran.index, i);
            EXPECT_EQ(std::memcmp(&ran.number, &number, sizeof number), 0);
        }
        const PROCESSOR_NUMBER last = number;
        EXPECT_EQ(KeGetProcessorNumberFromIndex(GetParam(), &number), STATUS_INVALID_PARAMETER);
        for (PROCESSOR_NUMBER wrong :
             {PROCESSOR_NUMBER{1, 0, 0}, PROCESSOR_NUMBER{0, static_cast<UCHAR>(GetParam()), 0}}) {
            EXPECT_EQ(KeGetProcessorIndexFromNumber(&wrong), INVALID_PROCESSOR_INDEX);
            EXPECT_EQ(KeSetTargetProcessorDpcEx(&dpc, &wrong), STATUS_INVALID_PARAMETER);
        }
        ran = {};
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        KeFlushQueuedDpcs();
        EXPECT_EQ(ran.number.Number, last.Number) << "a wrong target changes nothing";
    }));
}

using Processors = BothModes;
INSTANTIATE_IN_BOTH_MODES(Processors);

TEST_P(Processors, SharedDataIsAlignedToCacheLines)
{
    OPENKMDF_TESTS(KeGetRecommendedSharedDataAlignment);
    EXPECT_TRUE(pc.run([] {
        const ULONG alignment = KeGetRecommendedSharedDataAlignment();
        EXPECT_TRUE(std::has_single_bit(alignment));
        EXPECT_GE(alignment, 64u) << "less than a cache line of x64";
    }));
}

TEST_P(Processors, RaisingReturnsTheIrqlBefore)
{
    OPENKMDF_TESTS(KfRaiseIrql, KeRaiseIrqlToSynchLevel);
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(KfRaiseIrql(APC_LEVEL), PASSIVE_LEVEL);
        EXPECT_EQ(KfRaiseIrql(DISPATCH_LEVEL), APC_LEVEL);
        EXPECT_EQ(KfRaiseIrql(DISPATCH_LEVEL), DISPATCH_LEVEL) << "the same one is allowed";
        EXPECT_EQ(KeRaiseIrqlToSynchLevel(), DISPATCH_LEVEL);
        // Above every device's on x64.
        EXPECT_EQ(KeGetCurrentIrql(), 12u);
        EXPECT_EQ(KfRaiseIrql(HIGH_LEVEL), 12u);
        EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
        KeLowerIrql(PASSIVE_LEVEL);
    }));
    TestMachine above(GetParam());
    const BugcheckRecord &record = above.stops([] {
        KfRaiseIrql(HIGH_LEVEL);
        KeRaiseIrqlToSynchLevel();
    });
    EXPECT_EQ(record.code, IRQL_NOT_GREATER_OR_EQUAL);
}

// --- Clocks --------------------------------------------------------------------------------------

using Clocks = BothModes;
INSTANTIATE_IN_BOTH_MODES(Clocks);

LARGE_INTEGER after(LONGLONG duration)
{
    LARGE_INTEGER time;
    time.QuadPart = -duration;
    return time;
}

TEST_P(Clocks, InterruptTimesAreOneClock)
{
    OPENKMDF_TESTS(KeQueryInterruptTime, KeQueryInterruptTimePrecise, KeQueryUnbiasedInterruptTime,
                   KeQueryUnbiasedInterruptTimePrecise, KeQueryPerformanceCounter);
    EXPECT_TRUE(pc.run([] {
        LARGE_INTEGER frequency;
        ULONG64 before = static_cast<ULONG64>(KeQueryPerformanceCounter(&frequency).QuadPart);
        EXPECT_GE(frequency.QuadPart, 1'000'000) << "less than a microsecond's resolution";
        ULONG64 last = KeQueryInterruptTime();
        // In turn: none of them is ahead of or behind the others.
        for (int i = 0; i < 20; i++) {
            ULONG64 stamp = 0;
            const ULONG64 time = i % 4 == 0   ? KeQueryInterruptTimePrecise(&stamp)
                                 : i % 4 == 1 ? KeQueryUnbiasedInterruptTime()
                                 : i % 4 == 2 ? KeQueryUnbiasedInterruptTimePrecise(&stamp)
                                              : KeQueryInterruptTime();
            EXPECT_GE(time, last);
            last = time;
            const auto now = static_cast<ULONG64>(KeQueryPerformanceCounter(nullptr).QuadPart);
            EXPECT_LE(before, now);
            if (i % 2 == 0) {
                EXPECT_LE(before, stamp);
                EXPECT_GE(now, stamp);
            }
            before = now;
            LARGE_INTEGER interval = after(1'000);
            KeDelayExecutionThread(KernelMode, FALSE, &interval);
            EXPECT_GE(KeQueryInterruptTime() - time, 1'000u);
        }
    }));
}

TEST(ClockTest, VirtualTimeMovesAllClocks)
{
    OPENKMDF_TESTS(KeQueryInterruptTime, KeQueryPerformanceCounter, KeQuerySystemTime,
                   KeQuerySystemTimePrecise, KeQueryTickCount);
    TestMachine pc;
    struct Times {
        LARGE_INTEGER system, precise, counter, frequency, ticks;
        ULONG64 interrupt;
        void read()
        {
            KeQuerySystemTime(&system);
            KeQuerySystemTimePrecise(&precise);
            counter = KeQueryPerformanceCounter(&frequency);
            KeQueryTickCount(&ticks);
            interrupt = KeQueryInterruptTime();
        }
    } first, second;
    constexpr LONGLONG kSecond = 10'000'000;
    EXPECT_TRUE(pc.run([&] { first.read(); }));
    EXPECT_LT(first.interrupt, ULONG64{kSecond}) << "it begins with zero";
    pc.advance(100 * kSecond);
    EXPECT_TRUE(pc.run([&] { second.read(); }));
    // Reading a clock moves time by a little.
    const auto is_near = [](LONGLONG value, LONGLONG wanted) {
        EXPECT_GE(value, wanted);
        EXPECT_LT(value, wanted + 1000);
    };
    is_near(second.system.QuadPart - first.system.QuadPart, 100 * kSecond);
    is_near(second.precise.QuadPart - first.precise.QuadPart, 100 * kSecond);
    is_near(static_cast<LONGLONG>(second.interrupt - first.interrupt), 100 * kSecond);
    EXPECT_NEAR(static_cast<double>(second.counter.QuadPart - first.counter.QuadPart) /
                    static_cast<double>(second.frequency.QuadPart),
                100.0, 0.001);
    EXPECT_NEAR(static_cast<double>(second.ticks.QuadPart - first.ticks.QuadPart), 6400, 1);
    EXPECT_GE(first.precise.QuadPart, first.system.QuadPart);
    is_near(static_cast<LONGLONG>(first.interrupt) + pc.scheduler().options().start_time,
            first.precise.QuadPart);
}

TEST_P(Clocks, TicksAreIncrementsOfTheInterruptTime)
{
    OPENKMDF_TESTS(KeQueryTickCount, KeQueryTimeIncrement, KeTickCount);
    EXPECT_TRUE(pc.run([&] {
        const ULONG increment = KeQueryTimeIncrement();
        LONGLONG last = -1;
        for (int i = 0; i < 3; i++) {
            const ULONG64 before = KeQueryInterruptTime();
            LARGE_INTEGER ticks;
            KeQueryTickCount(&ticks);
            const KSYSTEM_TIME &exported = variable<KSYSTEM_TIME>(pc, "KeTickCount");
            EXPECT_EQ(exported.LowPart, ticks.LowPart);
            EXPECT_EQ(exported.High1Time, ticks.HighPart);
            EXPECT_EQ(exported.High2Time, ticks.HighPart);
            EXPECT_GE(static_cast<ULONG64>(ticks.QuadPart), before / increment);
            EXPECT_LE(static_cast<ULONG64>(ticks.QuadPart), KeQueryInterruptTime() / increment);
            EXPECT_GT(ticks.QuadPart, last);
            last = ticks.QuadPart;
            LARGE_INTEGER interval = after(increment + 1);
            EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
        }
    }));
}

TEST_P(Clocks, ThereIsNoAuxiliaryCounter)
{
    OPENKMDF_TESTS(KeQueryAuxiliaryCounterFrequency, KeConvertAuxiliaryCounterToPerformanceCounter,
                   KeConvertPerformanceCounterToAuxiliaryCounter);
    EXPECT_TRUE(pc.run([] {
        ULONG64 value = 0, error = 0;
        EXPECT_EQ(KeQueryAuxiliaryCounterFrequency(&value), STATUS_NOT_SUPPORTED);
        EXPECT_EQ(KeQueryAuxiliaryCounterFrequency(nullptr), STATUS_NOT_SUPPORTED);
        EXPECT_EQ(KeConvertAuxiliaryCounterToPerformanceCounter(1, &value, &error),
                  STATUS_NOT_SUPPORTED);
        EXPECT_EQ(KeConvertPerformanceCounterToAuxiliaryCounter(1, &value, nullptr),
                  STATUS_NOT_SUPPORTED);
    }));
}

TEST(ClockTest, AStallTakesAsLongAsAskedAndNotMuchLonger)
{
    OPENKMDF_TESTS(KeStallExecutionProcessor);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        for (KIRQL irql : {PASSIVE_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL}) {
            const KIRQL old = KfRaiseIrql(irql);
            for (ULONG microseconds : {1u, 50u, 1'000u}) {
                const ULONG64 before = KeQueryInterruptTime();
                KeStallExecutionProcessor(microseconds);
                const ULONG64 passed = KeQueryInterruptTime() - before;
                EXPECT_GE(passed, microseconds * 10u);
                EXPECT_LE(passed, microseconds * 10u + 10u);
            }
            KeLowerIrql(old);
        }
    }));
}

TEST_P(Clocks, ADelayEndsWhenItsTimeHasCome)
{
    OPENKMDF_TESTS(KeDelayExecutionThread);
    EXPECT_TRUE(pc.run([] {
        const KIRQL old = KfRaiseIrql(APC_LEVEL);
        const ULONG64 before = KeQueryInterruptTime();
        LARGE_INTEGER interval = after(20'000);
        EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
        EXPECT_GE(KeQueryInterruptTime() - before, 20'000u);
        KeLowerIrql(old);
        LARGE_INTEGER until, now;
        KeQuerySystemTime(&until);
        until.QuadPart += 20'000;
        EXPECT_EQ(KeDelayExecutionThread(UserMode, TRUE, &until), STATUS_SUCCESS);
        KeQuerySystemTime(&now);
        EXPECT_GE(now.QuadPart, until.QuadPart);
        // Zero and a time that is past only let others run.
        for (until.QuadPart = 0; until.QuadPart < 2; until.QuadPart++)
            EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &until), STATUS_SUCCESS);
    }));
    const BugcheckRecord &record = pc.stops([] {
        KeRaiseIrqlToDpcLevel();
        LARGE_INTEGER interval = after(10);
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
}

}  // namespace
}  // namespace openkmdf::executive
