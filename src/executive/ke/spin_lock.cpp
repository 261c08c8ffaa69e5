#include "executive/ke/spin_lock.h"

#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

namespace openkmdf::executive::ke {

using scheduler::Point;
using scheduler::Processor;
using scheduler::Scheduler;

namespace {

KSPIN_LOCK word_of(Processor *processor)
{
    return reinterpret_cast<std::uintptr_t>(processor) | 1;
}

// Null when the word is not one of ours: then the lock's memory was written to.
Processor *owner_of(KSPIN_LOCK word)
{
    std::span<Processor> all = kernel().scheduler->processors();
    for (Processor &processor : all)
        if (word_of(&processor) == word) return &processor;
    return nullptr;
}

scheduler::Activity *holder_of(const void *lock)
{
    const KSPIN_LOCK word =
        __atomic_load_n(static_cast<const KSPIN_LOCK *>(lock), __ATOMIC_ACQUIRE);
    Processor *owner = owner_of(word);
    return owner ? __atomic_load_n(&owner->current, __ATOMIC_RELAXED) : nullptr;
}

[[noreturn, gnu::cold]] void corrupt(PKSPIN_LOCK lock, KSPIN_LOCK word)
{
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1002, number_of(lock), word, 0,
             "A spin lock (%s) holds a value that is neither free nor an owner. Initialize it with "
             "KeInitializeSpinLock, and look for writes over its memory.",
             describe_address(number_of(lock), where, sizeof where));
}

[[gnu::noinline]] void acquire_contended(PKSPIN_LOCK lock)
{
    Processor *self = scheduler::current.processor;
    for (unsigned attempt = 0;; attempt++) {
        KSPIN_LOCK word = __atomic_load_n(lock, __ATOMIC_RELAXED);
        if (word == 0) {
            if (__atomic_compare_exchange_n(lock, &word, word_of(self), false, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED))
                return;
        }
        if (word == 0) continue;
        if (word == word_of(self)) acquired_twice(lock, "spin lock");
        Processor *owner = owner_of(word);
        if (!owner) corrupt(lock, word);
        Scheduler &scheduler = *scheduler::current.scheduler;
        scheduler.relax(
            {"spin lock", lock, __atomic_load_n(&owner->current, __ATOMIC_RELAXED), holder_of},
            attempt);
    }
}

[[noreturn, gnu::cold]] void wrong_irql(std::uint64_t kind, const volatile void *lock,
                                        const char *function, const char *need)
{
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, Scheduler::irql(), number_of(lock), 0,
             "%s was called at IRQL %u for a spin lock (%s); it needs %s.", function,
             Scheduler::irql(), describe_address(number_of(lock), where, sizeof where), need);
}

KIRQL acquire_raising(PKSPIN_LOCK lock, const char *function)
{
    Processor &processor = *scheduler::current.processor;
    const KIRQL old = processor.irql;
    if (old > DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x42, lock, function, "IRQL <= DISPATCH_LEVEL");
    processor.irql = DISPATCH_LEVEL;
    acquire_spin_lock(lock);
    return old;
}

void lower_after_release(const volatile void *lock, KIRQL old, const char *function)
{
    Processor &processor = *scheduler::current.processor;
    if (processor.irql != DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x32, lock, function, "IRQL = DISPATCH_LEVEL");
    if (old > DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x35, lock, function, "the IRQL that the acquisition returned");
    // Kept at DISPATCH_LEVEL while another lock, or the DPC that runs, needs it.
    if (old < DISPATCH_LEVEL && (this_processor().held_count || this_processor().running_dpc))
        [[unlikely]] {
        if (this_processor().running_dpc)
            wrong_irql(0x35, lock, function, "IRQL DISPATCH_LEVEL to go back to inside a DPC");
        char where[96];
        bugcheck(SPIN_LOCK_ALREADY_OWNED, number_of(this_processor().held[0]), old, 0, 0,
                 "Spin locks were released in the wrong order: the IRQL goes back to %u while "
                 "another one (%s) is held. Release them in the reverse order of acquisition.",
                 old, describe_address(number_of(this_processor().held[0]), where, sizeof where));
    }
    processor.scheduler->lower_irql(old);
}

}  // namespace

void note_acquired(const volatile void *lock)
{
    KeProcessor &own = this_processor();
    if (own.held_count < kMostHeldLocks) [[likely]]
        own.held[own.held_count] = lock;
    own.held_count++;
}

bool note_released(const volatile void *lock)
{
    KeProcessor &own = this_processor();
    const std::uint32_t kept = own.held_count < kMostHeldLocks ? own.held_count : kMostHeldLocks;
    if (kept == own.held_count && kept && own.held[kept - 1] == lock) [[likely]] {
        own.held_count--;
        return true;
    }
    for (std::uint32_t i = kept; i-- > 0;) {
        if (own.held[i] != lock) continue;
        for (std::uint32_t j = i + 1; j < kept; j++) own.held[j - 1] = own.held[j];
        own.held_count--;
        return true;
    }
    if (own.held_count > kMostHeldLocks) {
        own.held_count--;
        return true;
    }
    return false;
}

bool holds_lock(const volatile void *lock)
{
    const KeProcessor &own = this_processor();
    for (std::uint32_t i = 0; i < own.held_count && i < kMostHeldLocks; i++)
        if (own.held[i] == lock) return true;
    return false;
}

void acquired_twice(const volatile void *lock, const char *kind)
{
    char where[96];
    bugcheck(SPIN_LOCK_ALREADY_OWNED, number_of(lock), 0, 0, 0,
             "A %s (%s) was acquired on the processor that holds it already; on Windows the "
             "processor would spin for ever. Do not call what takes a lock while holding it.",
             kind, describe_address(number_of(lock), where, sizeof where));
}

void released_unowned(const volatile void *lock, const char *kind)
{
    char where[96];
    bugcheck(SPIN_LOCK_NOT_OWNED, number_of(lock), 0, 0, 0,
             "A %s (%s) was released that the current processor does not hold. Acquire before "
             "releasing, and release once.",
             kind, describe_address(number_of(lock), where, sizeof where));
}

void relax(const volatile void *lock, const char *kind, unsigned attempt)
{
    const scheduler::WaitReason reason{kind, const_cast<const void *>(lock)};
    scheduler::current.scheduler->relax(reason, attempt);
}

void acquire_spin_lock(PKSPIN_LOCK lock)
{
    point(Point::Call);
    KSPIN_LOCK free = 0;
    if (!__atomic_compare_exchange_n(lock, &free, word_of(scheduler::current.processor), false,
                                     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) [[unlikely]]
        acquire_contended(lock);
    note_acquired(lock);
}

bool try_acquire_spin_lock(PKSPIN_LOCK lock)
{
    point(Point::Call);
    KSPIN_LOCK free = 0;
    if (!__atomic_compare_exchange_n(lock, &free, word_of(scheduler::current.processor), false,
                                     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return false;
    note_acquired(lock);
    return true;
}

void release_spin_lock(PKSPIN_LOCK lock)
{
    if (__atomic_load_n(lock, __ATOMIC_RELAXED) != word_of(scheduler::current.processor) ||
        !note_released(lock)) [[unlikely]]
        released_unowned(lock, "spin lock");
    __atomic_store_n(lock, KSPIN_LOCK{0}, __ATOMIC_RELEASE);
}

extern "C" {

KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    return acquire_raising(SpinLock, "KeAcquireSpinLock");
}

VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    release_spin_lock(SpinLock);
    lower_after_release(SpinLock, NewIrql, "KeReleaseSpinLock");
}

VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (Scheduler::irql() < DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x40, SpinLock, "KeAcquireSpinLockAtDpcLevel", "IRQL >= DISPATCH_LEVEL");
    acquire_spin_lock(SpinLock);
}

VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (Scheduler::irql() < DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x41, SpinLock, "KeReleaseSpinLockFromDpcLevel", "IRQL >= DISPATCH_LEVEL");
    release_spin_lock(SpinLock);
    point(Point::Unlock);
}

KIRQL NTAPI KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock)
{
    return acquire_raising(SpinLock, "KeAcquireSpinLockForDpc");
}

VOID NTAPI KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
{
    release_spin_lock(SpinLock);
    lower_after_release(SpinLock, OldIrql, "KeReleaseSpinLockForDpc");
}

BOOLEAN NTAPI KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    if (Scheduler::irql() < DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(0x40, SpinLock, "KeTryToAcquireSpinLockAtDpcLevel", "IRQL >= DISPATCH_LEVEL");
    return try_acquire_spin_lock(SpinLock);
}

BOOLEAN NTAPI KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
    point(Point::Interlocked);
    return __atomic_load_n(SpinLock, __ATOMIC_ACQUIRE) == 0;
}

VOID NTAPI KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    LockHandle->LockQueue.Next = nullptr;
    LockHandle->LockQueue.Lock = SpinLock;
    LockHandle->OldIrql = acquire_raising(SpinLock, "KeAcquireInStackQueuedSpinLock");
}

VOID NTAPI KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
    PKSPIN_LOCK lock = LockHandle->LockQueue.Lock;
    if (!lock) [[unlikely]]
        released_unowned(LockHandle, "queued spin lock");
    release_spin_lock(lock);
    LockHandle->LockQueue.Lock = nullptr;
    lower_after_release(lock, LockHandle->OldIrql, "KeReleaseInStackQueuedSpinLock");
}

VOID NTAPI KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
                                                    PKLOCK_QUEUE_HANDLE LockHandle)
{
    LockHandle->LockQueue.Next = nullptr;
    LockHandle->LockQueue.Lock = SpinLock;
    LockHandle->OldIrql = DISPATCH_LEVEL;
    KeAcquireSpinLockAtDpcLevel(SpinLock);
}

VOID NTAPI KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
    PKSPIN_LOCK lock = LockHandle->LockQueue.Lock;
    if (!lock) [[unlikely]]
        released_unowned(LockHandle, "queued spin lock");
    LockHandle->LockQueue.Lock = nullptr;
    KeReleaseSpinLockFromDpcLevel(lock);
}

VOID NTAPI KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
                                                PKLOCK_QUEUE_HANDLE LockHandle)
{
    KeAcquireInStackQueuedSpinLock(SpinLock, LockHandle);
}

VOID NTAPI KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle)
{
    KeReleaseInStackQueuedSpinLock(LockHandle);
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
