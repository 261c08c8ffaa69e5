#include "scheduler/scheduler.h"

#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// The end of a machine, and that of a machine which is still at work.

namespace openkmdf::scheduler {
namespace {

class Death : public testing::TestWithParam<Mode> {
public:
    static Options options()
    {
        Options options;
        options.mode = GetParam();
        return options;
    }

    // Another machine in the same process works.
    static void expect_a_new_machine_works()
    {
        TestMachine machine{options()};
        TestEvent event{*machine};
        EXPECT_TRUE(machine.call([&] {
            machine->start_thread(
                "setter", [](void *event) { static_cast<TestEvent *>(event)->set(); }, &event,
                nullptr);
            EXPECT_TRUE(event.wait());
        }));
        machine->run_until_idle();
    }
};

INSTANTIATE_TEST_SUITE_P(Modes, Death, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

struct CountsDestruction {
    int &count;
    ~CountsDestruction() { count++; }
};

[[gnu::noinline]] int die_at_depth(Scheduler &scheduler, int depth, int &destroyed)
{
    CountsDestruction counter{destroyed};
    volatile char frame[100] = {};
    if (depth == 0) scheduler.die();
    if (depth > 1000) return 0;
    int result = die_at_depth(scheduler, depth - 1, destroyed);
    return result + frame[0];
}

TEST_P(Death, AbandonsTheCallerFromAnyDepth)
{
    int destroyed = 0;
    for (int round = 0; round < 3; round++) {
        TestMachine machine{options()};
        EXPECT_FALSE(machine.call([&] {
            Scheduler::raise_irql(kDispatchLevel);
            die_at_depth(*machine, 30, destroyed);
        }));
        EXPECT_TRUE(machine->dead());
        EXPECT_FALSE(machine.call([] { ADD_FAILURE() << "a dead machine runs code"; }));
        machine->run_until_idle();
        machine->advance(1'000'000'000);
        EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
    }
    EXPECT_EQ(destroyed, 0);
    expect_a_new_machine_works();
}

TEST_P(Death, OnASystemThreadEndsTheBlockingCallOfAClient)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([&] {
        machine->start_thread(
            "dying", [](void *machine) { (*static_cast<TestMachine *>(machine))->die(); }, &machine,
            nullptr);
        machine->park({"nothing"});
        ADD_FAILURE() << "nobody unparks";
    }));
    EXPECT_TRUE(machine->dead());
    expect_a_new_machine_works();
}

TEST_P(Death, InADpcEndsTheHostWaitOfAClient)
{
    TestMachine machine{options()};
    Timer timer;
    timer.context = &machine;
    timer.expired = [](Timer &expired) { (*static_cast<TestMachine *>(expired.context))->die(); };
    EXPECT_TRUE(machine.call([&] { machine->arm(timer, machine->now() + 10'000); }));
    EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
    EXPECT_TRUE(machine->dead());
}

TEST_P(Death, ParkedAndReadyThreadsVanish)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([&] {
        for (int i = 0; i < 4; i++)
            machine->start_thread(
                "parked",
                [](void *argument) {
                    auto &machine = *static_cast<TestMachine *>(argument);
                    machine->park({"nothing"});
                    ADD_FAILURE() << "nobody unparks";
                },
                &machine, nullptr);
        machine->park({"pause"}, machine->now() + 1000);
        for (int i = 0; i < 4; i++)
            machine->start_thread(
                "ready",
                [](void *argument) { (*static_cast<TestMachine *>(argument))->park({"it"}); },
                &machine, nullptr);
        machine->die();
    }));
    EXPECT_TRUE(machine->dead());
}

TEST_P(Death, EveryClientIsToldAndRunsToItsEnd)
{
    TestMachine machine{options()};
    std::atomic<int> ended = 0;
    std::vector<Activity *> clients;
    for (int number = 0; number < 3; number++)
        clients.push_back(&machine->start_client("blocked", [&, number] {
            std::string local(100, 'x');
            bool alive = machine.call([&] { machine->park({"nothing"}); });
            EXPECT_FALSE(alive) << number;
            EXPECT_FALSE(machine.call([] {}));
            EXPECT_EQ(local.size(), 100u);
            ended++;
        }));
    clients.push_back(&machine->start_client("waiting", [&] {
        EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
        ended++;
    }));
    clients.push_back(&machine->start_client("dying", [&] {
        EXPECT_FALSE(machine.call([&] {
            machine->park({"pause"}, machine->now() + 20'000);
            machine->die();
        }));
        ended++;
    }));
    EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
    for (Activity *client : clients) machine->join_client(*client);
    EXPECT_EQ(ended, 5);
}

TEST_P(Death, ExceptionsOfAClientSurvive)
{
    TestMachine machine{options()};
    try {
        throw std::string("mine");
    } catch (const std::string &text) {
        EXPECT_FALSE(machine.call([&] {
            machine->start_thread(
                "dying", [](void *machine) { (*static_cast<TestMachine *>(machine))->die(); },
                &machine, nullptr);
            machine->park({"nothing"});
        }));
        EXPECT_EQ(text, "mine");
        EXPECT_NE(std::current_exception(), nullptr);
    }
    EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_P(Death, AMachineAtWorkIsDestroyedQuietly)
{
    std::atomic<int> ended = 0;
    {
        TestMachine machine{options()};
        auto body = [](void *argument) {
            auto &machine = *static_cast<TestMachine *>(argument);
            for (;;) {
                machine->park({"pause"}, machine->now() + 1000);
                machine->point(Point::Call);
            }
        };
        machine.call([&] {
            for (int i = 0; i < 3; i++) machine->start_thread("busy", body, &machine, nullptr);
        });
        machine->start_client("client", [&] {
            machine.call([&] { machine->park({"nothing"}); });
            ended++;
        });
        machine->start_client("never run", [&] {
            machine.call([] {});
            ended++;
        });
        machine->advance(5000);
    }
    EXPECT_EQ(ended, 2);
}

TEST_P(Death, SeveralMachinesLiveSideBySide)
{
    TestMachine first{options()};
    TestMachine second{options()};
    int calls = 0;
    EXPECT_TRUE(first.call([&] { calls++; }));
    EXPECT_FALSE(second.call([&] {
        calls++;
        second->die();
    }));
    EXPECT_TRUE(first.call([&] { calls++; }));
    Activity &client = first->start_client("of the first", [&] {
        TestMachine third{options()};
        EXPECT_TRUE(third.call([&] {
            calls++;
            third->park({"pause"}, third->now() + 1000);
        }));
        EXPECT_TRUE(first.call([&] { calls++; }));
    });
    first->join_client(client);
    EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace openkmdf::scheduler
