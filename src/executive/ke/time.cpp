#include "executive/ke/ke_state.h"

#include "scheduler/scheduler.h"

// Clocks. All of them are the scheduler's: system time from its start time on, the others from
// zero.

namespace openkmdf::executive::ke {
namespace {

constexpr std::int64_t kTick = 156'250;  // 15.625 ms, the default period of the clock
constexpr ULONG kShortestTick = 5'000;
constexpr std::int64_t kCounterFrequency = 10'000'000;

std::int64_t read()
{
    std::int64_t time = scheduler::current.scheduler->read_clock();
    // Whoever reads the variable itself sees the time of the last call.
    KSYSTEM_TIME &ticks = state().tick_count;
    const std::int64_t count = time / kTick;
    const auto high = static_cast<LONG>(count >> 32);
    __atomic_store_n(&ticks.High2Time, high, __ATOMIC_RELAXED);
    __atomic_store_n(&ticks.LowPart, static_cast<ULONG>(count), __ATOMIC_RELAXED);
    __atomic_store_n(&ticks.High1Time, high, __ATOMIC_RELAXED);
    return time;
}

std::int64_t read_system_time()
{
    return scheduler::current.scheduler->options().start_time + read();
}

// Under the lock.
ULONG current_tick(const KeState &ke)
{
    return ke.clock_period ? ke.clock_period : ULONG{kTick};
}

}  // namespace

extern "C" {

VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = read_system_time();
}

VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = read_system_time();
}

ULONG64 NTAPI KeQueryInterruptTime(VOID)
{
    return static_cast<ULONG64>(read());
}

ULONG64 NTAPI KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
    const auto time = static_cast<ULONG64>(read());
    *QpcTimeStamp = time;
    return time;
}

// The machine never sleeps in this time: biased and unbiased time are the same.
ULONGLONG NTAPI KeQueryUnbiasedInterruptTime(VOID)
{
    return static_cast<ULONGLONG>(read());
}

ULONGLONG NTAPI KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
    return KeQueryInterruptTimePrecise(QpcTimeStamp);
}

VOID NTAPI KeQueryTickCount(PLARGE_INTEGER TickCount)
{
    TickCount->QuadPart = read() / kTick;
}

ULONG NTAPI KeQueryTimeIncrement(VOID)
{
    return kTick;
}

LARGE_INTEGER NTAPI KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
    if (PerformanceFrequency) PerformanceFrequency->QuadPart = kCounterFrequency;
    LARGE_INTEGER counter;
    counter.QuadPart = read();
    return counter;
}

NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(PULONG64)
{
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(ULONG64, PULONG64, PULONG64)
{
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(ULONG64, PULONG64, PULONG64)
{
    return STATUS_NOT_SUPPORTED;
}

VOID NTAPI KeStallExecutionProcessor(ULONG MicroSeconds)
{
    scheduler::current.scheduler->stall(std::int64_t{MicroSeconds} * 10);
}

VOID NTAPI ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
    *LocalTime = *SystemTime;
}

VOID NTAPI ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
    *SystemTime = *LocalTime;
}

// Bookkeeping only: every timer expires at its time.
ULONG NTAPI ExSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution)
{
    KeState &ke = state();
    scheduler::InternalGuard guard(ke.lock);
    if (SetResolution) {
        ke.clock_requests++;
        if (DesiredTime < kShortestTick) DesiredTime = kShortestTick;
        if (DesiredTime < current_tick(ke)) ke.clock_period = DesiredTime;
    } else if (ke.clock_requests && !--ke.clock_requests) {
        ke.clock_period = 0;
    }
    return current_tick(ke);
}

VOID NTAPI ExQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime)
{
    *MaximumTime = kTick;
    *MinimumTime = kShortestTick;
    scheduler::InternalGuard guard(state().lock);
    *CurrentTime = current_tick(state());
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
