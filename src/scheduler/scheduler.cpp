#include "scheduler/scheduler.h"

#include "base/assert.h"
#include "scheduler/activity_impl.h"
#include "scheduler/asymmetric.h"
#include "scheduler/deterministic.h"
#include "scheduler/host_thread.h"
#include "scheduler/threaded.h"

#include <algorithm>
#include <new>

namespace openkmdf::scheduler {
namespace {

bool pending(Processor &processor)
{
    return __atomic_load_n(&processor.deferred_pending, __ATOMIC_ACQUIRE) != 0;
}

// What a client needs to get at most times: the processor where it last ran.
inline bool take_last_processor(ActivityImpl &activity)
{
    Processor *processor = activity.last_processor;
    Activity *nobody = nullptr;
    Activity *self = &activity;
    if (!__atomic_compare_exchange_n(&processor->owner, &nobody, self, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return false;
    __atomic_store_n(&processor->current, self, __ATOMIC_RELAXED);
    activity.processor = processor;
    return true;
}

}  // namespace

Scheduler::Scheduler(Arena &arena, const Options &options)
    : arena_(arena), options_(options), mode_(options.mode)
{
}

std::unique_ptr<Scheduler> Scheduler::create(Arena &arena, const Options &options)
{
    install_fault_handlers();
    Options checked = options;
    checked.processors = std::clamp(options.processors, 1u, kMaximumProcessors);
    if (options.mode == Mode::Threaded) return make_threaded(arena, checked);
    return make_deterministic(arena, checked);
}

void Scheduler::make_processors()
{
    processor_count_ = options_.processors;
    void *memory = arena_.allocate(processor_count_ * sizeof(Processor), alignof(Processor));
    OPENKMDF_ASSERT(memory, "no room for the processors in a new arena");
    processors_ = static_cast<Processor *>(memory);
    for (std::uint32_t number = 0; number < processor_count_; number++) {
        auto *processor = ::new (static_cast<void *>(processors_ + number)) Processor;
        processor->number = number;
        processor->scheduler = this;
    }
}

void Scheduler::put_back_processor(ActivityImpl &own)
{
    Processor *processor = own.processor;
    own.last_processor = processor;
    own.processor = nullptr;
    Activity *nobody = nullptr;
    __atomic_store_n(&processor->current, nobody, __ATOMIC_RELAXED);
    __atomic_store_n(&processor->owner, nobody, __ATOMIC_RELEASE);
    light_fence();
    if (__atomic_load_n(&waiting_, __ATOMIC_RELAXED) || pending(*processor)) [[unlikely]]
        give_processor(own);
}

bool Scheduler::run_in_kernel(ActivityImpl &own, void (*body)(void *), void *argument)
{
    OPENKMDF_ASSERT(!own.in_kernel, "kernel code enters the kernel again");
    KernelEntry entry{nullptr, current};
    own.progress++;
    own.entry = &entry;
    current = {&own, own.processor, this, machine_};
    __atomic_store_n(&own.in_kernel, std::uint8_t{1}, __ATOMIC_RELAXED);

    bool alive = call_on_stack(own.user, own.kernel, body, argument, &entry.frame);
    auto deliver = [](void *scheduler) { static_cast<Scheduler *>(scheduler)->deliver_deferred(); };
    while (alive && pending(*own.processor))
        [[unlikely]] alive = call_on_stack(own.user, own.kernel, deliver, this, &entry.frame);

    __atomic_store_n(&own.in_kernel, std::uint8_t{0}, __ATOMIC_RELAXED);
    current = entry.outer;
    own.entry = nullptr;
    if (!alive) [[unlikely]] {
        if (HostThread *host = HostThread::existing()) host->reason = HostThread::Reason::None;
        abandoned(own);
        return false;
    }
    if (mode_ == Mode::Threaded) put_back_processor(own);
    return true;
}

[[gnu::flatten]] bool Scheduler::enter(Activity &activity, void (*body)(void *), void *argument)
{
    if (dead()) [[unlikely]]
        return false;
    auto &own = static_cast<ActivityImpl &>(activity);
    if (mode_ == Mode::Threaded) {
        if (!take_last_processor(own) && !take_processor(own)) [[unlikely]]
            return false;
    } else {
        OPENKMDF_ASSERT(home_ == &current && own.processor,
                        "a deterministic machine is called by the thread that made it, or by the "
                        "client whose code is running");
        own.burst_start = own.round_start = own.progress;
        own.point_limit = own.progress + fairness_;
    }
    return run_in_kernel(own, body, argument);
}

void Scheduler::deliver_deferred()
{
    Processor &processor = *current.processor;
    for (;;) {
        bool requested = __atomic_exchange_n(&processor.deferred_pending, std::uint8_t{0},
                                             __ATOMIC_ACQUIRE) != 0;
        processor.in_deferred = 1;
        bool expired = expire_timers();
        if (requested && hooks_.deliver) hooks_.deliver(hooks_.context, processor);
        processor.in_deferred = 0;
        if (requested) delivered();
        if (!requested && !expired) return;
    }
}

void Scheduler::visit_parked(base::FunctionRef<bool(const Activity &, const void *)>)
{
}

// The report stays in the scheduler: this stack's frames are abandoned.
void Scheduler::stuck(const char *how)
{
    std::string &report = deadlock_report_;
    Activity *reporter = nullptr;
    Activity *self = current.activity;
    if (!__atomic_compare_exchange_n(&reporter_, &reporter, self, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        // Who dies first makes the machine dead, and clients then read what the reporter writes.
        while (reporter != self && !dead()) __builtin_ia32_pause();
    } else {
        report = how;
        report += "\n";
        report += wait_report();
        if (hooks_.deadlock) hooks_.deadlock(hooks_.context, report.c_str());
    }
    die();
}

void Scheduler::die()
{
    if (HostThread *host = HostThread::existing()) host->reason = HostThread::Reason::None;
    OPENKMDF_ASSERT(current.scheduler == this && current.activity->in_kernel,
                    "a machine dies of something that happens on one of its kernel stacks");
    abandon_all(*current.activity);
    OPENKMDF_UNREACHABLE();
}

}  // namespace openkmdf::scheduler
