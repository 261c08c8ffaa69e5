#include "executive/ke/dpc.h"
#include "executive/ke/driver_call.h"
#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// EX_TIMER: a kernel timer that the system allocates, with a callback and periods of 100 ns.

struct _EX_TIMER {
    KTIMER timer;  // first: drivers wait for it
    KDPC dpc;
    PEXT_CALLBACK callback;
    PVOID context;
    bool high_resolution;
    // Guarded by KeState::lock from here on. Who destroys it: one party only.
    LONGLONG period;    // 100 ns; 0: once
    LONGLONG next_due;  // system time
    bool deleting;
    bool awaited;    // by ExDeleteTimer, which destroys it then
    bool scheduled;  // armed, or its DPC is queued or about to run
    bool running;
    PEXT_DELETE_CALLBACK deleted;
    PVOID delete_context;
};

namespace openkmdf::executive {
namespace {

void destroy(PEX_TIMER timer)
{
    if (timer->deleted)
        ke::call_driver(ke::DriverRoutine::Notification, timer->deleted, timer->delete_context);
    kernel().arena->drop(timer);
}

bool will_expire(const _EX_TIMER &timer)
{
    return timer.timer.Header.Inserted || timer.dpc.DpcData;
}

// With `scheduled` set.
void arm(PEX_TIMER timer, LONGLONG time)
{
    LARGE_INTEGER due;
    due.QuadPart = time;
    KeSetTimer(&timer->timer, due, &timer->dpc);
}

VOID NTAPI expired(PKDPC, PVOID context, PVOID, PVOID)
{
    auto *timer = static_cast<PEX_TIMER>(context);
    LONGLONG next = 0;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        timer->running = true;
        if (timer->period && !timer->deleting) {
            next = timer->next_due += timer->period;
            timer->scheduled = true;
        }
    }
    if (next) arm(timer, next);
    if (timer->callback)
        ke::call_driver(ke::DriverRoutine::TimerCallback, timer->callback, timer, timer->context);
    bool last;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        timer->running = false;
        timer->scheduled = will_expire(*timer);
        last = timer->deleting && !timer->awaited && !timer->scheduled;
    }
    if (last) destroy(timer);
}

}  // namespace

extern "C" {

PEX_TIMER NTAPI ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes)
{
    constexpr ULONG kExclusive = EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE;
    if ((Attributes & kExclusive) == kExclusive) [[unlikely]]
        bugcheck(TIMER_OR_DPC_INVALID, 0, 0, 0, 0,
                 "ExAllocateTimer was called with EX_TIMER_HIGH_RESOLUTION and EX_TIMER_NO_WAKE, "
                 "which exclude each other.");
    if (kernel().arena->allocation_fails()) return nullptr;
    auto *timer = kernel().arena->make<_EX_TIMER>();
    if (!timer) return nullptr;
    *timer = {};
    KeInitializeTimerEx(&timer->timer, Attributes & EX_TIMER_NOTIFICATION ? NotificationTimer
                                                                          : SynchronizationTimer);
    KeInitializeDpc(&timer->dpc, expired, timer);
    timer->callback = Callback;
    timer->context = CallbackContext;
    timer->high_resolution = Attributes & EX_TIMER_HIGH_RESOLUTION;
    return timer;
}

BOOLEAN NTAPI ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period, PEXT_SET_PARAMETERS)
{
    if (Period < 0 || (Timer->high_resolution && DueTime >= 0)) [[unlikely]]
        bugcheck(TIMER_OR_DPC_INVALID, 0, number_of(Timer), 0, 0,
                 "ExSetTimer was called with a period or due time that it does not allow: the "
                 "period must not be negative, and a high-resolution timer needs a relative "
                 "(negative) due time.");
    scheduler::Scheduler &scheduler = *scheduler::current.scheduler;
    const BOOLEAN was_set = KeCancelTimer(&Timer->timer);
    const LONGLONG due = DueTime <= 0 ? scheduler.system_time() - DueTime : DueTime;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        Timer->period = Period;
        Timer->next_due = due;
        Timer->scheduled = true;
    }
    arm(Timer, due);
    return was_set;
}

BOOLEAN NTAPI ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS)
{
    {
        scheduler::InternalGuard guard(ke::state().lock);
        Timer->period = 0;
    }
    const bool was_set = KeCancelTimer(&Timer->timer);
    const bool cancelled = KeRemoveQueueDpc(&Timer->dpc) || was_set;
    if (cancelled) {
        scheduler::InternalGuard guard(ke::state().lock);
        Timer->scheduled = will_expire(*Timer);
    }
    return cancelled;
}

BOOLEAN NTAPI ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
                            PEXT_DELETE_PARAMETERS Parameters)
{
    if (Wait && (!Cancel || scheduler::Scheduler::irql() > APC_LEVEL)) [[unlikely]]
        bugcheck(TIMER_OR_DPC_INVALID, 0, number_of(Timer), 0, 0,
                 "ExDeleteTimer was called with Wait TRUE, which needs Cancel TRUE and IRQL <= "
                 "APC_LEVEL.");
    if (Parameters) {
        Timer->deleted = Parameters->DeleteCallback;
        Timer->delete_context = Parameters->DeleteContext;
    }
    const BOOLEAN cancelled = Cancel ? ExCancelTimer(Timer, nullptr) : FALSE;
    bool idle;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        Timer->deleting = true;
        Timer->awaited = Wait;
        Timer->period = 0;
        // Asked, too: a callback that ended while ExSetTimer was arming has cleared `scheduled`.
        idle = !Timer->scheduled && !Timer->running && !will_expire(*Timer);
    }
    if (Wait) {
        // A callback that was under way may have armed it again before it saw the end.
        KeCancelTimer(&Timer->timer);
        KeRemoveQueueDpcEx(&Timer->dpc, TRUE);
    }
    if (Wait || idle) destroy(Timer);
    return cancelled;
}

}  // extern "C"

}  // namespace openkmdf::executive
