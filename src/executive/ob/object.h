#pragma once

#include "executive/trace.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

// What every object of the object manager has in front of its body, and what a type of objects is.
// A body has the structure that the WDK gives it (FILE_OBJECT, KEVENT, ...).

namespace openkmdf::executive::ob {

enum class TypeIndex : std::uint8_t {
    Directory,
    SymbolicLink,
    Device,
    Driver,
    File,
    Event,
    Semaphore,
    Mutant,
    Timer,
    Thread,
    Process,
    Token,
    Key,
    Section,
    Callback,
    Count,
};

// What remains of a path when it meets an object that has a name space of its own.
struct ParseRequest {
    UNICODE_STRING rest = {};  // empty, or starts with a backslash
    ULONG attributes = 0;      // OBJ_*
    KPROCESSOR_MODE mode = KernelMode;
    ACCESS_MASK access = 0;
    POBJECT_TYPE wanted = nullptr;  // null: any
    void *context = nullptr;        // of whoever began the look-up
    void *body = nullptr;           // out: the object found or made, referenced
    // Out, with STATUS_REPARSE: the path to go on with, from
    // Arena::allocate(reparse.MaximumLength).
    UNICODE_STRING reparse = {};
};

struct TypeProcedures {
    // The last reference is gone, at PASSIVE_LEVEL; the body's memory goes afterwards.
    void (*deleted)(void *body) = nullptr;
    // A handle of `process` has been closed; `handles_left` counts those of all processes.
    void (*closed)(PEPROCESS process, void *body, ACCESS_MASK granted,
                   std::int64_t handles_left) = nullptr;
    // Null: the object ends a path.
    NTSTATUS (*parse)(void *body, ParseRequest &request) = nullptr;
};

struct ObjectHeader;

struct ObjectName {
    UNICODE_STRING text;      // the last component
    ObjectHeader *directory;  // referenced
    ObjectHeader *object;     // referenced
    ObjectName *next_in_bucket;
    ObjectName *next;  // in order of insertion
    ObjectName *previous;
};

enum ObjectFlags : std::uint32_t {
    kPermanent = 1,
};

inline constexpr ULONG kSecurityTag = 0x6453624F;  // 'ObSd'
inline constexpr std::uint32_t kLiveObject = 0x6A624F4Bu;
inline constexpr std::uint32_t kDeadObject = 0x64616544u;

struct alignas(16) ObjectHeader {
    std::uint32_t magic;
    std::uint32_t flags;
    std::int64_t references;  // atomic
    std::int64_t handles;     // atomic
    POBJECT_TYPE type;
    ObjectHeader *next;  // of its type, in order of creation
    ObjectHeader *previous;
    ObjectName *name;            // guarded by the name space's lock
    void *security;              // self-relative descriptor, paged pool with kSecurityTag
    ObjectHeader *next_deleted;  // while it waits for its deletion at PASSIVE_LEVEL
    std::uint32_t ordinal;       // its number in traces
    std::uint32_t size;          // of the whole block

    void *body() { return this + 1; }
};
static_assert(sizeof(ObjectHeader) % 16 == 0);

inline ObjectHeader *header_of(const void *body)
{
    return static_cast<ObjectHeader *>(const_cast<void *>(body)) - 1;
}

// The counts at some moment: others may be changing them.
inline std::int64_t references_of(const void *body)
{
    return __atomic_load_n(&header_of(body)->references, __ATOMIC_RELAXED);
}

inline std::int64_t handles_of(const void *body)
{
    return __atomic_load_n(&header_of(body)->handles, __ATOMIC_RELAXED);
}

}  // namespace openkmdf::executive::ob

// Drivers see a pointer to this and never into it.
struct _OBJECT_TYPE {
    std::u16string_view name;
    const char *trace_name = "";
    std::uint16_t trace_type = 0;  // the tracer's number of that name
    openkmdf::executive::ob::TypeIndex index = {};
    openkmdf::executive::ob::TypeProcedures procedures;
    GENERIC_MAPPING mapping = {};
    ACCESS_MASK valid_access = 0;

    openkmdf::scheduler::InternalLock lock;
    openkmdf::executive::ob::ObjectHeader *first = nullptr;  // guarded by `lock`, like all below
    openkmdf::executive::ob::ObjectHeader *last = nullptr;
    std::uint64_t live = 0;
    std::uint32_t ordinals = 0;
};

namespace openkmdf::executive::ob {

// Of an object that the object manager made: "DEVICE_OBJECT #2".
inline TraceObject trace_name(const void *body)
{
    const ObjectHeader *header = header_of(body);
    return {header->type->trace_type, header->ordinal};
}

}  // namespace openkmdf::executive::ob
