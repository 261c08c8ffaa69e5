#include "framework/api/functions.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/sync/deferred.h"

namespace openkmdf::framework {

namespace {

void call_timer(Timer &timer)
{
    {
        scheduler::InternalGuard guard(timer.lock);
        ++timer.running;
        timer.runner = scheduler::current.activity;
        KeClearEvent(&timer.idle);
    }
    {
        CallbackLockGuard scope(timer.scope_lock);
        invoke(CallbackId::EvtTimerFunc, timer, timer.evt_timer,
               static_cast<WDFTIMER>(handle_of(&timer)));
    }
    bool idle;
    {
        scheduler::InternalGuard guard(timer.lock);
        --timer.running;
        timer.runner = nullptr;
        idle = !timer.running && !timer.callback_queued;
    }
    if (idle) KeSetEvent(&timer.idle, IO_NO_INCREMENT, FALSE);
}

void NTAPI run_passive(PVOID context)
{
    auto &timer = *static_cast<Timer *>(context);
    {
        scheduler::InternalGuard guard(timer.lock);
        timer.callback_queued = false;
    }
    call_timer(timer);
    dereference(timer);
}

void NTAPI timer_expired(PKDPC, PVOID context, PVOID, PVOID)
{
    auto &timer = *static_cast<Timer *>(context);
    if (!timer.passive) {
        call_timer(timer);
        return;
    }
    {
        // A passive callback that has not run yet covers this expiry too.
        scheduler::InternalGuard guard(timer.lock);
        if (timer.callback_queued) return;
        timer.callback_queued = true;
        KeClearEvent(&timer.idle);
    }
    reference(timer);
    ExInitializeWorkItem(&timer.item, run_passive, &timer);
    ExQueueWorkItem(&timer.item, DelayedWorkQueue);
}

void wait_until_idle(Timer &timer)
{
    KeFlushQueuedDpcs();
    for (;;) {
        {
            scheduler::InternalGuard guard(timer.lock);
            if ((!timer.running && !timer.callback_queued) ||
                timer.runner == scheduler::current.activity)
                return;
            // A callback that ended before may set the event only now: so it is looked at again.
            KeClearEvent(&timer.idle);
        }
        KeWaitForSingleObject(&timer.idle, Executive, KernelMode, FALSE, nullptr);
    }
}

void dispose_timer(Object &object)
{
    auto &timer = static_cast<Timer &>(object);
    {
        scheduler::InternalGuard guard(timer.lock);
        timer.stopping = true;
    }
    KeCancelTimer(&timer.timer);
    wait_until_idle(timer);
}

NTSTATUS check_config(const WDF_TIMER_CONFIG &config, const Object &parent, bool passive)
{
    // Without the two fields at the end in versions before 1.9 and 1.13.
    if (config.Size != sizeof(WDF_TIMER_CONFIG)) return STATUS_INFO_LENGTH_MISMATCH;
    if (!config.EvtTimerFunc || config.Period > MAXLONG) return STATUS_INVALID_PARAMETER;
    if (config.UseHighResolutionTimer == WdfTrue && config.TolerableDelay)
        return STATUS_INVALID_PARAMETER;
    // A work item takes time of its own: periods at PASSIVE_LEVEL are not supported.
    if (passive && config.Period) return STATUS_NOT_SUPPORTED;
    if (!config.AutomaticSerialization) return STATUS_SUCCESS;
    const bool parent_passive = parent.execution_level == WdfExecutionLevelPassive;
    return parent_passive == passive ? STATUS_SUCCESS : STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL;
}

}  // namespace

const TypeInfo Timer::kInfo = {ObjectType::Timer, "WDFTIMER", sizeof(Timer), true, true,
                               dispose_timer,     nullptr};

namespace api {

NTSTATUS NTAPI WdfTimerCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_TIMER_CONFIG Config,
                              PWDF_OBJECT_ATTRIBUTES Attributes, WDFTIMER *Timer)
{
    *Timer = nullptr;
    Object *parent = nullptr;
    NTSTATUS status = check_deferred_parent(Attributes, &parent);
    if (NT_SUCCESS(status)) status = check_attributes(Attributes, {.level_allowed = true});
    if (!NT_SUCCESS(status)) return status;
    const bool passive = Attributes->ExecutionLevel == WdfExecutionLevelPassive;
    status = check_config(*Config, *parent, passive);
    if (!NT_SUCCESS(status)) return status;
    auto *timer = create_object<framework::Timer>(globals_of(DriverGlobals), Attributes, nullptr);
    if (!timer) return STATUS_INSUFFICIENT_RESOURCES;
    timer->evt_timer = Config->EvtTimerFunc;
    timer->period = Config->Period;
    timer->tolerable_delay = Config->TolerableDelay;
    timer->passive = passive;
    timer->high_resolution = Config->UseHighResolutionTimer == WdfTrue;
    timer->scope_lock = Config->AutomaticSerialization ? scope_lock_of(parent) : nullptr;
    KeInitializeEvent(&timer->idle, NotificationEvent, TRUE);
    KeInitializeTimerEx(&timer->timer, Config->Period ? SynchronizationTimer : NotificationTimer);
    KeInitializeDpc(&timer->dpc, timer_expired, timer);
    status = publish(*timer);
    if (!NT_SUCCESS(status)) {
        discard_object(*timer);
        return status;
    }
    *Timer = static_cast<WDFTIMER>(handle_of(timer));
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI WdfTimerStart(PWDF_DRIVER_GLOBALS, WDFTIMER Timer, LONGLONG DueTime)
{
    auto &timer = *object_cast<framework::Timer>(Timer);
    {
        scheduler::InternalGuard guard(timer.lock);
        if (timer.stopping) return FALSE;
    }
    LARGE_INTEGER due;
    due.QuadPart = DueTime;
    if (timer.tolerable_delay)
        return KeSetCoalescableTimer(&timer.timer, due, timer.period, timer.tolerable_delay,
                                     &timer.dpc);
    return KeSetTimerEx(&timer.timer, due, static_cast<LONG>(timer.period), &timer.dpc);
}

BOOLEAN NTAPI WdfTimerStop(PWDF_DRIVER_GLOBALS, WDFTIMER Timer, BOOLEAN Wait)
{
    auto &timer = *object_cast<framework::Timer>(Timer);
    const BOOLEAN was_queued = KeCancelTimer(&timer.timer);
    if (Wait) wait_until_idle(timer);
    return was_queued;
}

WDFOBJECT NTAPI WdfTimerGetParentObject(PWDF_DRIVER_GLOBALS, WDFTIMER Timer)
{
    return static_cast<WDFOBJECT>(handle_of(object_cast<framework::Timer>(Timer)->parent));
}

}  // namespace api

}  // namespace openkmdf::framework
