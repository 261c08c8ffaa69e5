#include "scheduler/timer_heap.h"

#include "base/assert.h"

#include <cstring>

namespace openkmdf::scheduler {

bool TimerHeap::before(const Timer &left, const Timer &right)
{
    return left.due != right.due ? left.due < right.due : left.sequence < right.sequence;
}

void TimerHeap::place(std::uint32_t index, Timer &timer)
{
    slots_[index] = &timer;
    timer.heap_index = index;
}

void TimerHeap::sift_up(std::uint32_t index, Timer &timer)
{
    for (; index > 1 && before(timer, *slots_[index / 2]); index /= 2)
        place(index, *slots_[index / 2]);
    place(index, timer);
}

void TimerHeap::sift_down(std::uint32_t index, Timer &timer)
{
    while (2 * index <= count_) {
        std::uint32_t child = 2 * index;
        if (child < count_ && before(*slots_[child + 1], *slots_[child])) child++;
        if (!before(*slots_[child], timer)) break;
        place(index, *slots_[child]);
        index = child;
    }
    place(index, timer);
}

void TimerHeap::remove(std::uint32_t index)
{
    slots_[index]->heap_index = 0;
    Timer &last = *slots_[count_--];
    if (index > count_) return;
    if (index > 1 && before(last, *slots_[index / 2])) sift_up(index, last);
    else sift_down(index, last);
}

void TimerHeap::grow()
{
    std::uint32_t capacity = capacity_ == 0 ? 32 : capacity_ * 2;
    auto **slots = static_cast<Timer **>(arena_.allocate(capacity * sizeof(Timer *)));
    OPENKMDF_ASSERT(slots, "the machine's state region is full");
    if (slots_) {
        std::memcpy(slots, slots_, (count_ + 1) * sizeof(Timer *));
        arena_.deallocate(slots_, capacity_ * sizeof(Timer *));
    }
    slots_ = slots;
    capacity_ = capacity;
}

void TimerHeap::arm(Timer &timer, std::int64_t due)
{
    cancel(timer);
    if (count_ + 2 > capacity_) grow();
    timer.due = due;
    timer.sequence = next_sequence_++;
    sift_up(++count_, timer);
}

bool TimerHeap::cancel(Timer &timer)
{
    if (timer.heap_index == 0) return false;
    OPENKMDF_ASSERT(timer.heap_index <= count_ && slots_[timer.heap_index] == &timer,
                    "a timer of another machine, or one overwritten while armed");
    remove(timer.heap_index);
    return true;
}

Timer *TimerHeap::pop(std::int64_t time)
{
    if (count_ == 0 || slots_[1]->due > time) return nullptr;
    Timer *timer = slots_[1];
    remove(1);
    return timer;
}

}  // namespace openkmdf::scheduler
