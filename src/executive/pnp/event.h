#pragma once

#include "executive/pnp/pnp_manager.h"

// What is put off to a system worker because it was asked for under a lock, above PASSIVE_LEVEL, or
// in the middle of another PnP operation.

namespace openkmdf::executive::pnp {

enum class EventKind : std::uint8_t {
    Enumerate,     // IoInvalidateDeviceRelations(BusRelations)
    QueryState,    // IoInvalidateDeviceState
    Eject,         // IoRequestDeviceEject
    FinishRemove,  // the last file of a device that is gone was closed
    Unload,        // the last file of a driver's devices was closed
    InterfaceArrival,
    InterfaceRemoval,
    TargetChange,  // IoReportTargetDeviceChangeAsynchronous
};

struct Event {
    Event *next = nullptr;
    EventKind kind = EventKind::Enumerate;
    DevNode *node = nullptr;          // referenced
    PDRIVER_OBJECT driver = nullptr;  // referenced
    Interface *interface_entry = nullptr;
    void *structure = nullptr;  // pool: a TARGET_DEVICE_CUSTOM_NOTIFICATION
    PDEVICE_CHANGE_COMPLETE_CALLBACK changed = nullptr;
    PIO_DEVICE_EJECT_CALLBACK ejected = nullptr;
    void *context = nullptr;
};

// For the device of a physical device object.
void queue_for(PDEVICE_OBJECT physical, EventKind kind);

}  // namespace openkmdf::executive::pnp
