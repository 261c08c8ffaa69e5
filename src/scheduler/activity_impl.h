#pragma once

#include "scheduler/scheduler.h"
#include "scheduler/stack_switch.h"

#include <pthread.h>

#include <functional>
#include <string_view>

namespace openkmdf::scheduler {

// On the stack that a kernel entry came from.
struct KernelEntry {
    void *frame = nullptr;
    Current outer;
};

// A host side wait of a deterministic machine: ends when `done` holds, else when nothing can run
// before `until`.
struct HostWait {
    bool (*done)(void *) = nullptr;
    void *argument = nullptr;
    std::int64_t until = kForever;
    std::int64_t patience = kForever;  // of virtual time: when waiting for ever is given up
    bool satisfied = false;
};

// What this layer keeps of an activity. Two clients on two processors write no line in common.
struct alignas(128) ActivityImpl : Activity {
    StackContext kernel;
    StackContext user;  // where a client calls from
    ActivityImpl *next_of_all = nullptr;
    ActivityImpl *previous_of_all = nullptr;
    ActivityImpl *next_ready = nullptr;
    void (*body)(void *) = nullptr;
    void *argument = nullptr;
    std::function<void()> *client_body = nullptr;  // in host memory
    void *user_stack = nullptr;                    // deterministic mode: a client's, in host memory
    HostWait *host_wait = nullptr;
    ActivityImpl *resumer = nullptr;  // dead machine: who let this client run to its end
    Timer wait_timer;
    // Threaded mode.
    pthread_t thread = {};         // of a system thread, of a client started by us
    Processor *granted = nullptr;  // atomic; handed over while this waits for one
    std::uint32_t grant = 0;       // its futex
    std::uint32_t ended = 0;       // a futex: the host thread has left the machine
    std::int64_t relaxing_since = 0;
    Current saved_current;
    ParkResult result = ParkResult::Unparked;
    std::uint64_t burst_start = 0;  // progress when it last came in or was resumed
    std::uint8_t saved_irql = kPassiveLevel;
    // Threaded mode: parked without a deadline, or about to be. Set under the list lock.
    std::uint8_t waits_for_ever = 0;
    // 0, kToken, or in threaded mode kAsleep: a futex.
    std::uint32_t token = 0;

    static constexpr std::uint32_t kToken = 1;
    static constexpr std::uint32_t kAsleep = 2;

    StackContext &active_stack() { return in_kernel ? kernel : user; }
};

inline ActivityImpl &implementation(Activity &activity)
{
    return static_cast<ActivityImpl &>(activity);
}

// Every activity of a machine, in order of creation.
class ActivityList {
public:
    explicit ActivityList(Arena &arena) : arena_(arena) {}

    // With a kernel stack, whose main function (of a fiber) is `main`. nullptr: out of memory.
    ActivityImpl *make(Scheduler &scheduler, ActivityKind kind, std::string_view name,
                       void (*main)(void *) = nullptr);
    void free(ActivityImpl &activity);
    ActivityImpl *first() const { return first_; }
    // Frees what the sanitizers keep for each; the memory goes with the arena.
    void release_all();
    // The most of a kernel stack that any activity ever used, also of those that are freed.
    std::size_t stack_high_water() const;
    bool contains(const Activity *activity) const;

private:
    Arena &arena_;
    ActivityImpl *first_ = nullptr;
    ActivityImpl *last_ = nullptr;
    std::uint32_t next_ordinal_ = 1;
    std::size_t deepest_freed_ = 0;
};

}  // namespace openkmdf::scheduler
