#include "executive/ke/entry_guard.h"
#include "executive/ke/test_threads.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <atomic>

namespace openkmdf::executive {
namespace {

class LockVariants : public BothModes {
protected:
    // Each in a machine of its own.
    template <class Body>
    BugcheckRecord bugcheck_of(Body body)
    {
        TestMachine machine(GetParam());
        return machine.stops(body);
    }
    template <class Body>
    NTSTATUS raised_by(Body body)
    {
        const BugcheckRecord record = bugcheck_of(body);
        EXPECT_TRUE(record.code == SYSTEM_SERVICE_EXCEPTION ||
                    record.code == SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
        return static_cast<NTSTATUS>(record.parameters[0]);
    }
};
INSTANTIATE_IN_BOTH_MODES(LockVariants);

// Two threads in turn raise a count that `change` guards, on a machine that changes threads at any
// point.
template <class Change>
void expect_exclusion(scheduler::Mode mode, Change change)
{
    TestMachine machine({.mode = mode, .strategy = scheduler::StrategyKind::Random, .seed = 3});
    EXPECT_TRUE(machine.run([&] {
        int count = 0;
        auto body = [&] {
            for (int i = 0; i < 200; i++) {
                change(i, [&] {
                    const int before = count;
                    ke::point(scheduler::Point::Yield);
                    count = before + 1;
                });
            }
        };
        Thread one(body), two(body);
        one.join();
        two.join();
        EXPECT_EQ(count, 400);
    }));
}

// --- Spin locks ----------------------------------------------------------------------------------

struct Held {
    KIRQL old;
    KLOCK_QUEUE_HANDLE handle;
};

struct Variant {
    const char *name;
    void (*acquire)(KSPIN_LOCK &, Held &);
    void (*release)(KSPIN_LOCK &, Held &);
    bool raises;
};

const Variant kVariants[] = {
    {"AtDpcLevel", [](KSPIN_LOCK &lock, Held &) { KeAcquireSpinLockAtDpcLevel(&lock); },
     [](KSPIN_LOCK &lock, Held &) { KeReleaseSpinLockFromDpcLevel(&lock); }, false},
    {"InStackQueuedAtDpcLevel",
     [](KSPIN_LOCK &lock, Held &held) {
         KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &held.handle);
     },
     [](KSPIN_LOCK &, Held &held) { KeReleaseInStackQueuedSpinLockFromDpcLevel(&held.handle); },
     false},
    {"ForDpc", [](KSPIN_LOCK &lock, Held &held) { held.old = KeAcquireSpinLockForDpc(&lock); },
     [](KSPIN_LOCK &lock, Held &held) { KeReleaseSpinLockForDpc(&lock, held.old); }, true},
    {"InStackQueuedForDpc",
     [](KSPIN_LOCK &lock, Held &held) {
         KeAcquireInStackQueuedSpinLockForDpc(&lock, &held.handle);
     },
     [](KSPIN_LOCK &, Held &held) { KeReleaseInStackQueuedSpinLockForDpc(&held.handle); }, true},
};

TEST_P(LockVariants, SpinLocksAreHeldAtDispatchLevelAndLeaveTheIrqlAsItWas)
{
    OPENKMDF_TESTS(KeAcquireSpinLockAtDpcLevel, KeReleaseSpinLockFromDpcLevel,
                   KeAcquireInStackQueuedSpinLockAtDpcLevel,
                   KeReleaseInStackQueuedSpinLockFromDpcLevel, KeAcquireSpinLockForDpc,
                   KeReleaseSpinLockForDpc, KeAcquireInStackQueuedSpinLockForDpc,
                   KeReleaseInStackQueuedSpinLockForDpc);
    EXPECT_TRUE(pc.run([] {
        KSPIN_LOCK lock;
        KeInitializeSpinLock(&lock);
        for (const Variant &variant : kVariants) {
            // A threaded DPC may run at PASSIVE_LEVEL; a device's lock is taken at its IRQL.
            const KIRQL other = variant.raises ? PASSIVE_LEVEL : DISPATCH_LEVEL + 3;
            for (KIRQL irql : {KIRQL{DISPATCH_LEVEL}, other}) {
                const KIRQL old = KfRaiseIrql(irql);
                Held held;
                variant.acquire(lock, held);
                EXPECT_EQ(KeGetCurrentIrql(), std::max(irql, KIRQL{DISPATCH_LEVEL}));
                EXPECT_FALSE(KeTestSpinLock(&lock)) << variant.name;
                EXPECT_EQ(ke::held_spin_locks(), 1u);
                variant.release(lock, held);
                EXPECT_EQ(KeGetCurrentIrql(), irql) << variant.name;
                EXPECT_TRUE(KeTestSpinLock(&lock));
                EXPECT_EQ(ke::held_spin_locks(), 0u);
                KeLowerIrql(old);
            }
        }
    }));
}

TEST_P(LockVariants, SpinLocksExcludeOtherProcessors)
{
    OPENKMDF_TESTS(KeAcquireSpinLockAtDpcLevel, KeAcquireInStackQueuedSpinLockAtDpcLevel,
                   KeAcquireSpinLockForDpc, KeAcquireInStackQueuedSpinLockForDpc);
    for (const Variant &variant : kVariants) {
        SCOPED_TRACE(variant.name);
        KSPIN_LOCK lock = 0;
        expect_exclusion(GetParam(), [&](int, auto count) {
            const KIRQL old = KeRaiseIrqlToDpcLevel();
            Held held;
            variant.acquire(lock, held);
            count();
            variant.release(lock, held);
            KeLowerIrql(old);
        });
    }
}

TEST_P(LockVariants, TryingTakesAFreeSpinLockOnly)
{
    OPENKMDF_TESTS(KeTryToAcquireSpinLockAtDpcLevel);
    EXPECT_TRUE(pc.run([] {
        KSPIN_LOCK lock;
        KeInitializeSpinLock(&lock);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_TRUE(KeTryToAcquireSpinLockAtDpcLevel(&lock));
        EXPECT_FALSE(KeTryToAcquireSpinLockAtDpcLevel(&lock));
        EXPECT_EQ(ke::held_spin_locks(), 1u);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        KeReleaseSpinLockFromDpcLevel(&lock);
        EXPECT_TRUE(KeTryToAcquireSpinLockAtDpcLevel(&lock));
        KeReleaseSpinLock(&lock, old);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_EQ(ke::held_spin_locks(), 0u);
    }));
}

TEST_P(LockVariants, SpinLocksAtTheWrongIrqlAreBugchecks)
{
    OPENKMDF_TESTS(KeAcquireSpinLockAtDpcLevel, KeAcquireInStackQueuedSpinLockAtDpcLevel,
                   KeTryToAcquireSpinLockAtDpcLevel, KeReleaseSpinLockFromDpcLevel);
    void (*const calls[])(KSPIN_LOCK &) = {
        [](KSPIN_LOCK &lock) { KeAcquireSpinLockAtDpcLevel(&lock); },
        [](KSPIN_LOCK &lock) {
            KLOCK_QUEUE_HANDLE handle;
            KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
        },
        [](KSPIN_LOCK &lock) { KeTryToAcquireSpinLockAtDpcLevel(&lock); },
        [](KSPIN_LOCK &lock) { KeReleaseSpinLockFromDpcLevel(&lock); }};
    for (std::size_t i = 0; i < std::size(calls); i++) {
        const BugcheckRecord record = bugcheck_of([&] {
            KSPIN_LOCK lock = 0;
            calls[i](lock);
        });
        EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_EQ(record.parameters[0], i < 3 ? 0x40u : 0x41u);
        EXPECT_EQ(record.parameters[1], std::uint64_t{PASSIVE_LEVEL});
    }
}

TEST_P(LockVariants, SpinLocksReleasedTwiceAreBugchecks)
{
    OPENKMDF_TESTS(KeReleaseSpinLockFromDpcLevel, KeReleaseInStackQueuedSpinLockFromDpcLevel,
                   KeReleaseSpinLockForDpc, KeReleaseInStackQueuedSpinLockForDpc);
    for (const Variant &variant : kVariants) {
        const BugcheckRecord released = bugcheck_of([&] {
            KeRaiseIrqlToDpcLevel();
            KSPIN_LOCK lock = 0;
            Held held;
            variant.acquire(lock, held);
            variant.release(lock, held);
            variant.release(lock, held);
        });
        EXPECT_EQ(released.code, SPIN_LOCK_NOT_OWNED) << variant.name;
    }
}

// --- Regions and guarded mutexes -----------------------------------------------------------------

TEST_P(LockVariants, RegionsNestAndGuardedOnesDisableAllApcs)
{
    OPENKMDF_TESTS(KeEnterGuardedRegion, KeLeaveGuardedRegion, KeEnterCriticalRegion,
                   KeLeaveCriticalRegion, KeAreAllApcsDisabled, KeAreApcsDisabled);
    EXPECT_TRUE(pc.run([] {
        const auto expect = [](bool normal, bool all) {
            EXPECT_EQ(KeAreApcsDisabled(), normal);
            EXPECT_EQ(KeAreAllApcsDisabled(), all);
        };
        expect(false, false);
        KeEnterCriticalRegion();
        KeEnterCriticalRegion();
        expect(true, false);
        KeEnterGuardedRegion();
        KeEnterGuardedRegion();
        expect(true, true);
        KeLeaveGuardedRegion();
        expect(true, true);
        KeLeaveGuardedRegion();
        KeLeaveCriticalRegion();
        expect(true, false);
        KeLeaveCriticalRegion();
        expect(false, false);
        for (KIRQL irql : {APC_LEVEL, DISPATCH_LEVEL}) {
            const KIRQL old = KfRaiseIrql(irql);
            EXPECT_TRUE(KeAreAllApcsDisabled());
            KeLowerIrql(old);
        }
        expect(false, false);
    }));
    const BugcheckRecord record = bugcheck_of([] {
        KeEnterCriticalRegion();
        KeLeaveGuardedRegion();
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x3Eu);
}

TEST_P(LockVariants, AGuardedMutexIsTriedWithoutWaiting)
{
    OPENKMDF_TESTS(KeTryToAcquireGuardedMutex);
    EXPECT_TRUE(pc.run([] {
        KGUARDED_MUTEX mutex;
        KeInitializeGuardedMutex(&mutex);
        EXPECT_TRUE(KeTryToAcquireGuardedMutex(&mutex));
        EXPECT_TRUE(KeAreAllApcsDisabled());
        auto body = [&] {
            EXPECT_FALSE(KeTryToAcquireGuardedMutex(&mutex));
            EXPECT_FALSE(KeAreAllApcsDisabled()) << "in no region without the mutex";
        };
        Thread other(body);
        other.join();
        KeReleaseGuardedMutex(&mutex);
        EXPECT_FALSE(KeAreAllApcsDisabled());
        EXPECT_TRUE(KeTryToAcquireGuardedMutex(&mutex));
        KeReleaseGuardedMutex(&mutex);
    }));
}

TEST_P(LockVariants, AnUnsafeGuardedMutexExcludesInTheCallersRegion)
{
    OPENKMDF_TESTS(KeAcquireGuardedMutexUnsafe, KeReleaseGuardedMutexUnsafe);
    static KGUARDED_MUTEX mutex;
    KeInitializeGuardedMutex(&mutex);
    expect_exclusion(GetParam(), [](int i, auto count) {
        // Either is enough.
        const KIRQL old = KeGetCurrentIrql();
        if (i % 2) KeEnterGuardedRegion();
        else KfRaiseIrql(APC_LEVEL);
        KeAcquireGuardedMutexUnsafe(&mutex);
        count();
        KeReleaseGuardedMutexUnsafe(&mutex);
        if (i % 2) KeLeaveGuardedRegion();
        else KeLowerIrql(old);
        EXPECT_FALSE(KeAreAllApcsDisabled()) << "the mutex is no region of its own";
    });
}

class UnsafeGuardedMutex : public LockVariants {
protected:
    // With `enter` instead of a guarded region.
    template <class Enter>
    void expect_refused(Enter enter)
    {
        static KGUARDED_MUTEX mutex;
        const BugcheckRecord acquired = bugcheck_of([&] {
            KeInitializeGuardedMutex(&mutex);
            enter();
            KeAcquireGuardedMutexUnsafe(&mutex);
        });
        EXPECT_EQ(acquired.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_EQ(acquired.parameters[0], 0x39u);
        const BugcheckRecord released = bugcheck_of([&] {
            KeInitializeGuardedMutex(&mutex);
            enter();
            KeEnterGuardedRegion();
            KeAcquireGuardedMutexUnsafe(&mutex);
            KeLeaveGuardedRegion();
            KeReleaseGuardedMutexUnsafe(&mutex);
        });
        EXPECT_EQ(released.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_EQ(released.parameters[0], 0x3Au);
    }
};
INSTANTIATE_IN_BOTH_MODES(UnsafeGuardedMutex);

TEST_P(UnsafeGuardedMutex, NeedsApcsDisabled)
{
    OPENKMDF_TESTS(KeAcquireGuardedMutexUnsafe, KeReleaseGuardedMutexUnsafe);
    expect_refused([] {});
    const BugcheckRecord twice = bugcheck_of([] {
        KGUARDED_MUTEX mutex;
        KeInitializeGuardedMutex(&mutex);
        KeEnterGuardedRegion();
        KeAcquireGuardedMutexUnsafe(&mutex);
        KeAcquireGuardedMutexUnsafe(&mutex);
    });
    EXPECT_EQ(twice.parameters[0], 0x1000u) << "the thread would wait for itself";
}

// Special kernel APCs are still delivered there.
TEST_P(UnsafeGuardedMutex, IsRefusedInACriticalRegion)
{
    OPENKMDF_TESTS(KeAcquireGuardedMutexUnsafe, KeReleaseGuardedMutexUnsafe);
    expect_refused([] { KeEnterCriticalRegion(); });
}

}  // namespace
}  // namespace openkmdf::executive
