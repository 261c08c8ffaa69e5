#include "executive/ke/entry_guard.h"

#include "executive/module_registry.h"

#include <cstdio>

namespace openkmdf::executive::ke {

void report_kept_spin_lock(const char *name, const void *function)
{
    const KeProcessor &own = this_processor();
    const volatile void *lock =
        own.held_count && own.held_count <= kMostHeldLocks ? own.held[own.held_count - 1] : nullptr;
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x00040009, number_of(lock), number_of(function),
             own.held_count,
             "%s returned while it holds a spin lock (%s). Release every spin lock on every path "
             "before returning.",
             name, describe_address(number_of(lock), where, sizeof where));
}

namespace {

[[noreturn]] void changed_irql(const EntryGuard &guard, EntryKind kind, const char *name,
                               const void *function)
{
    const std::uint8_t irql = scheduler::current.processor->irql;
    char message[320];
    std::snprintf(message, sizeof message,
                  "%s was called at IRQL %u and returned at IRQL %u. Lower every IRQL that was "
                  "raised, and release every lock, on every path before returning.",
                  name, guard.irql, irql);
    Kernel &own = kernel();
    const std::uint64_t address = number_of(function);
    switch (kind) {
    case EntryKind::CompletionRoutine:
        own.stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xFA, address, guard.irql, irql, message);
    case EntryKind::Interrupt:
        own.stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x111, address, guard.irql, irql, message);
    case EntryKind::WorkItem:
        own.stop(WORKER_THREAD_RETURNED_AT_BAD_IRQL, address, irql, 0, 0, message);
    case EntryKind::Dispatch:
    case EntryKind::Dpc:
    case EntryKind::TimerDpc:
    case EntryKind::Thread:
        own.stop(IRQL_UNEXPECTED_VALUE,
                 std::uint64_t{irql} << 16 | std::uint64_t{guard.irql} << 8 | 2, address, 0, 0,
                 message);
    }
    __builtin_unreachable();
}

}  // namespace

void broken_entry(const EntryGuard &guard, EntryKind kind, const char *name, const void *function)
{
    if (held_spin_locks() > guard.held) report_kept_spin_lock(name, function);
    if (scheduler::current.processor->irql != guard.irql) changed_irql(guard, kind, name, function);
    char message[320];
    if (held_spin_locks() < guard.held) {
        std::snprintf(message, sizeof message,
                      "%s released a spin lock that its caller holds. Release only what the same "
                      "driver acquired.",
                      name);
        kernel().stop(SPIN_LOCK_NOT_OWNED, number_of(function), 0, 0, 0, message);
    }
    const std::uint32_t now = entered_critical_regions();
    std::snprintf(message, sizeof message,
                  "%s changed the number of critical or guarded regions that the thread is in "
                  "(from %u/%u to %u/%u). Leave on every path what was entered, and nothing else.",
                  name, guard.regions & 0xFFFF, guard.regions >> 16, now & 0xFFFF, now >> 16);
    // Windows counts downwards.
    const std::uint64_t before_count =
        static_cast<std::uint32_t>(-static_cast<std::int32_t>(guard.regions));
    const std::uint64_t count = static_cast<std::uint32_t>(-static_cast<std::int32_t>(now));
    switch (kind) {
    case EntryKind::Dispatch:
        kernel().stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xC5, number_of(function), count,
                      before_count, message);
    case EntryKind::CompletionRoutine:
        kernel().stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xFB, number_of(function), count,
                      before_count, message);
    case EntryKind::Dpc:
    case EntryKind::Interrupt:
        kernel().stop(TIMER_OR_DPC_INVALID, 4, number_of(function), before_count, count, message);
    case EntryKind::TimerDpc:
        kernel().stop(TIMER_OR_DPC_INVALID, 5, number_of(function), before_count, count, message);
    case EntryKind::WorkItem:
        kernel().stop(APC_INDEX_MISMATCH, number_of(function), 0, count, 1, message);
    case EntryKind::Thread:
        kernel().stop(KERNEL_APC_PENDING_DURING_EXIT, 0, count & 0xFFFF,
                      scheduler::current.processor->irql, 0, message);
    }
    __builtin_unreachable();
}

}  // namespace openkmdf::executive::ke
