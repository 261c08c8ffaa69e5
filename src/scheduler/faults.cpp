#include "base/assert.h"
#include "scheduler/activity_impl.h"
#include "scheduler/host_thread.h"
#include "scheduler/user_memory.h"

#include <sys/mman.h>

#include <cstring>
#include <unistd.h>

// Hardware faults, endless loops and the end of a machine reach driver code by a signal. The
// handler changes the interrupted context so that the thread goes on in the trampoline below, on
// its kernel stack, as if the interrupted instruction had called it.

// The trampoline's frame at %rbp: the interrupted %rbp, %rip and %rsp. Debuggers, unwinders and
// walks along frame pointers go on from it to the interrupted function.
asm(R"(
    .text
    .p2align 4
    .globl openkmdf_fault_trampoline
    .hidden openkmdf_fault_trampoline
    .type openkmdf_fault_trampoline, @function
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa %rbp, 16
    .cfi_offset %rbp, -16
    .cfi_escape 0x16, 0x07, 0x03, 0x76, 0x10, 0x06
    nop
openkmdf_fault_trampoline:
    callq openkmdf_fault_entry
    .globl openkmdf_fault_return
    .hidden openkmdf_fault_return
openkmdf_fault_return:
    ud2
    .cfi_endproc
    .size openkmdf_fault_trampoline, . - openkmdf_fault_trampoline
)");

extern "C" {
void openkmdf_fault_trampoline();
void openkmdf_fault_return();
[[gnu::visibility("hidden")]] void openkmdf_fault_entry();
// The C library's own, which sanitizers do not intercept: theirs would postpone the watchdog's
// signal until a call that an endless loop never makes.
int __sigaction(int signal, const struct sigaction *action, struct sigaction *old);
}

namespace openkmdf::scheduler {

using Reason = HostThread::Reason;

// The scheduler's inside as signal handlers need it: without a call that a sanitizer sees.
struct FaultHandling {
    OPENKMDF_UNINSTRUMENTED static const KernelHooks &hooks(const Scheduler &scheduler)
    {
        return scheduler.hooks_;
    }
    OPENKMDF_UNINSTRUMENTED static bool dead(const Scheduler &scheduler)
    {
        return *static_cast<const volatile bool *>(&scheduler.dead_);
    }
    OPENKMDF_UNINSTRUMENTED static std::int64_t watchdog_ms(const Scheduler &scheduler)
    {
        return scheduler.options_.watchdog_ms;
    }
};

namespace {

constexpr int kFaultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
constexpr int kSignalLimit = 65;
constexpr std::size_t kRedZone = 128;
// With less than this left a fault is handled below the stack's end.
constexpr std::size_t kLeastRoom = 8 << 10;
constexpr std::uint64_t kFlagsToClear = 0x40500;  // alignment check, direction, single step

struct sigaction previous_actions[kSignalLimit];
bool installed;

struct InterruptedFrame {
    std::uint64_t rbp;
    std::uint64_t rip;
    std::uint64_t rsp;
    std::uint64_t unused;
};

OPENKMDF_UNINSTRUMENTED std::uint64_t &reg(ucontext_t &context, int index)
{
    return reinterpret_cast<std::uint64_t &>(context.uc_mcontext.gregs[index]);
}

// The rest of the file up to openkmdf_fault_entry runs in signal handlers.

OPENKMDF_UNINSTRUMENTED void save(HostThread &host, const ucontext_t &context,
                                  const siginfo_t &info)
{
    host.info = info;
    __builtin_memcpy(&host.registers, &context, sizeof context);
    if (context.uc_mcontext.fpregs) {
        __builtin_memcpy(&host.floating_point, context.uc_mcontext.fpregs,
                         sizeof host.floating_point);
        host.registers.uc_mcontext.fpregs = &host.floating_point;
    }
}

// False: the thread is not on the kernel stack of the activity.
OPENKMDF_UNINSTRUMENTED bool redirect(HostThread &host, Activity &activity, ucontext_t &context,
                                      const siginfo_t &info, Reason reason)
{
    auto low = reinterpret_cast<std::uint64_t>(activity.kernel_stack_low);
    auto high = reinterpret_cast<std::uint64_t>(activity.kernel_stack_high);
    std::uint64_t stack_pointer = reg(context, REG_RSP);
    if (stack_pointer < low - Arena::kStackGuard || stack_pointer > high ||
        host.reason != Reason::None)
        return false;
    save(host, context, info);
    host.overflow = stack_pointer < low + kLeastRoom;
    std::uint64_t top = stack_pointer - kRedZone;
    if (host.overflow) {
        // The part of the guard next to the stack becomes the place to handle the overflow.
        void *reserve = activity.kernel_stack_low - Arena::kStackReserve;
        if (mprotect(reserve, Arena::kStackReserve, PROT_READ | PROT_WRITE) != 0) return false;
        if (top > low) top = low;
    }
    auto *frame = reinterpret_cast<InterruptedFrame *>((top & ~15ull) - sizeof(InterruptedFrame));
    frame->rbp = reg(context, REG_RBP);
    frame->rip = reg(context, REG_RIP);
    frame->rsp = stack_pointer;
    reg(context, REG_RBP) = reinterpret_cast<std::uint64_t>(frame);
    reg(context, REG_RSP) = reinterpret_cast<std::uint64_t>(frame);
    reg(context, REG_RIP) = reinterpret_cast<std::uint64_t>(openkmdf_fault_trampoline);
    reg(context, REG_EFL) &= ~kFlagsToClear;
    host.reason = reason;
    return true;
}

OPENKMDF_UNINSTRUMENTED void pass_on(int signal, siginfo_t *info, void *context)
{
    const struct sigaction &previous = previous_actions[signal];
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(signal, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal);
    } else {
        struct sigaction standard = {};
        standard.sa_handler = SIG_DFL;
        __sigaction(signal, &standard, nullptr);
        // A trap has been passed and would not come again.
        if (signal == SIGTRAP || info->si_code <= 0) raise(signal);
    }
}

OPENKMDF_UNINSTRUMENTED void on_fault(int signal, siginfo_t *info, void *argument)
{
    auto &context = *static_cast<ucontext_t *>(argument);
    if (signal == SIGSEGV || signal == SIGBUS) {
        auto *instruction = reinterpret_cast<const void *>(reg(context, REG_RIP));
        if (const void *recovery = recovery_of_user_access(instruction)) {
            reg(context, REG_RIP) = reinterpret_cast<std::uint64_t>(recovery);
            return;
        }
    }
    HostThread *host = HostThread::existing();
    if (signal == SIGILL && host &&
        reg(context, REG_RIP) == reinterpret_cast<std::uint64_t>(openkmdf_fault_return)) {
        // The executive does not want this fault: whoever was here before us gets it as it came.
        __builtin_memcpy(context.uc_mcontext.gregs, host->registers.uc_mcontext.gregs,
                         sizeof context.uc_mcontext.gregs);
        host->reason = Reason::None;
        siginfo_t original = host->info;
        pass_on(original.si_signo, &original, argument);
        return;
    }
    Activity *activity = current.activity;
    if (host && activity && activity->in_kernel && current.scheduler &&
        FaultHandling::hooks(*current.scheduler).fault &&
        redirect(*host, *activity, context, *info, Reason::Fault))
        return;
    pass_on(signal, info, argument);
}

OPENKMDF_UNINSTRUMENTED bool is_driver_code(const Scheduler &scheduler, const ucontext_t &context)
{
    const KernelHooks &hooks = FaultHandling::hooks(scheduler);
    auto *instruction = reinterpret_cast<const void *>(context.uc_mcontext.gregs[REG_RIP]);
    return hooks.is_driver_code && hooks.is_driver_code(hooks.context, instruction);
}

// A tick of the watchdog, or somebody wants the thread to stop.
OPENKMDF_UNINSTRUMENTED void on_tick(int, siginfo_t *info, void *argument)
{
    auto &context = *static_cast<ucontext_t *>(argument);
    HostThread *host = HostThread::existing();
    Activity *activity = current.activity;
    if (!host || !activity || !activity->in_kernel || !current.scheduler) {
        if (host) host->watched = nullptr;
        return;
    }
    const Scheduler &scheduler = *current.scheduler;
    bool in_driver = is_driver_code(scheduler, context);
    if (FaultHandling::dead(scheduler)) {
        if (in_driver) redirect(*host, *activity, context, *info, Reason::Stop);
        return;
    }
    std::int64_t limit = FaultHandling::watchdog_ms(scheduler);
    if (info->si_code != SI_TIMER || limit <= 0) return;
    if (host->watched != activity || host->watched_progress != activity->progress) {
        host->watched = activity;
        host->watched_progress = activity->progress;
        host->unchanged_ms = 0;
        return;
    }
    host->unchanged_ms += host->interval_ms;
    // Code of ours that the driver has called may hold a lock; it returns soon, if ever.
    if (host->unchanged_ms < limit || (!in_driver && host->unchanged_ms < 4 * limit)) return;
    if (redirect(*host, *activity, context, *info, Reason::Runaway)) host->unchanged_ms = 0;
}

void install(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | flags;
    sigemptyset(&action.sa_mask);
    __sigaction(signal, &action, &previous_actions[signal]);
}

void restore(int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction present = {};
    __sigaction(signal, nullptr, &present);
    if ((present.sa_flags & SA_SIGINFO) && present.sa_sigaction == handler)
        __sigaction(signal, &previous_actions[signal], nullptr);
}

}  // namespace

void install_fault_handlers()
{
    if (__atomic_exchange_n(&installed, true, __ATOMIC_ACQ_REL)) return;
    // Not blocked while it is handled: a fault in the handling of one is our own crash.
    for (int signal : kFaultSignals) install(signal, on_fault, SA_NODEFER);
    install(SIGVTALRM, on_tick, SA_RESTART);
}

void restore_fault_handlers()
{
    if (!__atomic_exchange_n(&installed, false, __ATOMIC_ACQ_REL)) return;
    for (int signal : kFaultSignals) restore(signal, on_fault);
    restore(SIGVTALRM, on_tick);
}

}  // namespace openkmdf::scheduler

// Called by the trampoline; when it returns, the fault goes to the handlers found by ours.
void openkmdf_fault_entry()
{
    using namespace openkmdf::scheduler;
    HostThread &host = *HostThread::existing();
    ActivityImpl &activity = implementation(*current.activity);
    Scheduler &scheduler = *current.scheduler;
    const KernelHooks &hooks = FaultHandling::hooks(scheduler);
    if (host.overflow) {
        scheduler.arena().reserve_opened();
        host.emergency.low = activity.kernel_stack_low - Arena::kStackReserve;
        host.emergency.high = activity.kernel_stack_high;
        arrive_unannounced(activity.kernel, host.emergency);
    }
    auto *instruction = reinterpret_cast<void *>(reg(host.registers, REG_RIP));
    auto *frame = reinterpret_cast<void *>(reg(host.registers, REG_RBP));
    switch (host.reason) {
    case Reason::Fault:
        hooks.fault(hooks.context, host.info.si_signo, host.info.si_addr, &host.registers);
        return;
    case Reason::Runaway:
        if (hooks.runaway) hooks.runaway(hooks.context, instruction, frame);
        scheduler.die();
    case Reason::Stop:
        scheduler.die();
    case Reason::None:
        break;
    }
    OPENKMDF_UNREACHABLE("nothing was interrupted");
}
