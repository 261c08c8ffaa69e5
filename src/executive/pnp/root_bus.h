#pragma once

#include "executive/pnp/dev_node.h"

#include <ntddk.h>

// The bus of root-enumerated devices: a driver like any other, whose children are made by hand.

namespace openkmdf::executive::pnp::root_bus {

void initialize(PDRIVER_OBJECT driver);

// A physical device object that reports what the description says. `instance` is its instance
// identifier.
NTSTATUS create_child(PDRIVER_OBJECT driver, const DeviceDescription &description,
                      std::u16string_view instance, PDEVICE_OBJECT *physical);
// Of a child that was never reported.
void discard(PDEVICE_OBJECT physical);
// It is not there any more: IRP_MN_REMOVE_DEVICE deletes it.
void mark_gone(PDEVICE_OBJECT physical);

}  // namespace openkmdf::executive::pnp::root_bus
