#pragma once

#include "scheduler/scheduler.h"

#include <cstdint>

namespace openkmdf::scheduler {

// Armed timers, the earliest first; equal times in the order they were armed.
class TimerHeap {
public:
    explicit TimerHeap(Arena &arena) : arena_(arena) {}

    void arm(Timer &timer, std::int64_t due);  // again, if it was armed
    bool cancel(Timer &timer);
    // When the earliest is due, kForever if none is armed.
    std::int64_t next_due() const { return count_ == 0 ? kForever : slots_[1]->due; }
    // Disarms and returns the earliest if it is due by `time`, else nullptr.
    Timer *pop(std::int64_t time);
    bool empty() const { return count_ == 0; }

private:
    static bool before(const Timer &left, const Timer &right);
    void place(std::uint32_t index, Timer &timer);
    void sift_up(std::uint32_t index, Timer &timer);
    void sift_down(std::uint32_t index, Timer &timer);
    void remove(std::uint32_t index);
    void grow();

    Arena &arena_;
    Timer **slots_ = nullptr;  // the root is slots_[1]
    std::uint32_t count_ = 0;
    std::uint32_t capacity_ = 0;
    std::uint64_t next_sequence_ = 1;
};

}  // namespace openkmdf::scheduler
