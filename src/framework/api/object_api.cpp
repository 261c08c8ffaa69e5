#include "framework/api/functions.h"
#include "framework/device/device.h"
#include "framework/object/object.h"
#include "framework/queue/queue.h"
#include "framework/request/request.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/sync/deferred.h"

#include <cstring>

namespace openkmdf::framework {

// WdfObjectCreate: an object with nothing but contexts, callbacks and a place in the tree.
struct GeneralObject : Object {
    static const TypeInfo kInfo;
};
const TypeInfo GeneralObject::kInfo = {
    ObjectType::Object, "WDFOBJECT", sizeof(GeneralObject), true, false, nullptr, nullptr};

namespace api {

namespace {

CallbackLock *lock_of(Object &object)
{
    if (object.type == ObjectType::Device) return static_cast<Device &>(object).scope_lock;
    if (object.type == ObjectType::Queue) return static_cast<Queue &>(object).scope_lock;
    return nullptr;
}

CallbackLock &required_lock(WDFOBJECT handle, const char *function)
{
    Object &object = *object_of(handle);
    if (CallbackLock *lock = lock_of(object)) return *lock;
    violation(object.globals, WDF_INVALID_LOCK_OPERATION, reinterpret_cast<std::uintptr_t>(handle),
              0,
              "%s was called for a %s without a synchronization lock. Give the device or queue a "
              "SynchronizationScope of "
              "Device or Queue, or use a WDFSPINLOCK or WDFWAITLOCK.",
              function, type_name(object.type));
}

}  // namespace

PVOID NTAPI WdfObjectGetTypedContextWorker(PWDF_DRIVER_GLOBALS, WDFOBJECT Handle,
                                           PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo)
{
    return find_context(*object_of(Handle), TypeInfo);
}

NTSTATUS NTAPI WdfObjectAllocateContext(PWDF_DRIVER_GLOBALS, WDFOBJECT Handle,
                                        PWDF_OBJECT_ATTRIBUTES ContextAttributes, PVOID *Context)
{
    if (Context) *Context = nullptr;
    Object &object = *object_of(Handle);
    if (ContextAttributes->Size != sizeof(WDF_OBJECT_ATTRIBUTES))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (ContextAttributes->ParentObject) return STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED;
    const WDF_OBJECT_CONTEXT_TYPE_INFO *type = ContextAttributes->ContextTypeInfo;
    if (!type || !type->UniqueType) return STATUS_OBJECT_NAME_INVALID;
    if (void *present = find_context(object, type->UniqueType)) {
        if (Context) *Context = present;
        return STATUS_OBJECT_NAME_EXISTS;
    }
    if (base::load_enum(object.state, __ATOMIC_ACQUIRE) > ObjectState::Live)
        return STATUS_DELETE_PENDING;
    NTSTATUS status = check_attributes(ContextAttributes, {.parent_allowed = false});
    if (!NT_SUCCESS(status)) return status;
    scheduler::Arena &arena = *object.globals->library->kernel->arena;
    const std::size_t size = context_block_size(ContextAttributes);
    void *block = arena.allocation_fails() ? nullptr : arena.allocate(size);
    if (!block) return STATUS_INSUFFICIENT_RESOURCES;
    std::memset(block, 0, size);
    scheduler::InternalGuard guard(object.tree_lock);
    if (void *present = find_context(object, type->UniqueType)) {
        // Another thread was faster.
        arena.deallocate(block, size);
        if (Context) *Context = present;
        return STATUS_OBJECT_NAME_EXISTS;
    }
    place_context(object, block, ContextAttributes);
    static_cast<ContextHeader *>(block)->allocated = size;
    if (Context) *Context = static_cast<ContextHeader *>(block)->data();
    return STATUS_SUCCESS;
}

WDFOBJECT NTAPI WdfObjectContextGetObject(PWDF_DRIVER_GLOBALS, PVOID ContextPointer)
{
    return static_cast<WDFOBJECT>(
        handle_of((static_cast<ContextHeader *>(ContextPointer) - 1)->object));
}

VOID NTAPI WdfObjectReferenceActual(PWDF_DRIVER_GLOBALS, WDFOBJECT Handle, PVOID, LONG, PCCH)
{
    reference(*object_of(Handle));
}

VOID NTAPI WdfObjectDereferenceActual(PWDF_DRIVER_GLOBALS, WDFOBJECT Handle, PVOID, LONG, PCCH)
{
    dereference(*object_of(Handle));
}

NTSTATUS NTAPI WdfObjectCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_OBJECT_ATTRIBUTES Attributes,
                               WDFOBJECT *Object)
{
    *Object = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    NTSTATUS status = check_attributes(Attributes, {.level_allowed = true});
    if (!NT_SUCCESS(status)) return status;
    auto *object = create_object<GeneralObject>(globals, Attributes, default_parent(globals));
    if (!object) return STATUS_INSUFFICIENT_RESOURCES;
    status = publish(*object);
    if (!NT_SUCCESS(status)) {
        discard_object(*object);
        return status;
    }
    *Object = static_cast<WDFOBJECT>(handle_of(object));
    return STATUS_SUCCESS;
}

VOID NTAPI WdfObjectDelete(PWDF_DRIVER_GLOBALS, WDFOBJECT Object)
{
    framework::Object &object = *object_of(Object);
    const bool control = object.type == ObjectType::Device &&
                         static_cast<Device &>(object).role == DeviceRole::Control;
    const bool own_request =
        object.type == ObjectType::Request &&
        (static_cast<Request &>(object).request_flags & (kRequestFromIrp | kRequestOwnIrp));
    if (!control && !own_request &&
        (!object.info->deletable || (object.flags & kObjectNoDelete) ||
         object.type == ObjectType::Device))
        violation(object.globals, WDF_OBJECT_ERROR, reinterpret_cast<std::uintptr_t>(Object), 0,
                  "WdfObjectDelete was called for %s #%u, which the framework deletes itself. %s",
                  type_name(object.type), object.ordinal,
                  object.type == ObjectType::Request
                      ? "Complete the request instead."
                      : "Remove the call, or delete the object that owns it.");
    // From inside its callback "WdfObjectDelete returns at once" and the item is cleaned up
    // afterwards ("Using Framework Work Items").
    if (object.type == ObjectType::WorkItem && is_in_own_callback(static_cast<WorkItem &>(object)))
        delete_object_later(object);
    else delete_object(object);
}

VOID NTAPI WdfObjectAcquireLock(PWDF_DRIVER_GLOBALS, WDFOBJECT Object)
{
    required_lock(Object, "WdfObjectAcquireLock").acquire();
}

VOID NTAPI WdfObjectReleaseLock(PWDF_DRIVER_GLOBALS, WDFOBJECT Object)
{
    CallbackLock &lock = required_lock(Object, "WdfObjectReleaseLock");
    const framework::Object &object = *object_of(Object);
    if (!lock.is_held_by_me())
        violation(
            object.globals, WDF_INVALID_LOCK_OPERATION, reinterpret_cast<std::uintptr_t>(Object), 1,
            "WdfObjectReleaseLock was called for %s #%u by a thread that does not hold its lock.",
            type_name(object.type), object.ordinal);
    lock.release();
}

}  // namespace api

}  // namespace openkmdf::framework
