#include "executive/ex/pool.h"
#include "executive/ke/dispatcher.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// Push locks: the exclusive owner's thread with the lowest bit set, or the number of readers times
// 16. Who waits stands in the machine's list; grants go in the order of arrival.

namespace openkmdf::executive {

namespace ke {

struct PushLockWaiter {
    PushLockWaiter *next;
    PEX_PUSH_LOCK lock;
    PKTHREAD thread;
    bool exclusive;
    KEVENT granted;
};

}  // namespace ke

namespace {

using ke::PushLockWaiter;

constexpr ULONG_PTR kExclusive = 1;
constexpr ULONG_PTR kReader = 16;

PKTHREAD owner_of(ULONG_PTR value)
{
    return reinterpret_cast<PKTHREAD>(value & ~kExclusive);
}

// All with KeState::lock held.
bool has_waiter(PEX_PUSH_LOCK lock)
{
    for (PushLockWaiter *waiter = ke::state().push_lock_waiters; waiter; waiter = waiter->next)
        if (waiter->lock == lock) return true;
    return false;
}

void grant(PEX_PUSH_LOCK lock)
{
    for (PushLockWaiter **at = &ke::state().push_lock_waiters; *at;) {
        PushLockWaiter *waiter = *at;
        if (waiter->lock != lock) {
            at = &waiter->next;
            continue;
        }
        if ((*lock & kExclusive) || (waiter->exclusive && *lock)) return;
        *lock = waiter->exclusive ? number_of(waiter->thread) | kExclusive : *lock + kReader;
        *at = waiter->next;
        waiter->granted.Header.SignalState = 1;
        ke::wake_waiters(waiter->granted.Header);
    }
}

void need_region(std::uint64_t kind, const char *function, PEX_PUSH_LOCK lock)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    const KTHREAD &thread = *ke::current_thread();
    if (irql > APC_LEVEL || (kernel().pool->checking() && irql == PASSIVE_LEVEL &&
                             !thread.critical_regions && !thread.guarded_regions)) [[unlikely]]
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, irql, 0, number_of(lock),
                 "%s was called at IRQL %u outside a critical region. Call "
                 "KeEnterCriticalRegion first, at IRQL <= APC_LEVEL.",
                 function, irql);
}

scheduler::Activity *exclusive_owner(const void *granted)
{
    PEX_PUSH_LOCK lock = CONTAINING_RECORD(granted, const PushLockWaiter, granted)->lock;
    scheduler::InternalGuard guard(ke::state().lock);
    return *lock & kExclusive ? owner_of(*lock)->activity : nullptr;
}

void acquire(PEX_PUSH_LOCK lock, bool exclusive)
{
    ke::point();
    PushLockWaiter waiter;
    PKTHREAD self = ke::current_thread();
    bool mine = false;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        mine = (*lock & kExclusive) && owner_of(*lock) == self;
        if (*lock == 0 || (!exclusive && !(*lock & kExclusive) && !has_waiter(lock))) {
            *lock = exclusive ? number_of(self) | kExclusive : *lock + kReader;
            return;
        }
        if (!mine) {
            waiter = {nullptr, lock, self, exclusive, {}};
            KeInitializeEvent(&waiter.granted, NotificationEvent, FALSE);
            PushLockWaiter **end = &ke::state().push_lock_waiters;
            while (*end) end = &(*end)->next;
            *end = &waiter;
        }
    }
    char where[96];
    if (mine)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1000, number_of(lock), 0, 0,
                 "A push lock (%s) was acquired by the thread that holds it exclusively already. "
                 "Push locks cannot be acquired recursively.",
                 describe_address(number_of(lock), where, sizeof where));
    ke::wait_for(waiter.granted.Header, "push lock", exclusive_owner);
}

void release(PEX_PUSH_LOCK lock, bool exclusive)
{
    bool held;
    {
        scheduler::InternalGuard guard(ke::state().lock);
        held = exclusive ? *lock == (number_of(ke::current_thread()) | kExclusive)
                         : !(*lock & kExclusive) && *lock >= kReader;
        if (held) {
            *lock = exclusive ? 0 : *lock - kReader;
            grant(lock);
        }
    }
    char where[96];
    if (!held)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1007, number_of(lock), 0, 0,
                 "A push lock (%s) was released that is not held this way by this thread.",
                 describe_address(number_of(lock), where, sizeof where));
    ke::point(scheduler::Point::Unlock);
}

}  // namespace

extern "C" {

VOID NTAPI ExInitializePushLock(PEX_PUSH_LOCK PushLock)
{
    *PushLock = 0;
}

VOID NTAPI ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG)
{
    need_region(0xEA, "ExAcquirePushLockExclusive", PushLock);
    acquire(PushLock, true);
}

VOID NTAPI ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG)
{
    need_region(0xEA, "ExAcquirePushLockShared", PushLock);
    acquire(PushLock, false);
}

VOID NTAPI ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG)
{
    need_region(0xEB, "ExReleasePushLockExclusive", PushLock);
    release(PushLock, true);
}

VOID NTAPI ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG)
{
    need_region(0xEB, "ExReleasePushLockShared", PushLock);
    release(PushLock, false);
}

}  // extern "C"

}  // namespace openkmdf::executive
