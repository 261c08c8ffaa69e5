#include "executive/ke/timer.h"

#include "base/assert.h"
#include "executive/ke/dispatcher.h"
#include "executive/ke/dpc.h"
#include "executive/module_registry.h"

// Kernel timers. TimerListEntry.Flink of an armed one leads to its node.

namespace openkmdf::executive::ke {
namespace {

using scheduler::InternalGuard;
using scheduler::Scheduler;

constexpr std::int64_t kPerMillisecond = 10'000;

TimerNode *&node_of(KTIMER &timer)
{
    return reinterpret_cast<TimerNode *&>(timer.TimerListEntry.Flink);
}

void expired(scheduler::Timer &timer);

TimerNode *take_node()
{
    KeState &ke = state();
    TimerNode *node = ke.free_timers;
    if (node) {
        ke.free_timers = node->next;
    } else {
        node = kernel().arena->make<TimerNode>();
        OPENKMDF_ASSERT(node, "the machine's state region is full of armed timers");
        node->timer.expired = expired;
    }
    node->next = ke.armed_timers;
    node->previous = nullptr;
    if (node->next) node->next->previous = node;
    ke.armed_timers = node;
    return node;
}

void give_node(TimerNode *node)
{
    KeState &ke = state();
    (node->previous ? node->previous->next : ke.armed_timers) = node->next;
    if (node->next) node->next->previous = node->previous;
    node->owner = nullptr;
    node->next = ke.free_timers;
    ke.free_timers = node;
}

// All with the lock held.
void arm(KTIMER &timer, std::int64_t due)
{
    TimerNode *node = take_node();
    node->owner = &timer;
    node_of(timer) = node;
    timer.Header.Inserted = 1;
    timer.DueTime.QuadPart = static_cast<ULONGLONG>(due);
    scheduler::current.scheduler->arm(node->timer, due);
}

bool disarm(KTIMER &timer)
{
    if (!timer.Header.Inserted) return false;
    timer.Header.Inserted = 0;
    TimerNode *node = node_of(timer);
    node_of(timer) = nullptr;
    node->owner = nullptr;
    if (scheduler::current.scheduler->cancel(node->timer))
        give_node(node);  // else `expired` is on its way and gives it back
    return true;
}

// What happens at expiry; `request` is sent by the caller.
void signal(KTIMER &timer, DpcRequest &request)
{
    timer.Header.SignalState = 1;
    if (!IsListEmpty(&timer.Header.WaitListHead)) wake_waiters(timer.Header);
    if (timer.Dpc) queue_dpc(*timer.Dpc, nullptr, nullptr, request);
}

void expired(scheduler::Timer &scheduled)
{
    auto &node = reinterpret_cast<TimerNode &>(scheduled);
    DpcRequest request;
    {
        InternalGuard guard(state().lock);
        PKTIMER timer = node.owner;
        std::int64_t due = scheduled.due;
        give_node(&node);
        if (!timer) return;
        timer->Header.Inserted = 0;
        node_of(*timer) = nullptr;
        if (timer->Period) arm(*timer, due + timer->Period * kPerMillisecond);
        signal(*timer, request);
    }
    request.send();
}

void require_initialized(const KTIMER &timer, const char *function)
{
    const UCHAR type = timer.Header.Type;
    if (type == kNotificationTimer || type == kSynchronizationTimer) [[likely]]
        return;
    char where[96];
    bugcheck(TIMER_OR_DPC_INVALID, 0, number_of(&timer), 0, 0,
             "%s was called for a KTIMER (%s) that is not initialized, or whose memory was "
             "overwritten. Call KeInitializeTimer first.",
             function, describe_address(number_of(&timer), where, sizeof where));
}

BOOLEAN set(PKTIMER timer, LARGE_INTEGER due_time, ULONG period, PKDPC dpc, const char *function)
{
    require_initialized(*timer, function);
    // A negative due time counts from now, zero and a past one expire at once.
    const std::int64_t due = deadline_of(&due_time);
    DpcRequest request;
    bool was_armed;
    {
        InternalGuard guard(state().lock);
        was_armed = disarm(*timer);
        timer->Header.SignalState = 0;
        timer->Dpc = dpc;
        timer->Period = period;
        if (due > scheduler::current.scheduler->now()) {
            arm(*timer, due);
        } else {
            if (period) arm(*timer, scheduler::current.scheduler->now() + period * kPerMillisecond);
            signal(*timer, request);
        }
    }
    request.send();
    point();
    return was_armed;
}

}  // namespace

PKTIMER find_armed_timer(const void *low, const void *high)
{
    KeState &ke = state();
    InternalGuard guard(ke.lock);
    for (TimerNode *node = ke.armed_timers; node; node = node->next)
        if (node->owner && node->owner >= low && node->owner < high) return node->owner;
    return nullptr;
}

extern "C" {

VOID NTAPI KeInitializeTimer(PKTIMER Timer)
{
    KeInitializeTimerEx(Timer, NotificationTimer);
}

VOID NTAPI KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    initialize_header(Timer->Header,
                      Type == NotificationTimer ? kNotificationTimer : kSynchronizationTimer,
                      sizeof(KTIMER), 0);
    // Size and the flags of a timer share a byte.
    Timer->Header.Hand = 0;
    Timer->DueTime.QuadPart = 0;
    Timer->TimerListEntry = {};
    Timer->Dpc = nullptr;
    Timer->Processor = 0;
    Timer->Period = 0;
}

BOOLEAN NTAPI KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    return set(Timer, DueTime, 0, Dpc, "KeSetTimer");
}

BOOLEAN NTAPI KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    return set(Timer, DueTime, Period > 0 ? static_cast<ULONG>(Period) : 0, Dpc, "KeSetTimerEx");
}

// The tolerance allows a later expiry and asks for none.
BOOLEAN NTAPI KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period, ULONG,
                                    PKDPC Dpc)
{
    return set(Timer, DueTime, Period, Dpc, "KeSetCoalescableTimer");
}

BOOLEAN NTAPI KeCancelTimer(PKTIMER Timer)
{
    require_initialized(*Timer, "KeCancelTimer");
    bool was_armed;
    {
        InternalGuard guard(state().lock);
        was_armed = disarm(*Timer);
    }
    point();
    return was_armed;
}

BOOLEAN NTAPI KeReadStateTimer(PKTIMER Timer)
{
    require_initialized(*Timer, "KeReadStateTimer");
    point(scheduler::Point::Interlocked);
    return __atomic_load_n(&Timer->Header.SignalState, __ATOMIC_ACQUIRE) != 0;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
