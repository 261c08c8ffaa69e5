#include "executive/ke/dispatcher.h"

#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

// Critical and guarded regions, guarded and fast mutexes.

namespace openkmdf::executive::ke {
namespace {

using scheduler::Scheduler;

[[noreturn, gnu::cold]] void not_in_region(const char *function)
{
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3E, 0, 0, 0,
             "%s was called by a thread that is not in such a region. Enter before leaving, once "
             "for each time.",
             function);
}

void need_apc_level(std::uint64_t kind, const char *function)
{
    const KIRQL irql = Scheduler::irql();
    if (irql > APC_LEVEL) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, 0, 0,
                 "%s was called at IRQL %u; it needs IRQL <= APC_LEVEL.", function, irql);
}

void leave(std::uint16_t &count, const char *function)
{
    if (!count) [[unlikely]]
        not_in_region(function);
    count--;
}

// --- The two mutexes are one algorithm -----------------------------------------------------------

// Count is 1 when free, and one less for the owner and for each waiter; the object hands it over.

[[noreturn, gnu::cold]] void self_deadlock(const void *mutex, const char *kind)
{
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1000, number_of(mutex), 0, 0,
             "A %s (%s) was acquired by the thread that owns it already; the thread would wait for "
             "itself for ever. These mutexes cannot be acquired recursively.",
             kind, describe_address(number_of(mutex), where, sizeof where));
}

// The lock keeps the owner from ending.
scheduler::Activity *activity_of(const PKTHREAD &owner)
{
    scheduler::InternalGuard guard(state().lock);
    PKTHREAD thread = __atomic_load_n(&owner, __ATOMIC_RELAXED);
    return thread ? thread->activity : nullptr;
}

scheduler::Activity *holder_of_fast(const void *event)
{
    return activity_of(CONTAINING_RECORD(event, const FAST_MUTEX, Event)->Owner);
}

scheduler::Activity *holder_of_guarded(const void *gate)
{
    return activity_of(CONTAINING_RECORD(gate, const KGUARDED_MUTEX, Gate)->Owner);
}

void acquire(volatile LONG &count, PKTHREAD &owner, ULONG &contention, DISPATCHER_HEADER &object,
             const void *mutex, const char *kind, HolderOf holder_of)
{
    PKTHREAD thread = current_thread();
    if (__atomic_load_n(&owner, __ATOMIC_RELAXED) == thread) [[unlikely]]
        self_deadlock(mutex, kind);
    point();
    if (__atomic_sub_fetch(&count, 1, __ATOMIC_ACQUIRE) != 0) {
        require_initialized(object, kind);
        __atomic_fetch_add(&contention, 1, __ATOMIC_RELAXED);
        wait_for(object, kind, holder_of);
    }
    __atomic_store_n(&owner, thread, __ATOMIC_RELAXED);
}

bool try_acquire(volatile LONG &count, PKTHREAD &owner)
{
    point();
    LONG free = 1;
    if (!__atomic_compare_exchange_n(&count, &free, 0, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return false;
    __atomic_store_n(&owner, current_thread(), __ATOMIC_RELAXED);
    return true;
}

void release(volatile LONG &count, PKTHREAD &owner, DISPATCHER_HEADER &object, const void *mutex,
             const char *kind)
{
    PKTHREAD thread = current_thread();
    if (__atomic_load_n(&owner, __ATOMIC_RELAXED) != thread) [[unlikely]] {
        char where[96];
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, owner ? 0x1004 : 0x1007, number_of(mutex),
                 number_of(owner), number_of(thread),
                 "A %s (%s) was released by a thread that does not own it. The thread that "
                 "acquires it must release it, once.",
                 kind, describe_address(number_of(mutex), where, sizeof where));
    }
    __atomic_store_n(&owner, nullptr, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(&count, 1, __ATOMIC_RELEASE) <= 0) {
        scheduler::InternalGuard guard(state().lock);
        object.SignalState = 1;
        wake_waiters(object);
    }
    point(scheduler::Point::Unlock);
}

void acquire_fast(PFAST_MUTEX mutex)
{
    acquire(mutex->Count, mutex->Owner, mutex->Contention, mutex->Event.Header, mutex, "fast mutex",
            holder_of_fast);
}

void release_fast(PFAST_MUTEX mutex)
{
    release(mutex->Count, mutex->Owner, mutex->Event.Header, mutex, "fast mutex");
}

void acquire_guarded(PKGUARDED_MUTEX mutex)
{
    acquire(mutex->Count, mutex->Owner, mutex->Contention, mutex->Gate.Header, mutex,
            "guarded mutex", holder_of_guarded);
}

void release_guarded(PKGUARDED_MUTEX mutex)
{
    release(mutex->Count, mutex->Owner, mutex->Gate.Header, mutex, "guarded mutex");
}

// Special kernel APCs, which a critical region lets through.
void need_all_apcs_disabled(std::uint64_t kind, const char *function, const void *mutex)
{
    const KIRQL irql = Scheduler::irql();
    if (irql < APC_LEVEL && !current_thread()->guarded_regions) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, 0, number_of(mutex),
                 "%s was called at IRQL %u outside a guarded region. All kernel APCs must be "
                 "disabled: call KeEnterGuardedRegion first.",
                 function, irql);
}

void need_apcs_disabled(std::uint64_t kind, const char *function, const void *mutex)
{
    const KTHREAD &thread = *current_thread();
    const KIRQL irql = Scheduler::irql();
    if (irql < APC_LEVEL && !thread.critical_regions && !thread.guarded_regions) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, 0, number_of(mutex),
                 "%s was called at IRQL %u outside a critical region. Normal kernel APCs must be "
                 "disabled: call KeEnterCriticalRegion first.",
                 function, irql);
}

}  // namespace

extern "C" {

VOID NTAPI KeEnterCriticalRegion(VOID)
{
    need_apc_level(0x11A, "KeEnterCriticalRegion");
    current_thread()->critical_regions++;
}

VOID NTAPI KeLeaveCriticalRegion(VOID)
{
    need_apc_level(0x11B, "KeLeaveCriticalRegion");
    leave(current_thread()->critical_regions, "KeLeaveCriticalRegion");
}

VOID NTAPI KeEnterGuardedRegion(VOID)
{
    need_apc_level(0x11A, "KeEnterGuardedRegion");
    current_thread()->guarded_regions++;
}

VOID NTAPI KeLeaveGuardedRegion(VOID)
{
    need_apc_level(0x11B, "KeLeaveGuardedRegion");
    leave(current_thread()->guarded_regions, "KeLeaveGuardedRegion");
}

BOOLEAN NTAPI KeAreApcsDisabled(VOID)
{
    const KTHREAD &thread = *current_thread();
    return thread.critical_regions || thread.guarded_regions;
}

BOOLEAN NTAPI KeAreAllApcsDisabled(VOID)
{
    return current_thread()->guarded_regions || Scheduler::irql() >= APC_LEVEL;
}

VOID NTAPI KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    Mutex->Count = 1;
    Mutex->Owner = nullptr;
    Mutex->Contention = 0;
    Mutex->CombinedApcDisable = 0;
    initialize_header(Mutex->Gate.Header, kSynchronizationEvent, sizeof(KGATE), 0);
}

VOID NTAPI KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    need_apc_level(0x33, "KeAcquireGuardedMutex");
    current_thread()->guarded_regions++;
    acquire_guarded(Mutex);
}

VOID NTAPI KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    need_apc_level(0x34, "KeReleaseGuardedMutex");
    release_guarded(Mutex);
    leave(current_thread()->guarded_regions, "KeReleaseGuardedMutex");
}

BOOLEAN NTAPI KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    need_apc_level(0x33, "KeTryToAcquireGuardedMutex");
    if (!try_acquire(Mutex->Count, Mutex->Owner)) return FALSE;
    current_thread()->guarded_regions++;
    return TRUE;
}

VOID NTAPI KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX FastMutex)
{
    need_apc_level(0x33, "KeAcquireGuardedMutexUnsafe");
    need_all_apcs_disabled(0x39, "KeAcquireGuardedMutexUnsafe", FastMutex);
    acquire_guarded(FastMutex);
}

VOID NTAPI KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX FastMutex)
{
    need_all_apcs_disabled(0x3A, "KeReleaseGuardedMutexUnsafe", FastMutex);
    release_guarded(FastMutex);
}

VOID NTAPI ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    need_apc_level(0x33, "ExAcquireFastMutex");
    const KIRQL old = Scheduler::raise_irql(APC_LEVEL);
    acquire_fast(FastMutex);
    FastMutex->OldIrql = old;
}

VOID NTAPI ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
    if (Scheduler::irql() != APC_LEVEL) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x34, Scheduler::irql(), 0,
                 number_of(FastMutex),
                 "ExReleaseFastMutex was called at IRQL %u; the mutex is held at APC_LEVEL.",
                 Scheduler::irql());
    const auto old = static_cast<KIRQL>(FastMutex->OldIrql);
    release_fast(FastMutex);
    scheduler::current.scheduler->lower_irql(old);
}

BOOLEAN NTAPI ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    need_apc_level(0x33, "ExTryToAcquireFastMutex");
    const KIRQL old = Scheduler::irql();
    if (!try_acquire(FastMutex->Count, FastMutex->Owner)) return FALSE;
    Scheduler::raise_irql(APC_LEVEL);
    FastMutex->OldIrql = old;
    return TRUE;
}

VOID NTAPI ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    need_apc_level(0x33, "ExAcquireFastMutexUnsafe");
    need_apcs_disabled(0x39, "ExAcquireFastMutexUnsafe", FastMutex);
    acquire_fast(FastMutex);
}

VOID NTAPI ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    need_apcs_disabled(0x3A, "ExReleaseFastMutexUnsafe", FastMutex);
    release_fast(FastMutex);
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
