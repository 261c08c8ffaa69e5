#pragma once

#include "framework/device/device.h"

#include <ntddk.h>

// The PnP, power and power policy machines of one device, seen from the rest of the framework.

namespace openkmdf::framework {

// Made with the device, before it can receive an IRP; ended with it.
NTSTATUS create_pnp_state(Device &device);
void destroy_pnp_state(Device &device);

}  // namespace openkmdf::framework
