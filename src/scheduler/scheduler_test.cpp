#include "scheduler/scheduler.h"

#include "scheduler/sanitizer.h"
#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

// What both modes promise. Nothing here depends on the order of threads that do not synchronise.

namespace openkmdf::scheduler {
namespace {

class BothModes : public testing::TestWithParam<Mode> {
protected:
    static Options options()
    {
        Options options;
        options.mode = GetParam();
        return options;
    }
    TestMachine machine{options()};
};

INSTANTIATE_TEST_SUITE_P(Modes, BothModes, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

TEST_P(BothModes, ACallRunsOnAKernelStackWithAProcessor)
{
    Activity &self = machine->client_activity();
    bool called = false;
    EXPECT_TRUE(machine.call([&] {
        called = true;
        char here = 0;
        auto *address = reinterpret_cast<std::byte *>(&here);
        if (!kAddressSanitizer) {
            EXPECT_GE(address, self.kernel_stack_low);
            EXPECT_LT(address, self.kernel_stack_high);
        }
        EXPECT_EQ(current.activity, &self);
        EXPECT_EQ(current.scheduler, &*machine);
        EXPECT_EQ(current.machine, &machine);
        ASSERT_NE(current.processor, nullptr);
        EXPECT_EQ(current.processor->current, &self);
        EXPECT_EQ(Scheduler::irql(), kPassiveLevel);
    }));
    EXPECT_TRUE(called);
    EXPECT_EQ(current.activity, nullptr);
    EXPECT_EQ(current.processor, nullptr);
    EXPECT_GT(stack_high_water(self), 0u);
    EXPECT_LT(stack_high_water(self), Arena::kStackSize);
}

TEST_P(BothModes, ATokenIsRemembered)
{
    machine.call([&] {
        machine->unpark(*current.activity);
        machine->unpark(*current.activity);
        EXPECT_EQ(machine->park({"token"}), ParkResult::Unparked);
        EXPECT_EQ(machine->park({"token"}, machine->now()), ParkResult::TimedOut);
        EXPECT_EQ(machine->park({"token"}, machine->now() + 1000), ParkResult::TimedOut);
    });
}

TEST_P(BothModes, AThreadRunsAndWakesItsCreator)
{
    struct Shared {
        TestMachine &machine;
        TestEvent event{*machine};
        Activity *thread = nullptr;
        int executive = 0;
    } shared{machine};
    EXPECT_TRUE(machine.call([&] {
        auto body = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            EXPECT_EQ(current.activity->executive, &shared.executive);
            EXPECT_STREQ(current.activity->name, "worker");
            EXPECT_EQ(current.activity->kind, ActivityKind::System);
            shared.event.set();
        };
        shared.thread = machine->start_thread("worker", body, &shared, &shared.executive);
        ASSERT_NE(shared.thread, nullptr);
        EXPECT_TRUE(shared.event.wait());
    }));
    machine->run_until_idle();
}

TEST_P(BothModes, ThreadsEndFromDepth)
{
    struct Shared {
        TestMachine &machine;
        std::atomic<int> ended = 0;
    } shared{machine};
    auto body = [](void *argument) {
        auto &shared = *static_cast<Shared *>(argument);
        shared.ended++;
        shared.machine->exit_thread();
    };
    for (int round = 1; round <= 5; round++) {
        machine.call([&] {
            for (int i = 0; i < 4; i++) machine->start_thread("short", body, &shared, nullptr);
        });
        machine->run_until_idle();
        EXPECT_EQ(shared.ended, 4 * round);
    }
}

[[gnu::noinline]] void use_stack(std::size_t bytes)
{
    auto *room = static_cast<volatile char *>(__builtin_alloca(bytes));
    for (std::size_t i = 0; i < bytes; i += 64) room[i] = 1;
}

TEST_P(BothModes, TheDeepestStackIsRememberedThoughItsThreadHasEnded)
{
    if (kAddressSanitizer) GTEST_SKIP() << "frames lie elsewhere";
    const std::size_t before = machine->stack_high_water();
    EXPECT_LT(before, kWindowsStackSize);
    machine.call([&] {
        machine->start_thread(
            "deep", [](void *) { use_stack(60 << 10); }, nullptr, nullptr);
    });
    machine->run_until_idle();
    // Threaded mode: one more, so that the first is joined.
    machine.call([&] {
        machine->start_thread(
            "flat", [](void *) {}, nullptr, nullptr);
    });
    machine->run_until_idle();
    EXPECT_GE(machine->stack_high_water(), std::size_t{60} << 10);
    EXPECT_LT(machine->stack_high_water(), Arena::kStackSize);
}

TEST_P(BothModes, PingPong)
{
    struct Shared {
        TestMachine &machine;
        Activity *client = nullptr;
        std::atomic<int> turn = 0;
    } shared{machine};
    EXPECT_TRUE(machine.call([&] {
        shared.client = current.activity;
        auto body = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            for (int round = 0; round < 200; round++) {
                while (shared.turn != 2 * round + 1) shared.machine->park({"ping"});
                shared.turn++;
                shared.machine->unpark(*shared.client);
            }
        };
        Activity *other = machine->start_thread("pong", body, &shared, nullptr);
        for (int round = 0; round < 200; round++) {
            shared.turn++;
            machine->unpark(*other);
            while (shared.turn != 2 * round + 2) machine->park({"pong"});
        }
    }));
    EXPECT_EQ(shared.turn, 400);
    machine->run_until_idle();
}

TEST_P(BothModes, TimersExpireInOrderAtDispatchLevel)
{
    struct Shared {
        TestMachine &machine;
        TestEvent last{*machine};
        Timer timers[4];
        std::vector<int> order;
    } shared{machine};
    shared.order.reserve(4);
    for (Timer &timer : shared.timers) {
        timer.context = &shared;
        timer.expired = [](Timer &expired) {
            auto &shared = *static_cast<Shared *>(expired.context);
            EXPECT_EQ(Scheduler::irql(), kDispatchLevel);
            EXPECT_GE(shared.machine->now(), expired.due);
            shared.order.push_back(static_cast<int>(&expired - shared.timers));
            if (&expired == &shared.timers[0]) shared.last.set();
        };
    }
    EXPECT_TRUE(machine.call([&] {
        std::int64_t now = machine->now();
        machine->arm(shared.timers[0], now + 40'000);
        machine->arm(shared.timers[1], now + 20'000);
        machine->arm(shared.timers[2], now + 20'000);
        machine->arm(shared.timers[3], now + 30'000);
        EXPECT_TRUE(machine->cancel(shared.timers[3]));
        EXPECT_FALSE(machine->cancel(shared.timers[3]));
        EXPECT_TRUE(shared.last.wait());
    }));
    EXPECT_EQ(shared.order, (std::vector<int>{1, 2, 0}));
    EXPECT_FALSE(machine->cancel(shared.timers[0]));
}

TEST_P(BothModes, AParkTimesOut)
{
    machine.call([&] {
        std::int64_t start = machine->now();
        EXPECT_EQ(machine->park({"nothing"}, start + 20'000), ParkResult::TimedOut);
        EXPECT_GE(machine->now(), start + 20'000);
    });
}

TEST_P(BothModes, TimePasses)
{
    std::int64_t start = machine->now();
    machine->advance(10'000);
    EXPECT_GE(machine->now(), start + 10'000);
    EXPECT_TRUE(machine.call([&] {
        std::int64_t before = machine->read_clock();
        machine->stall(500);
        EXPECT_GE(machine->read_clock(), before + 500);
    }));
}

TEST_P(BothModes, ADpcWaitsForTheIrqlOfItsProcessor)
{
    bool ran = false;
    machine.call([&] {
        auto dpc = [](void *argument) {
            EXPECT_EQ(Scheduler::irql(), kDispatchLevel);
            *static_cast<bool *>(argument) = true;
        };
        std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
        machine.queue_dpc(*current.processor, dpc, &ran);
        EXPECT_FALSE(ran);
        machine->lower_irql(before);
        EXPECT_TRUE(ran);
        ran = false;
        machine.queue_dpc(*current.processor, dpc, &ran);
        EXPECT_TRUE(ran);
    });
}

TEST_P(BothModes, ADpcRunsOnAFreeProcessor)
{
    struct Shared {
        TestMachine &machine;
        TestEvent ran{*machine};
        std::uint32_t processor = ~0u;
    } shared{machine};
    EXPECT_TRUE(machine.call([&] {
        std::uint32_t other = current.processor->number ^ 1;
        auto dpc = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            shared.processor = current.processor->number;
            EXPECT_EQ(current.activity->kind, ActivityKind::Idle);
            shared.ran.set();
        };
        machine.queue_dpc(machine->processors()[other], dpc, &shared);
        EXPECT_TRUE(shared.ran.wait());
        EXPECT_EQ(shared.processor, other);
    }));
}

TEST_P(BothModes, ClientsCallInAndAreJoined)
{
    std::atomic<int> calls = 0;
    std::vector<Activity *> clients;
    for (int number = 0; number < 3; number++)
        clients.push_back(&machine->start_client("client", [&] {
            EXPECT_EQ(machine->client_activity().kind, ActivityKind::Client);
            for (int i = 0; i < 10; i++)
                EXPECT_TRUE(machine.call([&] {
                    calls++;
                    machine->park({"pause"}, machine->now() + 100);
                }));
        }));
    for (Activity *client : clients) machine->join_client(*client);
    EXPECT_EQ(calls, 30);
}

TEST_P(BothModes, AHostWaitEndsWhenItsConditionHolds)
{
    struct Shared {
        TestMachine &machine;
        Activity &waiter;
        std::atomic<bool> done = false;
    } shared{machine, machine->client_activity()};
    auto done = [](void *argument) { return static_cast<Shared *>(argument)->done.load(); };
    EXPECT_FALSE(machine->run_until(done, &shared, machine->now() + 10'000));
    machine.call([&] {
        auto body = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            shared.machine->park({"pause"}, shared.machine->now() + 1000);
            shared.done = true;
            shared.machine->unpark(shared.waiter);
        };
        machine->start_thread("finisher", body, &shared, nullptr);
    });
    EXPECT_TRUE(machine->run_until(done, &shared));
}

// Woken, not by looking again and again.
TEST_P(BothModes, AHostWaitLooksOnlyWhenItIsWoken)
{
    struct Shared {
        TestMachine &machine;
        Activity &waiter;
        std::atomic<bool> done = false;
        int looks = 0;
    } shared{machine, machine->client_activity()};
    machine.call([&] {
        auto body = [](void *argument) {
            auto &shared = *static_cast<Shared *>(argument);
            shared.machine->park({"pause"}, shared.machine->now() + 600'000);
            shared.done = true;
            shared.machine->unpark(shared.waiter);
        };
        machine->start_thread("finisher", body, &shared, nullptr);
    });
    auto done = [](void *argument) {
        auto &shared = *static_cast<Shared *>(argument);
        shared.looks++;
        return shared.done.load();
    };
    EXPECT_TRUE(machine->run_until(done, &shared));
    EXPECT_LE(shared.looks, machine->threaded() ? 3 : 6);
}

TEST_P(BothModes, ASpinLockIsAwaited)
{
    struct Shared {
        TestMachine &machine;
        std::atomic<Activity *> holder = nullptr;
        int counter = 0;
        std::atomic<int> ended = 0;
        void lock()
        {
            Activity *nobody = nullptr;
            for (unsigned attempt = 0; !holder.compare_exchange_strong(nobody, current.activity);
                 attempt++) {
                machine->relax({"spin lock", this, nobody}, attempt);
                nobody = nullptr;
            }
        }
        void unlock() { holder = nullptr; }
    } shared{machine};
    auto body = [](void *argument) {
        auto &shared = *static_cast<Shared *>(argument);
        for (int i = 0; i < 500; i++) {
            std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
            shared.lock();
            shared.counter++;
            shared.machine->point(Point::Call);
            shared.unlock();
            shared.machine->lower_irql(before);
        }
        shared.ended++;
    };
    machine.call([&] {
        for (int i = 0; i < 3; i++) machine->start_thread("adder", body, &shared, nullptr);
    });
    machine->run_until_idle();
    EXPECT_EQ(shared.ended, 3);
    EXPECT_EQ(shared.counter, 1500);
}

// More clients than processors, all the time.
TEST(Threaded, ManyHostThreadsShareTheProcessors)
{
    Options options;
    options.mode = Mode::Threaded;
    TestMachine machine{options};
    std::atomic<int> inside = 0;
    std::atomic<int> calls = 0;
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 5; number++)
            threads.emplace_back([&] {
                for (int i = 0; i < 2000; i++) {
                    EXPECT_TRUE(machine.call([&] {
                        EXPECT_LE(++inside, 2);
                        EXPECT_EQ(current.processor->current, current.activity);
                        calls++;
                        inside--;
                        if (i % 500 == 0) machine->park({"pause"}, machine->now() + 100);
                    }));
                }
            });
    }
    EXPECT_EQ(calls, 10'000);
}

TEST(Threaded, AHostThreadThatEndsLeavesItsActivityToTheNext)
{
    Options options;
    options.mode = Mode::Threaded;
    TestMachine machine{options};
    Activity *first = nullptr;
    Activity *second = nullptr;
    std::jthread([&] { machine.call([&] { first = current.activity; }); }).join();
    std::jthread([&] { machine.call([&] { second = current.activity; }); }).join();
    EXPECT_EQ(first, second);
    EXPECT_NE(first, &machine->client_activity());
}

TEST(Threaded, DpcsAndTimersArriveFromEverywhere)
{
    struct Shared {
        TestMachine &machine;
        std::atomic<int> dpcs = 0;
        std::atomic<int> expired = 0;
        Timer timers[8];
        Activity &waiter;
    };
    Options options;
    options.mode = Mode::Threaded;
    TestMachine machine{options};
    Shared shared{.machine = machine, .timers = {}, .waiter = machine->client_activity()};
    for (Timer &timer : shared.timers) {
        timer.context = &shared;
        timer.expired = [](Timer &timer) {
            auto &shared = *static_cast<Shared *>(timer.context);
            if (++shared.expired < 400) shared.machine->arm(timer, shared.machine->now() + 50);
            else shared.machine->unpark(shared.waiter);
        };
    }
    machine.call([&] {
        for (Timer &timer : shared.timers) machine->arm(timer, machine->now());
    });
    auto dpc = [](void *count) { ++*static_cast<std::atomic<int> *>(count); };
    for (int i = 0; i < 1000; i++)
        machine.call([&] { machine.queue_dpc(machine->processors()[i % 2], dpc, &shared.dpcs); });
    // Delivered together where several came for the same processor.
    machine->run_until_idle();
    EXPECT_GT(shared.dpcs, 0);
    auto done = [](void *argument) { return static_cast<Shared *>(argument)->expired >= 400; };
    EXPECT_TRUE(machine->run_until(done, &shared));
    machine->run_until_idle();
}

TEST(Threaded, ASpinLockTakenAgainIsReported)
{
    Options options;
    options.mode = Mode::Threaded;
    options.watchdog_ms = 50;
    TestMachine machine{options};
    EXPECT_FALSE(machine.call([&] {
        for (unsigned attempt = 0;; attempt++)
            machine->relax({"spin lock", &machine, current.activity}, attempt);
    }));
    EXPECT_NE(std::string(machine.report()).find("spin lock"), std::string::npos);
}

}  // namespace
}  // namespace openkmdf::scheduler
