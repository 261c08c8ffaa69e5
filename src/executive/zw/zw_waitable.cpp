#include "executive/ob/object_manager.h"

// Zw*: events, timers, waiting for objects behind handles.

using namespace openkmdf::executive;

namespace {

// What of an object the dispatcher waits for; nullptr: it is not waitable.
void *dispatcher_part(void *body)
{
    switch (ob::header_of(body)->type->index) {
    case ob::TypeIndex::File:
        return &static_cast<PFILE_OBJECT>(body)->Event;
    case ob::TypeIndex::Event:
    case ob::TypeIndex::Semaphore:
    case ob::TypeIndex::Mutant:
    case ob::TypeIndex::Timer:
    case ob::TypeIndex::Thread:
    case ob::TypeIndex::Process:
        return body;
    default:
        return nullptr;
    }
}

// The body behind a handle for the length of `call(body)`.
template <class Body, class Call>
NTSTATUS with(HANDLE handle, ob::TypeIndex index, ACCESS_MASK access, Call call)
{
    Body *body;
    const NTSTATUS status =
        object_manager().reference_by_handle(handle, access, index, KernelMode, &body);
    if (!NT_SUCCESS(status)) return status;
    const NTSTATUS result = call(*body);
    object_manager().dereference(body);
    return result;
}

void give(PLONG place, LONG value)
{
    if (place != nullptr) *place = value;
}

}  // namespace

NTSTATUS NTAPI ZwCreateEvent(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                             EVENT_TYPE type, BOOLEAN state)
{
    *handle = nullptr;
    if (type != NotificationEvent && type != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER_4;
    PKEVENT event;
    const NTSTATUS status = object_manager().create_object(ob::TypeIndex::Event, &event);
    if (!NT_SUCCESS(status)) return status;
    KeInitializeEvent(event, type, state);
    return object_manager().insert(event, attributes, access, KernelMode, handle);
}

NTSTATUS NTAPI ZwOpenEvent(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    ObjectManager &objects = object_manager();
    return objects.open_by_name(attributes, objects.type(ob::TypeIndex::Event), access, KernelMode,
                                nullptr, handle);
}

NTSTATUS NTAPI ZwSetEvent(HANDLE handle, PLONG previous)
{
    return with<KEVENT>(handle, ob::TypeIndex::Event, EVENT_MODIFY_STATE, [=](KEVENT &event) {
        give(previous, KeSetEvent(&event, IO_NO_INCREMENT, FALSE));
        return STATUS_SUCCESS;
    });
}

NTSTATUS NTAPI ZwResetEvent(HANDLE handle, PLONG previous)
{
    return with<KEVENT>(handle, ob::TypeIndex::Event, EVENT_MODIFY_STATE, [=](KEVENT &event) {
        give(previous, KeResetEvent(&event));
        return STATUS_SUCCESS;
    });
}

NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE handle, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    ObjectManager &objects = object_manager();
    void *body;
    NTSTATUS status = objects.reference_by_handle(handle, SYNCHRONIZE, nullptr, KernelMode, &body);
    if (!NT_SUCCESS(status)) return status;
    void *waitable = dispatcher_part(body);
    status = waitable != nullptr
                 ? KeWaitForSingleObject(waitable, UserRequest, KernelMode, alertable, timeout)
                 : STATUS_OBJECT_TYPE_MISMATCH;
    objects.dereference(body);
    return status;
}

NTSTATUS NTAPI ZwWaitForMultipleObjects(ULONG count, HANDLE handles[], WAIT_TYPE type,
                                        BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    if (count == 0 || count > MAXIMUM_WAIT_OBJECTS) return STATUS_INVALID_PARAMETER_1;
    ObjectManager &objects = object_manager();
    void *bodies[MAXIMUM_WAIT_OBJECTS];
    PVOID waitables[MAXIMUM_WAIT_OBJECTS];
    NTSTATUS status = STATUS_SUCCESS;
    ULONG held = 0;
    for (; held < count && NT_SUCCESS(status); ++held) {
        status = objects.reference_by_handle(handles[held], SYNCHRONIZE, nullptr, KernelMode,
                                             &bodies[held]);
        if (!NT_SUCCESS(status)) break;
        waitables[held] = dispatcher_part(bodies[held]);
        if (waitables[held] == nullptr) status = STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (NT_SUCCESS(status)) {
        KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
        status = KeWaitForMultipleObjects(count, waitables, type, UserRequest, KernelMode,
                                          alertable, timeout, blocks);
    }
    while (held > 0) objects.dereference(bodies[--held]);
    return status;
}

NTSTATUS NTAPI ZwCreateTimer(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                             TIMER_TYPE type)
{
    *handle = nullptr;
    if (type != NotificationTimer && type != SynchronizationTimer) return STATUS_INVALID_PARAMETER;
    PKTIMER timer;
    const NTSTATUS status = object_manager().create_object(ob::TypeIndex::Timer, &timer);
    if (!NT_SUCCESS(status)) return status;
    KeInitializeTimerEx(timer, type);
    return object_manager().insert(timer, attributes, access, KernelMode, handle);
}

NTSTATUS NTAPI ZwOpenTimer(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    ObjectManager &objects = object_manager();
    return objects.open_by_name(attributes, objects.type(ob::TypeIndex::Timer), access, KernelMode,
                                nullptr, handle);
}

NTSTATUS NTAPI ZwCancelTimer(HANDLE handle, PBOOLEAN state)
{
    return with<KTIMER>(handle, ob::TypeIndex::Timer, 2, [=](KTIMER &timer) {
        KeCancelTimer(&timer);
        if (state != nullptr) *state = KeReadStateTimer(&timer);
        return STATUS_SUCCESS;
    });
}

NTSTATUS NTAPI ZwSetTimer(HANDLE handle, PLARGE_INTEGER due, PTIMER_APC_ROUTINE routine, PVOID,
                          BOOLEAN, LONG period, PBOOLEAN previous)
{
    if (routine != nullptr)
        not_implemented("ZwSetTimer with a TimerApcRoutine", __builtin_return_address(0));
    if (period < 0) return STATUS_INVALID_PARAMETER_6;
    return with<KTIMER>(handle, ob::TypeIndex::Timer, 2, [=](KTIMER &timer) {
        if (previous != nullptr) *previous = KeReadStateTimer(&timer);
        KeSetTimerEx(&timer, *due, period, nullptr);
        return STATUS_SUCCESS;
    });
}
