#include "executive/ke/dispatcher.h"

#include "scheduler/scheduler.h"

// Events and semaphores.

namespace openkmdf::executive::ke {
namespace {

void need_at_most_dispatch(std::uint64_t kind, const char *function, const void *object)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    if (irql > DISPATCH_LEVEL) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, number_of(object), 0,
                 "%s was called at IRQL %u; it needs IRQL <= DISPATCH_LEVEL. In an interrupt "
                 "service routine queue a DPC that does it.",
                 function, irql);
}

}  // namespace

extern "C" {

VOID NTAPI KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    initialize_header(Event->Header,
                      Type == NotificationEvent ? kNotificationEvent : kSynchronizationEvent,
                      sizeof(KEVENT), State ? 1 : 0);
}

// `Wait` promises a wait right after; the two need not be one step, as no documented result depends
// on that.
LONG NTAPI KeSetEvent(PRKEVENT Event, KPRIORITY, BOOLEAN)
{
    require_initialized(Event->Header, "KeSetEvent");
    need_at_most_dispatch(0x80, "KeSetEvent", Event);
    LONG before;
    {
        scheduler::InternalGuard guard(state().lock);
        before = Event->Header.SignalState;
        Event->Header.SignalState = 1;
        if (!IsListEmpty(&Event->Header.WaitListHead)) wake_waiters(Event->Header);
    }
    point();
    return before;
}

LONG NTAPI KePulseEvent(PRKEVENT Event, KPRIORITY, BOOLEAN)
{
    require_initialized(Event->Header, "KePulseEvent");
    need_at_most_dispatch(0xE5, "KePulseEvent", Event);
    LONG before;
    {
        scheduler::InternalGuard guard(state().lock);
        before = Event->Header.SignalState;
        Event->Header.SignalState = 1;
        wake_waiters(Event->Header);
        Event->Header.SignalState = 0;
    }
    point();
    return before;
}

LONG NTAPI KeResetEvent(PRKEVENT Event)
{
    require_initialized(Event->Header, "KeResetEvent");
    LONG before;
    {
        scheduler::InternalGuard guard(state().lock);
        before = Event->Header.SignalState;
        Event->Header.SignalState = 0;
    }
    point();
    return before;
}

VOID NTAPI KeClearEvent(PRKEVENT Event)
{
    KeResetEvent(Event);
}

LONG NTAPI KeReadStateEvent(PRKEVENT Event)
{
    require_initialized(Event->Header, "KeReadStateEvent");
    point(scheduler::Point::Interlocked);
    return __atomic_load_n(&Event->Header.SignalState, __ATOMIC_ACQUIRE);
}

VOID NTAPI KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    initialize_header(Semaphore->Header, kSemaphore, sizeof(KSEMAPHORE), Count);
    Semaphore->Limit = Limit;
}

LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY, LONG Adjustment, BOOLEAN)
{
    require_initialized(Semaphore->Header, "KeReleaseSemaphore");
    need_at_most_dispatch(0xE5, "KeReleaseSemaphore", Semaphore);
    LONG before;
    bool fits;
    {
        scheduler::InternalGuard guard(state().lock);
        before = Semaphore->Header.SignalState;
        LONG after;
        fits = Adjustment > 0 && !__builtin_add_overflow(before, Adjustment, &after) &&
               after <= Semaphore->Limit;
        if (fits) {
            Semaphore->Header.SignalState = after;
            wake_waiters(Semaphore->Header);
        }
    }
    if (!fits) ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    point();
    return before;
}

LONG NTAPI KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    require_initialized(Semaphore->Header, "KeReadStateSemaphore");
    point(scheduler::Point::Interlocked);
    return __atomic_load_n(&Semaphore->Header.SignalState, __ATOMIC_ACQUIRE);
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
