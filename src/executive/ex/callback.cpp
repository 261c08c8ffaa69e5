#include "executive/ke/driver_call.h"
#include "executive/ob/object_manager.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

#include <cstring>

// Callback objects. A routine that is being unregistered while it runs is waited for.

struct _CALLBACK_OBJECT {
    openkmdf::scheduler::InternalLock lock;
    LIST_ENTRY registrations;  // guarded by lock, in order of registration
    bool several;
};

namespace openkmdf::executive {
namespace {

struct Registration {
    LIST_ENTRY entry;
    PCALLBACK_OBJECT object;  // referenced
    PCALLBACK_FUNCTION function;
    PVOID context;
    std::uint32_t running;  // guarded by the object's lock
    bool removed;
};

// Those that the system has without anybody creating them.
constexpr const char16_t *kSystemCallbacks[] = {
    u"\\Callback\\SetSystemTime",
    u"\\Callback\\PowerState",
    u"\\Callback\\ProcessorAdd",
};

bool is_system_callback(const OBJECT_ATTRIBUTES *attributes)
{
    if (!attributes || !attributes->ObjectName) return false;
    for (const char16_t *name : kSystemCallbacks) {
        UNICODE_STRING known;
        RtlInitUnicodeString(&known, name);
        if (RtlEqualUnicodeString(attributes->ObjectName, &known, TRUE)) return true;
    }
    return false;
}

NTSTATUS create(POBJECT_ATTRIBUTES attributes, bool several, PCALLBACK_OBJECT *object)
{
    ObjectManager &objects = object_manager();
    NTSTATUS status = objects.create_object(ob::TypeIndex::Callback, object);
    if (!NT_SUCCESS(status)) return status;
    InitializeListHead(&(*object)->registrations);
    (*object)->several = several;
    if (!attributes || !attributes->ObjectName) return STATUS_SUCCESS;
    status = objects.insert_name(*object, *attributes->ObjectName, nullptr,
                                 attributes->Attributes | OBJ_PERMANENT);
    if (!NT_SUCCESS(status)) objects.dereference(*object);
    return status;
}

void finish(Registration *registration)
{
    PCALLBACK_OBJECT object = registration->object;
    kernel().arena->drop(registration);
    object_manager().dereference(object);
}

}  // namespace

extern "C" {

NTSTATUS NTAPI ExCreateCallback(PCALLBACK_OBJECT *CallbackObject,
                                POBJECT_ATTRIBUTES ObjectAttributes, BOOLEAN Create,
                                BOOLEAN AllowMultipleCallbacks)
{
    const bool named = ObjectAttributes && ObjectAttributes->ObjectName;
    if (named) {
        ObjectManager &objects = object_manager();
        ObjectManager::Lookup request;
        request.wanted = objects.type(ob::TypeIndex::Callback);
        void *found = nullptr;
        NTSTATUS status = objects.lookup(ObjectAttributes, request, &found);
        if (NT_SUCCESS(status)) {
            *CallbackObject = static_cast<PCALLBACK_OBJECT>(found);
            return status;
        }
        if (!Create && !is_system_callback(ObjectAttributes)) return status;
    } else if (!Create) {
        return STATUS_UNSUCCESSFUL;
    }
    return create(ObjectAttributes, AllowMultipleCallbacks, CallbackObject);
}

PVOID NTAPI ExRegisterCallback(PCALLBACK_OBJECT CallbackObject, PCALLBACK_FUNCTION CallbackFunction,
                               PVOID CallbackContext)
{
    auto *registration = kernel().arena->make<Registration>();
    if (!registration) return nullptr;
    *registration = {{}, CallbackObject, CallbackFunction, CallbackContext, 0, false};
    bool added;
    {
        scheduler::InternalGuard guard(CallbackObject->lock);
        added = CallbackObject->several || IsListEmpty(&CallbackObject->registrations);
        if (added) InsertTailList(&CallbackObject->registrations, &registration->entry);
    }
    if (!added) {
        kernel().arena->drop(registration);
        return nullptr;
    }
    ObjectManager::reference(CallbackObject);
    return registration;
}

VOID NTAPI ExUnregisterCallback(PVOID CallbackRegistration)
{
    auto *registration = static_cast<Registration *>(CallbackRegistration);
    PCALLBACK_OBJECT object = registration->object;
    for (unsigned attempt = 0;; attempt++) {
        {
            scheduler::InternalGuard guard(object->lock);
            registration->removed = true;
            if (!registration->running) {
                RemoveEntryListUnsafe(&registration->entry);
                break;
            }
        }
        scheduler::current.scheduler->relax({"running callback", object, nullptr}, attempt);
    }
    finish(registration);
}

VOID NTAPI ExNotifyCallback(PVOID CallbackObject, PVOID Argument1, PVOID Argument2)
{
    auto *object = static_cast<PCALLBACK_OBJECT>(CallbackObject);
    object->lock.lock();
    for (LIST_ENTRY *entry = object->registrations.Flink; entry != &object->registrations;
         entry = entry->Flink) {
        auto *registration = CONTAINING_RECORD(entry, Registration, entry);
        if (registration->removed) continue;
        registration->running++;
        object->lock.unlock();
        ke::call_driver(ke::DriverRoutine::Notification, registration->function,
                        registration->context, Argument1, Argument2);
        object->lock.lock();
        registration->running--;
    }
    object->lock.unlock();
}

}  // extern "C"

}  // namespace openkmdf::executive
