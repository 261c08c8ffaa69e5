#include "executive/ke/test_threads.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <atomic>

// Mutexes and mutants, and events that are pulsed.

namespace openkmdf::executive {
namespace {

class Mutants : public BothModes {
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
                    record.code == KMODE_EXCEPTION_NOT_HANDLED ||
                    record.code == SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
        return static_cast<NTSTATUS>(record.parameters[0]);
    }
};
INSTANTIATE_IN_BOTH_MODES(Mutants);

// --- Mutexes -------------------------------------------------------------------------------------

TEST_P(Mutants, MutexesAndMutantsTellTheirState)
{
    OPENKMDF_TESTS(KeReadStateMutex, KeReleaseMutex, KeInitializeMutant, KeReadStateMutant,
                   KeReleaseMutant, KeWaitForSingleObject);
    EXPECT_TRUE(pc.run([] {
        KMUTEX mutex;
        KMUTANT free, owned;
        KeInitializeMutex(&mutex, 0);
        KeInitializeMutant(&free, FALSE);
        KeInitializeMutant(&owned, TRUE);
        EXPECT_EQ(KeReadStateMutex(&mutex), 1);
        EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
        EXPECT_EQ(KeReadStateMutex(&mutex), 0);
        EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
        EXPECT_NE(KeReleaseMutex(&mutex, FALSE), 0) << "still held";
        EXPECT_NE(KeReadStateMutex(&mutex), 1);
        EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), 0);
        EXPECT_EQ(KeReadStateMutex(&mutex), 1);
        EXPECT_EQ(KeReadStateMutant(&free), 1);
        EXPECT_EQ(KeReadStateMutant(&owned), 0);
        auto body = [&] {
            EXPECT_EQ(poll(&owned), STATUS_TIMEOUT);
            EXPECT_EQ(poll(&free), STATUS_SUCCESS);
            EXPECT_EQ(KeReleaseMutant(&free, IO_NO_INCREMENT, FALSE, FALSE), 0);
        };
        Thread other(body);
        other.join();
        EXPECT_EQ(KeReleaseMutant(&owned, IO_NO_INCREMENT, FALSE, FALSE), 0);
        EXPECT_EQ(KeReadStateMutant(&owned), 1);
    }));
}

TEST_P(Mutants, AnAbandonedMutexIsToldToTheNextOwner)
{
    OPENKMDF_TESTS(KeReleaseMutant, KeWaitForMultipleObjects);
    EXPECT_TRUE(pc.run([] {
        KMUTANT mutants[2];
        PVOID objects[] = {&mutants[0], &mutants[1]};
        KeInitializeMutant(&mutants[0], TRUE);
        KeInitializeMutant(&mutants[1], TRUE);
        NTSTATUS status = STATUS_PENDING;
        auto body = [&] {
            status = KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE,
                                              nullptr, nullptr);
            EXPECT_EQ(KeReleaseMutant(&mutants[1], IO_NO_INCREMENT, FALSE, FALSE), 0);
        };
        Thread other(body);
        until([&] { return waiters(mutants[1].Header) == 1; });
        KeReleaseMutant(&mutants[1], IO_NO_INCREMENT, TRUE, FALSE);
        other.join();
        EXPECT_EQ(status, STATUS_ABANDONED_WAIT_0 + 1);
        EXPECT_EQ(poll(&mutants[1]), STATUS_SUCCESS) << "told once";
        KeReleaseMutant(&mutants[1], IO_NO_INCREMENT, TRUE, FALSE);
        EXPECT_EQ(KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode, FALSE,
                                           nullptr, nullptr),
                  STATUS_ABANDONED);
    }));
}

TEST_P(Mutants, OnlyTheOwnerReleasesAMutex)
{
    OPENKMDF_TESTS(KeReleaseMutex, KeReleaseMutant);
    static KMUTEX mutex;
    EXPECT_EQ(raised_by([] {
                  KeInitializeMutex(&mutex, 0);
                  EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
                  auto body = [] { KeReleaseMutex(&mutex, FALSE); };
                  Thread other(body);
                  other.join();
              }),
              STATUS_MUTANT_NOT_OWNED);
    EXPECT_EQ(raised_by([] {
                  KeInitializeMutant(&mutex, FALSE);
                  KeReleaseMutant(&mutex, IO_NO_INCREMENT, FALSE, FALSE);
              }),
              STATUS_MUTANT_NOT_OWNED);
    EXPECT_EQ(raised_by([] {
                  KeInitializeMutant(&mutex, TRUE);
                  KeReleaseMutant(&mutex, IO_NO_INCREMENT, TRUE, FALSE);
                  KeReleaseMutex(&mutex, FALSE);
              }),
              STATUS_ABANDONED);
}

TEST_P(Mutants, AMutexOfDispatchLevelIsReleasedThere)
{
    OPENKMDF_TESTS(KeReleaseMutex);
    for (bool high : {false, true}) {
        const NTSTATUS status = raised_by([&] {
            static KMUTEX mutex;
            KeInitializeMutex(&mutex, 0);
            const KIRQL old = KfRaiseIrql(high ? DISPATCH_LEVEL : PASSIVE_LEVEL);
            EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
            if (high) KeLowerIrql(old);
            else KeRaiseIrqlToDpcLevel();
            KeReleaseMutex(&mutex, FALSE);
        });
        EXPECT_TRUE(status == STATUS_MUTANT_NOT_OWNED || status == STATUS_ABANDONED)
            << "acquired at DISPATCH_LEVEL: " << high;
    }
}

TEST_P(Mutants, AMutexIsAcquiredNoMoreThanMinlongTimes)
{
    OPENKMDF_TESTS(KeWaitForSingleObject, KeWaitForMultipleObjects);
    for (bool several : {false, true}) {
        const NTSTATUS status = raised_by([&] {
            static KMUTEX mutex;
            KeInitializeMutex(&mutex, 0);
            EXPECT_EQ(poll(&mutex), STATUS_SUCCESS);
            mutex.Header.SignalState = MINLONG;  // after so many acquisitions
            PVOID objects[] = {&mutex};
            if (several)
                KeWaitForMultipleObjects(1, objects, WaitAny, Executive, KernelMode, FALSE, nullptr,
                                         nullptr);
            else wait(&mutex);
        });
        EXPECT_EQ(status, STATUS_MUTANT_LIMIT_EXCEEDED);
    }
}

// --- Events --------------------------------------------------------------------------------------

TEST_P(Mutants, APulseReleasesThoseWhoWaitAndLeavesTheEventNotSignalled)
{
    OPENKMDF_TESTS(KePulseEvent, KeClearEvent);
    for (EVENT_TYPE type : {NotificationEvent, SynchronizationEvent}) {
        EXPECT_TRUE(pc.run([&] {
            KEVENT event;
            KeInitializeEvent(&event, type, FALSE);
            EXPECT_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0) << "nobody waits";
            EXPECT_EQ(poll(&event), STATUS_TIMEOUT);
            std::atomic<int> released = 0;
            auto body = [&] {
                EXPECT_EQ(wait(&event), STATUS_SUCCESS);
                released++;
            };
            Thread one(body), two(body);
            until([&] { return waiters(event.Header) == 2; });
            EXPECT_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
            EXPECT_EQ(KeReadStateEvent(&event), 0);
            if (type == SynchronizationEvent) {
                EXPECT_EQ(waiters(event.Header), 1) << "one at a time";
                until([&] { return released == 1; });
                EXPECT_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
            }
            one.join();
            two.join();
            EXPECT_EQ(released, 2);
            KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
            EXPECT_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 1) << "the state before";
            EXPECT_EQ(poll(&event), STATUS_TIMEOUT);
            KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
            KeClearEvent(&event);
            EXPECT_EQ(KeReadStateEvent(&event), 0);
            EXPECT_EQ(poll(&event), STATUS_TIMEOUT);
        }));
    }
}

}  // namespace
}  // namespace openkmdf::executive
