#pragma once

#include "scheduler/activity.h"
#include "scheduler/stack_switch.h"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <ucontext.h>

namespace openkmdf::scheduler {

// What an operating system thread needs so that driver code on it may fault, loop or be stopped: an
// alternate signal stack, a timer of its processor time, and room for an interrupted context.
struct HostThread {
    // Why the thread was taken out of the code it ran.
    enum class Reason : std::uint8_t { None, Fault, Runaway, Stop };

    // Of the calling thread, made at first use and kept until the thread ends.
    static HostThread &self();
    // The same for signal handlers: nullptr if there is none.
    static HostThread *existing();

    // A machine runs code on this thread; counted. The watchdog ticks while there is one.
    void attach(std::int64_t watchdog_ms);
    void detach();
    // The thread abandons its kernel stack by itself: no signal takes it out a second time, which
    // would find locks of ours held or the stack half-way left. Until the stack is left.
    void begin_leaving()
    {
        if (reason == Reason::None) reason = Reason::Stop;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
    }
    // Takes the thread out of the driver code that it runs, if its machine is dead.
    void request_stop();

    pid_t tid = 0;
    unsigned machines = 0;

    std::byte *alternate_stack = nullptr;
    bool has_timer = false;
    timer_t timer = {};
    std::int64_t interval_ms = 0;

    // Watchdog: what the thread did at the last tick.
    const Activity *watched = nullptr;
    std::uint64_t watched_progress = 0;
    std::int64_t unchanged_ms = 0;

    // The interruption that is being handled.
    Reason reason = Reason::None;
    bool overflow = false;  // handled below the stack's end
    siginfo_t info = {};
    ucontext_t registers = {};
    _libc_fpstate floating_point = {};
    StackContext emergency;

    HostThread();
    ~HostThread();
    HostThread(const HostThread &) = delete;
};

// Catches faults on kernel stacks, process-wide; other faults go to the handlers found here.
void install_fault_handlers();
// Puts those handlers back, where ours are still in place.
void restore_fault_handlers();

}  // namespace openkmdf::scheduler
