#pragma once

#include "scheduler/activity_impl.h"
#include "scheduler/host_thread.h"
#include "scheduler/internal_lock.h"
#include "scheduler/strategy.h"
#include "scheduler/timer_heap.h"

#include <pthread.h>

#include <memory>
#include <string>

namespace openkmdf::scheduler {

std::unique_ptr<Scheduler> make_threaded(Arena &arena, const Options &options);

// Every activity is a host thread, which owns a processor while it runs in the kernel. One more
// thread, the clock, runs timers, and what is pending on processors that nobody owns, as their idle
// activity.
//
// Lock order: none of the locks below is held while another is taken, except the arena's, and those
// of the executive that WaitReason::holder_of takes, under list_lock_.
class Threaded final : public Scheduler {
public:
    Threaded(Arena &arena, const Options &options);
    ~Threaded() override;

    Activity &client_activity() override;
    Activity &start_client(std::string_view name, std::function<void()> body) override;
    void join_client(Activity &client) override;
    void advance(std::int64_t duration) override;
    void run_until_idle() override;
    bool run_until(bool (*done)(void *), void *argument, std::int64_t deadline) override;

    Activity *start_thread(const char *name, void (*body)(void *), void *argument, void *executive,
                           void (*prepare)(Activity &activity)) override;
    [[noreturn]] void exit_thread() override;
    ParkResult park(const WaitReason &reason, std::int64_t deadline) override;
    void unpark(Activity &activity) override;
    std::uint32_t choose(ChoiceKind kind, std::uint32_t options) override;
    void relax(const WaitReason &reason, unsigned attempt) override;
    void request_delivery(Processor &target, Delivery when) override;
    std::int64_t now() override;
    std::int64_t read_clock() override;
    void stall(std::int64_t duration_100ns) override;
    void arm(Timer &timer, std::int64_t due) override;
    bool cancel(Timer &timer) override;
    std::string wait_report() override;
    std::size_t stack_high_water() override;

    // The host thread of `activity` ends; the next new one takes it over.
    void retire(ActivityImpl &activity);
    std::uint64_t identity() const { return identity_; }

private:
    void choice_point(Point kind) override;
    bool take_processor(Activity &activity) override;
    void give_processor(Activity &activity) override;
    [[noreturn]] void abandon_all(Activity &caller) override;
    void abandoned(Activity &) override {}
    void delivered() override { leave_busy(); }

    // Processors.
    bool try_take(ActivityImpl &activity, Processor &processor);
    bool take_any(ActivityImpl &activity);
    bool wait_for_processor(ActivityImpl &activity);
    void hand_over(Processor &processor);
    void leave_queue(ActivityImpl &activity);

    // Sleeping.
    bool sleep(ActivityImpl &activity, std::int64_t deadline_ns);
    std::int64_t host_deadline(std::int64_t deadline) const;
    bool set_wait(ActivityImpl &activity, const WaitReason &reason, bool for_ever = false);
    bool waits_for_ever(const Activity *activity) const;
    void sleep_spinning(ActivityImpl &self, const WaitReason &reason);
    void enter_busy() { __atomic_fetch_add(&busy_, 1, __ATOMIC_SEQ_CST); }
    void leave_busy();

    // Host threads.
    ActivityImpl *new_activity(ActivityKind kind, std::string_view name);
    bool start_host_thread(ActivityImpl &activity);
    static void *thread_main(void *activity);
    static void *client_main(void *activity);
    static void *clock_main(void *scheduler);
    void join_ended();
    void free_activity(ActivityImpl &activity);

    // The clock.
    void kick_clock();
    void run_clock();
    void deliver_to_free_processors();
    void expire_due_timers();

    // Death.
    void wake_everybody();
    bool stop_others();

    InternalLock list_lock_;  // activities_, ended_, retired_, wait reasons
    ActivityList activities_;
    ActivityImpl *ended_ = nullptr;    // system threads to be joined, by next_ready
    ActivityImpl *retired_ = nullptr;  // client activities without a host thread, by next_ready

    InternalLock waiters_lock_;  // the queue of those that wait for a processor, waiting_
    ActivityImpl *first_waiter_ = nullptr;

    InternalLock timers_lock_;
    TimerHeap timers_;

    InternalLock random_lock_;
    std::unique_ptr<Strategy> strategy_;

    pthread_t clock_ = {};
    std::uint32_t clock_word_ = 0;  // a futex: changed to wake the clock
    std::int64_t clock_sleeps_until_ = 0;
    bool stopping_ = false;

    // A futex: system threads that are not parked, plus deliveries and expired timers under way.
    std::uint32_t busy_ = 0;
    std::uint32_t idle_waiters_ = 0;
    std::uint32_t end_word_ = 0;  // a futex: changed when a host thread leaves

    std::int64_t start_ns_ = 0;
    std::uint64_t identity_ = 0;
};

}  // namespace openkmdf::scheduler
