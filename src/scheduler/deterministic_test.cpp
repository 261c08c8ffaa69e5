#include "scheduler/scheduler.h"

#include "scheduler/test_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

// Choices, virtual time, fairness and deadlocks.

namespace openkmdf::scheduler {
namespace {

using testing::HasSubstr;

constexpr Options kRandom{.strategy = StrategyKind::Random};

// Three threads which write down the order in which they pass their points.
struct Race {
    std::string order;
    std::vector<Choice> choices;
    std::string mismatch;
};

struct Racer {
    TestMachine &machine;
    std::string &order;
    char letter;
    int steps;
};

Race race(Options options, int steps = 20)
{
    TestMachine machine(options);
    Race run;
    run.order.reserve(1000);
    std::vector<Racer> racers;
    for (char letter : {'a', 'b', 'c'}) racers.push_back({machine, run.order, letter, steps});
    machine.call([&] {
        for (Racer &racer : racers) {
            auto body = [](void *argument) {
                auto &racer = *static_cast<Racer *>(argument);
                for (int i = 0; i < racer.steps; i++) {
                    racer.order += racer.letter;
                    racer.machine->point(Point::Call);
                }
            };
            machine->start_thread("racer", body, &racer, nullptr);
        }
    });
    machine->run_until_idle();
    run.choices = machine->choices();
    run.mismatch = machine->replay_mismatch();
    return run;
}

TEST(Choices, RunToBlockRunsOneAfterTheOther)
{
    Race run = race({});
    EXPECT_EQ(run.order, std::string(20, 'a') + std::string(20, 'b') + std::string(20, 'c'));
}

TEST(Choices, TheSameSeedGivesTheSameRun)
{
    for (std::uint64_t seed = 0; seed < 5; seed++) {
        Options options = kRandom;
        options.seed = seed;
        Race first = race(options);
        Race second = race(options);
        EXPECT_EQ(first.order, second.order);
        EXPECT_EQ(first.choices, second.choices);
        EXPECT_EQ(first.order.size(), 60u);
    }
}

TEST(Choices, OfAKnownSeedAreTheSameInEveryBuild)
{
    Options options = kRandom;
    options.seed = 42;
    Race run = race(options, 6);
    EXPECT_EQ(run.order, "aaaaaabbcbbbbccccc");
}

TEST(Choices, DifferentSeedsDiffer)
{
    std::vector<std::string> orders;
    for (std::uint64_t seed = 0; seed < 4; seed++) {
        Options options = kRandom;
        options.seed = seed;
        orders.push_back(race(options).order);
        for (std::size_t other = 0; other < seed; other++) EXPECT_NE(orders[other], orders.back());
    }
}

TEST(Replay, RepeatsARun)
{
    Options options = kRandom;
    options.seed = 7;
    Race recorded = race(options);
    options.seed = 1234;
    options.replay = recorded.choices;
    Race replayed = race(options);
    EXPECT_EQ(replayed.order, recorded.order);
    EXPECT_EQ(replayed.mismatch, "");
}

TEST(Replay, NamesTheFirstDifferenceOfAChangedProgram)
{
    Options options = kRandom;
    options.seed = 7;
    options.replay = race(options).choices;
    EXPECT_THAT(race(options, 19).mismatch, HasSubstr("the program asks for"));
    options.replay->resize(20);
    EXPECT_THAT(race(options).mismatch, HasSubstr("choice 21: the recording ends"));
    (*options.replay)[3].options += 5;
    EXPECT_THAT(race(options).mismatch, HasSubstr("choice 4: the recording has"));
    options.replay->clear();
    EXPECT_THAT(race(options).mismatch, HasSubstr("choice 1: the recording ends"));
}

TEST(Time, IsVirtual)
{
    TestMachine machine;
    EXPECT_EQ(machine->now(), 0);
    machine.call([&] {
        EXPECT_EQ(machine->read_clock(), 1);
        EXPECT_EQ(machine->read_clock(), 2);
        machine->stall(50);
        EXPECT_EQ(machine->now(), 52);
        EXPECT_EQ(machine->park({"sleep"}, 1'000'000'000), ParkResult::TimedOut);
        EXPECT_EQ(machine->now(), 1'000'000'000);
    });
    machine->advance(5);
    EXPECT_EQ(machine->now(), 1'000'000'005);
    EXPECT_EQ(machine->system_time(), machine->options().start_time + 1'000'000'005);
}

struct Ticker {
    Scheduler &scheduler;
    std::int64_t period;
    int ticks = 0;
    Timer timer;

    explicit Ticker(Scheduler &owner, std::int64_t every = 10'000) : scheduler(owner), period(every)
    {
        timer.context = this;
        timer.expired = [](Timer &expired) {
            auto &self = *static_cast<Ticker *>(expired.context);
            self.ticks++;
            self.scheduler.arm(expired, expired.due + self.period);
        };
    }
};

TEST(Time, AdvanceRunsWhatBecomesDue)
{
    TestMachine machine;
    Ticker ticker(*machine);
    machine.call([&] { machine->arm(ticker.timer, 10'000); });
    machine->run_until_idle();
    EXPECT_EQ(ticker.ticks, 0);
    machine->advance(35'000);
    EXPECT_EQ(ticker.ticks, 3);
    EXPECT_EQ(machine->now(), 35'000);
    machine->advance(5'000);
    EXPECT_EQ(ticker.ticks, 4);
}

TEST(Time, AnEndlessWaitIsGivenUpThoughATimerTicks)
{
    TestMachine machine;
    Ticker ticker(*machine, 10'000'000);
    machine.call([&] { machine->arm(ticker.timer, 0); });
    EXPECT_FALSE(machine->run_until([](void *) { return false; }, nullptr));
    EXPECT_FALSE(machine->dead());
}

TEST(Time, ANonBlockingCallRunsNobodyElse)
{
    TestMachine machine;
    bool ran = false;
    machine.call([&] {
        machine->start_thread(
            "later", [](void *flag) { *static_cast<bool *>(flag) = true; }, &ran, nullptr);
    });
    for (int i = 0; i < 1000; i++) machine.call([&] { machine->point(Point::Call); });
    EXPECT_FALSE(ran);
    EXPECT_EQ(machine->now(), 0);
    machine->run_until_idle();
    EXPECT_TRUE(ran);
}

TEST(Priorities, TheHighestRunsFirst)
{
    TestMachine machine;
    struct Shared {
        std::string order;
    } shared;
    shared.order.reserve(10);
    machine.call([&] {
        auto body = [](void *argument) {
            static_cast<Shared *>(argument)->order += current.activity->name[0];
        };
        std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
        for (const char *name : {"low", "high", "middle"}) {
            Activity *thread = machine->start_thread(name, body, &shared, nullptr);
            thread->priority = name[0] == 'l' ? 4 : name[0] == 'm' ? 8 : 12;
        }
        machine->lower_irql(before);
    });
    machine->run_until_idle();
    EXPECT_EQ(shared.order.size(), 3u);
}

// --- Loops that wait for somebody else ---------------------------------------------------------

class Loops : public testing::TestWithParam<StrategyKind> {
public:
    static Options options()
    {
        Options options;
        options.strategy = GetParam();
        options.livelock_points = 3'000'000;
        return options;
    }
    TestMachine machine{options()};
    std::atomic<bool> flag = false;

    // A thread that sets the flag when it gets to run.
    void start_setter()
    {
        machine->start_thread(
            "setter", [](void *flag) { *static_cast<std::atomic<bool> *>(flag) = true; }, &flag,
            nullptr);
    }
    // A timer that sets it after a virtual second.
    void arm_setter()
    {
        timer.context = this;
        timer.expired = [](Timer &expired) { static_cast<Loops *>(expired.context)->flag = true; };
        machine->arm(timer, 10'000'000);
    }
    Timer timer;
};

INSTANTIATE_TEST_SUITE_P(Strategies, Loops,
                         testing::Values(StrategyKind::RunToBlock, StrategyKind::Random),
                         [](const auto &info) {
                             return info.param == StrategyKind::Random ? "Random" : "RunToBlock";
                         });

TEST_P(Loops, AYieldLoopLetsOthersRun)
{
    EXPECT_TRUE(machine.call([&] {
        start_setter();
        while (!flag) machine->point(Point::Yield);
    }));
    EXPECT_LT(machine->now(), 1'000'000);
}

TEST_P(Loops, AnInterlockedSpinLetsOthersRun)
{
    EXPECT_TRUE(machine.call([&] {
        start_setter();
        while (!flag) machine->point(Point::Interlocked);
    }));
}

TEST_P(Loops, ASpinAtDispatchLevelLetsOtherProcessorsRun)
{
    EXPECT_TRUE(machine.call([&] {
        start_setter();
        std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
        while (!flag) machine->point(Point::Interlocked);
        machine->lower_irql(before);
    }));
}

TEST_P(Loops, APollOfTheClockSeesTimePass)
{
    EXPECT_TRUE(machine.call([&] {
        while (machine->read_clock() < 50'000'000)
            ;
    }));
    EXPECT_GE(machine->now(), 50'000'000);
}

TEST_P(Loops, AStallLoopSeesTimersExpire)
{
    EXPECT_TRUE(machine.call([&] {
        arm_setter();
        while (!flag) machine->stall(100);
    }));
    EXPECT_GE(machine->now(), 10'000'000);
    EXPECT_LT(machine->now(), 10'100'000);
}

TEST_P(Loops, ASpinSeesTimersExpire)
{
    EXPECT_TRUE(machine.call([&] {
        arm_setter();
        while (!flag) machine->point(Point::Interlocked);
    }));
    EXPECT_GE(machine->now(), 10'000'000);
}

TEST_P(Loops, TwoSpinnersDoNotStarveAThird)
{
    auto spin = [](void *argument) {
        auto &test = *static_cast<Loops *>(argument);
        while (!test.flag) test.machine->point(Point::Interlocked);
    };
    EXPECT_TRUE(machine.call([&] {
        for (int i = 0; i < 3; i++)
            machine->start_thread("spinner", spin, static_cast<Loops *>(this), nullptr);
        machine
            ->start_thread(
                "setter", [](void *flag) { *static_cast<std::atomic<bool> *>(flag) = true; }, &flag,
                nullptr)
            ->priority = 1;
        while (!flag) machine->point(Point::Interlocked);
    }));
    machine->run_until_idle();
}

TEST_P(Loops, ALoopThatNothingCanEndIsReported)
{
    EXPECT_FALSE(machine.call([&] {
        while (!flag) machine->point(Point::Yield);
    }));
    EXPECT_THAT(machine.report(), HasSubstr("loops without progress"));
    EXPECT_TRUE(machine->dead());
}

TEST_P(Loops, ALoopIsReportedThoughATimerTicks)
{
    Ticker ticker(*machine);
    EXPECT_FALSE(machine.call([&] {
        machine->arm(ticker.timer, 0);
        while (!flag) machine->point(Point::Yield);
    }));
    EXPECT_THAT(machine.report(), HasSubstr("loops without progress"));
}

TEST(DeterministicDeathTest, RefusesOtherHostThreads)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    TestMachine machine;
    EXPECT_DEATH(std::thread([&] { machine->client_activity(); }).join(),
                 "called by the thread that made it");
}

}  // namespace
}  // namespace openkmdf::scheduler
