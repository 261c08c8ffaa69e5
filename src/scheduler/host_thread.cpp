#include "scheduler/host_thread.h"

#include "base/assert.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace openkmdf::scheduler {
namespace {

constexpr std::size_t kAlternateStack = 128 << 10;
// Smaller ones that somebody has set up already are replaced.
constexpr std::size_t kAlternateEnough = 32 << 10;

thread_local constinit HostThread *own [[gnu::tls_model("initial-exec")]] = nullptr;

}  // namespace

OPENKMDF_UNINSTRUMENTED HostThread *HostThread::existing()
{
    return own;
}

HostThread &HostThread::self()
{
    thread_local HostThread thread;
    return thread;
}

HostThread::HostThread() : tid(static_cast<pid_t>(syscall(SYS_gettid)))
{
    own = this;
    stack_t present = {};
    if (sigaltstack(nullptr, &present) == 0 && !(present.ss_flags & SS_DISABLE) &&
        present.ss_size >= kAlternateEnough)
        return;
    void *memory =
        mmap(nullptr, kAlternateStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    OPENKMDF_ASSERT(memory != MAP_FAILED, "the host has no memory for a signal stack");
    alternate_stack = static_cast<std::byte *>(memory);
    stack_t wanted = {};
    wanted.ss_sp = memory;
    wanted.ss_size = kAlternateStack;
    sigaltstack(&wanted, nullptr);
}

HostThread::~HostThread()
{
    if (has_timer) timer_delete(timer);
    if (alternate_stack) {
        stack_t none = {};
        none.ss_flags = SS_DISABLE;
        sigaltstack(&none, nullptr);
        munmap(alternate_stack, kAlternateStack);
    }
    own = nullptr;
}

void HostThread::attach(std::int64_t watchdog_ms)
{
    machines++;
    if (watchdog_ms <= 0) return;
    std::int64_t wanted = std::clamp<std::int64_t>(watchdog_ms / 4, 1, 250);
    if (interval_ms != 0 && interval_ms <= wanted) return;
    if (!has_timer) {
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = SIGVTALRM;
        event._sigev_un._tid = tid;
        has_timer = timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0;
        OPENKMDF_ASSERT(has_timer, "the host has no timer for the watchdog");
    }
    interval_ms = wanted;
    timespec interval{wanted / 1000, wanted % 1000 * 1'000'000};
    itimerspec setting{interval, interval};
    timer_settime(timer, 0, &setting, nullptr);
}

void HostThread::detach()
{
    if (--machines != 0 || interval_ms == 0) return;
    interval_ms = 0;
    itimerspec off = {};
    timer_settime(timer, 0, &off, nullptr);
}

void HostThread::request_stop()
{
    syscall(SYS_tgkill, getpid(), tid, SIGVTALRM);
}

}  // namespace openkmdf::scheduler
