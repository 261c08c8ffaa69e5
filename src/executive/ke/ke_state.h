#pragma once

#include "executive/dbg/print.h"
#include "executive/kernel.h"
#include "executive/rtl/version.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstdint>

// The kernel proper of one machine: processors' DPC queues, armed timers, worker threads. What
// dispatcher objects and DPCs hold is guarded by `lock`.

namespace openkmdf::executive {

namespace ke {

struct PushLockWaiter;
struct RundownWaiter;
struct TimerNode;
struct WorkQueue;

inline constexpr unsigned kMostHeldLocks = 30;

// A virtual processor's part of ke; found through Processor::executive. Belongs to whoever owns the
// processor, except the DPC queue, which KeState::lock guards.
struct KeProcessor {
    std::uint32_t held_count = 0;                    // spin locks taken and not released
    const volatile void *held[kMostHeldLocks] = {};  // in the order in which they were taken
    LIST_ENTRY dpcs = {};
    std::uint32_t dpc_count = 0;
    PKDPC running_dpc = nullptr;  // compared, not touched: a DPC may free itself
    PKDEFERRED_ROUTINE running_routine = nullptr;
    std::uint64_t interrupted_irql = 0;
    std::int64_t yield_from = 0;  // KeShouldYieldProcessor was first asked at DISPATCH_LEVEL
};

inline KeProcessor &this_processor()
{
    return *static_cast<KeProcessor *>(scheduler::current.processor->executive);
}

}  // namespace ke

struct KeState {
    scheduler::InternalLock lock;
    ke::KeProcessor *processors = nullptr;
    std::uint32_t processor_count = 0;
    ke::TimerNode *free_timers = nullptr;   // guarded by lock
    ke::TimerNode *armed_timers = nullptr;  // guarded by lock, newest first
    ke::WorkQueue *work_queues = nullptr;
    LIST_ENTRY bugcheck_callbacks = {};            // guarded by lock
    LIST_ENTRY bugcheck_reason_callbacks = {};     // guarded by lock
    LIST_ENTRY resources = {};                     // initialized ERESOURCEs; guarded by lock
    LIST_ENTRY lookaside_lists = {};               // initialized look-aside lists; guarded by lock
    ke::RundownWaiter *rundown_waiters = nullptr;  // guarded by lock
    ke::PushLockWaiter *push_lock_waiters = nullptr;  // guarded by lock, first come first
    scheduler::InternalLock slist_lock;
    std::uint64_t random_state = 0;    // of RDRAND; guarded by lock
    std::uint64_t system_threads = 0;  // running ones made by drivers; guarded by lock
    std::uint32_t stopping = 0;        // atomic: a bugcheck is being reported
    EXCEPTION_RECORD exception = {};   // of the bugcheck
    KSYSTEM_TIME tick_count = {};      // the export KeTickCount
    CCHAR number_processors = 0;       // and of the same names
    BOOLEAN debugger_enabled = FALSE;
    BOOLEAN debugger_not_present = TRUE;
    ULONG build_number = 0xF000'0000 | kBuildNumber;  // of a free build
    ULONG safe_boot_mode = 0;
    PEPROCESS initial_system_process = nullptr;
    dbg::Filter print_filter;
    ULONG clock_period = 0;    // that drivers ask for (100 ns); 0: the usual one; guarded by lock
    ULONG clock_requests = 0;  // of ExSetTimerResolution that are not taken back; guarded by lock
};

namespace ke {

inline KeState &state()
{
    return *kernel().ke;
}

// False: out of memory.
bool initialize(Kernel &kernel);

// Hooks of the scheduler.
void deliver(void *kernel, scheduler::Processor &processor);

inline void point(scheduler::Point kind = scheduler::Point::Call)
{
    scheduler::current.scheduler->point(kind);
}

}  // namespace ke
}  // namespace openkmdf::executive
