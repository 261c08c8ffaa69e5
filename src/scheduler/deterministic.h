#pragma once

#include "scheduler/activity_impl.h"
#include "scheduler/ready_queue.h"
#include "scheduler/strategy.h"
#include "scheduler/timer_heap.h"

#include <memory>
#include <string>

namespace openkmdf::scheduler {

std::unique_ptr<Scheduler> make_deterministic(Arena &arena, const Options &options);

// Every activity is a fiber of one host thread. Exactly one runs; the others stand on a processor
// (where they were when another processor was chosen to step), in the ready queue, or parked. The
// activity whose host code runs stands on a processor too, so entering the kernel is only a change
// of stacks. Whoever stops running picks the next and switches to it: there is no scheduler fiber.
class Deterministic final : public Scheduler {
public:
    Deterministic(Arena &arena, const Options &options);
    ~Deterministic() override;

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
    std::int64_t now() override { return time_; }
    std::int64_t read_clock() override;
    void stall(std::int64_t duration_100ns) override;
    void arm(Timer &timer, std::int64_t due) override;
    bool cancel(Timer &timer) override;
    std::string wait_report() override;
    void visit_parked(base::FunctionRef<bool(const Activity &, const void *)> visit) override;
    std::size_t stack_high_water() override { return activities_.stack_high_water(); }

private:
    void choice_point(Point kind) override;
    bool take_processor(Activity &) override { return true; }
    void give_processor(Activity &) override {}
    [[noreturn]] void abandon_all(Activity &caller) override;
    bool expire_timers() override;
    void delivery_allowed() override;
    void abandoned(Activity &activity) override;

    // Choices.
    std::uint32_t ask(const Question &question);
    std::uint32_t ask_thread(int priority, bool interrupts, Point point);
    void refuse_replay(const Question &question);

    // Who runs.
    struct Steppable {
        Processor *processors[kMaximumProcessors];
        unsigned count = 0;
        void add(Processor &processor) { processors[count++] = &processor; }
    };
    std::uint32_t ask_processor(const Steppable &steppable, bool interrupts, Point point);
    bool can_step(const Processor &processor) const;
    Steppable steppable(const Processor *first, const Processor *except) const;
    ActivityImpl &pick_next(const Processor *near, const Processor *except);
    ActivityImpl &activate(Processor &processor);
    void assign(ActivityImpl &activity, Processor &processor);
    void release_processor(ActivityImpl &activity);
    void make_ready(ActivityImpl &activity, ParkResult result);
    void reschedule(ActivityImpl &from, const Processor *near);
    void run_instead(ActivityImpl &from, ActivityImpl &next);
    void arrived(ActivityImpl &now);
    [[noreturn]] void finish(ActivityImpl &ending);
    void bury();
    bool waits_for_ever(const Activity *activity) const;
    void preempt(ActivityImpl &activity);

    // Points.
    void offer_others(ActivityImpl &activity, Point kind);
    bool let_others_run(ActivityImpl &activity, const Processor *preferred);
    void end_round(ActivityImpl &activity);
    void made_progress();
    void take_interrupts(Point point);
    bool take_interrupts_now();
    bool postpones_delivery(Point point);
    bool interruptible(const ActivityImpl &activity) const;

    // Time.
    bool timers_due() const { return time_ >= timers_.next_due(); }
    void move_time(std::int64_t time);
    bool pass_time();
    void resume_satisfied_waits();
    ActivityImpl *earliest_wait() const;
    bool host_wait(HostWait &wait);
    ActivityImpl &report_deadlock();

    // After death.
    ActivityImpl &next_survivor(ActivityImpl &from);
    void run_to_end(ActivityImpl &client);
    void abandon_into(ActivityImpl &from, ActivityImpl &target);
    void free_client(ActivityImpl &client);

    static void thread_main(void *activity);
    static void client_main(void *activity);
    static void idle_main(void *activity);
    static void undertaker_main(void *scheduler);
    static void park_expired(Timer &timer);

    ActivityList activities_;
    TimerHeap timers_;
    ReadyQueue ready_;
    std::unique_ptr<Strategy> own_strategy_;
    Strategy *strategy_;
    ActivityImpl *running_ = nullptr;
    ActivityImpl *owner_ = nullptr;
    ActivityImpl *ended_ = nullptr;       // freed by whoever runs next
    ActivityImpl *undertaken_ = nullptr;  // whom the undertaker abandons
    StackContext undertaker_;
    std::int64_t time_ = 0;
    std::size_t replayed_ = 0;
    bool deadlocked_ = false;
    unsigned idle_rounds_ = 0;  // fairness rounds since anybody made progress
    bool clock_read_ = false;   // in this round
    unsigned relaxed_ = 0;      // calls of relax since anything else happened
    std::uint8_t postponed_[kMaximumProcessors] = {};  // per processor, since it last delivered
};

}  // namespace openkmdf::scheduler
