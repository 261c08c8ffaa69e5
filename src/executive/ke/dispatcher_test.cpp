#include "executive/ke/test_threads.h"
#include "tests/support/tested.h"

namespace openkmdf::executive {
namespace {

constexpr LONGLONG kMillisecond = 10'000;

LARGE_INTEGER relative(LONGLONG milliseconds)
{
    LARGE_INTEGER time;
    time.QuadPart = -milliseconds * kMillisecond;
    return time;
}

using Dispatcher = BothModes;
INSTANTIATE_IN_BOTH_MODES(Dispatcher);

TEST_P(Dispatcher, EventsKeepOrLoseTheirStateByKind)
{
    OPENKMDF_TESTS(KeInitializeEvent, KeSetEvent, KeResetEvent, KeReadStateEvent,
                   KeWaitForSingleObject);
    EXPECT_TRUE(pc.run([] {
        KEVENT notification, synchronization;
        KeInitializeEvent(&notification, NotificationEvent, FALSE);
        KeInitializeEvent(&synchronization, SynchronizationEvent, TRUE);
        EXPECT_EQ(poll(&notification), STATUS_TIMEOUT);
        EXPECT_EQ(KeSetEvent(&notification, IO_NO_INCREMENT, FALSE), 0);
        EXPECT_EQ(KeSetEvent(&notification, IO_NO_INCREMENT, FALSE), 1);
        EXPECT_EQ(poll(&notification), STATUS_SUCCESS);
        EXPECT_EQ(poll(&notification), STATUS_SUCCESS);
        EXPECT_EQ(KeReadStateEvent(&notification), 1);
        EXPECT_EQ(KeResetEvent(&notification), 1);
        EXPECT_EQ(poll(&notification), STATUS_TIMEOUT);
        EXPECT_EQ(poll(&synchronization), STATUS_SUCCESS);
        EXPECT_EQ(poll(&synchronization), STATUS_TIMEOUT);
    }));
}

TEST_P(Dispatcher, AWaitEndsWhenTheEventIsSet)
{
    OPENKMDF_TESTS(KeSetEvent, KeWaitForSingleObject);
    EXPECT_TRUE(pc.run([] {
        KEVENT go, done;
        KeInitializeEvent(&go, SynchronizationEvent, FALSE);
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        auto body = [&] {
            EXPECT_EQ(wait(&go), STATUS_SUCCESS);
            KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
        };
        Thread helper(body);
        KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
        EXPECT_EQ(wait(&done), STATUS_SUCCESS);
        helper.join();
    }));
}

TEST_P(Dispatcher, ATimeoutEndsAWait)
{
    OPENKMDF_TESTS(KeWaitForSingleObject);
    EXPECT_TRUE(pc.run([] {
        KEVENT never;
        KeInitializeEvent(&never, NotificationEvent, FALSE);
        LARGE_INTEGER timeout = relative(2);
        const ULONG64 before = KeQueryInterruptTime();
        EXPECT_EQ(KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, &timeout),
                  STATUS_TIMEOUT);
        EXPECT_GE(KeQueryInterruptTime() - before, 2u * kMillisecond);
        EXPECT_TRUE(IsListEmpty(&never.Header.WaitListHead));
    }));
}

TEST_P(Dispatcher, AnAbsoluteTimeoutIsSystemTime)
{
    OPENKMDF_TESTS(KeWaitForSingleObject, KeQuerySystemTime);
    EXPECT_TRUE(pc.run([] {
        KEVENT never;
        KeInitializeEvent(&never, NotificationEvent, FALSE);
        LARGE_INTEGER until;
        KeQuerySystemTime(&until);
        until.QuadPart += 3 * kMillisecond;
        EXPECT_EQ(KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, &until),
                  STATUS_TIMEOUT);
        LARGE_INTEGER now;
        KeQuerySystemTime(&now);
        EXPECT_GE(now.QuadPart, until.QuadPart);
    }));
}

TEST_P(Dispatcher, SemaphoresCount)
{
    OPENKMDF_TESTS(KeInitializeSemaphore, KeReleaseSemaphore, KeReadStateSemaphore);
    EXPECT_TRUE(pc.run([] {
        KSEMAPHORE semaphore;
        KeInitializeSemaphore(&semaphore, 1, 3);
        EXPECT_EQ(poll(&semaphore), STATUS_SUCCESS);
        EXPECT_EQ(poll(&semaphore), STATUS_TIMEOUT);
        EXPECT_EQ(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 3, FALSE), 0);
        EXPECT_EQ(KeReadStateSemaphore(&semaphore), 3);
        for (int i = 0; i < 3; i++) EXPECT_EQ(poll(&semaphore), STATUS_SUCCESS);
        EXPECT_EQ(poll(&semaphore), STATUS_TIMEOUT);
    }));
}

TEST_P(Dispatcher, ASemaphoreBeyondItsLimitRaises)
{
    OPENKMDF_TESTS(KeReleaseSemaphore);
    const BugcheckRecord &record = pc.stops([] {
        KSEMAPHORE semaphore;
        KeInitializeSemaphore(&semaphore, 1, 1);
        KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, FALSE);
    });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
}

TEST_P(Dispatcher, AMutexIsRecursiveAndDisablesApcs)
{
    OPENKMDF_TESTS(KeInitializeMutex, KeAreApcsDisabled, KeReleaseMutex, KeWaitForSingleObject);
    EXPECT_TRUE(pc.run([] {
        KMUTEX mutex;
        KeInitializeMutex(&mutex, 0);
        EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
        EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
        EXPECT_TRUE(KeAreApcsDisabled());
        bool entered = false;
        KEVENT tried;
        KeInitializeEvent(&tried, NotificationEvent, FALSE);
        auto body = [&] {
            EXPECT_EQ(poll(&mutex), STATUS_TIMEOUT);
            KeSetEvent(&tried, IO_NO_INCREMENT, FALSE);
            EXPECT_EQ(wait(&mutex), STATUS_SUCCESS);
            entered = true;
            KeReleaseMutex(&mutex, FALSE);
        };
        Thread helper(body);
        wait(&tried);
        EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), -1);
        EXPECT_FALSE(entered);
        EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), 0);
        EXPECT_FALSE(KeAreApcsDisabled());
        helper.join();
        EXPECT_TRUE(entered);
    }));
}

TEST_P(Dispatcher, ReleasingAForeignMutexRaises)
{
    OPENKMDF_TESTS(KeReleaseMutex);
    const BugcheckRecord &record = pc.stops([] {
        KMUTEX mutex;
        KeInitializeMutex(&mutex, 0);
        KeReleaseMutex(&mutex, FALSE);
    });
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_MUTANT_NOT_OWNED);
}

TEST_P(Dispatcher, WaitAnyTellsWhich)
{
    OPENKMDF_TESTS(KeWaitForMultipleObjects);
    EXPECT_TRUE(pc.run([] {
        KEVENT events[3];
        PVOID objects[3];
        for (int i = 0; i < 3; i++) {
            KeInitializeEvent(&events[i], SynchronizationEvent, i == 1);
            objects[i] = &events[i];
        }
        EXPECT_EQ(KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE,
                                           nullptr, nullptr),
                  STATUS_WAIT_0 + 1);
        auto body = [&] { KeSetEvent(&events[2], IO_NO_INCREMENT, FALSE); };
        Thread helper(body);
        EXPECT_EQ(KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE,
                                           nullptr, nullptr),
                  STATUS_WAIT_0 + 2);
        helper.join();
        for (KEVENT &event : events) EXPECT_TRUE(IsListEmpty(&event.Header.WaitListHead));
    }));
}

TEST_P(Dispatcher, WaitAllTakesAllOrNothing)
{
    OPENKMDF_TESTS(KeReadStateEvent, KeWaitForMultipleObjects);
    EXPECT_TRUE(pc.run([] {
        KEVENT first, second;
        KeInitializeEvent(&first, SynchronizationEvent, TRUE);
        KeInitializeEvent(&second, SynchronizationEvent, FALSE);
        PVOID objects[] = {&first, &second};
        LARGE_INTEGER zero = relative(0);
        EXPECT_EQ(KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE, &zero,
                                           nullptr),
                  STATUS_TIMEOUT);
        EXPECT_EQ(KeReadStateEvent(&first), 1);
        auto body = [&] { KeSetEvent(&second, IO_NO_INCREMENT, FALSE); };
        Thread helper(body);
        EXPECT_EQ(KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE,
                                           nullptr, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(KeReadStateEvent(&first), 0);
        EXPECT_EQ(KeReadStateEvent(&second), 0);
        helper.join();
    }));
}

TEST_P(Dispatcher, TooManyObjectsIsABugcheck)
{
    OPENKMDF_TESTS(KeWaitForMultipleObjects);
    const BugcheckRecord &record = pc.stops([] {
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, TRUE);
        PVOID objects[4] = {&event, &event, &event, &event};
        KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode, FALSE, nullptr,
                                 nullptr);
    });
    EXPECT_EQ(record.code, MAXIMUM_WAIT_OBJECTS_EXCEEDED);
}

TEST_P(Dispatcher, AnUninitializedEventIsNamed)
{
    const BugcheckRecord &record = pc.stops([] {
        KEVENT event = {};
        KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_NE(std::string(record.message).find("KeSetEvent"), std::string::npos);
}

TEST_P(Dispatcher, WaitingAtDispatchLevelIsABugcheck)
{
    OPENKMDF_TESTS(KeWaitForSingleObject);
    const BugcheckRecord &record = pc.stops([] {
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, TRUE);
        KfRaiseIrql(DISPATCH_LEVEL);
        EXPECT_EQ(poll(&event), STATUS_SUCCESS);
        wait(&event);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x3Bu);
    EXPECT_EQ(record.parameters[1], std::uint64_t{DISPATCH_LEVEL});
    EXPECT_EQ(record.irql, DISPATCH_LEVEL);
}

TEST_P(Dispatcher, AThreadThatEndsWithAMutexIsABugcheck)
{
    const BugcheckRecord &record = pc.stops([] {
        static KMUTEX mutex;
        KeInitializeMutex(&mutex, 0);
        auto body = [] { wait(&mutex); };
        Thread helper(body);
        helper.join();
    });
    EXPECT_EQ(record.code, THREAD_TERMINATE_HELD_MUTEX);
}

TEST_P(Dispatcher, TerminateEndsTheThreadWithItsStatus)
{
    OPENKMDF_TESTS(PsTerminateSystemThread);
    EXPECT_TRUE(pc.run([] {
        auto body = [] {
            PsTerminateSystemThread(STATUS_CANCELLED);
            ADD_FAILURE();
        };
        Thread helper(body);
        PETHREAD thread = helper.object();
        ObReferenceObject(thread);
        helper.join();
        EXPECT_EQ(PsGetThreadExitStatus(thread), STATUS_CANCELLED);
        EXPECT_TRUE(PsIsSystemThread(thread));
        ObDereferenceObject(thread);
        EXPECT_EQ(PsTerminateSystemThread(STATUS_SUCCESS), STATUS_INVALID_PARAMETER);
    }));
}

TEST_P(Dispatcher, GuardedAndFastMutexesExclude)
{
    OPENKMDF_TESTS(KeInitializeGuardedMutex, KeAcquireGuardedMutex, KeReleaseGuardedMutex,
                   ExAcquireFastMutex, ExReleaseFastMutex, ExTryToAcquireFastMutex,
                   KeAreAllApcsDisabled);
    EXPECT_TRUE(pc.run([] {
        KGUARDED_MUTEX guarded;
        FAST_MUTEX fast;
        KeInitializeGuardedMutex(&guarded);
        ExInitializeFastMutex(&fast);
        int count = 0;
        auto body = [&] {
            for (int i = 0; i < 100; i++) {
                KeAcquireGuardedMutex(&guarded);
                EXPECT_TRUE(KeAreAllApcsDisabled());
                ++count;
                KeReleaseGuardedMutex(&guarded);
                ExAcquireFastMutex(&fast);
                EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
                ExReleaseFastMutex(&fast);
            }
        };
        Thread one(body), two(body);
        one.join();
        two.join();
        EXPECT_EQ(count, 200);
        EXPECT_TRUE(ExTryToAcquireFastMutex(&fast));
        EXPECT_FALSE(ExTryToAcquireFastMutex(&fast));
        ExReleaseFastMutex(&fast);
    }));
}

TEST_P(Dispatcher, AFastMutexTakenTwiceIsASelfDeadlock)
{
    const BugcheckRecord &record = pc.stops([] {
        FAST_MUTEX fast;
        ExInitializeFastMutex(&fast);
        ExAcquireFastMutex(&fast);
        ExAcquireFastMutex(&fast);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x1000u);
}

TEST_P(Dispatcher, LeavingARegionThatWasNotEntered)
{
    OPENKMDF_TESTS(KeLeaveCriticalRegion);
    const BugcheckRecord &record = pc.stops([] { KeLeaveCriticalRegion(); });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x3Eu);
}

}  // namespace
}  // namespace openkmdf::executive
