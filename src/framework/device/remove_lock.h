#pragma once

#include "framework/device/device.h"

#include <wdm.h>

// WDF_REMOVE_LOCK_OPTION_ACQUIRE_FOR_IO: no IRP but those of PnP, power and WMI is under way when
// the device goes ("WdfDeviceInitSetRemoveLockOptions function").

namespace openkmdf::framework {

// For a device whose IRPs are all held: one more stack location, and a route that leads here.
void use_remove_lock(Device &device);

// Takes the lock until the IRP is completed; the current stack location becomes an inner one. A
// failure is the IRP's status: the device has been removed.
NTSTATUS hold_until_completion(Device &device, PIRP irp);

// Waits until all that hold_until_completion held is completed; later ones are refused.
void release_remove_lock_and_wait(Device &device, PIRP remove_irp);

}  // namespace openkmdf::framework
