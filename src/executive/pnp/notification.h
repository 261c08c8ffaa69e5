#pragma once

#include "executive/pnp/pnp_manager.h"

namespace openkmdf::executive::pnp {

// A device interface: one class of one device. They persist, as registrations do on Windows, when
// the device goes; `node` says whether it is there.
struct Interface {
    Interface *next = nullptr;
    GUID class_guid = {};
    DevNode *node = nullptr;  // not referenced; null: the device is gone
    Text instance_path;       // of the device, whether it is there or not
    Text link;                // "\??\ROOT#ECHO#0000#{...}" as in the name space
    Text name;                // the same with "\reference" behind it: what drivers and clients see
    Text reference;
    bool is_enabled = false;
    bool was_announced = false;  // arrival was sent
    DeviceProperty *properties = nullptr;
};

struct Notification {
    Notification *next = nullptr;
    IO_NOTIFICATION_EVENT_CATEGORY category = EventCategoryReserved;
    GUID class_guid = {};
    // Target device change. Not referenced: the file is closed before its device is removed, and
    // the registration stays to tell how the removal ends.
    PFILE_OBJECT file = nullptr;
    std::uint64_t ordinal = 0;        // in order of registration
    DevNode *node = nullptr;          // referenced; of the file's device
    PDRIVER_OBJECT driver = nullptr;  // referenced
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE callback = nullptr;
    void *context = nullptr;
    std::uint32_t calls = 0;  // running ones; guarded by list_lock, like is_gone
    bool is_gone = false;
};

// By the name that a driver has; nullptr: not registered. Under PnpManager::list_lock.
Interface *find_interface(std::u16string_view name);

}  // namespace openkmdf::executive::pnp
