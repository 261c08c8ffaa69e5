#pragma once

#include "executive/ke/ke_state.h"

#include <ntddk.h>

namespace openkmdf::executive::ke {

// With KeState::lock held. False: it is queued already. `target` gets the processor to be told by
// Scheduler::request_delivery, after the lock is released.
bool queue_dpc(KDPC &dpc, void *argument1, void *argument2, scheduler::Processor *&target);

// A queued DPC that lies in [low, high), or nullptr.
PKDPC find_queued_dpc(const void *low, const void *high);

}  // namespace openkmdf::executive::ke
