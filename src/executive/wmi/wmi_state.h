#pragma once

#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstdint>

namespace openkmdf::executive {

// A device whose driver provides WMI data.
struct WmiProvider {
    WmiProvider *next;
    PDEVICE_OBJECT device;  // not referenced: a driver deregisters before it deletes the device
    ULONG purpose;          // WMIREGISTER or WMIUPDATE
    bool pending;           // has still to be asked for its blocks
};

// The instance identifiers given out for one block.
struct WmiInstances {
    WmiInstances *next;
    GUID guid;
    ULONG next_id;
};

struct WmiState {
    scheduler::InternalLock lock;
    WmiProvider *first = nullptr;       // guarded by lock, newest first
    WmiInstances *instances = nullptr;  // guarded by lock
    bool queued = false;                // guarded by lock: the work item is on its way
    WORK_QUEUE_ITEM item = {};
};

}  // namespace openkmdf::executive
