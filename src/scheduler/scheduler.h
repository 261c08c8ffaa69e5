#pragma once

#include "base/function_ref.h"
#include "scheduler/activity.h"
#include "scheduler/arena.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// The one source of time and of every choice of a machine, in two modes behind one interface.
//
// Deterministic: every activity is a fiber of the host thread that made the machine; time is
// virtual; a run is a function of its inputs and its choices. Threaded: activities are host threads
// which own a virtual processor while they are in the kernel; time is the host's monotonic clock.
//
// Nothing outside this layer starts a thread, sleeps or reads a clock.

namespace openkmdf::scheduler {

class Strategy;

enum class Mode : std::uint8_t { Deterministic, Threaded };

enum class StrategyKind : std::uint8_t { RunToBlock, Random };

// What a choice was about; part of the replay file's format.
enum class ChoiceKind : std::uint8_t { Processor, Thread, Deliver, Failure, Device, Input };

struct Choice {
    ChoiceKind kind;
    std::uint32_t options;
    std::uint32_t chosen;

    bool operator==(const Choice &) const = default;
};

// Where a driver or the kernel may be interleaved with others.
enum class Point : std::uint8_t {
    Call,
    Interlocked,
    Yield,
    Stall,
    ClockRead,
    RegisterRead,
    IrqlLowered,
    Unlock,
};

struct Options {
    Mode mode = Mode::Deterministic;
    unsigned processors = 2;
    StrategyKind strategy = StrategyKind::RunToBlock;
    std::uint64_t seed = 0;
    // Deterministic mode: instead of `strategy` and `seed`; not owned, outlives the scheduler.
    Strategy *chooser = nullptr;
    std::optional<std::vector<Choice>> replay;  // take the choices from here
    std::int64_t watchdog_ms = 5000;            // processor time without a call to us; 0: off
    // Virtual wall clock at time 0, in 100 ns since 1601.
    std::int64_t start_time = 0x01DB'0000'0000'0000;
    // Deterministic mode. An activity that passes so many points without progress lets others run,
    // and time pass; after so many with nobody else to run and no timer armed it is stuck for good.
    std::uint64_t fairness_points = 10'000;
    std::uint64_t livelock_points = 100'000'000;
};

// A timer of the scheduler. Expiry runs `expired` at DISPATCH_LEVEL on a kernel stack.
// Threaded mode: `cancel` may return false while `expired` is running on another processor; the
// owner keeps the Timer's memory until then (both under a lock of its own will do).
struct Timer {
    void (*expired)(Timer &) = nullptr;
    void *context = nullptr;
    std::int64_t due = 0;          // in units of 100 ns since machine start
    std::uint64_t sequence = 0;    // equal times expire in the order they were armed
    std::uint32_t heap_index = 0;  // 0: not armed
};

// How the scheduler calls up. The executive supplies it before the first activity runs.
struct KernelHooks {
    void *context = nullptr;
    // Runs what is pending on the current processor (DPCs, interrupts) that its IRQL allows. Called
    // at the IRQL to which it was lowered, below DISPATCH_LEVEL for DPCs.
    void (*deliver)(void *context, Processor &processor) = nullptr;
    // The machine cannot go on: every activity waits and no timer is armed though somebody waits
    // for a result, or some wait for each other in a cycle. `report` says how, and who waits for
    // what, with the cycle. Does not return when it bugchecks.
    void (*deadlock)(void *context, const char *report) = nullptr;
    // Driver code ran for longer than the watchdog allows without calling us. Called on the
    // offending kernel stack; does not return.
    void (*runaway)(void *context, void *instruction, void *frame) = nullptr;
    // A hardware fault on a kernel stack. Called on a kernel stack that is safe to use; `registers`
    // is the host's ucontext_t. Returns only if the fault is not the driver's: then the host's
    // handlers get it.
    void (*fault)(void *context, int signal, void *address, void *registers) = nullptr;
    // Names an object for reports; null: unknown.
    const char *(*name_of)(void *context, const void *object, char *buffer,
                           std::size_t size) = nullptr;
    // Whether an instruction is a driver's, so that an activity stopped at it can be abandoned
    // there: our own code may hold a lock of the host. Called from a signal handler, perhaps amid
    // the sanitizer's own work: must not be instrumented. Null: no code is.
    bool (*is_driver_code)(void *context, const void *instruction) = nullptr;
};

enum class ParkResult : std::uint8_t { Unparked, TimedOut };

inline constexpr std::int64_t kForever = INT64_MAX;

class Scheduler {
public:
    // Made by the machine, in host memory; its arena outlives it.
    static std::unique_ptr<Scheduler> create(Arena &arena, const Options &options);
    virtual ~Scheduler() = default;
    Scheduler(const Scheduler &) = delete;
    Scheduler &operator=(const Scheduler &) = delete;

    Mode mode() const { return mode_; }
    bool threaded() const { return mode_ == Mode::Threaded; }
    const Options &options() const { return options_; }
    std::span<Processor> processors() { return {processors_, processor_count_}; }
    Arena &arena() { return arena_; }
    void set_hooks(const KernelHooks &hooks, void *machine)
    {
        hooks_ = hooks;
        machine_ = machine;
    }

    // --- Entering: host side -------------------------------------------------------------------
    // The activity of the calling host thread (deterministic mode: the machine's owner, or the
    // client activity whose code is running). Made at first use in threaded mode, where a host
    // thread that ends leaves its activity to the next new one.
    virtual Activity &client_activity() = 0;

    // Runs `body(argument)` as the calling activity on its kernel stack, owning a processor at
    // PASSIVE_LEVEL. False: the machine died inside, or was dead before; nothing of the body's
    // stack is left then. Not nestable from kernel code.
    bool enter(Activity &activity, void (*body)(void *), void *argument);
    template <class Body>
    bool kernel_call(Activity &activity, Body &&body)
    {
        using Function = std::remove_reference_t<Body>;
        auto run = [](void *function) { (*static_cast<Function *>(function))(); };
        return enter(activity, run, const_cast<void *>(static_cast<const void *>(&body)));
    }

    // A further client: `body` runs as user code of its own activity (a host thread or a user-stack
    // fiber) and may call in like the owner does. Ended by `join_client`, which frees the activity.
    virtual Activity &start_client(std::string_view name, std::function<void()> body) = 0;
    virtual void join_client(Activity &client) = 0;

    // Deterministic mode: moves virtual time on by `duration` (100 ns), running all that becomes
    // ready; run_until_idle runs until nothing is ready (timers not yet due stay armed). Threaded
    // mode: advance really waits; run_until_idle waits until no system activity is ready or running
    // and no DPC is pending.
    virtual void advance(std::int64_t duration) = 0;
    virtual void run_until_idle() = 0;
    // Runs the machine until `done(argument)` holds; false: it never will (deadlock, dead machine)
    // or `deadline` passed. Host side counterpart of park: for File::wait and the like, called
    // outside `enter`. Threaded mode: whoever makes `done` true must unpark the waiting activity.
    virtual bool run_until(bool (*done)(void *), void *argument,
                           std::int64_t deadline = kForever) = 0;

    // --- Inside the kernel -----------------------------------------------------------------------
    // Starts a system thread at PASSIVE_LEVEL on a kernel stack of its own; nullptr: out of stacks.
    // Its activity ends, and is freed, when the body returns or `exit_thread` is called; that may
    // be before this returns. `prepare` (null: nothing) is called while the thread cannot run yet.
    virtual Activity *start_thread(const char *name, void (*body)(void *), void *argument,
                                   void *executive,
                                   void (*prepare)(Activity &activity) = nullptr) = 0;
    [[noreturn]] virtual void exit_thread() = 0;

    // Blocks the current activity until `unpark` or the deadline (absolute, 100 ns since machine
    // start). IRQL below DISPATCH_LEVEL. An unpark that comes first is remembered (one token).
    virtual ParkResult park(const WaitReason &reason, std::int64_t deadline = kForever) = 0;
    virtual void unpark(Activity &activity) = 0;

    // A point where others may run. `choose` picks one of `options` (recorded when options > 1);
    // always 0 in threaded mode except with a random strategy's generator.
    void point(Point kind)
    {
        Activity &activity = *current.activity;
        activity.progress += point_weight(kind);
        if (activity.progress >= __atomic_load_n(&activity.point_limit, __ATOMIC_RELAXED))
            [[unlikely]]
            choice_point(kind);
    }
    virtual std::uint32_t choose(ChoiceKind kind, std::uint32_t options) = 0;

    // Lets others run while a lock held by `reason.holder` (null: unknown) is awaited: threaded
    // mode spins, then yields to the host; deterministic mode runs another processor or reports the
    // deadlock. `attempt` counts from 0.
    virtual void relax(const WaitReason &reason, unsigned attempt) = 0;

    // IRQL of the current processor. Raising is a plain store.
    static std::uint8_t irql() { return current.processor->irql; }
    static std::uint8_t raise_irql(std::uint8_t level)
    {
        std::uint8_t old = current.processor->irql;
        current.processor->irql = level;
        return old;
    }
    void lower_irql(std::uint8_t level)
    {
        Processor &processor = *current.processor;
        processor.irql = level;
        if (__atomic_load_n(&processor.deferred_pending, __ATOMIC_RELAXED) &&
            level < kDispatchLevel && !processor.in_deferred) [[unlikely]]
            delivery_allowed();
        point(Point::IrqlLowered);
    }
    // Marks work pending on `target`, and makes sure it is delivered though nobody runs there: at
    // once if it is the current processor and its IRQL allows. With Delivery::Soon a strategy of
    // the deterministic mode may choose to let the processor go on for a while.
    virtual void request_delivery(Processor &target, Delivery when = Delivery::AtOnce) = 0;

    // Time since machine start in 100 ns. read_clock is a choice point and moves virtual time by a
    // small step.
    virtual std::int64_t now() = 0;
    virtual std::int64_t read_clock() = 0;
    std::int64_t system_time() { return options_.start_time + now(); }
    virtual void stall(std::int64_t duration_100ns) = 0;
    virtual void arm(Timer &timer, std::int64_t due) = 0;
    virtual bool cancel(Timer &timer) = 0;  // true: was armed, will not expire

    // --- Death ---------------------------------------------------------------------------------
    // Marks the machine dead and abandons the calling activity; every other one is abandoned when
    // it next runs. Callable from any depth on a kernel stack, at any IRQL.
    [[noreturn]] void die();
    bool dead() const { return __atomic_load_n(&dead_, __ATOMIC_ACQUIRE); }

    // --- Record ----------------------------------------------------------------------------------
    const std::vector<Choice> &choices() const { return choices_; }
    // Not empty: the replay did not fit, and how.
    const std::string &replay_mismatch() const { return replay_mismatch_; }
    // Recorded choices that nobody has asked for yet.
    std::size_t replay_left() const
    {
        return options_.replay ? options_.replay->size() - choices_.size() : 0;
    }
    // Who waits for what now, with the cycle if there is one: the text of a deadlock report.
    virtual std::string wait_report() = 0;
    // Calls `visit` with each activity that is parked on a kernel stack and its innermost frame,
    // until it returns true. Threaded mode: with none.
    virtual void
    visit_parked(base::FunctionRef<bool(const Activity &activity, const void *frame)> visit);
    // The most of a kernel stack that any activity has ever used, in bytes.
    virtual std::size_t stack_high_water() = 0;

protected:
    Scheduler(Arena &arena, const Options &options);
    virtual void choice_point(Point kind) = 0;
    virtual bool take_processor(Activity &activity) = 0;  // before a kernel entry
    virtual void give_processor(Activity &activity) = 0;  // after it
    // Everybody else must go; the caller is abandoned.
    [[noreturn]] virtual void abandon_all(Activity &caller) = 0;
    void deliver_deferred();
    // The IRQL has gone below DISPATCH_LEVEL on a processor on which something is pending.
    virtual void delivery_allowed() { deliver_deferred(); }
    // What request_delivery asked for has been delivered.
    virtual void delivered() {}
    // Runs `body` for an activity that holds a processor; gives the processor back in threaded
    // mode.
    bool run_in_kernel(struct ActivityImpl &own, void (*body)(void *), void *argument);
    void put_back_processor(struct ActivityImpl &own);
    // Deterministic mode: runs the timers that are due, at DISPATCH_LEVEL; false: there are none.
    virtual bool expire_timers() { return false; }
    // The entry of `activity` was abandoned: its user code runs on.
    virtual void abandoned(Activity &activity) = 0;
    // Calls the deadlock hook with `how` and who waits for what; then the machine is dead.
    [[noreturn]] void stuck(const char *how);
    void make_processors();
    std::string report_waits(const struct ActivityImpl *first);
    // Whether `self`, which is about to wait for ever, waits for itself through the holders of what
    // it and others wait for. `waits(activity)`: it waits for ever, and nobody has woken it.
    // Cycles of less than `fewest` do not count.
    static bool closes_cycle(const struct ActivityImpl &self,
                             base::FunctionRef<bool(const Activity *)> waits, int fewest = 1);

    // Code that yields, stalls or reads the clock waits for somebody else.
    static constexpr std::uint64_t point_weight(Point kind)
    {
        return kind == Point::Yield || kind == Point::Stall || kind == Point::ClockRead ? 100 : 1;
    }

    friend struct FaultHandling;
    Arena &arena_;
    Options options_;
    Mode mode_;
    bool dead_ = false;
    std::uint64_t fairness_ = 0;  // deterministic mode: points until the slow way
    const void *home_ = nullptr;  // deterministic mode: the owner thread's `current`
    std::uint32_t waiting_ = 0;   // threaded mode: activities that wait for a processor
    KernelHooks hooks_;
    void *machine_ = nullptr;
    Processor *processors_ = nullptr;
    std::size_t processor_count_ = 0;
    std::vector<Choice> choices_;
    std::string replay_mismatch_;
    Activity *reporter_ = nullptr;  // of the deadlock; atomic
    std::string deadlock_report_;
};

}  // namespace openkmdf::scheduler
