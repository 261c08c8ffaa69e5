#include "scheduler/scheduler.h"
#include "scheduler/strategy.h"

#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

// When DPCs and timers that the IRQL allows are delivered: a choice, where Windows promises
// nothing.

namespace openkmdf::scheduler {
namespace {

// A strategy that does whatever happens least: nobody is preempted, everything is put off.
class PutsOff final : public Strategy {
public:
    std::uint32_t choose(const Question &question) override
    {
        return question.kind == ChoiceKind::Deliver ? 1 : 0;
    }
    bool interleaves() const override { return true; }
};

struct Record {
    std::string order;
    std::vector<Choice> choices;
    std::string mismatch;
};

std::size_t asked(const Record &run)
{
    auto deliver = [](const Choice &choice) { return choice.kind == ChoiceKind::Deliver; };
    return static_cast<std::size_t>(std::ranges::count_if(run.choices, deliver));
}

enum class What { SoonHere, AtOnceHere, AtOnceWhenLowered, DueTimer };

// 'q': something is to be delivered, 'D': it is, '.': a point passed, 'e': the call ends.
Record run(Options options, What what, int points = 60)
{
    TestMachine machine(options);
    Record result;
    result.order.reserve(200);
    auto note = [](void *order) { *static_cast<std::string *>(order) += 'D'; };
    Timer timer;
    timer.context = &result.order;
    timer.expired = [](Timer &timer) { *static_cast<std::string *>(timer.context) += 'D'; };
    machine.call([&] {
        Processor &here = *current.processor;
        result.order += 'q';
        if (what == What::DueTimer) machine->arm(timer, machine->now());
        else if (what == What::SoonHere)
            machine.queue_dpc(here, note, &result.order, Delivery::Soon);
        else if (what == What::AtOnceHere) machine.queue_dpc(here, note, &result.order);
        else {
            std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
            machine.queue_dpc(here, note, &result.order, Delivery::Soon);
            machine.queue_dpc(here, note, &result.order, Delivery::AtOnce);
            machine->lower_irql(before);
        }
        for (int i = 0; i < points; i++) {
            machine->point(Point::Call);
            result.order += '.';
        }
        result.order += 'e';
    });
    result.choices = machine->choices();
    result.mismatch = machine->replay_mismatch();
    return result;
}

Options seeded(std::uint64_t seed)
{
    return {.strategy = StrategyKind::Random, .seed = seed};
}

TEST(Delivery, IsAtOnceUnderRunToBlock)
{
    for (What what : {What::SoonHere, What::AtOnceHere, What::AtOnceWhenLowered}) {
        Record once = run({}, what, 2);
        EXPECT_EQ(once.order, "qD..e");
        EXPECT_EQ(asked(once), 0u);
    }
}

TEST(Delivery, WhatMustRunAtOnceIsNeverPutOff)
{
    for (std::uint64_t seed = 0; seed < 20; seed++) {
        EXPECT_EQ(run(seeded(seed), What::AtOnceHere, 2).order, "qD..e");
        EXPECT_EQ(run(seeded(seed), What::AtOnceWhenLowered, 2).order, "qD..e");
    }
}

TEST(Delivery, OfWhatMayWaitIsAChoice)
{
    for (What what : {What::SoonHere, What::DueTimer}) {
        std::set<std::size_t> places;
        for (std::uint64_t seed = 0; seed < 40; seed++) {
            Record once = run(seeded(seed), what);
            ASSERT_EQ(std::ranges::count(once.order, 'D'), 1) << once.order;
            places.insert(once.order.find('D'));
            EXPECT_GT(asked(once), 0u);
            EXPECT_EQ(once.order, run(seeded(seed), what).order) << "seed " << seed;
        }
        EXPECT_GT(places.size(), 5u);
    }
}

TEST(Delivery, IsRecordedAndReplayed)
{
    Record recorded = run(seeded(3), What::SoonHere);
    Options options = seeded(99);
    options.replay = recorded.choices;
    Record again = run(options, What::SoonHere);
    EXPECT_EQ(again.order, recorded.order);
    EXPECT_EQ(again.mismatch, "");

    auto at = std::ranges::find(*options.replay, ChoiceKind::Deliver, &Choice::kind);
    ASSERT_NE(at, options.replay->end());
    *at = {ChoiceKind::Processor, 7, 1};
    EXPECT_NE(
        run(options, What::SoonHere)
            .mismatch.find("the recording has Processor 1 of 7, the program asks for Deliver of 2"),
        std::string::npos);
}

TEST(Delivery, ComesInTheEndWhateverTheStrategy)
{
    for (What what : {What::SoonHere, What::DueTimer}) {
        PutsOff strategy;
        Options options;
        options.chooser = &strategy;
        Record once = run(options, what);
        EXPECT_GT(once.order.find('D'), 5u) << once.order;
        EXPECT_LT(once.order.find('D'), 40u) << once.order;
        // Who leaves the kernel, and who waits, puts nothing off.
        EXPECT_EQ(run(options, What::SoonHere, 3).order, "q...eD");
    }
}

TEST(Delivery, AWaitingThreadLetsItHappen)
{
    PutsOff strategy;
    Options options;
    options.chooser = &strategy;
    TestMachine machine(options);
    TestEvent event(*machine);
    EXPECT_TRUE(machine.call([&] {
        machine.queue_dpc(
            *current.processor, [](void *event) { static_cast<TestEvent *>(event)->set(); }, &event,
            Delivery::Soon);
        EXPECT_FALSE(event.is_set());
        EXPECT_TRUE(event.wait());
    }));
}

}  // namespace
}  // namespace openkmdf::scheduler
