#pragma once

#include "framework/device/device.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFIOTARGET: where a driver sends requests to. A device above others has a local target, the next
// lower device of its stack.

namespace openkmdf::framework {

struct IoTarget : Object {
    static const TypeInfo kInfo;

    Device *device = nullptr;
    PDEVICE_OBJECT target = nullptr;
    bool is_local = true;
    WDF_IO_TARGET_STATE target_state = WdfIoTargetStarted;
};

// Child of the device; nullptr: out of memory.
IoTarget *create_local_target(Device &device);

}  // namespace openkmdf::framework
