#pragma once

#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

namespace openkmdf::executive::ke {

// A processor to be told that it has DPCs, once the lock is released.
struct DpcRequest {
    scheduler::Processor *processor = nullptr;  // null: nobody
    scheduler::Delivery when = scheduler::Delivery::AtOnce;

    void send() const
    {
        if (processor) scheduler::current.scheduler->request_delivery(*processor, when);
    }
};

// With KeState::lock held. False: it is queued already.
bool queue_dpc(KDPC &dpc, void *argument1, void *argument2, DpcRequest &request);

// A queued DPC that lies in [low, high), or nullptr.
PKDPC find_queued_dpc(const void *low, const void *high);

}  // namespace openkmdf::executive::ke
