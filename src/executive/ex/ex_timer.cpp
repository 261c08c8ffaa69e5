#include "executive/ke/dpc.h"
#include "executive/ke/driver_call.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// EX_TIMER: a kernel timer that the system allocates, with a callback and periods of 100 ns.

struct _EX_TIMER {
    KTIMER timer;  // first: drivers wait for it
    KDPC dpc;
    PEXT_CALLBACK callback;
    PVOID context;
    LONGLONG period;    // 100 ns; 0: once
    LONGLONG next_due;  // system time
    bool high_resolution;
    bool deleting;
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

void arm(PEX_TIMER timer)
{
    LARGE_INTEGER due;
    due.QuadPart = timer->next_due;
    KeSetTimer(&timer->timer, due, &timer->dpc);
}

VOID NTAPI expired(PKDPC, PVOID context, PVOID, PVOID)
{
    auto *timer = static_cast<PEX_TIMER>(context);
    if (timer->period && !timer->deleting) {
        timer->next_due += timer->period;
        arm(timer);
    }
    __atomic_store_n(&timer->running, true, __ATOMIC_RELAXED);
    if (timer->callback)
        ke::call_driver(ke::DriverRoutine::TimerCallback, timer->callback, timer, timer->context);
    const bool last = timer->deleting && !timer->timer.Header.Inserted;
    __atomic_store_n(&timer->running, false, __ATOMIC_RELEASE);
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
    Timer->period = Period;
    Timer->next_due = DueTime <= 0 ? scheduler.system_time() - DueTime : DueTime;
    arm(Timer);
    return was_set;
}

BOOLEAN NTAPI ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS)
{
    Timer->period = 0;
    const BOOLEAN was_set = KeCancelTimer(&Timer->timer);
    return KeRemoveQueueDpc(&Timer->dpc) || was_set;
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
    Timer->deleting = true;
    Timer->period = 0;
    if (Wait) KeRemoveQueueDpcEx(&Timer->dpc, TRUE);
    const bool pending = Timer->timer.Header.Inserted || Timer->dpc.DpcData;
    if (!pending && !__atomic_load_n(&Timer->running, __ATOMIC_ACQUIRE)) destroy(Timer);
    return cancelled;
}

}  // extern "C"

}  // namespace openkmdf::executive
