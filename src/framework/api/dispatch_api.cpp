#include "framework/api/functions.h"
#include "framework/device/device_details.h"
#include "framework/device/dispatch.h"
#include "framework/driver/globals.h"
#include "framework/queue/queue.h"
#include "framework/support/violation.h"

// Drivers that choose the queue of each IRP themselves ("Dispatching IRPs to I/O Queues").

namespace openkmdf::framework::api {

NTSTATUS NTAPI WdfDeviceConfigureWdmIrpDispatchCallback(
    PWDF_DRIVER_GLOBALS, WDFDEVICE Device, WDFDRIVER, UCHAR MajorFunction,
    PFN_WDFDEVICE_WDM_IRP_DISPATCH EvtDeviceWdmIrpDispatch, WDFCONTEXT DriverContext)
{
    framework::Device &device = *object_cast<framework::Device>(Device);
    WdmDispatch *dispatch = device.details->dispatch_of(MajorFunction);
    if (!dispatch || !EvtDeviceWdmIrpDispatch) return STATUS_INVALID_PARAMETER;
    dispatch->callback = EvtDeviceWdmIrpDispatch;
    dispatch->context = DriverContext;
    device.route |= kRouteDispatchCallbacks;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfDeviceWdmDispatchIrp(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, PIRP Irp, WDFCONTEXT)
{
    return dispatch_by_default(*object_cast<framework::Device>(Device), Irp);
}

NTSTATUS NTAPI WdfDeviceWdmDispatchIrpToIoQueue(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                                PIRP Irp, WDFQUEUE Queue, ULONG Flags)
{
    framework::Device &device = *object_cast<framework::Device>(Device);
    framework::Queue &queue = *object_cast<framework::Queue>(Queue);
    if (queue.device != &device)
        violation(&globals_of(DriverGlobals), WDF_QUEUE_FATAL_ERROR,
                  reinterpret_cast<std::uintptr_t>(Queue), 0,
                  "WdfDeviceWdmDispatchIrpToIoQueue was called with WDFQUEUE #%u, which is not a "
                  "queue of WDFDEVICE #%u.",
                  queue.ordinal, device.ordinal);
    return dispatch_to_queue(device, Irp, queue, Flags);
}

}  // namespace openkmdf::framework::api
