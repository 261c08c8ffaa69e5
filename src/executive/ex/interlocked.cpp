#include "executive/ke/ke_state.h"

#include "scheduler/scheduler.h"

#include <ntddk.h>

// Lists and counters under a driver's spin lock. Callable at any IRQL: on Windows interrupts are
// disabled for the few instructions, here the IRQL is raised to the top.

namespace openkmdf::executive {
namespace {

class HighLock {
public:
    explicit HighLock(PKSPIN_LOCK lock)
        : lock_(lock), irql_(scheduler::Scheduler::raise_irql(HIGH_LEVEL))
    {
        KeAcquireSpinLockAtDpcLevel(lock_);
    }
    ~HighLock()
    {
        KeReleaseSpinLockFromDpcLevel(lock_);
        scheduler::current.scheduler->lower_irql(irql_);
    }
    HighLock(const HighLock &) = delete;
    HighLock &operator=(const HighLock &) = delete;

private:
    PKSPIN_LOCK lock_;
    KIRQL irql_;
};

}  // namespace

extern "C" {

LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                                 PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    LARGE_INTEGER before = *Addend;
    Addend->QuadPart += Increment.QuadPart;
    return before;
}

ULONG NTAPI ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    ULONG before = *Addend;
    *Addend += Increment;
    return before;
}

PLIST_ENTRY NTAPI ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                              PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    PLIST_ENTRY before = IsListEmpty(ListHead) ? nullptr : ListHead->Flink;
    InsertHeadList(ListHead, ListEntry);
    return before;
}

PLIST_ENTRY NTAPI ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                              PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    PLIST_ENTRY before = IsListEmpty(ListHead) ? nullptr : ListHead->Blink;
    InsertTailList(ListHead, ListEntry);
    return before;
}

PLIST_ENTRY NTAPI ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    return IsListEmpty(ListHead) ? nullptr : RemoveHeadList(ListHead);
}

PSINGLE_LIST_ENTRY NTAPI ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    return PopEntryList(ListHead);
}

PSINGLE_LIST_ENTRY NTAPI ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                                    PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock)
{
    HighLock guard(Lock);
    PSINGLE_LIST_ENTRY before = ListHead->Next;
    PushEntryList(ListHead, ListEntry);
    return before;
}

}  // extern "C"

}  // namespace openkmdf::executive
