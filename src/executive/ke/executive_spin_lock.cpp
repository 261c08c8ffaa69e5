#include "executive/ke/spin_lock.h"

#include "scheduler/scheduler.h"

// EX_SPIN_LOCK: shared and exclusive. The word counts the readers; the top bit is the writer, the
// bit below it a writer that waits, which keeps new readers out.

namespace openkmdf::executive::ke {
namespace {

using scheduler::Point;
using scheduler::Scheduler;

constexpr std::uint32_t kExclusive = 0x8000'0000;
constexpr std::uint32_t kWriterWaits = 0x4000'0000;
constexpr std::uint32_t kReaders = kWriterWaits - 1;
constexpr const char *kKind = "reader/writer spin lock";

volatile std::uint32_t *word_of(PEX_SPIN_LOCK lock)
{
    return reinterpret_cast<volatile std::uint32_t *>(lock);
}

[[noreturn, gnu::cold]] void wrong_irql(const char *function, const char *need, PEX_SPIN_LOCK lock)
{
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x42, Scheduler::irql(), number_of(lock), 0,
             "%s was called at IRQL %u; it needs %s.", function, Scheduler::irql(), need);
}

void need_at_most_dispatch(const char *function, PEX_SPIN_LOCK lock)
{
    if (Scheduler::irql() > DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(function, "IRQL <= DISPATCH_LEVEL", lock);
}

void need_dispatch(const char *function, PEX_SPIN_LOCK lock)
{
    if (Scheduler::irql() < DISPATCH_LEVEL) [[unlikely]]
        wrong_irql(function, "IRQL >= DISPATCH_LEVEL", lock);
}

void acquire_exclusive(PEX_SPIN_LOCK lock)
{
    point(Point::Call);
    auto *word = word_of(lock);
    for (unsigned attempt = 0;; attempt++) {
        std::uint32_t value = __atomic_load_n(word, __ATOMIC_RELAXED);
        if ((value & ~kWriterWaits) == 0) {
            if (__atomic_compare_exchange_n(word, &value, kExclusive, false, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED))
                break;
            continue;
        }
        if (holds_lock(lock)) acquired_twice(lock, kKind);
        __atomic_fetch_or(word, kWriterWaits, __ATOMIC_RELAXED);
        relax(lock, kKind, attempt);
    }
    note_acquired(lock);
}

void acquire_shared(PEX_SPIN_LOCK lock)
{
    point(Point::Call);
    auto *word = word_of(lock);
    for (unsigned attempt = 0;; attempt++) {
        std::uint32_t value = __atomic_load_n(word, __ATOMIC_RELAXED);
        if ((value & (kExclusive | kWriterWaits)) == 0) {
            if (__atomic_compare_exchange_n(word, &value, value + 1, false, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED))
                break;
            continue;
        }
        if (holds_lock(lock)) acquired_twice(lock, kKind);
        relax(lock, kKind, attempt);
    }
    note_acquired(lock);
}

void release_exclusive(PEX_SPIN_LOCK lock)
{
    auto *word = word_of(lock);
    if (!(__atomic_load_n(word, __ATOMIC_RELAXED) & kExclusive) || !note_released(lock))
        [[unlikely]]
        released_unowned(lock, kKind);
    __atomic_fetch_and(word, ~(kExclusive | kWriterWaits), __ATOMIC_RELEASE);
}

void release_shared(PEX_SPIN_LOCK lock)
{
    auto *word = word_of(lock);
    std::uint32_t value = __atomic_load_n(word, __ATOMIC_RELAXED);
    if ((value & kExclusive) || !(value & kReaders) || !note_released(lock)) [[unlikely]]
        released_unowned(lock, kKind);
    __atomic_fetch_sub(word, 1u, __ATOMIC_RELEASE);
}

}  // namespace

extern "C" {

KIRQL NTAPI ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
    need_at_most_dispatch("ExAcquireSpinLockExclusive", SpinLock);
    KIRQL old = Scheduler::raise_irql(DISPATCH_LEVEL);
    acquire_exclusive(SpinLock);
    return old;
}

KIRQL NTAPI ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock)
{
    need_at_most_dispatch("ExAcquireSpinLockShared", SpinLock);
    KIRQL old = Scheduler::raise_irql(DISPATCH_LEVEL);
    acquire_shared(SpinLock);
    return old;
}

VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    need_dispatch("ExAcquireSpinLockExclusiveAtDpcLevel", SpinLock);
    acquire_exclusive(SpinLock);
}

VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    need_dispatch("ExAcquireSpinLockSharedAtDpcLevel", SpinLock);
    acquire_shared(SpinLock);
}

VOID NTAPI ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    release_exclusive(SpinLock);
    KeLowerIrql(OldIrql);
}

VOID NTAPI ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql)
{
    release_shared(SpinLock);
    KeLowerIrql(OldIrql);
}

VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    release_exclusive(SpinLock);
    point(Point::Unlock);
}

VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock)
{
    release_shared(SpinLock);
    point(Point::Unlock);
}

LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock)
{
    if (!holds_lock(SpinLock)) [[unlikely]]
        released_unowned(SpinLock, kKind);
    point(Point::Call);
    auto *word = word_of(SpinLock);
    std::uint32_t value = __atomic_load_n(word, __ATOMIC_RELAXED);
    if ((value & kReaders) != 1 || (value & kExclusive)) return FALSE;
    return __atomic_compare_exchange_n(word, &value, kExclusive | (value & kWriterWaits), false,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
