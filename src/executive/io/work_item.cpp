#include "executive/io/io_manager.h"

#include "executive/ke/driver_call.h"
#include "executive/ob/object_manager.h"

#include <cstring>

// Work items that keep their driver's object alive while they are queued or run.

struct _IO_WORKITEM {
    WORK_QUEUE_ITEM item;
    PVOID object;
    PIO_WORKITEM_ROUTINE routine;
    PIO_WORKITEM_ROUTINE_EX routine_ex;  // one of the two
    PVOID context;
    ULONG queued;  // atomic
};

namespace openkmdf::executive {

namespace {

constexpr ULONG kTag = 'kWoI';

void NTAPI run(void *parameter)
{
    auto *item = static_cast<PIO_WORKITEM>(parameter);
    // The routine may free the item, or queue it again.
    const _IO_WORKITEM copy = *item;
    __atomic_store_n(&item->queued, 0u, __ATOMIC_RELEASE);
    if (copy.routine)
        ke::call_driver(ke::DriverRoutine::WorkItem, copy.routine,
                        static_cast<PDEVICE_OBJECT>(copy.object), copy.context);
    else
        ke::call_driver(ke::DriverRoutine::WorkItem, copy.routine_ex, copy.object, copy.context,
                        item);
    ObDereferenceObject(copy.object);
}

void queue(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine, PIO_WORKITEM_ROUTINE_EX routine_ex,
           WORK_QUEUE_TYPE type, PVOID context)
{
    if (__atomic_exchange_n(&item->queued, 1u, __ATOMIC_ACQ_REL))
        kernel().stop(WORKER_INVALID, 1, reinterpret_cast<std::uintptr_t>(item), 0, 0,
                      "A work item was queued that is in the queue already. Queue it again when "
                      "its routine runs.");
    item->routine = routine;
    item->routine_ex = routine_ex;
    item->context = context;
    ObReferenceObject(item->object);
    ExInitializeWorkItem(&item->item, run, item);
    ExQueueWorkItem(&item->item, type);
}

void check_idle(PIO_WORKITEM item)
{
    if (__atomic_load_n(&item->queued, __ATOMIC_ACQUIRE))
        kernel().stop(WORKER_INVALID, 0, reinterpret_cast<std::uintptr_t>(item), 0, 0,
                      "A work item was freed while it is in the queue. Free it in its routine, or "
                      "wait for that.");
}

}  // namespace

extern "C" {

ULONG NTAPI IoSizeofWorkItem()
{
    return sizeof(_IO_WORKITEM);
}

void NTAPI IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem)
{
    std::memset(IoWorkItem, 0, sizeof *IoWorkItem);
    IoWorkItem->object = IoObject;
}

void NTAPI IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
    check_idle(IoWorkItem);
}

PIO_WORKITEM NTAPI IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
    auto *item = static_cast<PIO_WORKITEM>(
        ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(_IO_WORKITEM), kTag));
    if (item) IoInitializeWorkItem(DeviceObject, item);
    return item;
}

void NTAPI IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
    check_idle(IoWorkItem);
    ExFreePoolWithTag(IoWorkItem, kTag);
}

void NTAPI IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                           WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    queue(IoWorkItem, WorkerRoutine, nullptr, QueueType, Context);
}

void NTAPI IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                             WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    queue(IoWorkItem, nullptr, WorkerRoutine, QueueType, Context);
}

}  // extern "C"

}  // namespace openkmdf::executive
