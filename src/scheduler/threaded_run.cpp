#include "base/assert.h"
#include "scheduler/asymmetric.h"
#include "scheduler/futex.h"
#include "scheduler/threaded.h"

#include <sched.h>

#include <algorithm>

// Processors, waiting, and time, while the machine runs.

namespace openkmdf::scheduler {
namespace {

constexpr unsigned kSpins = 100;
constexpr unsigned kRelaxSpins = 200;
// In time, not in turns: on a busy host one turn takes milliseconds.
constexpr std::int64_t kRelaxYield_ns = 1'000'000;
constexpr std::int64_t kRelaxSleep_ns = 50'000;
constexpr std::int64_t kMillisecond_ns = 1'000'000;
// How long waiting for idleness relies on being woken.
constexpr std::int64_t kHostPoll_ns = 10 * kMillisecond_ns;
constexpr std::int64_t kLockPatience_ms = 10'000;

bool is_pending(Processor &processor)
{
    return __atomic_load_n(&processor.deferred_pending, __ATOMIC_ACQUIRE) != 0;
}

}  // namespace

// --- Processors ----------------------------------------------------------------------------------

bool Threaded::try_take(ActivityImpl &activity, Processor &processor)
{
    Activity *nobody = nullptr;
    Activity *self = &activity;
    if (__atomic_load_n(&processor.owner, __ATOMIC_RELAXED) ||
        !__atomic_compare_exchange_n(&processor.owner, &nobody, self, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return false;
    __atomic_store_n(&processor.current, self, __ATOMIC_RELAXED);
    activity.processor = &processor;
    return true;
}

bool Threaded::take_any(ActivityImpl &activity)
{
    if (try_take(activity, *activity.last_processor)) return true;
    for (Processor &processor : processors())
        if (try_take(activity, processor)) return true;
    return false;
}

bool Threaded::take_processor(Activity &activity)
{
    ActivityImpl &self = implementation(activity);
    for (unsigned spin = 0; spin < kSpins; spin++) {
        if (dead()) return false;
        if (take_any(self)) return true;
        __builtin_ia32_pause();
    }
    return wait_for_processor(self);
}

bool Threaded::wait_for_processor(ActivityImpl &self)
{
    {
        InternalGuard guard(waiters_lock_);
        if (dead()) return false;
        __atomic_store_n(&self.granted, nullptr, __ATOMIC_RELAXED);
        __atomic_store_n(&self.grant, 0u, __ATOMIC_RELAXED);
        self.next_ready = nullptr;
        ActivityImpl **link = &first_waiter_;
        while (*link) link = &(*link)->next_ready;
        *link = &self;
        __atomic_fetch_add(&waiting_, 1, __ATOMIC_SEQ_CST);
        // Whoever gives a processor back from here on sees that somebody waits; one given back
        // before is free now.
        heavy_fence();
        if (take_any(self)) {
            leave_queue(self);
            return true;
        }
    }
    while (__atomic_load_n(&self.grant, __ATOMIC_ACQUIRE) == 0) futex_wait(&self.grant, 0);
    Processor *granted = __atomic_load_n(&self.granted, __ATOMIC_ACQUIRE);
    if (!granted) {
        // The machine died. Whoever ends goes into another list by the same link.
        InternalGuard guard(waiters_lock_);
        granted = __atomic_load_n(&self.granted, __ATOMIC_RELAXED);
        if (!granted) {
            leave_queue(self);
            return false;
        }
    }
    Activity *activity = &self;
    __atomic_store_n(&granted->current, activity, __ATOMIC_RELAXED);
    self.processor = granted;
    return true;
}

void Threaded::leave_queue(ActivityImpl &activity)
{
    ActivityImpl **link = &first_waiter_;
    while (*link != &activity) link = &(*link)->next_ready;
    *link = activity.next_ready;
    activity.next_ready = nullptr;
    __atomic_fetch_sub(&waiting_, 1, __ATOMIC_SEQ_CST);
}

// The rare part of giving a processor back: somebody waits for one, or work has become pending on
// it.
void Threaded::give_processor(Activity &activity)
{
    Processor &processor = *activity.last_processor;
    if (__atomic_load_n(&waiting_, __ATOMIC_SEQ_CST) != 0) hand_over(processor);
    if (is_pending(processor) && !__atomic_load_n(&processor.owner, __ATOMIC_RELAXED)) kick_clock();
}

void Threaded::hand_over(Processor &processor)
{
    InternalGuard guard(waiters_lock_);
    ActivityImpl *waiter = first_waiter_;
    Activity *nobody = nullptr;
    Activity *next = waiter;
    // Nobody waits any more, or a third one was faster; it will come here in its turn.
    if (!waiter || !__atomic_compare_exchange_n(&processor.owner, &nobody, next, false,
                                                __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    leave_queue(*waiter);
    __atomic_store_n(&waiter->granted, &processor, __ATOMIC_RELEASE);
    __atomic_store_n(&waiter->grant, 1u, __ATOMIC_RELEASE);
    futex_wake(&waiter->grant);
}

void Threaded::request_delivery(Processor &target, Delivery when)
{
    if (__atomic_exchange_n(&target.deferred_pending, static_cast<std::uint8_t>(when),
                            __ATOMIC_SEQ_CST) == 0)
        enter_busy();
    if (current.scheduler == this && current.processor == &target) {
        if (target.irql < kDispatchLevel && !target.in_deferred) deliver_deferred();
        return;
    }
    heavy_fence();
    if (!__atomic_load_n(&target.owner, __ATOMIC_ACQUIRE)) kick_clock();
}

// --- Waiting -------------------------------------------------------------------------------------

std::int64_t Threaded::host_deadline(std::int64_t deadline) const
{
    return deadline >= kForever / 100 - start_ns_ ? kForever : start_ns_ + deadline * 100;
}

// True: it would wait for itself by way of others. Of two that wait for each other, the second to
// come here sees the first. A holder who waits for its own lock has just been given it: whoever
// releases hands the lock over before it wakes the next one.
bool Threaded::set_wait(ActivityImpl &activity, const WaitReason &reason, bool for_ever)
{
    InternalGuard guard(list_lock_);
    activity.wait = reason;
    __atomic_store_n(&activity.waits_for_ever, std::uint8_t{for_ever}, __ATOMIC_RELEASE);
    return for_ever &&
           closes_cycle(
               activity, [this](const Activity *other) { return waits_for_ever(other); }, 2);
}

// Under the list lock. In this order: whoever is woken says first that it does not wait any more,
// then takes the token.
bool Threaded::waits_for_ever(const Activity *activity) const
{
    if (!activities_.contains(activity)) return false;
    auto &other = static_cast<const ActivityImpl &>(*activity);
    return __atomic_load_n(&other.token, __ATOMIC_ACQUIRE) != ActivityImpl::kToken &&
           __atomic_load_n(&other.waits_for_ever, __ATOMIC_ACQUIRE);
}

// Sleeps until there is a token, which it takes; false: the time is over.
bool Threaded::sleep(ActivityImpl &self, std::int64_t deadline_ns)
{
    std::uint32_t none = 0;
    if (__atomic_compare_exchange_n(&self.token, &none, ActivityImpl::kAsleep, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        bool counted = self.kind == ActivityKind::System;
        if (counted) leave_busy();
        while (__atomic_load_n(&self.token, __ATOMIC_ACQUIRE) == ActivityImpl::kAsleep) {
            futex_wait(&self.token, ActivityImpl::kAsleep, deadline_ns);
            std::uint32_t asleep = ActivityImpl::kAsleep;
            if (deadline_ns != kForever && host_time_ns() >= deadline_ns &&
                __atomic_compare_exchange_n(&self.token, &asleep, 0u, false, __ATOMIC_ACQ_REL,
                                            __ATOMIC_ACQUIRE)) {
                if (counted) enter_busy();
                return false;
            }
        }
    }
    __atomic_store_n(&self.waits_for_ever, std::uint8_t{0}, __ATOMIC_RELEASE);
    __atomic_store_n(&self.token, 0u, __ATOMIC_RELEASE);
    return true;
}

ParkResult Threaded::park(const WaitReason &reason, std::int64_t deadline)
{
    ActivityImpl &self = implementation(*current.activity);
    OPENKMDF_ASSERT(irql() < kDispatchLevel && !current.processor->in_deferred,
                    "waits at or above DISPATCH_LEVEL");
    self.progress++;
    if (dead()) die();
    if (__atomic_load_n(&self.token, __ATOMIC_ACQUIRE) == ActivityImpl::kToken) {
        __atomic_store_n(&self.token, 0u, __ATOMIC_RELEASE);
        return ParkResult::Unparked;
    }
    if (deadline != kForever && deadline <= now()) return ParkResult::TimedOut;
    if (set_wait(self, reason, deadline == kForever)) stuck("threads wait for each other");
    if (is_pending(*self.processor)) deliver_deferred();
    std::uint8_t level = self.processor->irql;
    self.processor->irql = kPassiveLevel;
    current.processor = nullptr;
    put_back_processor(self);

    bool unparked = sleep(self, host_deadline(deadline));

    if (dead() || (!take_any(self) && !take_processor(self))) die();
    current.processor = self.processor;
    self.processor->irql = level;
    set_wait(self, {});
    if (is_pending(*self.processor)) deliver_deferred();
    return unparked ? ParkResult::Unparked : ParkResult::TimedOut;
}

void Threaded::unpark(Activity &activity)
{
    ActivityImpl &target = implementation(activity);
    std::uint32_t before =
        __atomic_exchange_n(&target.token, ActivityImpl::kToken, __ATOMIC_ACQ_REL);
    if (before != ActivityImpl::kAsleep) return;
    if (target.kind == ActivityKind::System) enter_busy();
    futex_wake(&target.token, 1);
}

bool Threaded::run_until(bool (*done)(void *), void *argument, std::int64_t deadline)
{
    ActivityImpl &self = implementation(client_activity());
    std::int64_t deadline_ns = host_deadline(deadline);
    for (;;) {
        if (done(argument)) break;
        if (dead() || host_time_ns() >= deadline_ns) return false;
        sleep(self, deadline_ns);
    }
    return true;
}

void Threaded::advance(std::int64_t duration)
{
    ActivityImpl &self = implementation(client_activity());
    std::int64_t deadline_ns = host_time_ns() + duration * 100;
    while (!dead() && host_time_ns() < deadline_ns) sleep(self, deadline_ns);
}

void Threaded::leave_busy()
{
    if (__atomic_sub_fetch(&busy_, 1, __ATOMIC_SEQ_CST) == 0 &&
        __atomic_load_n(&idle_waiters_, __ATOMIC_SEQ_CST) != 0)
        futex_wake(&busy_);
    if (dead()) {
        __atomic_fetch_add(&end_word_, 1, __ATOMIC_RELEASE);
        futex_wake(&end_word_);
    }
}

void Threaded::run_until_idle()
{
    __atomic_fetch_add(&idle_waiters_, 1, __ATOMIC_SEQ_CST);
    while (!dead()) {
        // In this order: the clock counts itself as busy before it takes a timer out.
        std::int64_t due = kForever;
        {
            InternalGuard guard(timers_lock_);
            due = timers_.next_due();
        }
        std::uint32_t busy = __atomic_load_n(&busy_, __ATOMIC_SEQ_CST);
        if (busy == 0 && due > now()) break;
        if (busy == 0) sched_yield();
        else futex_wait(&busy_, busy, host_time_ns() + kHostPoll_ns);
    }
    __atomic_fetch_sub(&idle_waiters_, 1, __ATOMIC_SEQ_CST);
}

void Threaded::relax(const WaitReason &reason, unsigned attempt)
{
    ActivityImpl &self = implementation(*current.activity);
    if (dead()) die();
    if (attempt == 0) self.relaxing_since = 0;
    if (attempt < kRelaxSpins) {
        __builtin_ia32_pause();
        return;
    }
    // Time spent here is not the driver's looping.
    self.progress++;
    const std::int64_t present_ns = host_time_ns();
    if (self.relaxing_since == 0) self.relaxing_since = present_ns;
    const std::int64_t waited_ns = present_ns - self.relaxing_since;
    if (waited_ns < kRelaxYield_ns) sched_yield();
    else sleep_spinning(self, reason);
    const std::int64_t patience_ms =
        options_.watchdog_ms > 0 ? options_.watchdog_ms : kLockPatience_ms;
    if (reason.holder != &self && waited_ns < patience_ms * kMillisecond_ns) return;
    set_wait(self, reason);
    stuck("a lock that is waited for is never released");
}

// Whoever looks for a cycle meanwhile sees a thread that waits, and that stays here while it looks.
void Threaded::sleep_spinning(ActivityImpl &self, const WaitReason &reason)
{
    if (set_wait(self, reason, true)) stuck("processors wait for each other's spin locks");
    std::uint32_t nothing = 0;
    futex_wait(&nothing, 0, host_time_ns() + kRelaxSleep_ns);
    set_wait(self, {});
}

void Threaded::choice_point(Point)
{
    if (dead()) die();
}

std::uint32_t Threaded::choose(ChoiceKind kind, std::uint32_t options)
{
    if (options <= 1) return 0;
    InternalGuard guard(random_lock_);
    return strategy_->choose({.kind = kind, .options = options});
}

// --- Time ----------------------------------------------------------------------------------------

std::int64_t Threaded::now()
{
    return (host_time_ns() - start_ns_) / 100;
}

std::int64_t Threaded::read_clock()
{
    if (current.scheduler == this) point(Point::ClockRead);
    return now();
}

void Threaded::stall(std::int64_t duration)
{
    std::int64_t until = now() + duration;
    do {
        point(Point::Stall);
        __builtin_ia32_pause();
    } while (now() < until);
}

void Threaded::arm(Timer &timer, std::int64_t due)
{
    bool earliest = false;
    {
        InternalGuard guard(timers_lock_);
        timers_.arm(timer, due);
        earliest = timers_.next_due() == due;
    }
    if (earliest && due < __atomic_load_n(&clock_sleeps_until_, __ATOMIC_SEQ_CST)) kick_clock();
}

bool Threaded::cancel(Timer &timer)
{
    InternalGuard guard(timers_lock_);
    return timers_.cancel(timer);
}

// --- The clock -----------------------------------------------------------------------------------

void Threaded::kick_clock()
{
    __atomic_fetch_add(&clock_word_, 1, __ATOMIC_SEQ_CST);
    futex_wake(&clock_word_);
}

void *Threaded::clock_main(void *argument)
{
    auto &scheduler = *static_cast<Threaded *>(argument);
    HostThread &host = HostThread::self();
    host.attach(scheduler.options_.watchdog_ms);
    {
        InternalGuard guard(scheduler.list_lock_);
        for (Processor &processor : scheduler.processors()) processor.idle->host = &host;
    }
    scheduler.run_clock();
    {
        InternalGuard guard(scheduler.list_lock_);
        for (Processor &processor : scheduler.processors()) processor.idle->host = nullptr;
    }
    return nullptr;
}

void Threaded::run_clock()
{
    for (;;) {
        // First: whatever is looked at below and changes later wakes us.
        std::uint32_t word = __atomic_load_n(&clock_word_, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&stopping_, __ATOMIC_ACQUIRE)) return;
        std::int64_t due = kForever;
        if (!dead()) {
            deliver_to_free_processors();
            InternalGuard guard(timers_lock_);
            due = timers_.next_due();
            // Under the lock: whoever arms an earlier timer from here on wakes us.
            __atomic_store_n(&clock_sleeps_until_, due, __ATOMIC_SEQ_CST);
        }
        if (due <= now()) expire_due_timers();
        else futex_wait(&clock_word_, word, host_deadline(due));
    }
}

void Threaded::deliver_to_free_processors()
{
    auto nothing = [](void *) {};
    for (Processor &processor : processors()) {
        ActivityImpl &idle = implementation(*processor.idle);
        // On its way out of the kernel every activity delivers what is pending.
        if (is_pending(processor) && try_take(idle, processor))
            run_in_kernel(idle, nothing, nullptr);
    }
}

void Threaded::expire_due_timers()
{
    ActivityImpl *idle = &implementation(*processors_[0].idle);
    for (Processor &processor : processors())
        if (try_take(implementation(*processor.idle), processor)) {
            idle = &implementation(*processor.idle);
            break;
        }
    if (!idle->processor && !take_processor(*idle)) return;
    auto expire = [](void *argument) {
        auto &self = *static_cast<Threaded *>(argument);
        std::uint8_t before = raise_irql(kDispatchLevel);
        for (;;) {
            Timer *timer = nullptr;
            {
                InternalGuard guard(self.timers_lock_);
                self.enter_busy();
                timer = self.timers_.pop(self.now());
            }
            if (timer) timer->expired(*timer);
            self.leave_busy();
            if (!timer) break;
        }
        self.lower_irql(before);
    };
    run_in_kernel(*idle, expire, this);
}

}  // namespace openkmdf::scheduler
