#pragma once

#include "scheduler/activity_impl.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace openkmdf::scheduler {

// Threads that wait for a processor: by priority, then in the order in which they became ready.
class ReadyQueue {
public:
    static constexpr int kPriorities = 32;

    bool empty() const { return levels_ == 0; }
    // Of the first in the queue, -1 if there is none.
    int top_priority() const { return empty() ? -1 : std::bit_width(levels_) - 1; }
    unsigned count_at(int priority) const { return queues_[priority].count; }

    void push(ActivityImpl &activity)
    {
        int priority = std::clamp<int>(activity.priority, 0, kPriorities - 1);
        Queue &queue = queues_[priority];
        activity.next_ready = nullptr;
        *(queue.head ? &queue.tail->next_ready : &queue.head) = &activity;
        queue.tail = &activity;
        queue.count++;
        levels_ |= 1u << priority;
    }

    // Those of a priority, first come first.
    template <class Visitor>
    void visit(int priority, Visitor visitor) const
    {
        for (const ActivityImpl *each = queues_[priority].head; each; each = each->next_ready)
            visitor(*each);
    }
    // Takes the `index`-th of those with the top priority.
    ActivityImpl &take(unsigned index) { return take(top_priority(), index); }
    ActivityImpl &take_lowest() { return take(std::countr_zero(levels_), 0); }

private:
    ActivityImpl &take(int priority, unsigned index)
    {
        Queue &queue = queues_[priority];
        ActivityImpl *previous = nullptr;
        ActivityImpl *taken = queue.head;
        for (; index > 0; index--) {
            previous = taken;
            taken = taken->next_ready;
        }
        (previous ? previous->next_ready : queue.head) = taken->next_ready;
        if (queue.tail == taken) queue.tail = previous;
        if (--queue.count == 0) levels_ &= ~(1u << priority);
        taken->next_ready = nullptr;
        return *taken;
    }

    struct Queue {
        ActivityImpl *head = nullptr;
        ActivityImpl *tail = nullptr;
        unsigned count = 0;
    };
    Queue queues_[kPriorities];
    std::uint32_t levels_ = 0;
};

}  // namespace openkmdf::scheduler
