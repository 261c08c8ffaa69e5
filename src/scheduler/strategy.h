#pragma once

#include "scheduler/scheduler.h"

#include <cstdint>
#include <memory>

namespace openkmdf::scheduler {

// What is to be chosen. Option 0 is the ordinary one: whoever runs goes on, the first in the queue
// is taken, nothing fails.
struct Question {
    ChoiceKind kind;
    std::uint32_t options;
    bool interrupts = false;  // option 0 goes on undisturbed, every other one preempts
    Point point = Point::Call;
};

// Answers every question of a deterministic run, from nothing but the earlier ones and its seed.
class Strategy {
public:
    virtual ~Strategy() = default;
    virtual std::uint32_t choose(const Question &question) = 0;
    // Whether choice points ask at all. Otherwise others run only when somebody blocks.
    virtual bool interleaves() const = 0;
};

std::unique_ptr<Strategy> make_strategy(StrategyKind kind, std::uint64_t seed);

}  // namespace openkmdf::scheduler
