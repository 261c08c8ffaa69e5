#include "scheduler/strategy.h"

#include "scheduler/scheduler.h"
#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

// Strategies that explore, as small as they can be: what they need stands in the questions.

namespace openkmdf::scheduler {
namespace {

// Two threads that pass `steps` points each on one processor; who did what, in order.
std::string run(Strategy &strategy, int steps)
{
    Options options;
    options.processors = 1;
    options.chooser = &strategy;
    TestMachine machine(options);
    struct Thread {
        TestMachine &machine;
        std::string &order;
        int steps;
    };
    std::string order;
    order.reserve(64);
    Thread shared{machine, order, steps};
    machine.call([&] {
        auto body = [](void *argument) {
            auto &shared = *static_cast<Thread *>(argument);
            for (int i = 0; i < shared.steps; i++) {
                shared.order += current.activity->name[0];
                shared.machine->point(Point::Call);
            }
        };
        std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
        machine->start_thread("a", body, &shared, nullptr);
        machine->start_thread("b", body, &shared, nullptr);
        machine->lower_irql(before);
    });
    machine->run_until_idle();
    return order;
}

// Walks the tree of all choices depth first, a leaf a run, with a bound of preemptions.
class Exhaustive final : public Strategy {
public:
    explicit Exhaustive(unsigned preemptions) : most_(preemptions) {}

    std::uint32_t choose(const Question &question) override
    {
        std::uint32_t options = question.options;
        if (question.interrupts && preemptions_ == most_) options = 1;
        if (depth_ == path_.size()) path_.push_back({0, options});
        std::uint32_t chosen = path_[depth_++].chosen;
        if (question.interrupts && chosen != 0) preemptions_++;
        return chosen;
    }
    bool interleaves() const override { return true; }

    // False: every run within the bound has been.
    bool next_run()
    {
        depth_ = 0;
        preemptions_ = 0;
        while (!path_.empty() && path_.back().chosen + 1 == path_.back().options) path_.pop_back();
        if (path_.empty()) return false;
        path_.back().chosen++;
        return true;
    }

private:
    struct Node {
        std::uint32_t chosen;
        std::uint32_t options;
    };
    std::vector<Node> path_;
    std::size_t depth_ = 0;
    unsigned preemptions_ = 0;
    unsigned most_;
};

std::set<std::string> explore(unsigned preemptions, int steps)
{
    Exhaustive strategy(preemptions);
    std::set<std::string> orders;
    do orders.insert(run(strategy, steps));
    while (strategy.next_run());
    return orders;
}

TEST(Exhaustive, FindsEveryOrder)
{
    EXPECT_EQ(explore(100, 3).size(), 20u);  // 6 over 3
}

TEST(Exhaustive, IsBoundedByPreemptions)
{
    EXPECT_EQ(explore(0, 3), (std::set<std::string>{"aaabbb", "bbbaaa"}));
    EXPECT_EQ(explore(1, 3),
              (std::set<std::string>{"aaabbb", "abbbaa", "aabbba", "bbbaaa", "baaabb", "bbaaab"}));
}

// Probabilistic concurrency testing (Burckhardt et al., "A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs"): the activity of the highest priority runs, and at points drawn
// beforehand the one that runs falls below all others.
class Pct final : public Strategy {
public:
    Pct(std::map<std::uint32_t, int> priorities, std::set<unsigned> change_points)
        : priorities_(std::move(priorities)), change_points_(std::move(change_points))
    {
    }

    std::uint32_t choose(const Question &question) override
    {
        EXPECT_EQ(question.kind, ChoiceKind::Thread);
        EXPECT_EQ(question.activities.size(), question.options);
        if (question.interrupts && change_points_.contains(++step_))
            priorities_[question.activities[0]] = --lowest_;
        auto lower = [&](std::uint32_t left, std::uint32_t right) {
            return priorities_[left] < priorities_[right];
        };
        auto highest = std::ranges::max_element(question.activities, lower);
        return static_cast<std::uint32_t>(highest - question.activities.begin());
    }
    bool interleaves() const override { return true; }

private:
    std::map<std::uint32_t, int> priorities_;  // by ordinal
    std::set<unsigned> change_points_;
    unsigned step_ = 0;
    int lowest_ = 0;
};

TEST(Pct, RunsTheHighestPriorityUntilItsChangePoint)
{
    constexpr std::uint32_t kA = 3, kB = 4;  // after the client and the idle thread
    Pct a_first({{kA, 2}, {kB, 1}}, {});
    EXPECT_EQ(run(a_first, 4), "aaaabbbb");
    Pct b_first({{kA, 1}, {kB, 2}}, {});
    EXPECT_EQ(run(b_first, 4), "bbbbaaaa");
    // The first point is the client's.
    Pct one_change({{kA, 2}, {kB, 1}}, {3});
    EXPECT_EQ(run(one_change, 4), "aabbbbaa");
    Pct two_changes({{kA, 2}, {kB, 1}}, {2, 4});
    EXPECT_EQ(run(two_changes, 4), "abbaaabb");
}

}  // namespace
}  // namespace openkmdf::scheduler
