#include "scheduler/activity_impl.h"

#include "base/assert.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace openkmdf::scheduler {

thread_local constinit Current current [[gnu::tls_model("initial-exec")]];

namespace {

constexpr std::size_t kPage = 4096;

OPENKMDF_UNINSTRUMENTED std::byte *first_written(std::byte *from, std::byte *end)
{
    for (; from < end; from += sizeof(std::uint64_t))
        if (*reinterpret_cast<const volatile std::uint64_t *>(from) != 0) break;
    return from;
}

}  // namespace

// A stack starts as zero pages: the lowest word that is not zero was written. Only pages that exist
// are looked at.
std::size_t stack_high_water(const Activity &activity)
{
    std::byte *low = activity.kernel_stack_low;
    std::byte *high = activity.kernel_stack_high;
    auto size = static_cast<std::size_t>(high - low);
    unsigned char resident[256];
    OPENKMDF_ASSERT(size / kPage <= sizeof resident);
    if (mincore(low, size, resident) != 0) return 0;
    for (std::size_t page = 0; page < size / kPage; page++) {
        if (!(resident[page] & 1)) continue;
        std::byte *begin = low + page * kPage;
        std::byte *written = first_written(begin, begin + kPage);
        if (written < begin + kPage) return static_cast<std::size_t>(high - written);
    }
    return 0;
}

ActivityImpl *ActivityList::make(Scheduler &scheduler, ActivityKind kind, std::string_view name,
                                 void (*main)(void *))
{
    Arena::Stack stack = arena_.take_stack();
    if (!stack.low) return nullptr;
    auto *activity = arena_.make<ActivityImpl>();
    if (!activity) {
        arena_.give_stack(stack);
        return nullptr;
    }
    activity->scheduler = &scheduler;
    activity->kind = kind;
    activity->ordinal = next_ordinal_++;
    std::size_t length = std::min(name.size(), sizeof activity->name - 1);
    std::memcpy(activity->name, name.data(), length);
    activity->kernel_stack_low = stack.low;
    activity->kernel_stack_high = stack.high;
    activity->last_processor = &scheduler.processors().front();
    prepare_stack(activity->kernel, stack.low, stack.high, main, activity);

    activity->previous_of_all = last_;
    (last_ ? last_->next_of_all : first_) = activity;
    last_ = activity;
    return activity;
}

void ActivityList::free(ActivityImpl &activity)
{
    ActivityImpl *previous = activity.previous_of_all;
    ActivityImpl *next = activity.next_of_all;
    (previous ? previous->next_of_all : first_) = next;
    (next ? next->previous_of_all : last_) = previous;
    deepest_freed_ = std::max(deepest_freed_, scheduler::stack_high_water(activity));
    release_stack(activity.kernel);
    arena_.give_stack({activity.kernel_stack_low, activity.kernel_stack_high});
    arena_.drop(&activity);
}

std::size_t ActivityList::stack_high_water() const
{
    std::size_t deepest = deepest_freed_;
    for (const ActivityImpl *activity = first_; activity; activity = activity->next_of_all)
        deepest = std::max(deepest, scheduler::stack_high_water(*activity));
    return deepest;
}

bool ActivityList::contains(const Activity *activity) const
{
    const ActivityImpl *each = first_;
    while (each && each != activity) each = each->next_of_all;
    return each != nullptr;
}

void ActivityList::release_all()
{
    for (ActivityImpl *activity = first_; activity; activity = activity->next_of_all)
        release_stack(activity->kernel);
}

}  // namespace openkmdf::scheduler
