#include "executive/ke/dispatcher.h"

#include "executive/module_registry.h"
#include "executive/testing.h"

#include <gmock/gmock.h>

// Threads that wait for what the other holds, whatever kind of lock it is: found at once, though
// the rest of the machine goes on.

namespace openkmdf::executive {
namespace {

NTSTATUS wait(void *object)
{
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, nullptr);
}

struct Locks {
    KMUTEX mutex;
    FAST_MUTEX fast;
    KGUARDED_MUTEX guarded;
    ERESOURCE resource;
    EX_PUSH_LOCK push;
};

struct Kind {
    const char *name;
    const char *reported;
    void (*acquire)(Locks &);
};

const Kind kKinds[] = {
    {"Mutex", "KMUTEX", [](Locks &locks) { wait(&locks.mutex); }},
    {"FastMutex", "fast mutex", [](Locks &locks) { ExAcquireFastMutex(&locks.fast); }},
    {"GuardedMutex", "guarded mutex", [](Locks &locks) { KeAcquireGuardedMutex(&locks.guarded); }},
    {"Resource", "ERESOURCE",
     [](Locks &locks) {
         KeEnterCriticalRegion();
         ExAcquireResourceExclusiveLite(&locks.resource, TRUE);
     }},
    {"PushLock", "push lock",
     [](Locks &locks) {
         KeEnterCriticalRegion();
         ExAcquirePushLockExclusiveEx(&locks.push, 0);
     }},
};

class Deadlock : public testing::TestWithParam<std::tuple<Kind, scheduler::Mode>> {
protected:
    TestMachine pc{std::get<1>(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(, Deadlock,
                         testing::Combine(testing::ValuesIn(kKinds),
                                          testing::Values(scheduler::Mode::Deterministic,
                                                          scheduler::Mode::Threaded)),
                         [](const auto &info) {
                             const bool threaded =
                                 std::get<1>(info.param) == scheduler::Mode::Threaded;
                             return std::string(std::get<0>(info.param).name) +
                                    (threaded ? "Threaded" : "Deterministic");
                         });

struct Crossing {
    const Kind &kind;
    Locks first = {};
    Locks second = {};
    KEVENT taken = {};
    KTIMER ticking = {};

    explicit Crossing(const Kind &of) : kind(of)
    {
        for (Locks *locks : {&first, &second}) {
            KeInitializeMutex(&locks->mutex, 0);
            ExInitializeFastMutex(&locks->fast);
            KeInitializeGuardedMutex(&locks->guarded);
            ExInitializeResourceLite(&locks->resource);
            ExInitializePushLock(&locks->push);
        }
        KeInitializeEvent(&taken, NotificationEvent, FALSE);
        KeInitializeTimerEx(&ticking, SynchronizationTimer);
        LARGE_INTEGER due;
        due.QuadPart = -10'000;
        KeSetTimerEx(&ticking, due, 1, nullptr);
    }
    static void NTAPI take_the_other_way(PVOID context)
    {
        auto &test = *static_cast<Crossing *>(context);
        test.kind.acquire(test.second);
        KeSetEvent(&test.taken, IO_NO_INCREMENT, FALSE);
        test.kind.acquire(test.first);
    }
    PVOID start(PKSTART_ROUTINE routine)
    {
        HANDLE handle;
        EXPECT_EQ(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                       routine, this),
                  STATUS_SUCCESS);
        PVOID thread = nullptr;
        POBJECT_TYPE type = object_manager().type(ob::TypeIndex::Thread);
        EXPECT_EQ(
            ObReferenceObjectByHandle(handle, SYNCHRONIZE, type, KernelMode, &thread, nullptr),
            STATUS_SUCCESS);
        return thread;
    }
};

TEST_P(Deadlock, OfTwoLocksTakenInOppositeOrder)
{
    const Kind &kind = std::get<0>(GetParam());
    const BugcheckRecord &record = pc.stops([&] {
        auto &test = *static_cast<Crossing *>(
            ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Crossing), 'tseT'));
        new (&test) Crossing(kind);
        kind.acquire(test.first);
        test.start(Crossing::take_the_other_way);
        wait(&test.taken);
        kind.acquire(test.second);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x1001u);
    const std::string message = record.message;
    EXPECT_THAT(message, testing::HasSubstr("Deadlock: threads wait for each other"));
    EXPECT_THAT(message, testing::ContainsRegex(std::string("'main' waits for ") + kind.reported +
                                                "[^\n]*, held by system thread"));
    EXPECT_THAT(message, testing::ContainsRegex(std::string("system thread[^\n]* waits for ") +
                                                kind.reported + "[^\n]*, held by client"));
    EXPECT_THAT(message, testing::HasSubstr("cycle: "));
}

TEST_P(Deadlock, OfAThreadThatWaitsForTheEndOfOneThatWaitsForItsLock)
{
    const Kind &kind = std::get<0>(GetParam());
    const BugcheckRecord &record = pc.stops([&] {
        auto &test = *static_cast<Crossing *>(
            ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Crossing), 'tseT'));
        new (&test) Crossing(kind);
        kind.acquire(test.first);
        // Waiting is allowed in a fast mutex's APC_LEVEL too.
        wait(test.start([](PVOID context) NTAPI {
            auto &test = *static_cast<Crossing *>(context);
            test.kind.acquire(test.first);
        }));
    });
    EXPECT_EQ(record.parameters[0], 0x1001u);
    EXPECT_THAT(record.message, testing::HasSubstr("'main' waits for thread"));
    EXPECT_THAT(record.message, testing::HasSubstr("cycle: "));
}

class SpinLockDeadlock : public BothModes {};
INSTANTIATE_IN_BOTH_MODES(SpinLockDeadlock);

TEST_P(SpinLockDeadlock, OfTwoProcessors)
{
    struct Shared {
        KSPIN_LOCK first = 0;
        KSPIN_LOCK second = 0;
        volatile LONG taken = 0;
        void take(KSPIN_LOCK &mine, KSPIN_LOCK &other)
        {
            KIRQL old;
            KeAcquireSpinLock(&mine, &old);
            __atomic_add_fetch(&taken, 1, __ATOMIC_RELEASE);
            while (__atomic_load_n(&taken, __ATOMIC_ACQUIRE) < 2)
                ke::point(scheduler::Point::Yield);
            KeAcquireSpinLockAtDpcLevel(&other);
            ADD_FAILURE() << "the lock was free";
        }
    };
    const BugcheckRecord &record = pc.stops([&] {
        // Of the machine: one of the two spins on until the machine ends, after this test's locals.
        auto &shared =
            *static_cast<Shared *>(ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Shared), 'tseT'));
        new (&shared) Shared;
        HANDLE handle;
        PsCreateSystemThread(
            &handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
            [](PVOID context) NTAPI {
                auto &shared = *static_cast<Shared *>(context);
                shared.take(shared.second, shared.first);
            },
            &shared);
        shared.take(shared.first, shared.second);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x1001u);
    EXPECT_THAT(record.message,
                testing::ContainsRegex("'main' waits for spin lock[^\n]*, held by"));
    EXPECT_THAT(record.message, testing::HasSubstr("cycle: "));
}

[[gnu::noinline]] void wait_for_nobody()
{
    KEVENT never;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    wait(&never);
}

// Nobody knows who will set an event, so this is a deadlock only when nothing else can run.
TEST(DeadlockTest, OfEveryThread)
{
    TestMachine pc;
    // The driver is that function alone.
    LoadedModule &driver = pc.be_driver();
    driver.low = reinterpret_cast<std::uintptr_t>(&wait_for_nobody);
    driver.high = driver.low + 0x200;
    const BugcheckRecord &record = pc.stops([] { wait_for_nobody(); });
    ASSERT_GT(record.frame_count, 0u);
    EXPECT_EQ(find_module(pc.kernel(), record.frames[0]), &driver)
        << "the waiter's line comes first";
    EXPECT_EQ(record.parameters[0], 0x1001u);
    EXPECT_THAT(record.message, testing::HasSubstr("every activity waits, and no timer is set"));
    EXPECT_THAT(record.message, testing::HasSubstr("'main' waits for KEVENT"));
}

}  // namespace
}  // namespace openkmdf::executive
