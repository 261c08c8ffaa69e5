#include "scheduler/deterministic.h"

#include "base/assert.h"

#include <algorithm>
#include <utility>

// Who runs next, and how control gets there; also when the machine has died.

namespace openkmdf::scheduler {

bool Deterministic::can_step(const Processor &processor) const
{
    return processor.current || processor.deferred_pending || !ready_.empty() || timers_due();
}

// In the order of processors from `first` on.
Deterministic::Steppable Deterministic::steppable(const Processor *first,
                                                  const Processor *except) const
{
    Steppable result;
    for (std::size_t step = 0; step < processor_count_; step++) {
        Processor &processor = processors_[(first->number + step) % processor_count_];
        if (&processor != except && can_step(processor)) result.add(processor);
    }
    return result;
}

ActivityImpl &Deterministic::pick_next(const Processor *near, const Processor *except)
{
    for (;;) {
        if (dead()) return next_survivor(*running_);
        resume_satisfied_waits();
        Steppable options = steppable(near, except);
        if (options.count != 0) {
            std::uint32_t chosen = ask_processor(options, false, Point::Call);
            if (dead()) continue;
            ActivityImpl &next = activate(*options.processors[chosen]);
            if (!dead()) return next;
        } else if (!pass_time()) {
            return report_deadlock();
        }
    }
}

// Whom the processor steps with, if it is chosen.
ActivityImpl &Deterministic::activate(Processor &processor)
{
    if (processor.current) return implementation(*processor.current);
    if (processor.deferred_pending || timers_due()) {
        assign(implementation(*processor.idle), processor);
        return implementation(*processor.idle);
    }
    ActivityImpl &next = ready_.take(ask_thread(ready_.top_priority(), false, Point::Call));
    assign(next, processor);
    return next;
}

void Deterministic::assign(ActivityImpl &activity, Processor &processor)
{
    activity.processor = &processor;
    activity.last_processor = &processor;
    activity.state = ActivityState::Running;
    processor.current = &activity;
    processor.irql = activity.saved_irql;
}

void Deterministic::release_processor(ActivityImpl &activity)
{
    Processor &processor = *activity.processor;
    activity.saved_irql = processor.irql;
    activity.processor = nullptr;
    processor.irql = kPassiveLevel;
    processor.current = nullptr;
}

void Deterministic::preempt(ActivityImpl &activity)
{
    release_processor(activity);
    activity.state = ActivityState::Ready;
    ready_.push(activity);
}

void Deterministic::make_ready(ActivityImpl &activity, ParkResult result)
{
    timers_.cancel(activity.wait_timer);
    activity.result = result;
    activity.state = ActivityState::Ready;
    ready_.push(activity);
}

void Deterministic::reschedule(ActivityImpl &from, const Processor *near)
{
    from.saved_current = current;
    run_instead(from, pick_next(near, nullptr));
}

void Deterministic::run_instead(ActivityImpl &from, ActivityImpl &next)
{
    if (&next != &from) {
        from.saved_current = current;
        running_ = &next;
        if (dead() && next.in_kernel) abandon_into(from, next);
        else switch_stack(from.active_stack(), next.active_stack());
    }
    arrived(from);
}

void Deterministic::arrived(ActivityImpl &now)
{
    running_ = &now;
    current = now.saved_current;
    if (now.in_kernel) current.processor = now.processor;
    bury();
}

// An ended thread cannot free the stack that it still runs on.
void Deterministic::bury()
{
    if (ended_) activities_.free(*std::exchange(ended_, nullptr));
}

void Deterministic::finish(ActivityImpl &ending)
{
    made_progress();
    const Processor *near = ending.processor ? ending.processor : &processors_[0];
    if (ending.processor) release_processor(ending);
    ending.state = ActivityState::Done;
    if (ending.kind == ActivityKind::System) ended_ = &ending;
    ActivityImpl &next = pick_next(near, nullptr);
    running_ = &next;
    if (dead() && next.in_kernel) abandon_into(ending, next);
    leave_stack(ending.active_stack(), next.active_stack());
}

// Host side waits end as soon as their condition holds.
void Deterministic::resume_satisfied_waits()
{
    for (ActivityImpl *client = activities_.first(); client; client = client->next_of_all) {
        HostWait *wait = client->host_wait;
        if (wait && client->state == ActivityState::Parked && wait->done &&
            wait->done(wait->argument)) {
            wait->satisfied = true;
            make_ready(*client, ParkResult::Unparked);
        }
    }
}

ActivityImpl *Deterministic::earliest_wait() const
{
    ActivityImpl *earliest = nullptr;
    for (ActivityImpl *client = activities_.first(); client; client = client->next_of_all)
        if (client->host_wait && client->state == ActivityState::Parked &&
            (!earliest || client->host_wait->until < earliest->host_wait->until))
            earliest = client;
    return earliest;
}

// Nothing can run now. False: nothing ever will.
bool Deterministic::pass_time()
{
    std::int64_t due = timers_.next_due();
    ActivityImpl *waiting = earliest_wait();
    std::int64_t until = kForever;
    if (waiting) until = std::min(waiting->host_wait->until, waiting->host_wait->patience);
    if (due != kForever && due <= until) {
        time_ = std::max(time_, due);
        return true;
    }
    if (!waiting) return false;
    if (waiting->host_wait->until != kForever) time_ = std::max(time_, until);
    make_ready(*waiting, ParkResult::TimedOut);
    return true;
}

// Reported on a kernel stack that waits for nothing: an idle one.
ActivityImpl &Deterministic::report_deadlock()
{
    deadlocked_ = true;
    Processor &processor = processors_[0];
    assign(implementation(*processor.idle), processor);
    return implementation(*processor.idle);
}

// --- Death ---------------------------------------------------------------------------------------
// A client goes on in its own code, where every further call fails at once. System and idle threads
// are never resumed. Clients that were in the kernel are abandoned when somebody waits for them.

void Deterministic::abandon_all(Activity &activity)
{
    __atomic_store_n(&dead_, true, __ATOMIC_RELEASE);
    ActivityImpl &caller = implementation(activity);
    if (caller.entry) abandon_stack(caller.kernel, caller.user, caller.entry->frame);
    ActivityImpl &next = next_survivor(caller);
    running_ = &next;
    if (next.in_kernel) abandon_into(caller, next);
    leave_stack(caller.kernel, next.user);
}

void Deterministic::abandoned(Activity &activity)
{
    running_ = &implementation(activity);
    running_->state = ActivityState::Running;
    running_->host_wait = nullptr;
}

ActivityImpl &Deterministic::next_survivor(ActivityImpl &from)
{
    if (from.state != ActivityState::Done && !from.in_kernel) return from;
    return from.resumer ? *from.resumer : *owner_;
}

void Deterministic::run_to_end(ActivityImpl &client)
{
    ActivityImpl &self = *running_;
    client.resumer = &self;
    run_instead(self, client);
}

void Deterministic::abandon_into(ActivityImpl &from, ActivityImpl &target)
{
    bool comes_back = !from.in_kernel && from.state != ActivityState::Done;
    if (!comes_back) {
        adopt_exceptions(target.kernel);
        abandon_stack(from.active_stack(), target.user, target.entry->frame);
    }
    Arena::Stack stack{undertaker_.low, undertaker_.high};
    if (!stack.low) stack = arena_.take_stack();
    OPENKMDF_ASSERT(stack.low, "no kernel stack is left to abandon the others from");
    undertaken_ = &target;
    unpoison(stack.low, static_cast<std::size_t>(stack.high - stack.low));
    prepare_stack(undertaker_, stack.low, stack.high, undertaker_main, this);
    switch_stack(from.user, undertaker_);
}

void Deterministic::undertaker_main(void *argument)
{
    auto &scheduler = *static_cast<Deterministic *>(argument);
    ActivityImpl &target = *scheduler.undertaken_;
    adopt_exceptions(target.kernel);
    abandon_stack(scheduler.undertaker_, target.user, target.entry->frame);
}

}  // namespace openkmdf::scheduler
