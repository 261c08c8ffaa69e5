#pragma once

#include "executive/ke/ke_state.h"
#include "executive/ke/thread.h"

#include <cstdint>

// What a driver must leave as it found it when it returns from a call of ours: IRQL, spin locks,
// critical and guarded regions. Taking and comparing the snapshot costs a few loads.

namespace openkmdf::executive::ke {

inline std::uint32_t held_spin_locks()
{
    return this_processor().held_count;
}

inline std::uint32_t entered_critical_regions()
{
    auto *thread = static_cast<PKTHREAD>(scheduler::current.activity->executive);
    return thread ? thread->critical_regions + (std::uint32_t{thread->guarded_regions} << 16) : 0;
}

struct EntryGuard {
    std::uint32_t held = held_spin_locks();
    std::uint32_t regions = entered_critical_regions();
    std::uint8_t irql = scheduler::current.processor->irql;

    bool holds() const
    {
        return scheduler::current.processor->irql == irql && held_spin_locks() == held &&
               entered_critical_regions() == regions;
    }
};

// Which kind of call it was decides the bugcheck.
enum class EntryKind : std::uint8_t {
    Dispatch,  // driver entry, dispatch, add device, unload, notification routines
    CompletionRoutine,
    Dpc,
    TimerDpc,
    Interrupt,
    WorkItem,
    Thread,
};

// Bugchecks, naming what was left.
[[noreturn]] void broken_entry(const EntryGuard &guard, EntryKind kind, const char *name,
                               const void *function);
[[noreturn]] void report_kept_spin_lock(const char *name, const void *function);

inline void check_after(const EntryGuard &guard, const char *name, const void *function,
                        EntryKind kind = EntryKind::Dispatch)
{
    if (!guard.holds()) [[unlikely]]
        broken_entry(guard, kind, name, function);
}

}  // namespace openkmdf::executive::ke
