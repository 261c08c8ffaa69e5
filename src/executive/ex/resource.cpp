#include "executive/ex/live_objects.h"
#include "executive/ex/pool.h"
#include "executive/ke/dispatcher.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

#include <cstring>

// ERESOURCE: shared and exclusive, recursive. ActiveCount counts the owners; an exclusive one
// stands in OwnerEntry, shared ones in OwnerTable, whose entry 0 holds the table's size. Who waits
// is listed at Reserved2, on the waiters' stacks.

namespace openkmdf::executive {
namespace {

struct Waiter {
    Waiter *next = nullptr;
    PERESOURCE resource = nullptr;
    PKTHREAD thread = nullptr;
    bool exclusive = false;
    KEVENT granted = {};
};

constexpr ULONG kFirstTable = 4;

Waiter *&waiters_of(ERESOURCE &resource)
{
    return reinterpret_cast<Waiter *&>(resource.Reserved2);
}

bool is_exclusive(const ERESOURCE &resource)
{
    return resource.Flag & ResourceOwnedExclusive;
}

ERESOURCE_THREAD self()
{
    return reinterpret_cast<ERESOURCE_THREAD>(ke::current_thread());
}

// --- With KeState::lock held ---------------------------------------------------------------------

POWNER_ENTRY find_owner(ERESOURCE &resource, ERESOURCE_THREAD thread)
{
    if (!resource.OwnerTable) return nullptr;
    for (ULONG i = 1; i < resource.OwnerTable->TableSize; i++)
        if (resource.OwnerTable[i].OwnerThread == thread) return &resource.OwnerTable[i];
    return nullptr;
}

bool grow_table(ERESOURCE &resource)
{
    const ULONG old = resource.OwnerTable ? resource.OwnerTable->TableSize : 0;
    const ULONG size = old ? 2 * old : kFirstTable;
    auto *table = static_cast<POWNER_ENTRY>(kernel().arena->allocate(size * sizeof(OWNER_ENTRY)));
    if (!table) return false;
    std::memset(table, 0, size * sizeof(OWNER_ENTRY));
    if (old) {
        std::memcpy(table, resource.OwnerTable, old * sizeof(OWNER_ENTRY));
        kernel().arena->deallocate(resource.OwnerTable, old * sizeof(OWNER_ENTRY));
    }
    table->TableSize = size;
    resource.OwnerTable = table;
    return true;
}

void add_shared(ERESOURCE &resource, ERESOURCE_THREAD thread)
{
    POWNER_ENTRY entry = find_owner(resource, thread);
    if (!entry) {
        entry = find_owner(resource, 0);
        if (!entry && grow_table(resource)) entry = find_owner(resource, 0);
        if (!entry) return;  // the machine's heap is full: counted, but not by name
        entry->OwnerThread = thread;
        entry->OwnerCount = 0;
        resource.ActiveCount++;
    }
    entry->OwnerCount = entry->OwnerCount + 1;
}

void set_exclusive(ERESOURCE &resource, ERESOURCE_THREAD thread)
{
    resource.Flag |= ResourceOwnedExclusive;
    resource.ActiveCount = 1;
    resource.OwnerEntry.OwnerThread = thread;
    resource.OwnerEntry.OwnerCount = 1;
}

// Whoever waits longest, and with a reader all readers up to the next writer.
void grant(ERESOURCE &resource)
{
    while (Waiter *waiter = waiters_of(resource)) {
        if (waiter->exclusive ? resource.ActiveCount != 0 : is_exclusive(resource)) return;
        const auto thread = reinterpret_cast<ERESOURCE_THREAD>(waiter->thread);
        if (waiter->exclusive) {
            set_exclusive(resource, thread);
            resource.NumberOfExclusiveWaiters--;
        } else {
            add_shared(resource, thread);
            resource.NumberOfSharedWaiters--;
        }
        waiters_of(resource) = waiter->next;
        waiter->granted.Header.SignalState = 1;
        ke::wake_waiters(waiter->granted.Header);
    }
}

enum class Sharing : std::uint8_t {
    Fair,              // behind writers that wait, except for who has it already
    StarveExclusive,   // before them
    WaitForExclusive,  // behind them in any case
};

bool may_share(ERESOURCE &resource, ERESOURCE_THREAD thread, Sharing sharing)
{
    if (is_exclusive(resource)) return false;
    if (!resource.NumberOfExclusiveWaiters || sharing == Sharing::StarveExclusive) return true;
    return sharing == Sharing::Fair && find_owner(resource, thread);
}

enum class Attempt : std::uint8_t { Acquired, MustWait, SelfDeadlock };

Attempt try_acquire(ERESOURCE &resource, bool exclusive, Sharing sharing)
{
    const ERESOURCE_THREAD thread = self();
    if (is_exclusive(resource) && resource.OwnerEntry.OwnerThread == thread) {
        resource.OwnerEntry.OwnerCount = resource.OwnerEntry.OwnerCount + 1;
        return Attempt::Acquired;
    }
    if (!exclusive) {
        if (!may_share(resource, thread, sharing)) return Attempt::MustWait;
        add_shared(resource, thread);
        return Attempt::Acquired;
    }
    if (resource.ActiveCount)
        return find_owner(resource, thread) ? Attempt::SelfDeadlock : Attempt::MustWait;
    set_exclusive(resource, thread);
    return Attempt::Acquired;
}

// --- Without it ----------------------------------------------------------------------------------

void check(ERESOURCE &resource, std::uint64_t kind, const char *function)
{
    char where[96];
    if (!resource.SystemResourcesList.Flink) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1002, number_of(&resource), 0, 0,
                 "%s was called for an ERESOURCE (%s) that is not initialized, or was deleted.",
                 function, describe_address(number_of(&resource), where, sizeof where));
    const KIRQL irql = scheduler::Scheduler::irql();
    const KTHREAD &thread = *ke::current_thread();
    if (irql > APC_LEVEL || (kernel().pool->checking() && irql == PASSIVE_LEVEL &&
                             !thread.critical_regions && !thread.guarded_regions)) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, thread.critical_regions,
                 number_of(&resource),
                 "%s was called at IRQL %u outside a critical region. Normal kernel APCs must be "
                 "disabled while a resource is held: call KeEnterCriticalRegion first.",
                 function, irql);
}

// Null for an owner that ExSetResourceOwnerPointer has named: it is no thread.
scheduler::Activity *exclusive_owner(const void *granted)
{
    const auto &waiter = *CONTAINING_RECORD(granted, const Waiter, granted);
    scheduler::InternalGuard guard(ke::state().lock);
    const ERESOURCE &resource = *waiter.resource;
    const ERESOURCE_THREAD owner = resource.OwnerEntry.OwnerThread;
    if (!is_exclusive(resource) || (owner & 3)) return nullptr;
    return reinterpret_cast<PKTHREAD>(owner)->activity;
}

BOOLEAN acquire(PERESOURCE pointer, bool exclusive, bool wait, Sharing sharing,
                const char *function)
{
    ERESOURCE &resource = *pointer;
    check(resource, 0x37, function);
    ke::point();
    Waiter waiter;
    Attempt attempt;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        attempt = try_acquire(resource, exclusive, sharing);
        if (attempt == Attempt::Acquired) return TRUE;
        if (!wait) return FALSE;
        resource.ContentionCount++;
        if (attempt == Attempt::MustWait) {
            waiter.resource = pointer;
            waiter.thread = ke::current_thread();
            waiter.exclusive = exclusive;
            KeInitializeEvent(&waiter.granted, NotificationEvent, FALSE);
            Waiter **end = &waiters_of(resource);
            while (*end) end = &(*end)->next;
            *end = &waiter;
            (exclusive ? resource.NumberOfExclusiveWaiters : resource.NumberOfSharedWaiters)++;
        }
    }
    if (attempt == Attempt::SelfDeadlock)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1000, number_of(&resource), 0, 0,
                 "%s was called by a thread that holds the resource shared: it would wait for "
                 "itself for ever. Release the resource first.",
                 function);
    ke::wait_for(waiter.granted.Header, "ERESOURCE", exclusive_owner);
    return TRUE;
}

void release(PERESOURCE pointer, ERESOURCE_THREAD thread, const char *function)
{
    ERESOURCE &resource = *pointer;
    check(resource, 0x38, function);
    bool owned = true;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        POWNER_ENTRY entry =
            is_exclusive(resource) ? &resource.OwnerEntry : find_owner(resource, thread);
        owned = entry && entry->OwnerThread == thread && thread;
        if (owned) {
            entry->OwnerCount = entry->OwnerCount - 1;
            if (!entry->OwnerCount) {
                entry->OwnerThread = 0;
                resource.ActiveCount--;
                resource.Flag &= ~ResourceOwnedExclusive;
                grant(resource);
            }
        }
    }
    if (!owned)
        bugcheck(RESOURCE_NOT_OWNED, number_of(&resource), thread, number_of(resource.OwnerTable),
                 0, "%s was called by a thread that does not own the resource.", function);
    ke::point(scheduler::Point::Unlock);
}

}  // namespace

const void *find_resource(const void *low, const void *high)
{
    LIST_ENTRY &head = ke::state().resources;
    scheduler::InternalGuard guard(ke::state().lock);
    for (LIST_ENTRY *entry = head.Flink; entry != &head; entry = entry->Flink)
        if (entry >= low && entry < high) return entry;
    return nullptr;
}

extern "C" {

NTSTATUS NTAPI ExInitializeResourceLite(PERESOURCE Resource)
{
    std::memset(Resource, 0, sizeof *Resource);
    scheduler::InternalGuard guard(ke::state().lock);
    InsertTailList(&ke::state().resources, &Resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ExReinitializeResourceLite(PERESOURCE Resource)
{
    scheduler::InternalGuard guard(ke::state().lock);
    Resource->ActiveCount = 0;
    Resource->Flag = 0;
    Resource->OwnerEntry = {};
    if (Resource->OwnerTable)
        std::memset(Resource->OwnerTable + 1, 0,
                    (Resource->OwnerTable->TableSize - 1) * sizeof(OWNER_ENTRY));
    Resource->ContentionCount = 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ExDeleteResourceLite(PERESOURCE Resource)
{
    if (!Resource->SystemResourcesList.Flink)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD1, number_of(Resource), 0, 0,
                 "ExDeleteResourceLite was called for an ERESOURCE that is not initialized.");
    if (Resource->ActiveCount)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x100B, number_of(Resource),
                 Resource->OwnerEntry.OwnerThread, 0,
                 "ExDeleteResourceLite was called for an ERESOURCE that is still owned.");
    scheduler::InternalGuard guard(ke::state().lock);
    RemoveEntryListUnsafe(&Resource->SystemResourcesList);
    Resource->SystemResourcesList = {};
    if (Resource->OwnerTable)
        kernel().arena->deallocate(Resource->OwnerTable,
                                   Resource->OwnerTable->TableSize * sizeof(OWNER_ENTRY));
    Resource->OwnerTable = nullptr;
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, true, Wait, Sharing::Fair, "ExAcquireResourceExclusiveLite");
}

BOOLEAN NTAPI ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, false, Wait, Sharing::Fair, "ExAcquireResourceSharedLite");
}

BOOLEAN NTAPI ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, false, Wait, Sharing::StarveExclusive,
                   "ExAcquireSharedStarveExclusive");
}

BOOLEAN NTAPI ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire(Resource, false, Wait, Sharing::WaitForExclusive,
                   "ExAcquireSharedWaitForExclusive");
}

VOID NTAPI ExReleaseResourceLite(PERESOURCE Resource)
{
    release(Resource, self(), "ExReleaseResourceLite");
}

VOID NTAPI ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId)
{
    release(Resource, ResourceThreadId, "ExReleaseResourceForThreadLite");
}

VOID NTAPI ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer)
{
    scheduler::InternalGuard guard(ke::state().lock);
    POWNER_ENTRY entry =
        is_exclusive(*Resource) ? &Resource->OwnerEntry : find_owner(*Resource, self());
    if (entry) entry->OwnerThread = reinterpret_cast<ERESOURCE_THREAD>(OwnerPointer);
}

VOID NTAPI ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG)
{
    ExSetResourceOwnerPointer(Resource, OwnerPointer);
}

VOID NTAPI ExConvertExclusiveToSharedLite(PERESOURCE Resource)
{
    bool owned;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        owned = is_exclusive(*Resource) && Resource->OwnerEntry.OwnerThread == self();
        if (owned) {
            const ULONG count = Resource->OwnerEntry.OwnerCount;
            Resource->Flag &= ~ResourceOwnedExclusive;
            Resource->ActiveCount = 0;
            Resource->OwnerEntry.OwnerThread = 0;
            for (ULONG i = 0; i < count; i++) add_shared(*Resource, self());
            // Readers at the head of the queue come in too.
            grant(*Resource);
        }
    }
    if (!owned)
        bugcheck(RESOURCE_NOT_OWNED, number_of(Resource), self(), 0, 0,
                 "ExConvertExclusiveToSharedLite was called by a thread that does not own the "
                 "resource exclusively.");
}

BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
    scheduler::InternalGuard guard(ke::state().lock);
    return is_exclusive(*Resource) && Resource->OwnerEntry.OwnerThread == self();
}

ULONG NTAPI ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
    scheduler::InternalGuard guard(ke::state().lock);
    if (is_exclusive(*Resource))
        return Resource->OwnerEntry.OwnerThread == self() ? Resource->OwnerEntry.OwnerCount : 0;
    POWNER_ENTRY entry = find_owner(*Resource, self());
    return entry ? entry->OwnerCount : 0;
}

ULONG NTAPI ExGetExclusiveWaiterCount(PERESOURCE Resource)
{
    scheduler::InternalGuard guard(ke::state().lock);
    return Resource->NumberOfExclusiveWaiters;
}

ULONG NTAPI ExGetSharedWaiterCount(PERESOURCE Resource)
{
    scheduler::InternalGuard guard(ke::state().lock);
    return Resource->NumberOfSharedWaiters;
}

PVOID NTAPI ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(Resource, TRUE);
    return nullptr;
}

PVOID NTAPI ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(Resource, TRUE);
    return nullptr;
}

VOID NTAPI ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
    ExReleaseResourceLite(Resource);
    KeLeaveCriticalRegion();
}

}  // extern "C"

}  // namespace openkmdf::executive
