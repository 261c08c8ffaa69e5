#pragma once

#include "executive/kernel.h"

#include <ntddk.h>

#include <cstdint>

// A thread as the executive knows it: the body of an object of type Thread. Every activity that
// runs kernel code has one, made at first use.

struct _KTHREAD {
    DISPATCHER_HEADER Header;                 // signalled when the thread has ended
    openkmdf::scheduler::Activity *activity;  // null once it ends; guarded by KeState::lock
    PEPROCESS process;  // of PsCreateSystemThread, referenced; null: none given

    // Of the wait in progress; guarded by KeState::lock.
    PKWAIT_BLOCK wait_blocks;
    std::uint32_t wait_count;
    bool wait_all;
    bool waiting;
    NTSTATUS wait_status;
    KWAIT_BLOCK own_blocks[THREAD_WAIT_OBJECTS + 1];
    LIST_ENTRY mutants;  // owned ones

    // Touched by the thread itself only. Counts of nested regions; Windows keeps them negated.
    std::uint16_t critical_regions;
    std::uint16_t guarded_regions;
    std::uint8_t system_context;  // see SystemContext
    bool system;                  // made by PsCreateSystemThread
    bool terminating;
    std::int8_t base_priority;
    std::uint64_t id;
    std::int64_t create_time;
    NTSTATUS exit_status;
    PKSTART_ROUTINE start;
    PVOID start_context;
    std::uint16_t driver;  // ordinal of the module whose code it runs
    bool worker;           // runs work items: may not be terminated
};

namespace openkmdf::executive::ke {

PKTHREAD make_current_thread();

// Never null on a kernel stack.
inline PKTHREAD current_thread()
{
    auto *thread = static_cast<PKTHREAD>(scheduler::current.activity->executive);
    return thread ? thread : make_current_thread();
}

// While one lives, what a client's activity runs is the system's work (driver entry, PnP and
// power): on Windows a system thread does it, so that is what the driver sees and what a bugcheck
// says.
class [[nodiscard]] SystemContext {
public:
    SystemContext() : thread_(current_thread()) { thread_->system_context++; }
    ~SystemContext() { thread_->system_context--; }
    SystemContext(const SystemContext &) = delete;
    SystemContext &operator=(const SystemContext &) = delete;

private:
    PKTHREAD thread_;
};

inline bool runs_system_work()
{
    const auto kind = scheduler::current.activity->kind;
    if (kind == scheduler::ActivityKind::System || kind == scheduler::ActivityKind::Idle)
        return true;
    auto *thread = static_cast<PKTHREAD>(scheduler::current.activity->executive);
    return thread && thread->system_context;
}

// A system thread that is ours; nullptr: no room.
PKTHREAD start_system_thread(const char *name, PKSTART_ROUTINE routine, void *context, bool worker);

// Ends the current thread: abandons its mutexes, signals it, gives up its activity.
[[noreturn]] void end_current_thread(NTSTATUS status);

}  // namespace openkmdf::executive::ke
