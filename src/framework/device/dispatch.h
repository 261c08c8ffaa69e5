#pragma once

#include "framework/device/device.h"
#include "framework/driver/driver.h"
#include "framework/request/request.h"

#include <ntddk.h>

// Where IRPs enter the framework.

namespace openkmdf::framework {

// Every MajorFunction of a driver object.
void set_dispatch_routines(PDRIVER_OBJECT driver_object);

// IRPs of a device that has a rare feature (DeviceRoute): preprocessing, in-caller-context,
// removed.
NTSTATUS dispatch_rare(Device &device, PIRP irp);
// WdfDeviceWdmDispatchPreprocessedIrp.
NTSTATUS dispatch_preprocessed(Device &device, PIRP irp);

// What happens to read, write and control IRPs if the driver does not choose:
// WdfDeviceWdmDispatchIrp.
NTSTATUS dispatch_by_default(Device &device, PIRP irp);
// WdfDeviceWdmDispatchIrpToIoQueue; `flags` are WDF_DISPATCH_IRP_TO_IO_QUEUE_FLAGS.
NTSTATUS dispatch_to_queue(Device &device, PIRP irp, Queue &queue, ULONG flags);

// Read, write and control IRPs after preprocessing: to a queue, down the stack or refused.
NTSTATUS route_irp(Device &device, PIRP irp);
// The same for a request that exists already (WdfDeviceEnqueueRequest).
NTSTATUS route_request(Device &device, Request &request);

// Completes an IRP that nothing here handles: STATUS_INVALID_DEVICE_REQUEST, or sends it down from
// a filter.
NTSTATUS refuse_or_pass(Device &device, PIRP irp);
NTSTATUS pass_down(Device &device, PIRP irp);
NTSTATUS complete_irp(PIRP irp, NTSTATUS status);

// By major code, in the files that know them: create, cleanup and close (device/file_object.cpp),
// PnP, power and system control (pnp/).
NTSTATUS dispatch_create(Device &device, PIRP irp);
NTSTATUS dispatch_cleanup(Device &device, PIRP irp);
NTSTATUS dispatch_close(Device &device, PIRP irp);
NTSTATUS dispatch_pnp(Device &device, PIRP irp);
NTSTATUS dispatch_power(Device &device, PIRP irp);
NTSTATUS dispatch_system_control(Device &device, PIRP irp);
NTSTATUS dispatch_shutdown(Device &device, PIRP irp);

// WdfDeviceCreate has succeeded and EvtDriverDeviceAdd too: the device object takes IRPs.
void device_added(Device &device);
// EvtDriverDeviceAdd failed after the device was made, or the device was removed.
void delete_device(Device &device);

}  // namespace openkmdf::framework
