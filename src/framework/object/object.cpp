#include "framework/object/object.h"

#include "base/assert.h"
#include "executive/ex/slab.h"
#include "framework/object/object_memory.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"

#include <cstring>

namespace openkmdf::framework {

const char *type_name(ObjectType type)
{
    static constexpr const char *kNames[] = {"none",
                                             "WDFDRIVER",
                                             "WDFDEVICE",
                                             "WDFFILEOBJECT",
                                             "WDFQUEUE",
                                             "WDFREQUEST",
                                             "WDFMEMORY",
                                             "WDFSPINLOCK",
                                             "WDFWAITLOCK",
                                             "WDFTIMER",
                                             "WDFDPC",
                                             "WDFWORKITEM",
                                             "WDFSTRING",
                                             "WDFCOLLECTION",
                                             "WDFLOOKASIDE",
                                             "WDFKEY",
                                             "WDFIOTARGET",
                                             "WDFCHILDLIST",
                                             "WDFINTERRUPT",
                                             "WDFIORESLIST",
                                             "WDFIORESREQLIST",
                                             "WDFCMRESLIST",
                                             "WDFUSBDEVICE",
                                             "WDFUSBINTERFACE",
                                             "WDFUSBPIPE",
                                             "WDFDMAENABLER",
                                             "WDFDMATRANSACTION",
                                             "WDFCOMMONBUFFER",
                                             "WDFWMIPROVIDER",
                                             "WDFWMIINSTANCE",
                                             "WDFOBJECT"};
    static_assert(std::size(kNames) == static_cast<std::size_t>(ObjectType::Count));
    return kNames[static_cast<int>(type)];
}

NTSTATUS check_attributes(const WDF_OBJECT_ATTRIBUTES *attributes, const AttributeRules &rules)
{
    if (!attributes)
        return rules.parent_required ? STATUS_WDF_PARENT_NOT_SPECIFIED : STATUS_SUCCESS;
    if (attributes->Size != sizeof(WDF_OBJECT_ATTRIBUTES)) return STATUS_INFO_LENGTH_MISMATCH;
    if (attributes->ParentObject && !rules.parent_allowed)
        return STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED;
    if (!attributes->ParentObject && rules.parent_required) return STATUS_WDF_PARENT_NOT_SPECIFIED;
    if (attributes->ExecutionLevel <= WdfExecutionLevelInvalid ||
        attributes->ExecutionLevel > WdfExecutionLevelDispatch)
        return STATUS_WDF_OBJECT_ATTRIBUTES_INVALID;
    if (attributes->SynchronizationScope <= WdfSynchronizationScopeInvalid ||
        attributes->SynchronizationScope > WdfSynchronizationScopeNone)
        return STATUS_WDF_OBJECT_ATTRIBUTES_INVALID;
    if (!rules.scope_allowed &&
        attributes->SynchronizationScope != WdfSynchronizationScopeInheritFromParent)
        return STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID;
    if (!rules.level_allowed && attributes->ExecutionLevel != WdfExecutionLevelInheritFromParent)
        return STATUS_WDF_EXECUTION_LEVEL_INVALID;
    if (const WDF_OBJECT_CONTEXT_TYPE_INFO *type = attributes->ContextTypeInfo) {
        if (!type->UniqueType) return STATUS_OBJECT_NAME_INVALID;
        if (attributes->ContextSizeOverride && attributes->ContextSizeOverride < type->ContextSize)
            return STATUS_WDF_OBJECT_ATTRIBUTES_INVALID;
    } else if (attributes->ContextSizeOverride) {
        return STATUS_WDF_OBJECT_ATTRIBUTES_INVALID;
    }
    return STATUS_SUCCESS;
}

namespace {

void inherit_levels(Object &object, const WDF_OBJECT_ATTRIBUTES *attributes)
{
    auto level = attributes ? attributes->ExecutionLevel : WdfExecutionLevelInheritFromParent;
    auto scope =
        attributes ? attributes->SynchronizationScope : WdfSynchronizationScopeInheritFromParent;
    if (level == WdfExecutionLevelInheritFromParent)
        level = object.parent ? static_cast<WDF_EXECUTION_LEVEL>(object.parent->execution_level)
                              : WdfExecutionLevelDispatch;
    if (scope == WdfSynchronizationScopeInheritFromParent)
        scope = object.parent
                    ? static_cast<WDF_SYNCHRONIZATION_SCOPE>(object.parent->synchronization_scope)
                    : WdfSynchronizationScopeNone;
    object.execution_level = static_cast<std::uint8_t>(level);
    object.synchronization_scope = static_cast<std::uint8_t>(scope);
}

}  // namespace

Object *allocate_object(Globals &globals, const TypeInfo &info,
                        const WDF_OBJECT_ATTRIBUTES *attributes, Object *default_parent)
{
    std::size_t body = (info.size + 15u) & ~15u;
    std::size_t context = context_block_size(attributes);
    bool inside = fits_object_memory(body + context);
    void *separate = nullptr;
    scheduler::Arena &arena = *globals.library->kernel->arena;
    if (!inside) {
        separate = arena.allocation_fails() ? nullptr : arena.allocate(context);
        if (!separate) return nullptr;
        std::memset(separate, 0, context);
    }
    Object *object = take_object_memory(inside ? body + context : body);
    if (!object) {
        if (separate) arena.deallocate(separate, context);
        return nullptr;
    }
    object->type = info.type;
    object->state = ObjectState::Creating;
    object->references = 1;
    object->ordinal =
        1 + __atomic_fetch_add(&globals.library->ordinals[static_cast<int>(info.type)], 1u,
                               __ATOMIC_RELAXED);
    object->info = &info;
    object->globals = &globals;
    object->parent = attributes && attributes->ParentObject ? object_of(attributes->ParentObject)
                                                            : default_parent;
    if (object->parent) reference(*object->parent);
    inherit_levels(*object, attributes);
    if (info.passive_cleanup ||
        (attributes && attributes->ExecutionLevel == WdfExecutionLevelPassive))
        object->flags |= kObjectPassiveCleanup;
    if (context) {
        place_context(*object, inside ? reinterpret_cast<std::byte *>(object) + body : separate,
                      attributes);
        if (separate) object->contexts->allocated = context;
    }
    __atomic_fetch_add(&globals.live_objects, 1u, __ATOMIC_RELAXED);
    return object;
}

NTSTATUS publish(Object &object)
{
    if (Object *parent = object.parent) {
        scheduler::InternalGuard guard(parent->tree_lock);
        ObjectState parent_state = base::load_enum(parent->state, __ATOMIC_ACQUIRE);
        if (parent_state != ObjectState::Live && parent_state != ObjectState::Creating)
            return STATUS_DELETE_PENDING;
        object.previous_sibling = parent->last_child;
        object.next_sibling = nullptr;
        (parent->last_child ? parent->last_child->next_sibling : parent->first_child) = &object;
        parent->last_child = &object;
        base::store_enum(object.state, ObjectState::Live, __ATOMIC_RELEASE);
    } else {
        base::store_enum(object.state, ObjectState::Live, __ATOMIC_RELEASE);
    }
    // A tree that holds something which must end at PASSIVE_LEVEL ends there as a whole: children
    // are cleaned up before their parents.
    if (object.flags & kObjectPassiveCleanup)
        for (Object *up = object.parent; up && !(up->flags & kObjectPassiveCleanup);
             up = up->parent)
            __atomic_fetch_or(&up->flags, kObjectPassiveCleanup, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

void reference(Object &object)
{
    __atomic_fetch_add(&object.references, 1u, __ATOMIC_RELAXED);
}

HandleVerdict judge_handle(const void *handle, ObjectType expected)
{
    if (!handle) return HandleVerdict::Null;
    scheduler::Arena &arena = *executive::kernel().arena;
    Object *object = object_of(handle);
    if (executive::Slab::slot_at(arena, object) != object) return HandleVerdict::NotAHandle;
    if (object->generation !=
        static_cast<std::uint16_t>(reinterpret_cast<std::uintptr_t>(handle) >> 48))
        return HandleVerdict::Stale;
    ObjectState state = base::load_enum(object->state, __ATOMIC_ACQUIRE);
    if (state == ObjectState::Free) return HandleVerdict::Stale;
    if (expected != ObjectType::None && object->type != expected) return HandleVerdict::WrongType;
    return HandleVerdict::Good;
}

}  // namespace openkmdf::framework
