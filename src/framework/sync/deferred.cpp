#include "framework/sync/deferred.h"

#include "framework/queue/queue.h"

namespace openkmdf::framework {

Device *ancestor_device(Object *object)
{
    while (object && object->type != ObjectType::Device) object = object->parent;
    return static_cast<Device *>(object);
}

CallbackLock *scope_lock_of(Object *parent)
{
    for (Object *object = parent; object; object = object->parent) {
        if (object->type == ObjectType::Queue) return static_cast<Queue *>(object)->scope_lock;
        if (object->type == ObjectType::Device) return static_cast<Device *>(object)->scope_lock;
    }
    return nullptr;
}

NTSTATUS check_deferred_parent(const WDF_OBJECT_ATTRIBUTES *attributes, Object **parent)
{
    if (!attributes || !attributes->ParentObject) return STATUS_WDF_PARENT_NOT_SPECIFIED;
    *parent = object_of(attributes->ParentObject);
    return ancestor_device(*parent) ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
}

}  // namespace openkmdf::framework
