#pragma once

#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

namespace openkmdf::executive::ke {

// An armed timer's entry in the scheduler's heap. A KTIMER has no room for it.
struct TimerNode {
    scheduler::Timer timer;
    PKTIMER owner;  // null: cancelled while its expiry was on the way
    TimerNode *next;
    TimerNode *previous;
};

// An armed timer that lies in [low, high), or nullptr.
PKTIMER find_armed_timer(const void *low, const void *high);

}  // namespace openkmdf::executive::ke
