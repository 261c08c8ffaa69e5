#include "executive/ke/ke_state.h"

#include <ntddk.h>

// Sequenced singly linked lists. All operations take one lock of the machine: an entry that was
// popped may be gone when a lock-free pop looks at its link.

namespace openkmdf::executive {
namespace {

using Guard = scheduler::InternalGuard;

scheduler::InternalLock &lock()
{
    return ke::state().slist_lock;
}

PSLIST_ENTRY first_of(const SLIST_HEADER &head)
{
    return reinterpret_cast<PSLIST_ENTRY>(static_cast<std::uintptr_t>(head.HeaderX64.NextEntry)
                                          << 4);
}

void set_first(SLIST_HEADER &head, PSLIST_ENTRY entry, ULONG depth)
{
    head.HeaderX64.NextEntry = reinterpret_cast<std::uintptr_t>(entry) >> 4;
    head.HeaderX64.Depth = depth & 0xFFFF;
    head.HeaderX64.Sequence = head.HeaderX64.Sequence + 1;
}

}  // namespace

extern "C" {

VOID NTAPI InitializeSListHead(PSLIST_HEADER SListHead)
{
    SListHead->Alignment = 0;
    SListHead->Region = 0;
    SListHead->HeaderX64.HeaderType = 1;
}

PSLIST_ENTRY NTAPI ExpInterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
    ke::point(scheduler::Point::Interlocked);
    Guard guard(lock());
    PSLIST_ENTRY entry = first_of(*ListHead);
    if (entry) set_first(*ListHead, entry->Next, ListHead->HeaderX64.Depth - 1);
    return entry;
}

PSLIST_ENTRY NTAPI ExpInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
    if (number_of(ListEntry) % MEMORY_ALLOCATION_ALIGNMENT) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE1, number_of(ListEntry), 0, 0,
                 "An SLIST_ENTRY was pushed that is not aligned to 16 bytes. Align the structure "
                 "with DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT).");
    ke::point(scheduler::Point::Interlocked);
    Guard guard(lock());
    PSLIST_ENTRY first = first_of(*ListHead);
    ListEntry->Next = first;
    set_first(*ListHead, ListEntry, ListHead->HeaderX64.Depth + 1);
    return first;
}

PSLIST_ENTRY NTAPI ExpInterlockedFlushSList(PSLIST_HEADER ListHead)
{
    ke::point(scheduler::Point::Interlocked);
    Guard guard(lock());
    PSLIST_ENTRY first = first_of(*ListHead);
    set_first(*ListHead, nullptr, 0);
    return first;
}

USHORT NTAPI ExQueryDepthSList(PSLIST_HEADER SListHead)
{
    Guard guard(lock());
    return static_cast<USHORT>(SListHead->HeaderX64.Depth);
}

PSLIST_ENTRY NTAPI FirstEntrySList(const SLIST_HEADER *SListHead)
{
    Guard guard(lock());
    return first_of(*SListHead);
}

}  // extern "C"

}  // namespace openkmdf::executive
