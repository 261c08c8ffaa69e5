#pragma once

#include "base/atomic_enum.h"
#include "executive/trace.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>
#include <type_traits>

// The common part of every framework object: identity, references, the tree, contexts.
//
// Three ends, three words: *delete* is asked for (by WdfObjectDelete, by the parent's deletion, by
// the framework), *dispose* takes the object out of service (children first, then its own cleanup
// callbacks), *destroy* frees it when the last reference goes (destroy callbacks). Between dispose
// and destroy the memory is valid and the handle is not.
//
// Thread safety: header fields are constant after `publish`, but for `references`, `state` and
// `flags` (atomic) and the child list (guarded by `tree_lock`).

namespace openkmdf::framework {

struct Globals;
struct ContextHeader;
class CallbackLock;

enum class ObjectType : std::uint8_t {
    None,
    Driver,
    Device,
    FileObject,
    Queue,
    Request,
    Memory,
    SpinLock,
    WaitLock,
    Timer,
    Dpc,
    WorkItem,
    String,
    Collection,
    Lookaside,
    Key,
    IoTarget,
    ChildList,
    Interrupt,
    IoResList,
    IoResReqList,
    CmResList,
    UsbDevice,
    UsbInterface,
    UsbPipe,
    DmaEnabler,
    DmaTransaction,
    CommonBuffer,
    WmiProvider,
    WmiInstance,
    Object,  // WdfObjectCreate
    Count,
};

// In order of life; transitions only go down the list.
enum class ObjectState : std::uint8_t {
    Free,      // the slot is not an object
    Creating,  // not yet handed to the driver
    Live,
    Deleting,  // delete was asked for; children are being disposed
    Disposed,  // cleanup callbacks have run
};

struct Object;

struct TypeInfo {
    ObjectType type;
    const char *name;      // "WDFDEVICE"
    std::uint16_t size;    // of the C++ type
    bool deletable;        // may the driver delete it with WdfObjectDelete?
    bool passive_cleanup;  // cleanup and destroy callbacks run at PASSIVE_LEVEL
    void (*dispose)(
        Object &);  // takes it out of service, before its cleanup callbacks; may be null
    void (*destroy)(Object &);  // frees what it owns; after its destroy callbacks; may be null
};

struct Object {
    ObjectType type = ObjectType::None;
    ObjectState state = ObjectState::Free;
    std::uint16_t generation = 0;            // of the slot; survives free, part of the handle
    std::uint32_t references = 0;            // atomic; 1 for being alive
    std::uint32_t ordinal = 0;               // the name in traces: WDFREQUEST #7
    std::uint8_t flags = 0;                  // ObjectFlags
    std::uint8_t execution_level = 0;        // effective WDF_EXECUTION_LEVEL of its callbacks
    std::uint8_t synchronization_scope = 0;  // effective WDF_SYNCHRONIZATION_SCOPE
    std::uint8_t slot_class = 0;             // how its memory is given back, see object_memory.cpp
    const TypeInfo *info = nullptr;
    Globals *globals = nullptr;  // of the driver that owns it
    Object *parent = nullptr;
    Object *previous_sibling = nullptr;  // guarded by parent->tree_lock
    Object *next_sibling = nullptr;
    Object *first_child = nullptr;  // guarded by tree_lock
    Object *last_child = nullptr;
    ContextHeader *contexts = nullptr;
    scheduler::InternalLock tree_lock;
};

enum ObjectFlags : std::uint8_t {
    kObjectPassiveCleanup = 1,  // by type or because its attributes ask for passive execution
    kObjectUnlinked = 2,        // has a parent but is not in its list (requests of a queue)
    kObjectNoDelete = 4,        // the driver may not delete this instance (default queue, ...)
    kObjectCompanion =
        8,  // its memory belongs to something else (a request inside its IRP's block)
    kObjectHasObjectLock = 16,
};

// Handles: the object's address with the slot's generation in the upper 16 bits. Decoding is one
// mask; proving a handle needs no access to the object's memory before its slot is known to be one.
using Handle = void *;

inline Handle handle_of(const Object *object)
{
    if (!object) return nullptr;
    return reinterpret_cast<Handle>(reinterpret_cast<std::uintptr_t>(object) |
                                    static_cast<std::uintptr_t>(object->generation) << 48);
}
inline Object *object_of(const void *handle)
{
    return reinterpret_cast<Object *>(reinterpret_cast<std::uintptr_t>(handle) &
                                      0x0000'FFFF'FFFF'FFFF);
}
template <class T>
T *object_cast(const void *handle)
{
    return static_cast<T *>(object_of(handle));
}

enum class HandleVerdict : std::uint8_t { Good, Null, NotAHandle, Stale, WrongType };
// Judges any 64-bit value. `expected` None: every type.
HandleVerdict judge_handle(const void *handle, ObjectType expected);

executive::TraceObject trace_name(const Object *object);
const char *type_name(ObjectType type);

// --- Making ------------------------------------------------------------------------------------

// Checks attributes against what the creating function allows; STATUS_SUCCESS for null attributes.
struct AttributeRules {
    bool parent_allowed = true;
    bool scope_allowed = false;  // may SynchronizationScope be anything but InheritFromParent?
    bool level_allowed = false;  // may ExecutionLevel?
    bool parent_required = false;
};
NTSTATUS check_attributes(const WDF_OBJECT_ATTRIBUTES *attributes, const AttributeRules &rules);

// Memory with the context co-allocated, header filled, state Creating, one reference; the context
// of the attributes in place and zeroed. The parent is the attributes' or else `default_parent`.
// nullptr: STATUS_INSUFFICIENT_RESOURCES.
Object *allocate_object(Globals &globals, const TypeInfo &info,
                        const WDF_OBJECT_ATTRIBUTES *attributes, Object *default_parent);

template <class T>
T *create_object(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes, Object *default_parent);

// Links into the parent's list and makes it Live. STATUS_DELETE_PENDING if the parent is being
// deleted: the caller then calls discard_object.
NTSTATUS publish(Object &object);
// For a creation that failed half-way: runs the type's dispose and destroy, no driver callbacks.
void discard_object(Object &object);

// --- Ending ------------------------------------------------------------------------------------

// True for exactly one caller. Disposes at once, or at PASSIVE_LEVEL from a worker where the tree
// asks for it.
bool delete_object(Object &object);
// The same, but always from a worker, which may wait for the caller.
void delete_object_later(Object &object);

void reference(Object &object);
void dereference(Object &object);

// --- Contexts ----------------------------------------------------------------------------------

struct ContextHeader {
    ContextHeader *next = nullptr;
    const WDF_OBJECT_CONTEXT_TYPE_INFO *type = nullptr;  // UniqueType
    std::size_t size = 0;
    PFN_WDF_OBJECT_CONTEXT_CLEANUP evt_cleanup = nullptr;
    PFN_WDF_OBJECT_CONTEXT_DESTROY evt_destroy = nullptr;
    Object *object = nullptr;
    std::size_t allocated = 0;   // not 0: a block of its own, of that size
    std::uint64_t reserved = 0;  // keeps data() 16-byte aligned
    void *data() { return this + 1; }
};
static_assert(sizeof(ContextHeader) % 16 == 0);

void *find_context(const Object &object, const WDF_OBJECT_CONTEXT_TYPE_INFO *type);
std::size_t context_block_size(const WDF_OBJECT_ATTRIBUTES *attributes);
// Fills a zeroed block of context_block_size bytes and makes it the object's first context.
void place_context(Object &object, void *block, const WDF_OBJECT_ATTRIBUTES *attributes);

template <class T>
T *create_object(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes, Object *default_parent)
{
    static_assert(std::is_base_of_v<Object, T>);
    static_assert(std::is_trivially_destructible_v<T>);
    Object *object = allocate_object(globals, T::kInfo, attributes, default_parent);
    if (!object) return nullptr;
    // The header is filled; construct the derived part behind it without touching it again.
    Object header = *object;
    T *derived = ::new (static_cast<void *>(object)) T;
    static_cast<Object &>(*derived) = header;
    return derived;
}

}  // namespace openkmdf::framework
