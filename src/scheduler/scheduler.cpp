#include "scheduler/scheduler.h"

#include "base/assert.h"
#include "scheduler/activity_impl.h"
#include "scheduler/asymmetric.h"
#include "scheduler/deterministic.h"
#include "scheduler/threaded.h"

#include <algorithm>
#include <new>

namespace openkmdf::scheduler {
namespace {

constexpr unsigned kMaxProcessors = 64;

bool pending(Processor &processor)
{
    return __atomic_load_n(&processor.deferred_pending, __ATOMIC_RELAXED) != 0;
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
    processor->current = self;
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
    Options checked = options;
    checked.processors = std::clamp(options.processors, 1u, kMaxProcessors);
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

bool Scheduler::enter(Activity &activity, void (*body)(void *), void *argument)
{
    if (dead()) [[unlikely]]
        return false;
    auto &own = static_cast<ActivityImpl &>(activity);
    OPENKMDF_ASSERT(!own.in_kernel, "kernel code enters the kernel again");
    KernelEntry entry{nullptr, current};
    bool threaded = mode_ == Mode::Threaded;
    if (threaded) {
        if (!take_last_processor(own) && !take_processor(own)) [[unlikely]]
            return false;
    } else {
        OPENKMDF_ASSERT(home_ == &current && own.processor,
                        "a deterministic machine is called by the thread that made it, or by the "
                        "client whose code is running");
        own.burst_start = own.round_start = own.progress;
        own.point_limit = own.progress + fairness_;
    }
    own.progress++;
    own.entry = &entry;
    own.in_kernel = 1;
    current = {&own, own.processor, this, machine_};

    bool alive = call_on_stack(own.user, own.kernel, body, argument, &entry.frame);
    auto deliver = [](void *scheduler) { static_cast<Scheduler *>(scheduler)->deliver_deferred(); };
    while (alive && pending(*own.processor))
        [[unlikely]] alive = call_on_stack(own.user, own.kernel, deliver, this, &entry.frame);

    current = entry.outer;
    own.in_kernel = 0;
    own.entry = nullptr;
    if (!alive) [[unlikely]] {
        abandoned(own);
        return false;
    }
    if (threaded) {
        Processor *processor = own.processor;
        own.last_processor = processor;
        own.processor = nullptr;
        processor->current = nullptr;
        Activity *nobody = nullptr;
        __atomic_store_n(&processor->owner, nobody, __ATOMIC_RELEASE);
        light_fence();
        if (__atomic_load_n(&waiting_, __ATOMIC_RELAXED) || pending(*processor)) [[unlikely]]
            give_processor(own);
    }
    return true;
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
        if (!requested && !expired) return;
    }
}

void Scheduler::die()
{
    OPENKMDF_ASSERT(current.scheduler == this && current.activity->in_kernel,
                    "a machine dies of something that happens on one of its kernel stacks");
    abandon_all(*current.activity);
    OPENKMDF_UNREACHABLE();
}

}  // namespace openkmdf::scheduler
