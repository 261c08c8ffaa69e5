#include "scheduler/activity_impl.h"

#include <string>

// The text that says who waits for what.

namespace openkmdf::scheduler {
namespace {

const char *kind_name(ActivityKind kind)
{
    switch (kind) {
    case ActivityKind::Owner:
        return "client";
    case ActivityKind::Client:
        return "client";
    case ActivityKind::System:
        return "system thread";
    case ActivityKind::Idle:
        return "idle thread";
    }
    return "activity";
}

std::string label(const Activity &activity)
{
    std::string text = kind_name(activity.kind);
    text += " #" + std::to_string(activity.ordinal);
    if (activity.name[0] != '\0') text += std::string(" '") + activity.name + "'";
    return text;
}

bool waits(const Activity &activity)
{
    return activity.wait.what[0] != '\0';
}

constexpr int kLongestCycle = 64;

// The first activity of a cycle of holders, or nullptr.
const Activity *find_cycle(const ActivityImpl *first)
{
    for (const ActivityImpl *start = first; start; start = start->next_of_all) {
        const Activity *at = start;
        for (int steps = 0; at && waits(*at) && steps < kLongestCycle; steps++) {
            at = at->wait.current_holder();
            if (at == start) return start;
        }
    }
    return nullptr;
}

}  // namespace

std::string Scheduler::report_waits(const ActivityImpl *first)
{
    auto object_name = [this](const WaitReason &wait) {
        char buffer[128];
        std::string text = wait.what;
        const char *name = nullptr;
        if (wait.object && hooks_.name_of)
            name = hooks_.name_of(hooks_.context, wait.object, buffer, sizeof buffer);
        if (name) text += std::string(" ") + name;
        return text;
    };
    std::string report;
    for (const ActivityImpl *activity = first; activity; activity = activity->next_of_all) {
        if (!waits(*activity)) continue;
        report += label(*activity) + " waits for " + object_name(activity->wait);
        if (const Activity *holder = activity->wait.current_holder())
            report += ", held by " + label(*holder);
        report += "\n";
    }
    if (const Activity *start = find_cycle(first)) {
        report += "cycle: " + label(*start);
        const Activity *at = start;
        do {
            report += " -> " + object_name(at->wait);
            at = at->wait.current_holder();
            report += " -> " + label(*at);
        } while (at != start);
        report += "\n";
    }
    return report;
}

// Other processors are at work meanwhile. Whoever is found waiting, and holding the same, twice has
// waited all the time in between, and released nothing.
bool Scheduler::closes_cycle(const ActivityImpl &self,
                             base::FunctionRef<bool(const Activity *)> waits_for_ever, int fewest)
{
    const Activity *members[kLongestCycle];
    int count = 0;
    for (int round = 0; round < 2; round++) {
        const Activity *at = &self;
        int step = 0;
        do {
            at = at->wait.current_holder();
            if (!at || step == kLongestCycle || (at != &self && !waits_for_ever(at))) return false;
            if (round == 1 && (step == count || members[step] != at)) return false;
            members[step++] = at;
        } while (at != &self);
        if (step < fewest) return false;
        count = step;
    }
    return true;
}

}  // namespace openkmdf::scheduler
