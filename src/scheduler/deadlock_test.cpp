#include "scheduler/internal_lock.h"
#include "scheduler/scheduler.h"

#include "scheduler/test_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

// Waits that nothing can end, and those that only look so.

namespace openkmdf::scheduler {
namespace {

using testing::HasSubstr;

// A lock that belongs to whoever took it; or to whom its owner handed it over, before that one is
// woken.
class TestMutex {
public:
    explicit TestMutex(Scheduler &scheduler) : scheduler_(scheduler) { waiting_.reserve(16); }

    bool lock(std::int64_t deadline = kForever)
    {
        Activity *self = current.activity;
        for (;;) {
            {
                InternalGuard guard(lock_);
                std::erase(waiting_, self);
                if (!owner_) {
                    owner_ = self;
                    return true;
                }
                if (deadline <= scheduler_.now()) return false;
                waiting_.push_back(self);
            }
            scheduler_.park({"mutex", this, nullptr, holder_of}, deadline);
        }
    }
    void unlock()
    {
        InternalGuard guard(lock_);
        EXPECT_EQ(owner_, current.activity);
        owner_ = nullptr;
        for (Activity *waiter : waiting_) scheduler_.unpark(*waiter);
    }

    void queue_for()
    {
        Activity *self = current.activity;
        {
            InternalGuard guard(lock_);
            if (!owner_) {
                owner_ = self;
                return;
            }
            waiting_.push_back(self);
        }
        for (;;) {
            scheduler_.park({"queued lock", this, nullptr, holder_of});
            InternalGuard guard(lock_);
            if (owner_ == self) return;
        }
    }
    void hand_over()
    {
        Activity *next = nullptr;
        {
            InternalGuard guard(lock_);
            EXPECT_EQ(owner_, current.activity);
            if (!waiting_.empty()) {
                next = waiting_.front();
                waiting_.erase(waiting_.begin());
            }
            owner_ = next;
        }
        if (next) scheduler_.unpark(*next);
    }

private:
    static Activity *holder_of(const void *object)
    {
        auto &mutex = *const_cast<TestMutex *>(static_cast<const TestMutex *>(object));
        InternalGuard guard(mutex.lock_);
        return mutex.owner_;
    }

    Scheduler &scheduler_;
    InternalLock lock_;
    Activity *owner_ = nullptr;
    std::vector<Activity *> waiting_;
};

class Locks : public testing::TestWithParam<Options> {
public:
    TestMachine machine{GetParam()};
    TestMutex first{*machine};
    TestMutex second{*machine};
    TestMutex third{*machine};
    TestEvent first_taken{*machine};
    TestEvent second_taken{*machine};
    std::atomic<int> ended = 0;
    std::atomic<bool> timed_out = false;

    void start(const char *name, void (*body)(void *))
    {
        machine->start_thread(name, body, static_cast<Locks *>(this), nullptr);
    }
    static Locks &of(void *argument) { return *static_cast<Locks *>(argument); }
};

Options seeded(std::uint64_t seed)
{
    return {.strategy = StrategyKind::Random, .seed = seed};
}

INSTANTIATE_TEST_SUITE_P(Modes, Locks,
                         testing::Values(Options{}, seeded(1), seeded(2), seeded(3),
                                         Options{.mode = Mode::Threaded}),
                         [](const auto &info) {
                             std::string name =
                                 info.param.mode == Mode::Threaded ? "Threaded" : "Deterministic";
                             if (info.param.strategy == StrategyKind::Random)
                                 name += "Seed" + std::to_string(info.param.seed);
                             return name;
                         });

// Though a timer ticks on, and a client sleeps that has nothing to do with it.
TEST_P(Locks, TwoThreadsThatWaitForEachOtherAreReportedAtOnce)
{
    Timer ticking;
    ticking.context = &machine;
    ticking.expired = [](Timer &timer) {
        auto &machine = *static_cast<TestMachine *>(timer.context);
        machine->arm(timer, timer.due + 10'000);
    };
    EXPECT_FALSE(machine.call([&] {
        machine->arm(ticking, 10'000);
        start("one", [](void *argument) {
            Locks &test = of(argument);
            test.first.lock();
            test.first_taken.set();
            test.second_taken.wait();
            test.second.lock();
        });
        start("two", [](void *argument) {
            Locks &test = of(argument);
            test.second.lock();
            test.second_taken.set();
            test.first_taken.wait();
            test.first.lock();
        });
        machine->park({"nothing"}, 600'000'000);
        ADD_FAILURE() << "the machine lives on";
    }));
    EXPECT_TRUE(machine->dead());
    EXPECT_LT(machine->now(), 500'000'000);
    EXPECT_THAT(machine.report(), HasSubstr("threads wait for each other"));
    EXPECT_THAT(
        machine.report(),
        testing::ContainsRegex("'one' waits for mutex, held by system thread #[0-9]* 'two'"));
    EXPECT_THAT(
        machine.report(),
        testing::ContainsRegex("'two' waits for mutex, held by system thread #[0-9]* 'one'"));
    EXPECT_THAT(machine.report(), HasSubstr("cycle: "));
}

TEST_P(Locks, AWaitThatEndsByItselfIsNoDeadlock)
{
    EXPECT_TRUE(machine.call([&] {
        start("gives up", [](void *argument) {
            Locks &test = of(argument);
            test.first.lock();
            test.first_taken.set();
            test.second_taken.wait();
            test.timed_out = !test.second.lock(test.machine->now() + 100'000);
            test.first.unlock();
            test.ended++;
        });
        start("waits", [](void *argument) {
            Locks &test = of(argument);
            test.second.lock();
            test.second_taken.set();
            test.first_taken.wait();
            test.first.lock();
            test.first.unlock();
            test.second.unlock();
            test.ended++;
        });
    }));
    machine->advance(200'000);
    machine->run_until_idle();
    EXPECT_EQ(ended, 2);
    EXPECT_TRUE(timed_out);
}

// Owners change while others wait: what somebody waited for at first is not what counts.
TEST_P(Locks, ThreadsThatTakeLocksInOneOrderAreNeverReported)
{
    auto body = [](void *argument) {
        Locks &test = of(argument);
        for (int round = 0; round < 300; round++) {
            TestMutex &outer = round % 3 == 0 ? test.second : test.first;
            TestMutex &inner = round % 3 == 1 ? test.second : test.third;
            outer.lock();
            test.machine->point(Point::Call);
            inner.lock();
            test.machine->point(Point::Call);
            inner.unlock();
            if (round % 7 == 0) test.machine->park({"pause"}, test.machine->now() + 10);
            outer.unlock();
        }
        test.ended++;
    };
    machine.call([&] {
        for (int i = 0; i < 5; i++) start("worker", body);
    });
    // Threads that pause are idle: time has to pass as well.
    for (int i = 0; i < 1000 && ended < 5 && !machine->dead(); i++) {
        machine->advance(1'000);
        machine->run_until_idle();
    }
    EXPECT_EQ(ended, 5);
    EXPECT_FALSE(machine->dead()) << machine.report();
}

// For a moment the one who has been given the lock is seen to wait for what it owns.
TEST_P(Locks, ALockThatIsHandedOverIsNoDeadlock)
{
    auto body = [](void *argument) {
        Locks &test = of(argument);
        for (int round = 0; round < 2000; round++) {
            test.first.queue_for();
            test.machine->point(Point::Call);
            test.first.hand_over();
        }
        test.ended++;
    };
    machine.call([&] {
        for (int i = 0; i < 4; i++) start("worker", body);
    });
    machine->run_until_idle();
    EXPECT_EQ(ended, 4);
    EXPECT_FALSE(machine->dead()) << machine.report();
}

TEST(Deadlock, EveryActivityWaits)
{
    TestMachine machine;
    EXPECT_FALSE(machine.call([&] {
        machine->start_thread(
            "worker", [](void *machine) { (*static_cast<TestMachine *>(machine))->park({"it"}); },
            &machine, nullptr);
        machine->park({"nothing"});
    }));
    EXPECT_THAT(machine.report(), HasSubstr("every activity waits, and no timer is set"));
    EXPECT_THAT(machine.report(), HasSubstr("'main' waits for nothing"));
    EXPECT_THAT(machine.report(), HasSubstr("'worker' waits for it"));
    EXPECT_THAT(machine.report(), testing::Not(HasSubstr("cycle")));
}

TEST(Deadlock, IsReportedWithItsCycle)
{
    TestMachine machine;
    struct Shared {
        TestMachine &machine;
        TestEvent first{*machine};
        TestEvent second{*machine};
        Activity *client = nullptr;
    } shared{machine};
    EXPECT_FALSE(machine.call([&] {
        shared.client = current.activity;
        auto body = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            shared.second.wait(kForever, shared.client);
        };
        Activity *worker = machine->start_thread("worker", body, &shared, nullptr);
        shared.first.wait(kForever, worker);
    }));
    EXPECT_TRUE(machine->dead());
    EXPECT_THAT(machine.report(), HasSubstr("threads wait for each other"));
    EXPECT_THAT(machine.report(), HasSubstr("client #1 'main' waits for event, held by system "
                                            "thread #4 'worker'"));
    EXPECT_THAT(machine.report(), HasSubstr("cycle: client #1 'main' -> event -> system thread #4 "
                                            "'worker' -> event -> client #1 'main'"));
}

TEST(Deadlock, ASpinLockTakenAgainIsReported)
{
    TestMachine machine;
    EXPECT_FALSE(machine.call([&] {
        Scheduler::raise_irql(kDispatchLevel);
        for (unsigned attempt = 0;; attempt++)
            machine->relax({"spin lock", &machine, current.activity}, attempt);
    }));
    EXPECT_THAT(machine.report(), HasSubstr("never released"));
}

TEST(Deadlock, TwoProcessorsThatSpinAreReported)
{
    TestMachine machine;
    struct Shared {
        TestMachine &machine;
    } shared{machine};
    auto spin = [](void *argument) {
        auto &shared = *static_cast<Shared *>(argument);
        Scheduler::raise_irql(kDispatchLevel);
        for (unsigned attempt = 0;; attempt++)
            shared.machine->relax({"spin lock", &shared}, attempt);
    };
    machine.call([&] {
        machine->start_thread("one", spin, &shared, nullptr);
        machine->start_thread("two", spin, &shared, nullptr);
    });
    machine->run_until_idle();
    EXPECT_TRUE(machine->dead());
    EXPECT_THAT(machine.report(), HasSubstr("'one' waits for spin lock"));
    EXPECT_THAT(machine.report(), HasSubstr("'two' waits for spin lock"));
}

TEST(Deadlock, AHostWaitThatNothingCanEndIsFalse)
{
    TestMachine machine;
    EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
    EXPECT_FALSE(machine->dead());
}

TEST(Deadlock, JoiningAClientThatNeverEndsIsReported)
{
    TestMachine machine;
    bool alive = true;
    Activity &client = machine->start_client(
        "stuck", [&] { alive = machine.call([&] { machine->park({"nothing"}); }); });
    machine->run_until_idle();
    machine->join_client(client);
    EXPECT_FALSE(alive);
    EXPECT_THAT(machine.report(), HasSubstr("'stuck' waits for nothing"));
}

}  // namespace
}  // namespace openkmdf::scheduler
