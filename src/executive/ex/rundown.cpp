#include "executive/ke/dispatcher.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// Run-down protection. The count is kept doubled; its lowest bit says that the run-down has begun.

namespace openkmdf::executive {

namespace ke {

struct RundownWaiter {
    RundownWaiter *next;
    PEX_RUNDOWN_REF reference;
    KEVENT done;
};

}  // namespace ke

namespace {

constexpr ULONG_PTR kActive = 1;

bool acquire(EX_RUNDOWN_REF &reference, ULONG count)
{
    ke::point(scheduler::Point::Interlocked);
    ULONG_PTR value = __atomic_load_n(&reference.Count, __ATOMIC_RELAXED);
    do {
        if (value & kActive) return false;
    } while (!__atomic_compare_exchange_n(&reference.Count, &value, value + 2 * ULONG_PTR{count},
                                          false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return true;
}

void wake_waiter(EX_RUNDOWN_REF &reference)
{
    scheduler::InternalGuard guard(ke::state().lock);
    for (ke::RundownWaiter *waiter = ke::state().rundown_waiters; waiter; waiter = waiter->next) {
        if (waiter->reference != &reference) continue;
        waiter->done.Header.SignalState = 1;
        ke::wake_waiters(waiter->done.Header);
    }
}

void release(EX_RUNDOWN_REF &reference, ULONG count)
{
    const ULONG_PTR step = 2 * ULONG_PTR{count};
    ULONG_PTR before = __atomic_fetch_sub(&reference.Count, step, __ATOMIC_RELEASE);
    if ((before & ~kActive) < step) [[unlikely]] {
        char where[96];
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1007, number_of(&reference), 0, 0,
                 "Run-down protection (%s) was released more often than it was acquired.",
                 describe_address(number_of(&reference), where, sizeof where));
    }
    if (before == step + kActive) wake_waiter(reference);
    ke::point(scheduler::Point::Unlock);
}

void wait_for_release(EX_RUNDOWN_REF &reference)
{
    KeState &own = ke::state();
    ke::RundownWaiter waiter;
    waiter.reference = &reference;
    KeInitializeEvent(&waiter.done, NotificationEvent, FALSE);
    {
        scheduler::InternalGuard guard(own.lock);
        waiter.next = own.rundown_waiters;
        own.rundown_waiters = &waiter;
    }
    ULONG_PTR before = __atomic_fetch_or(&reference.Count, kActive, __ATOMIC_ACQ_REL);
    if (before & ~kActive) ke::wait_for(waiter.done.Header, "run-down protection", nullptr);
    scheduler::InternalGuard guard(own.lock);
    for (ke::RundownWaiter **at = &own.rundown_waiters; *at; at = &(*at)->next) {
        if (*at == &waiter) {
            *at = waiter.next;
            break;
        }
    }
}

EX_RUNDOWN_REF &plain(PEX_RUNDOWN_REF_CACHE_AWARE reference)
{
    return *reinterpret_cast<PEX_RUNDOWN_REF>(reference);
}

}  // namespace

extern "C" {

VOID NTAPI ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    RunRef->Count = 0;
}

VOID NTAPI ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, ULONG_PTR{0}, __ATOMIC_RELEASE);
}

BOOLEAN NTAPI ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    return acquire(*RunRef, 1);
}

BOOLEAN NTAPI ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
    return acquire(*RunRef, Count);
}

VOID NTAPI ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    release(*RunRef, 1);
}

VOID NTAPI ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count)
{
    release(*RunRef, Count);
}

VOID NTAPI ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, kActive, __ATOMIC_RELEASE);
}

VOID NTAPI ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
    wait_for_release(*RunRef);
}

// The cache-aware kind spreads its count over processors to be faster; one count is the same.
PEX_RUNDOWN_REF_CACHE_AWARE NTAPI ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
                                                                        ULONG PoolTag)
{
    auto *reference = static_cast<PEX_RUNDOWN_REF>(
        ExAllocatePoolWithTag(PoolType, sizeof(EX_RUNDOWN_REF), PoolTag));
    if (reference) reference->Count = 0;
    return reinterpret_cast<PEX_RUNDOWN_REF_CACHE_AWARE>(reference);
}

SIZE_T NTAPI ExSizeOfRundownProtectionCacheAware(VOID)
{
    return sizeof(EX_RUNDOWN_REF);
}

VOID NTAPI ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                                   SIZE_T)
{
    plain(RunRefCacheAware).Count = 0;
}

VOID NTAPI ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
    ExFreePool(RunRefCacheAware);
}

BOOLEAN NTAPI ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
    return acquire(plain(RunRefCacheAware), 1);
}

BOOLEAN NTAPI ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                                     ULONG Count)
{
    return acquire(plain(RunRefCacheAware), Count);
}

VOID NTAPI ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
    release(plain(RunRefCacheAware), 1);
}

VOID NTAPI ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count)
{
    release(plain(RunRef), Count);
}

VOID NTAPI ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
    ExReInitializeRundownProtection(&plain(RunRefCacheAware));
}

VOID NTAPI ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware)
{
    ExRundownCompleted(&plain(RunRefCacheAware));
}

VOID NTAPI ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef)
{
    wait_for_release(plain(RunRef));
}

}  // extern "C"

}  // namespace openkmdf::executive
