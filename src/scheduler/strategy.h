#pragma once

#include "scheduler/scheduler.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace openkmdf::scheduler {

inline constexpr std::size_t kMostOptionsNamed = 64;

// What is to be chosen. Option 0 is the ordinary one: whoever runs goes on, the first in the queue
// is taken, what is pending is delivered, nothing fails.
struct Question {
    ChoiceKind kind;
    std::uint32_t options;
    bool interrupts = false;  // option 0 goes on undisturbed, every other one preempts
    Point point = Point::Call;
    // Processor, Thread: whom each option runs, by ordinal; 0: one whom a further question chooses.
    // Only the first kMostOptionsNamed are named.
    std::span<const std::uint32_t> activities = {};
};

// Answers every question of a deterministic run, from nothing but the earlier ones and its seed.
// One that explores (Options::chooser) sees in the questions what it needs: by activities, which a
// strategy with priorities of its own compares; by kind, options and answer, the tree that an
// exhaustive one walks, run after run; by `interrupts`, the preemptions that a bounded one counts.
class Strategy {
public:
    virtual ~Strategy() = default;
    virtual std::uint32_t choose(const Question &question) = 0;
    // Whether choice points ask at all. Otherwise others run only when somebody blocks.
    virtual bool interleaves() const = 0;
};

std::unique_ptr<Strategy> make_strategy(StrategyKind kind, std::uint64_t seed);

}  // namespace openkmdf::scheduler
