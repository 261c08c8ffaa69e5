#include "scheduler/deterministic.h"

#include "base/assert.h"

#include <algorithm>
#include <utility>

// Choices, the points where they are offered, and time as code that runs sees it.

namespace openkmdf::scheduler {
namespace {

constexpr std::int64_t kRoundTime = 10'000;  // a fairness round takes a millisecond
constexpr std::int64_t kLongestRound = 36'000'000'000;
constexpr unsigned kSharedRounds = 16;  // rounds in which all others only spin, until time passes
constexpr unsigned kRelaxLimit = 1000;  // the same for spin locks
constexpr unsigned kAttemptLimit = 1'000'000;
constexpr unsigned kMostPostponements = 32;  // of what may be delivered, in a row on a processor

const char *name_of(ChoiceKind kind)
{
    switch (kind) {
    case ChoiceKind::Processor:
        return "Processor";
    case ChoiceKind::Thread:
        return "Thread";
    case ChoiceKind::Deliver:
        return "Deliver";
    case ChoiceKind::Failure:
        return "Failure";
    case ChoiceKind::Device:
        return "Device";
    case ChoiceKind::Input:
        return "Input";
    }
    return "unknown";
}

}  // namespace

std::uint32_t Deterministic::ask(const Question &question)
{
    if (question.options <= 1) return 0;
    std::uint32_t chosen = 0;
    if (!options_.replay) {
        chosen = strategy_->choose(question);
    } else {
        const std::vector<Choice> &replay = *options_.replay;
        if (replayed_ == replay.size() || replay[replayed_].kind != question.kind ||
            replay[replayed_].options != question.options ||
            replay[replayed_].chosen >= question.options) {
            refuse_replay(question);
            return 0;
        }
        chosen = replay[replayed_++].chosen;
    }
    choices_.push_back({question.kind, question.options, chosen});
    return chosen;
}

// What a processor steps with is its activity; without one, a ready thread that a further question
// chooses, if nothing is to be delivered there.
std::uint32_t Deterministic::ask_processor(const Steppable &steppable, bool interrupts, Point point)
{
    std::uint32_t activities[kMaximumProcessors];
    for (unsigned i = 0; i < steppable.count; i++) {
        const Processor &processor = *steppable.processors[i];
        const Activity *next = processor.current;
        if (!next && (processor.deferred_pending || timers_due())) next = processor.idle;
        activities[i] = next ? next->ordinal : 0;
    }
    return ask(
        {ChoiceKind::Processor, steppable.count, interrupts, point, {activities, steppable.count}});
}

// Which of the ready threads of that priority takes the processor. With `interrupts` option 0 is
// the thread that has it.
std::uint32_t Deterministic::ask_thread(int priority, bool interrupts, Point point)
{
    std::uint32_t activities[kMostOptionsNamed];
    std::size_t named = 0;
    if (interrupts) activities[named++] = running_->ordinal;
    ready_.visit(priority, [&](const ActivityImpl &ready) {
        if (named < kMostOptionsNamed) activities[named++] = ready.ordinal;
    });
    return ask({ChoiceKind::Thread,
                ready_.count_at(priority) + interrupts,
                interrupts,
                point,
                {activities, named}});
}

// The first difference ends the machine: what follows would be another run.
void Deterministic::refuse_replay(const Question &question)
{
    if (replay_mismatch_.empty()) {
        std::string recorded = "the recording ends";
        if (replayed_ < options_.replay->size()) {
            const Choice &choice = (*options_.replay)[replayed_];
            recorded = std::string("the recording has ") + name_of(choice.kind) + " " +
                       std::to_string(choice.chosen) + " of " + std::to_string(choice.options);
        }
        replay_mismatch_ = "choice " + std::to_string(replayed_ + 1) + ": " + recorded +
                           ", the program asks for " + name_of(question.kind) + " of " +
                           std::to_string(question.options);
    }
    if (current.scheduler == this) die();
    __atomic_store_n(&dead_, true, __ATOMIC_RELEASE);
}

std::uint32_t Deterministic::choose(ChoiceKind kind, std::uint32_t options)
{
    return ask({.kind = kind, .options = options});
}

void Deterministic::made_progress()
{
    idle_rounds_ = 0;
    relaxed_ = 0;
    running_->round_start = running_->progress;
    running_->point_limit = running_->progress + fairness_;
}

bool Deterministic::interruptible(const ActivityImpl &activity) const
{
    return activity.processor->irql < kDispatchLevel && !activity.processor->in_deferred;
}

// What is pending is delivered where the IRQL allows, or noted for the time when it does.
void Deterministic::take_interrupts(Point point)
{
    Processor &processor = *current.processor;
    if (!timers_due() && !processor.deferred_pending) return;
    if (interruptible(*running_) && postpones_delivery(point)) return;
    take_interrupts_now();
}

// True: something was delivered.
bool Deterministic::take_interrupts_now()
{
    Processor &processor = *current.processor;
    if (!timers_due() && !processor.deferred_pending) return false;
    if (!interruptible(*running_)) {
        if (!processor.deferred_pending)
            processor.deferred_pending = static_cast<std::uint8_t>(Delivery::Soon);
        return false;
    }
    postponed_[processor.number] = 0;
    deliver_deferred();
    return true;
}

// A clock interrupt comes when it comes, and so do DPCs that need not run at once.
bool Deterministic::postpones_delivery(Point point)
{
    Processor &processor = *current.processor;
    std::uint8_t &postponed = postponed_[processor.number];
    if (!strategy_->interleaves() || postponed == kMostPostponements ||
        processor.deferred_pending == static_cast<std::uint8_t>(Delivery::AtOnce))
        return false;
    if (ask({ChoiceKind::Deliver, 2, false, point, {}}) == 0) return false;
    postponed++;
    return true;
}

// Where strategies are asked, the point that follows asks.
void Deterministic::delivery_allowed()
{
    if (!strategy_->interleaves() ||
        current.processor->deferred_pending == static_cast<std::uint8_t>(Delivery::AtOnce))
        take_interrupts_now();
}

bool Deterministic::expire_timers()
{
    if (!timers_due()) return false;
    std::uint8_t before = raise_irql(kDispatchLevel);
    while (Timer *timer = timers_.pop(time_)) timer->expired(*timer);
    current.processor->irql = before;
    return true;
}

void Deterministic::choice_point(Point kind)
{
    ActivityImpl &self = *running_;
    if (dead()) abandon_all(self);
    take_interrupts(kind);
    relaxed_ = 0;
    if (self.progress - self.round_start >= options_.fairness_points) end_round(self);
    else if (strategy_->interleaves()) offer_others(self, kind);
    take_interrupts(kind);
}

// Whether another processor steps now, or a ready thread takes this one.
void Deterministic::offer_others(ActivityImpl &self, Point kind)
{
    Processor &own = *self.processor;
    Steppable options = steppable(&own, nullptr);
    std::uint32_t chosen = ask_processor(options, true, kind);
    if (chosen != 0) {
        run_instead(self, activate(*options.processors[chosen]));
        return;
    }
    int priority = ready_.top_priority();
    if (!interruptible(self) || priority < self.priority) return;
    chosen = ask_thread(priority, true, kind);
    if (chosen == 0) return;
    ActivityImpl &next = ready_.take(chosen - 1);
    preempt(self);
    assign(next, own);
    run_instead(self, next);
}

// Somebody else steps, if anybody can: first on `preferred`.
bool Deterministic::let_others_run(ActivityImpl &self, const Processor *preferred)
{
    Processor &own = *self.processor;
    if (!preferred || preferred == &own)
        preferred = &processors_[(own.number + 1) % processor_count_];
    Steppable options = steppable(preferred, &own);
    bool may_preempt = interruptible(self) && !ready_.empty();
    // Alternating, so that spinning on all processors starves no ready thread, of any priority.
    if (may_preempt && (options.count == 0 || idle_rounds_ % 2 == 1)) {
        bool lowest = idle_rounds_ % 8 == 7;
        ActivityImpl &next =
            lowest ? ready_.take_lowest()
                   : ready_.take(ask_thread(ready_.top_priority(), false, Point::Yield));
        preempt(self);
        assign(next, own);
        run_instead(self, next);
        return true;
    }
    if (options.count == 0) return false;
    std::uint32_t chosen = ask_processor(options, false, Point::Yield);
    run_instead(self, activate(*options.processors[chosen]));
    return true;
}

// The fairness bound: `self` has passed many points and nothing has come of it.
void Deterministic::end_round(ActivityImpl &self)
{
    self.round_start = self.progress;
    self.point_limit = self.progress + fairness_;
    idle_rounds_++;
    bool others = let_others_run(self, nullptr);
    if (others && idle_rounds_ < kSharedRounds) return;
    std::uint64_t patience = options_.livelock_points / options_.fairness_points + 1;
    std::int64_t slice = kRoundTime;
    if (idle_rounds_ > patience) {
        std::uint64_t doubled = std::min<std::uint64_t>(idle_rounds_ - patience, 22);
        slice = std::min(kRoundTime << doubled, kLongestRound);
    }
    bool sees_time = std::exchange(clock_read_, false);
    bool hopeless = idle_rounds_ > patience && timers_.empty() && !others && !sees_time;
    if (hopeless || self.progress - self.burst_start > 16 * options_.livelock_points) {
        self.wait = {.what = "something that its loop looks at"};
        stuck("an activity loops without progress, and nothing can end it");
    }
    move_time(std::min(time_ + slice, std::max(time_, timers_.next_due())));
}

void Deterministic::relax(const WaitReason &reason, unsigned attempt)
{
    ActivityImpl &self = *running_;
    if (dead()) abandon_all(self);
    self.progress++;
    if (take_interrupts_now()) return;  // perhaps that was it
    self.wait = reason;
    if (reason.holder == &self || attempt > kAttemptLimit)
        stuck("a lock that is waited for is never released");
    const Processor *preferred = reason.holder ? reason.holder->processor : nullptr;
    if (++relaxed_ > kRelaxLimit || !let_others_run(self, preferred)) {
        relaxed_ = 0;
        if (timers_.empty() || timers_due()) stuck("a lock that is waited for is never released");
        move_time(timers_.next_due());
    }
    self.wait = {};
}

void Deterministic::move_time(std::int64_t time)
{
    time_ = std::max(time_, time);
    take_interrupts(Point::ClockRead);
}

std::int64_t Deterministic::read_clock()
{
    if (current.scheduler != this) return time_;
    clock_read_ = true;
    move_time(time_ + 1);
    point(Point::ClockRead);
    return time_;
}

void Deterministic::stall(std::int64_t duration)
{
    move_time(time_ + std::max<std::int64_t>(duration, 0));
    point(Point::Stall);
}

void Deterministic::arm(Timer &timer, std::int64_t due)
{
    timers_.arm(timer, due);
    if (due <= time_ && current.scheduler == this && !current.processor->deferred_pending)
        current.processor->deferred_pending = static_cast<std::uint8_t>(Delivery::Soon);
}

bool Deterministic::cancel(Timer &timer)
{
    return timers_.cancel(timer);
}

void Deterministic::request_delivery(Processor &target, Delivery when)
{
    target.deferred_pending = std::max(target.deferred_pending, static_cast<std::uint8_t>(when));
    if (current.scheduler == this && current.processor == &target && interruptible(*running_))
        delivery_allowed();
}

}  // namespace openkmdf::scheduler
