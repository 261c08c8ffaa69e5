#include "framework/api/functions.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/sync/deferred.h"

namespace openkmdf::framework {

namespace {

void NTAPI run_work_item(PVOID context)
{
    auto &item = *static_cast<WorkItem *>(context);
    WorkItem::Run run{nullptr, scheduler::current.activity};
    {
        scheduler::InternalGuard guard(item.lock);
        item.queued = false;
        run.next = item.runs;
        item.runs = &run;
    }
    {
        CallbackLockGuard scope(item.scope_lock);
        invoke(CallbackId::EvtWorkItem, item, item.evt_work_item,
               static_cast<WDFWORKITEM>(handle_of(&item)));
    }
    bool idle;
    {
        scheduler::InternalGuard guard(item.lock);
        WorkItem::Run **link = &item.runs;
        while (*link != &run) link = &(*link)->next;
        *link = run.next;
        idle = !item.queued && !item.runs;
    }
    if (idle) KeSetEvent(&item.idle, IO_NO_INCREMENT, FALSE);
    dereference(item);
}

// Caller holds item.lock.
bool runs_here(const WorkItem &item)
{
    const WorkItem::Run *run = item.runs;
    while (run && run->worker != scheduler::current.activity) run = run->next;
    return run != nullptr;
}

void wait_until_idle(WorkItem &item)
{
    for (;;) {
        {
            scheduler::InternalGuard guard(item.lock);
            // From its own callback there is nothing to wait for but itself.
            if ((!item.queued && !item.runs) || runs_here(item)) return;
            // A run that ended before may set the event only now: so it is looked at again.
            KeClearEvent(&item.idle);
        }
        KeWaitForSingleObject(&item.idle, Executive, KernelMode, FALSE, nullptr);
    }
}

void dispose_work_item(Object &object)
{
    wait_until_idle(static_cast<WorkItem &>(object));
}

}  // namespace

const TypeInfo WorkItem::kInfo = {ObjectType::WorkItem, "WDFWORKITEM", sizeof(WorkItem), true, true,
                                  dispose_work_item,    nullptr};

bool is_in_own_callback(WorkItem &item)
{
    scheduler::InternalGuard guard(item.lock);
    return runs_here(item);
}

namespace api {

NTSTATUS NTAPI WdfWorkItemCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_WORKITEM_CONFIG Config,
                                 PWDF_OBJECT_ATTRIBUTES Attributes, WDFWORKITEM *WorkItem)
{
    *WorkItem = nullptr;
    if (Config->Size != sizeof(WDF_WORKITEM_CONFIG)) return STATUS_INFO_LENGTH_MISMATCH;
    if (!Config->EvtWorkItemFunc) return STATUS_INVALID_PARAMETER;
    Object *parent = nullptr;
    NTSTATUS status = check_deferred_parent(Attributes, &parent);
    if (NT_SUCCESS(status)) status = check_attributes(Attributes, {});
    if (!NT_SUCCESS(status)) return status;
    CallbackLock *lock = Config->AutomaticSerialization ? scope_lock_of(parent) : nullptr;
    if (lock && lock->level() != LockLevel::Passive) return STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL;
    auto *item = create_object<framework::WorkItem>(globals_of(DriverGlobals), Attributes, nullptr);
    if (!item) return STATUS_INSUFFICIENT_RESOURCES;
    item->evt_work_item = Config->EvtWorkItemFunc;
    item->scope_lock = lock;
    KeInitializeEvent(&item->idle, NotificationEvent, TRUE);
    ExInitializeWorkItem(&item->item, run_work_item, item);
    status = publish(*item);
    if (!NT_SUCCESS(status)) {
        discard_object(*item);
        return status;
    }
    *WorkItem = static_cast<WDFWORKITEM>(handle_of(item));
    return STATUS_SUCCESS;
}

VOID NTAPI WdfWorkItemEnqueue(PWDF_DRIVER_GLOBALS, WDFWORKITEM WorkItem)
{
    auto &item = *object_cast<framework::WorkItem>(WorkItem);
    {
        scheduler::InternalGuard guard(item.lock);
        if (item.queued || item.state != ObjectState::Live) return;
        item.queued = true;
        KeClearEvent(&item.idle);
    }
    // Until the callback has run nobody frees the object.
    reference(item);
    ExInitializeWorkItem(&item.item, run_work_item, &item);
    ExQueueWorkItem(&item.item, DelayedWorkQueue);
}

VOID NTAPI WdfWorkItemFlush(PWDF_DRIVER_GLOBALS, WDFWORKITEM WorkItem)
{
    wait_until_idle(*object_cast<framework::WorkItem>(WorkItem));
}

WDFOBJECT NTAPI WdfWorkItemGetParentObject(PWDF_DRIVER_GLOBALS, WDFWORKITEM WorkItem)
{
    return static_cast<WDFOBJECT>(handle_of(object_cast<framework::WorkItem>(WorkItem)->parent));
}

}  // namespace api

}  // namespace openkmdf::framework
