#include "base/assert.h"
#include "framework/object/object.h"
#include "framework/object/object_memory.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"

namespace openkmdf::framework {

namespace {

bool change_state(Object &object, ObjectState from, ObjectState to)
{
    return base::exchange_enum(object.state, from, to);
}

bool begin_deletion(Object &object)
{
    return change_state(object, ObjectState::Live, ObjectState::Deleting) ||
           change_state(object, ObjectState::Creating, ObjectState::Deleting);
}

// Caller holds parent.tree_lock.
void unlink_child(Object &parent, Object &child)
{
    (child.previous_sibling ? child.previous_sibling->next_sibling : parent.first_child) =
        child.next_sibling;
    (child.next_sibling ? child.next_sibling->previous_sibling : parent.last_child) =
        child.previous_sibling;
    child.previous_sibling = child.next_sibling = nullptr;
}

bool is_linked(const Object &object)
{
    const Object *parent = object.parent;
    return parent && (object.previous_sibling || parent->first_child == &object);
}

void leave_parent(Object &object)
{
    if (!object.parent) return;
    scheduler::InternalGuard guard(object.parent->tree_lock);
    if (is_linked(object)) unlink_child(*object.parent, object);
}

// The child created last goes first. Children whose deletion another thread has begun are that
// thread's; they hold a reference to this object until they are gone.
Object *detach_child(Object &object)
{
    scheduler::InternalGuard guard(object.tree_lock);
    for (Object *child = object.last_child; child;) {
        Object *previous = child->previous_sibling;
        bool ours = begin_deletion(*child);
        if (ours) {
            unlink_child(object, *child);
            return child;
        }
        child = previous;
    }
    return nullptr;
}

void dispose_one(Object &object)
{
    if (object.info->dispose) object.info->dispose(object);
    for (ContextHeader *context = object.contexts; context; context = context->next)
        if (context->evt_cleanup)
            invoke(CallbackId::EvtCleanupCallback, object, context->evt_cleanup,
                   static_cast<WDFOBJECT>(handle_of(&object)));
    base::store_enum(object.state, ObjectState::Disposed, __ATOMIC_RELEASE);
}

// Children first, without recursion: a driver decides how deep the tree is.
void dispose_tree(Object &root)
{
    Object *node = &root;
    for (;;) {
        if (Object *child = detach_child(*node)) {
            node = child;
            continue;
        }
        Object *up = node == &root ? nullptr : node->parent;
        dispose_one(*node);
        dereference(*node);
        if (!up) return;
        node = up;
    }
}

void destroy_object(Object &object)
{
    Library &owner = *object.globals->library;
    scheduler::Arena &arena = *owner.kernel->arena;
    for (ContextHeader *context = object.contexts; context; context = context->next)
        if (context->evt_destroy)
            invoke(CallbackId::EvtDestroyCallback, object, context->evt_destroy,
                   static_cast<WDFOBJECT>(handle_of(&object)));
    const bool companion = object.flags & kObjectCompanion;
    if (object.info->destroy && !companion) object.info->destroy(object);
    for (ContextHeader *context = object.contexts; context;) {
        ContextHeader *next = context->next;
        if (context->allocated) arena.deallocate(context, context->allocated);
        context = next;
    }
    object.contexts = nullptr;
    Object *parent = object.parent;
    Globals &globals = *object.globals;
    if (companion) {
        retire_object_header(object);
        // Gives back the memory that the object lives in.
        if (object.info->destroy) object.info->destroy(object);
    } else {
        give_object_memory(object);
        __atomic_fetch_sub(&globals.live_objects, 1u, __ATOMIC_RELAXED);
    }
    if (parent) dereference(*parent);
}

bool must_wait_for_passive(const Object &object)
{
    return (__atomic_load_n(&object.flags, __ATOMIC_RELAXED) & kObjectPassiveCleanup) &&
           scheduler::current.processor->irql > scheduler::kPassiveLevel;
}

void NTAPI run_deferred(PVOID argument)
{
    Library &owner = *static_cast<Library *>(argument);
    for (;;) {
        Object *object;
        {
            scheduler::InternalGuard guard(owner.lock);
            object = owner.deferred_first;
            if (!object) {
                owner.deferred_running = false;
                return;
            }
            owner.deferred_first = object->next_sibling;
            if (!owner.deferred_first) owner.deferred_last = nullptr;
            object->next_sibling = nullptr;
        }
        if (object->state == ObjectState::Disposed) destroy_object(*object);
        else dispose_tree(*object);
    }
}

// The object is in nobody's child list any more, so its sibling link is free for the queue.
void defer_to_passive(Object &object)
{
    Library &owner = *object.globals->library;
    bool start;
    {
        scheduler::InternalGuard guard(owner.lock);
        object.next_sibling = nullptr;
        (owner.deferred_last ? owner.deferred_last->next_sibling : owner.deferred_first) = &object;
        owner.deferred_last = &object;
        start = !owner.deferred_running;
        owner.deferred_running = true;
    }
    if (start) {
        ExInitializeWorkItem(&owner.deferred_work, run_deferred, &owner);
        ExQueueWorkItem(&owner.deferred_work, DelayedWorkQueue);
    }
}

}  // namespace

bool delete_object(Object &object)
{
    if (!begin_deletion(object)) return false;
    leave_parent(object);
    if (must_wait_for_passive(object)) defer_to_passive(object);
    else dispose_tree(object);
    return true;
}

void delete_object_later(Object &object)
{
    if (!begin_deletion(object)) return;
    leave_parent(object);
    defer_to_passive(object);
}

void discard_object(Object &object)
{
    OPENKMDF_ASSERT(object.references == 1);
    if (object.info->dispose) object.info->dispose(object);
    object.state = ObjectState::Disposed;
    for (ContextHeader *context = object.contexts; context; context = context->next)
        context->evt_cleanup = nullptr, context->evt_destroy = nullptr;
    dereference(object);
}

void dereference(Object &object)
{
    std::uint32_t before = __atomic_fetch_sub(&object.references, 1u, __ATOMIC_ACQ_REL);
    if (before > 1) return;
    if (before == 0 || base::load_enum(object.state, __ATOMIC_ACQUIRE) != ObjectState::Disposed)
        violation(
            object.globals, WDF_OBJECT_ERROR, reinterpret_cast<std::uintptr_t>(handle_of(&object)),
            0,
            "The last reference of %s #%u was released although the object was never deleted. "
            "WdfObjectDereference must only undo a WdfObjectReference; delete the object with "
            "WdfObjectDelete.",
            type_name(object.type), object.ordinal);
    if (must_wait_for_passive(object)) defer_to_passive(object);
    else destroy_object(object);
}

}  // namespace openkmdf::framework
