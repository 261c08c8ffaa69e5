#include "executive/ex/live_objects.h"
#include "executive/ex/pool.h"
#include "executive/ke/ke_state.h"
#include "executive/module_registry.h"

#include <ntddk.h>

// Look-aside lists: freed blocks of one size, kept for the next allocation. On a checked machine
// nothing is kept, so that a use after the free is seen.

namespace openkmdf::executive {
namespace {

constexpr USHORT kDepth = 64;
// Two layouts with the same members; what differs is the alignment.
static_assert(sizeof(GENERAL_LOOKASIDE_POOL) <= sizeof(GENERAL_LOOKASIDE));

enum Owned : ULONG { kPlain = 0x4C41'4B4C, kExtended = 0x4C41'4B58 };

template <class List>
void link(List &list, ULONG magic)
{
    list.Future[0] = magic;
    scheduler::InternalGuard guard(ke::state().lock);
    InsertTailList(&ke::state().lookaside_lists, &list.ListEntry);
}

template <class List>
void require(List &list, ULONG magic, const char *function)
{
    if (list.Future[0] == magic) [[likely]]
        return;
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCB, number_of(&list), 0, 0,
             "%s was called for a look-aside list (%s) that is not initialized, or was deleted.",
             function, describe_address(number_of(&list), where, sizeof where));
}

template <class List>
void initialize(List &list, POOL_TYPE type, SIZE_T size, ULONG tag)
{
    if (size < sizeof(SLIST_ENTRY)) size = sizeof(SLIST_ENTRY);
    list = {};
    InitializeSListHead(&list.ListHead);
    list.Depth = kDepth;
    list.MaximumDepth = EX_MAXIMUM_LOOKASIDE_DEPTH_BASE;
    list.Type = type;
    list.Tag = tag;
    list.Size = static_cast<ULONG>(size);
}

void initialize_plain(GENERAL_LOOKASIDE &list, PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free,
                      POOL_TYPE type, ULONG flags, SIZE_T size, ULONG tag)
{
    initialize(list, static_cast<POOL_TYPE>(type | flags), size, tag);
    list.Allocate = allocate ? allocate : ExAllocatePoolWithTag;
    list.Free = free ? free : ExFreePool;
    link(list, kPlain);
}

template <class List>
PVOID cached(List &list)
{
    list.TotalAllocates++;
    PVOID entry = InterlockedPopEntrySList(&list.ListHead);
    if (!entry) list.AllocateMisses++;
    return entry;
}

// False: the list is full, or keeps nothing.
template <class List>
bool keep(List &list, PVOID entry)
{
    list.TotalFrees++;
    if (!kernel().pool->checking() && QueryDepthSList(&list.ListHead) < list.Depth) {
        InterlockedPushEntrySList(&list.ListHead, static_cast<PSLIST_ENTRY>(entry));
        return true;
    }
    list.FreeMisses++;
    return false;
}

template <class List>
void unlink(List &list)
{
    list.Future[0] = 0;
    scheduler::InternalGuard guard(ke::state().lock);
    RemoveEntryListUnsafe(&list.ListEntry);
}

PVOID allocate_plain(GENERAL_LOOKASIDE &list)
{
    PVOID entry = cached(list);
    return entry ? entry : list.Allocate(list.Type, list.Size, list.Tag);
}

void delete_plain(GENERAL_LOOKASIDE &list)
{
    while (PVOID entry = InterlockedPopEntrySList(&list.ListHead)) list.Free(entry);
    unlink(list);
}

PVOID NTAPI allocate_default(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX)
{
    return ExAllocatePoolWithTag(type, size, tag);
}

// The pools that a driver may allocate from; bits above are modifiers.
bool is_valid(POOL_TYPE type)
{
    const auto base = static_cast<ULONG>(type) & MaxPoolType;
    return base == NonPagedPool || base == PagedPool || base == NonPagedPoolCacheAligned ||
           base == PagedPoolCacheAligned;
}

VOID NTAPI free_default(PVOID block, PLOOKASIDE_LIST_EX)
{
    ExFreePool(block);
}

void flush_extended(PLOOKASIDE_LIST_EX list)
{
    while (PVOID entry = InterlockedPopEntrySList(&list->L.ListHead)) list->L.FreeEx(entry, list);
}

}  // namespace

const void *find_lookaside_list(const void *low, const void *high)
{
    LIST_ENTRY &head = ke::state().lookaside_lists;
    scheduler::InternalGuard guard(ke::state().lock);
    for (LIST_ENTRY *entry = head.Flink; entry != &head; entry = entry->Flink)
        if (entry >= low && entry < high) return entry;
    return nullptr;
}

extern "C" {

VOID NTAPI ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
                                           PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                           ULONG Flags, SIZE_T Size, ULONG Tag, USHORT)
{
    initialize_plain(Lookaside->L, Allocate, Free, NonPagedPool, Flags, Size, Tag);
}

VOID NTAPI ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    require(Lookaside->L, kPlain, "ExDeleteNPagedLookasideList");
    delete_plain(Lookaside->L);
}

PVOID NTAPI ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    require(Lookaside->L, kPlain, "ExAllocateFromNPagedLookasideList");
    return allocate_plain(Lookaside->L);
}

VOID NTAPI ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    require(Lookaside->L, kPlain, "ExFreeToNPagedLookasideList");
    if (!keep(Lookaside->L, Entry)) Lookaside->L.Free(Entry);
}

VOID NTAPI ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
                                          PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
                                          ULONG Flags, SIZE_T Size, ULONG Tag, USHORT)
{
    initialize_plain(Lookaside->L, Allocate, Free, PagedPool, Flags, Size, Tag);
}

VOID NTAPI ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    require(Lookaside->L, kPlain, "ExDeletePagedLookasideList");
    delete_plain(Lookaside->L);
}

PVOID NTAPI ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    require(Lookaside->L, kPlain, "ExAllocateFromPagedLookasideList");
    return allocate_plain(Lookaside->L);
}

VOID NTAPI ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    require(Lookaside->L, kPlain, "ExFreeToPagedLookasideList");
    if (!keep(Lookaside->L, Entry)) Lookaside->L.Free(Entry);
}

NTSTATUS NTAPI ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
                                           PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free,
                                           POOL_TYPE PoolType, ULONG Flags, SIZE_T Size, ULONG Tag,
                                           USHORT Depth)
{
    constexpr ULONG kBoth =
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL | EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
    if (Depth != 0) return STATUS_INVALID_PARAMETER_8;
    if (!is_valid(PoolType)) return STATUS_INVALID_PARAMETER_4;
    if ((Flags & ~kBoth) || Flags == kBoth) return STATUS_INVALID_PARAMETER_5;
    auto type = static_cast<ULONG>(PoolType);
    if (Flags & EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL) type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    if (Flags & EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE) type |= POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    initialize(Lookaside->L, static_cast<POOL_TYPE>(type), Size, Tag);
    Lookaside->L.AllocateEx = Allocate ? Allocate : allocate_default;
    Lookaside->L.FreeEx = Free ? Free : free_default;
    link(Lookaside->L, kExtended);
    return STATUS_SUCCESS;
}

VOID NTAPI ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    require(Lookaside->L, kExtended, "ExDeleteLookasideListEx");
    flush_extended(Lookaside);
    unlink(Lookaside->L);
}

VOID NTAPI ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    require(Lookaside->L, kExtended, "ExFlushLookasideListEx");
    flush_extended(Lookaside);
}

PVOID NTAPI ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    require(Lookaside->L, kExtended, "ExAllocateFromLookasideListEx");
    PVOID entry = cached(Lookaside->L);
    return entry ? entry
                 : Lookaside->L.AllocateEx(Lookaside->L.Type, Lookaside->L.Size, Lookaside->L.Tag,
                                           Lookaside);
}

VOID NTAPI ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
    require(Lookaside->L, kExtended, "ExFreeToLookasideListEx");
    if (!keep(Lookaside->L, Entry)) Lookaside->L.FreeEx(Entry, Lookaside);
}

}  // extern "C"

}  // namespace openkmdf::executive
