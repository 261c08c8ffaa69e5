// Spin locks, wait locks and the locks of synchronization scopes.

#include "tests/framework/driver_test.h"

using namespace std::chrono_literals;

namespace openkmdf::test {
namespace {

class LockTest : public DriverTest {
protected:
    void SetUp() override
    {
        load();
        run([&] {
            ASSERT_STATUS(WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &spin), STATUS_SUCCESS);
            ASSERT_STATUS(WdfWaitLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &wait), STATUS_SUCCESS);
        });
    }
    NTSTATUS acquire(LONGLONG timeout) { return WdfWaitLockAcquire(wait, &timeout); }

    WDFSPINLOCK spin = nullptr;
    WDFWAITLOCK wait = nullptr;
};

TEST_F(LockTest, SpinLocksRaiseToDispatchLevel)
{
    OPENKMDF_TESTS(WdfSpinLockCreate, WdfSpinLockAcquire, WdfSpinLockRelease);
    for (const KIRQL irql : {PASSIVE_LEVEL, APC_LEVEL, DISPATCH_LEVEL}) {
        run_at(irql, [&] {
            WdfSpinLockAcquire(spin);
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            WdfSpinLockRelease(spin);
            EXPECT_EQ(KeGetCurrentIrql(), irql);
        });
    }
}

TEST_F(LockTest, SpinLocksAreNotRecursive)
{
    OPENKMDF_TESTS(WdfSpinLockAcquire);
    violates(WDF_RECURSIVE_LOCK, [&] {
        WdfSpinLockAcquire(spin);
        WdfSpinLockAcquire(spin);
    });
}

TEST_F(LockTest, SpinLocksAreReleasedByTheirHolder)
{
    OPENKMDF_TESTS(WdfSpinLockRelease);
    const Bugcheck bugcheck = stops([&] { WdfSpinLockRelease(spin); });
    EXPECT_EQ(bugcheck.code, WDF_VIOLATION);
    EXPECT_EQ(bugcheck.parameters[0], WDF_INVALID_LOCK_OPERATION);
    EXPECT_EQ(bugcheck.parameters[2], 1u) << "released by a thread that does not own it";
}

TEST_F(LockTest, WaitLocksEnterACriticalRegion)
{
    OPENKMDF_TESTS(WdfWaitLockCreate, WdfWaitLockAcquire, WdfWaitLockRelease);
    run([&] {
        EXPECT_FALSE(KeAreApcsDisabled());
        EXPECT_STATUS(WdfWaitLockAcquire(wait, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_TRUE(KeAreApcsDisabled());
        WdfWaitLockRelease(wait);
        EXPECT_FALSE(KeAreApcsDisabled());
        EXPECT_STATUS(acquire(0), STATUS_SUCCESS);
        WdfWaitLockRelease(wait);
        EXPECT_STATUS(acquire(WDF_REL_TIMEOUT_IN_MS(5)), STATUS_SUCCESS);
        WdfWaitLockRelease(wait);
    });
    run_at(APC_LEVEL, [&] {
        EXPECT_STATUS(acquire(0), STATUS_SUCCESS);
        WdfWaitLockRelease(wait);
    });
}

TEST_F(LockTest, WaitLocksAreNotRecursive)
{
    OPENKMDF_TESTS(WdfWaitLockAcquire);
    violates(WDF_RECURSIVE_LOCK, [&] {
        WdfWaitLockAcquire(wait, nullptr);
        WdfWaitLockAcquire(wait, nullptr);
    });
}

TEST_F(LockTest, WaitLocksAreReleasedByTheirHolder)
{
    OPENKMDF_TESTS(WdfWaitLockRelease);
    violates(WDF_INVALID_LOCK_OPERATION, [&] { WdfWaitLockRelease(wait); });
}

// Another thread of the driver, in the kernel from start to end.
class LockContentionTest : public LockTest {
protected:
    template <class Body>
    Client thread(Body body)
    {
        return pc.client("other", [this, body] { EXPECT_TRUE(pc.core().call(body)); });
    }
};

TEST_F(LockContentionTest, WaitLocksTimeOutWhileAnotherThreadHoldsThem)
{
    OPENKMDF_TESTS(WdfWaitLockAcquire);
    run([&] { EXPECT_STATUS(WdfWaitLockAcquire(wait, nullptr), STATUS_SUCCESS); });
    const std::int64_t before = pc.now();
    thread([&] {
        EXPECT_STATUS(acquire(0), STATUS_TIMEOUT);
        EXPECT_STATUS(acquire(WDF_REL_TIMEOUT_IN_MS(20)), STATUS_TIMEOUT);
        EXPECT_FALSE(KeAreApcsDisabled())
            << "a lock that was not acquired keeps no critical region";
    }).join();
    EXPECT_GE(pc.now() - before, WDF_ABS_TIMEOUT_IN_MS(20));
    run([&] { WdfWaitLockRelease(wait); });
}

TEST_F(LockContentionTest, WaitLocksPassOn)
{
    OPENKMDF_TESTS(WdfWaitLockAcquire, WdfWaitLockRelease);
    int order = 0;
    run([&] { EXPECT_STATUS(WdfWaitLockAcquire(wait, nullptr), STATUS_SUCCESS); });
    Client other = thread([&] {
        EXPECT_STATUS(acquire(WDF_REL_TIMEOUT_IN_SEC(10)), STATUS_SUCCESS);
        EXPECT_EQ(order, 1);
        order = 2;
        WdfWaitLockRelease(wait);
    });
    pc.run_until_idle();
    run([&] {
        order = 1;
        WdfWaitLockRelease(wait);
    });
    other.join();
    EXPECT_EQ(order, 2);
}

// What a lock protects, counted by two threads.
template <class Enter, class Leave>
void count_with_two_threads(Machine &pc, int rounds, Enter enter, Leave leave)
{
    int counter = 0;
    auto body = [&] {
        pc.core().call([&] {
            for (int i = 0; i < rounds; ++i) {
                enter();
                const int seen = counter;
                KeStallExecutionProcessor(1);
                counter = seen + 1;
                leave();
            }
        });
    };
    Client first = pc.client("first", body), second = pc.client("second", body);
    first.join();
    second.join();
    EXPECT_EQ(counter, 2 * rounds);
}

TEST_F(LockTest, SpinAndWaitLocksExclude)
{
    OPENKMDF_TESTS(WdfSpinLockAcquire, WdfWaitLockAcquire);
    count_with_two_threads(
        pc, 20, [&] { WdfSpinLockAcquire(spin); }, [&] { WdfSpinLockRelease(spin); });
    count_with_two_threads(
        pc, 20, [&] { WdfWaitLockAcquire(wait, nullptr); }, [&] { WdfWaitLockRelease(wait); });
}

// --- WdfObjectAcquireLock ------------------------------------------------------------------------

class ScopeLockTest : public DriverTest {
protected:
    void start_with(WDF_SYNCHRONIZATION_SCOPE scope, WDF_EXECUTION_LEVEL level)
    {
        device_attributes.SynchronizationScope = scope;
        device_attributes.ExecutionLevel = level;
        after_create = [this] {
            WDF_IO_QUEUE_CONFIG config;
            WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
            return WdfIoQueueCreate(wdf_device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
        };
        start();
    }
    WDFQUEUE queue = nullptr;
};

TEST_F(ScopeLockTest, IsASpinLockAtDispatchLevel)
{
    OPENKMDF_TESTS(WdfObjectAcquireLock, WdfObjectReleaseLock);
    start_with(WdfSynchronizationScopeDevice, WdfExecutionLevelDispatch);
    for (WDFOBJECT object : {static_cast<WDFOBJECT>(wdf_device), static_cast<WDFOBJECT>(queue)}) {
        run([&] {
            WdfObjectAcquireLock(object);
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            WdfObjectReleaseLock(object);
            EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        });
    }
}

TEST_F(ScopeLockTest, IsAMutexInACriticalRegionAtPassiveLevel)
{
    OPENKMDF_TESTS(WdfObjectAcquireLock, WdfObjectReleaseLock);
    start_with(WdfSynchronizationScopeQueue, WdfExecutionLevelPassive);
    run([&] {
        WdfObjectAcquireLock(queue);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        EXPECT_TRUE(KeAreApcsDisabled());
        WdfObjectReleaseLock(queue);
        EXPECT_FALSE(KeAreApcsDisabled());
    });
}

TEST_F(ScopeLockTest, OfTheDeviceIsOneForItsQueues)
{
    OPENKMDF_TESTS(WdfObjectAcquireLock);
    start_with(WdfSynchronizationScopeDevice, WdfExecutionLevelDispatch);
    violates(WDF_RECURSIVE_LOCK, [&] {
        WdfObjectAcquireLock(wdf_device);
        WdfObjectAcquireLock(queue);
    });
}

TEST_F(ScopeLockTest, IsNotThereWithoutAScope)
{
    OPENKMDF_TESTS(WdfObjectAcquireLock);
    start_with(WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
    const Bugcheck bugcheck = stops([&] { WdfObjectAcquireLock(wdf_device); });
    EXPECT_EQ(bugcheck.parameters[0], WDF_INVALID_LOCK_OPERATION);
    EXPECT_EQ(bugcheck.parameters[2], 0u) << "no lock on the object";
}

TEST_F(ScopeLockTest, IsNotReleasedWithoutAScope)
{
    OPENKMDF_TESTS(WdfObjectReleaseLock);
    start_with(WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
    violates(WDF_INVALID_LOCK_OPERATION, [&] { WdfObjectReleaseLock(queue); });
}

TEST_F(ScopeLockTest, IsReleasedByItsHolder)
{
    OPENKMDF_TESTS(WdfObjectReleaseLock);
    start_with(WdfSynchronizationScopeDevice, WdfExecutionLevelDispatch);
    violates(WDF_INVALID_LOCK_OPERATION, [&] { WdfObjectReleaseLock(wdf_device); });
}

}  // namespace
}  // namespace openkmdf::test
