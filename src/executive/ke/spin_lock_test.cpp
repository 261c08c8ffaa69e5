#include "executive/ke/spin_lock.h"

#include "executive/ke/entry_guard.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

namespace openkmdf::executive {
namespace {

using SpinLocks = BothModes;
INSTANTIATE_IN_BOTH_MODES(SpinLocks);

TEST_P(SpinLocks, RaiseAndRestoreTheIrql)
{
    OPENKMDF_TESTS(KeAcquireSpinLockRaiseToDpc, KeReleaseSpinLock, KeTestSpinLock,
                   KeGetCurrentIrql);
    EXPECT_TRUE(pc.run([] {
        KSPIN_LOCK lock;
        KeInitializeSpinLock(&lock);
        KIRQL old;
        KeAcquireSpinLock(&lock, &old);
        EXPECT_EQ(old, PASSIVE_LEVEL);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        EXPECT_EQ(ke::held_spin_locks(), 1u);
        EXPECT_FALSE(KeTestSpinLock(&lock));
        KeReleaseSpinLock(&lock, old);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_EQ(ke::held_spin_locks(), 0u);
        EXPECT_TRUE(KeTestSpinLock(&lock));
        EXPECT_EQ(lock, 0u);
    }));
}

TEST_P(SpinLocks, ExcludeOtherProcessors)
{
    OPENKMDF_TESTS(KeAcquireInStackQueuedSpinLock, KeReleaseInStackQueuedSpinLock);
    EXPECT_TRUE(pc.run([] {
        struct Shared {
            KSPIN_LOCK lock = 0;
            int count = 0;
            KEVENT done;
            std::atomic<int> left = 2;
        } shared;
        KeInitializeEvent(&shared.done, NotificationEvent, FALSE);
        auto body = [](PVOID context) NTAPI {
            auto &own = *static_cast<Shared *>(context);
            for (int i = 0; i < 1000; i++) {
                KLOCK_QUEUE_HANDLE handle;
                KeAcquireInStackQueuedSpinLock(&own.lock, &handle);
                own.count++;
                KeReleaseInStackQueuedSpinLock(&handle);
            }
            if (--own.left == 0) KeSetEvent(&own.done, IO_NO_INCREMENT, FALSE);
        };
        for (int i = 0; i < 2; i++) {
            HANDLE handle;
            ASSERT_EQ(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                           body, &shared),
                      STATUS_SUCCESS);
            ZwClose(handle);
        }
        KeWaitForSingleObject(&shared.done, Executive, KernelMode, FALSE, nullptr);
        EXPECT_EQ(shared.count, 2000);
    }));
}

TEST_P(SpinLocks, TakenTwiceIsABugcheckThatNamesTheLock)
{
    OPENKMDF_TESTS(KeAcquireSpinLockRaiseToDpc);
    pc.be_driver();
    const BugcheckRecord &record = pc.stops([] {
        static KSPIN_LOCK lock;
        lock = 0;
        KIRQL old;
        KeAcquireSpinLock(&lock, &old);
        KeAcquireSpinLock(&lock, &old);
    });
    EXPECT_EQ(record.code, SPIN_LOCK_ALREADY_OWNED);
    EXPECT_STREQ(record.driver, "testdrv");
    EXPECT_GT(record.frame_count, 0u);
}

TEST_P(SpinLocks, ReleasedWithoutBeingHeldIsABugcheck)
{
    OPENKMDF_TESTS(KeReleaseSpinLock);
    const BugcheckRecord &record = pc.stops([] {
        KSPIN_LOCK lock = 0;
        KfRaiseIrql(DISPATCH_LEVEL);
        KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
    });
    EXPECT_EQ(record.code, SPIN_LOCK_NOT_OWNED);
}

TEST_P(SpinLocks, AtDpcLevelNeedsDispatchLevel)
{
    OPENKMDF_TESTS(KeAcquireSpinLockAtDpcLevel);
    const BugcheckRecord &record = pc.stops([] {
        KSPIN_LOCK lock = 0;
        KeAcquireSpinLockAtDpcLevel(&lock);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x40u);
}

TEST_P(SpinLocks, LoweringTheIrqlWhileHoldingOne)
{
    OPENKMDF_TESTS(KeLowerIrql);
    const BugcheckRecord &record = pc.stops([] {
        KSPIN_LOCK lock = 0;
        KIRQL old;
        KeAcquireSpinLock(&lock, &old);
        KeLowerIrql(PASSIVE_LEVEL);
    });
    EXPECT_EQ(record.code, SPIN_LOCK_ALREADY_OWNED);
}

TEST_P(SpinLocks, ReadersShareAndWritersDoNot)
{
    OPENKMDF_TESTS(ExReleaseSpinLockExclusive);
    EXPECT_TRUE(pc.run([] {
        EX_SPIN_LOCK lock = 0;
        KIRQL old = ExAcquireSpinLockShared(&lock);
        EXPECT_TRUE(ExTryConvertSharedSpinLockExclusive(&lock));
        ExReleaseSpinLockExclusive(&lock, old);
        EXPECT_EQ(lock, 0);
        old = ExAcquireSpinLockExclusive(&lock);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        ExReleaseSpinLockExclusive(&lock, old);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    }));
}

TEST_P(SpinLocks, WrongDirectionsOfTheIrql)
{
    OPENKMDF_TESTS(KfRaiseIrql, KeLowerIrql);
    const BugcheckRecord &up = pc.stops([] {
        KfRaiseIrql(DISPATCH_LEVEL);
        KfRaiseIrql(APC_LEVEL);
    });
    EXPECT_EQ(up.code, IRQL_NOT_GREATER_OR_EQUAL);
    TestMachine other(GetParam());
    const BugcheckRecord &down = other.stops([] { KeLowerIrql(DISPATCH_LEVEL); });
    EXPECT_EQ(down.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(down.parameters[0], 0x31u);
}

TEST_P(SpinLocks, AGuardSeesWhatIsLeft)
{
    OPENKMDF_TESTS(KeEnterCriticalRegion);
    const BugcheckRecord &record = pc.stops([] {
        ke::EntryGuard guard;
        EXPECT_TRUE(guard.holds());
        KeEnterCriticalRegion();
        EXPECT_FALSE(guard.holds());
        ke::check_after(guard, "EvtSomething", nullptr);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0xC5u);
    EXPECT_NE(std::string(record.message).find("EvtSomething"), std::string::npos);
}

}  // namespace
}  // namespace openkmdf::executive
