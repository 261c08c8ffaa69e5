#include "framework/device/dispatch.h"

#include "framework/device/device_details.h"
#include "framework/device/remove_lock.h"
#include "framework/queue/forward_progress.h"
#include "framework/queue/queue.h"
#include "framework/request/request.h"
#include "framework/support/callback.h"

namespace openkmdf::framework {

namespace {

RouteType route_type(std::uint8_t major)
{
    switch (major) {
    case IRP_MJ_READ:
        return RouteType::Read;
    case IRP_MJ_WRITE:
        return RouteType::Write;
    case IRP_MJ_DEVICE_CONTROL:
        return RouteType::DeviceControl;
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return RouteType::InternalDeviceControl;
    default:
        return RouteType::Create;
    }
}

Queue *queue_for(const Device &device, std::uint8_t major)
{
    Queue *queue = device.queues[static_cast<int>(route_type(major))];
    return queue ? queue : device.default_queue;
}

// A filter does not stand in the way of what its driver says nothing about.
bool passes_unhandled(const Device &device, std::uint8_t major)
{
    if (!(device.route & kRoutePassUnhandled)) return false;
    const Queue *queue = queue_for(device, major);
    return queue == device.default_queue && !takes_requests(*queue, major);
}

// Zero-length transfers are the framework's business unless the queue asks for them.
bool is_empty_transfer(const IO_STACK_LOCATION &location)
{
    return (location.MajorFunction == IRP_MJ_READ && location.Parameters.Read.Length == 0) ||
           (location.MajorFunction == IRP_MJ_WRITE && location.Parameters.Write.Length == 0);
}

const PreprocessEntry *preprocess_entry(const Device &device, const IO_STACK_LOCATION &location)
{
    for (const PreprocessEntry *entry = device.preprocess; entry; entry = entry->next) {
        if (entry->major != location.MajorFunction) continue;
        if (entry->minor_count == 0) return entry;
        for (int i = 0; i < entry->minor_count; ++i)
            if (entry->minors[i] == location.MinorFunction) return entry;
    }
    return nullptr;
}

NTSTATUS enqueue_irp(Device &device, PIRP irp, Queue &queue)
{
    Request *request = make_request(device, irp);
    if (!request) [[unlikely]]
        return complete_irp(irp, STATUS_INSUFFICIENT_RESOURCES);
    IoMarkIrpPending(irp);
    queue_request(queue, *request, Arrival::New);
    return STATUS_PENDING;
}

// `queue`: where WdfDeviceEnqueueRequest puts it; null: where the device puts its like.
NTSTATUS call_in_caller_context(Device &device, PIRP irp, Request &request, Queue *queue)
{
    IoMarkIrpPending(irp);
    irp->Tail.Overlay.DriverContext[1] = queue;
    request.request_state = RequestState::CallerContext;
    // From now on the driver has had it: a queue that it goes to tells of its cancellation.
    request.request_flags |= kRequestDeliveredOnce;
    invoke(CallbackId::EvtIoInCallerContext, device, device.evt_io_in_caller_context,
           static_cast<WDFDEVICE>(handle_of(&device)), request_handle(request));
    return STATUS_PENDING;
}

NTSTATUS call_in_caller_context(Device &device, PIRP irp, Queue *queue)
{
    Request *request = make_request(device, irp);
    if (!request) return complete_irp(irp, STATUS_INSUFFICIENT_RESOURCES);
    return call_in_caller_context(device, irp, *request, queue);
}

// A queue with a reserve of requests.
NTSTATUS enqueue_for_sure(Device &device, PIRP irp, Queue &queue, bool calls_in_caller_context)
{
    NTSTATUS status = STATUS_SUCCESS;
    Request *request = make_request_for_sure(queue, irp, &status);
    if (!request) return status;
    if (calls_in_caller_context) return call_in_caller_context(device, irp, *request, &queue);
    IoMarkIrpPending(irp);
    queue_request(queue, *request, Arrival::New);
    return STATUS_PENDING;
}

NTSTATUS NTAPI dispatch_io(PDEVICE_OBJECT wdm, PIRP irp)
{
    Device &device = *device_of(wdm);
    if (device.route) [[unlikely]]
        return dispatch_rare(device, irp);
    return route_irp(device, irp);
}

NTSTATUS call_dispatch(Device &device, PIRP irp)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    const WdmDispatch &dispatch = *device.details->dispatch_of(location.MajorFunction);
    if (!dispatch.callback) return dispatch_by_default(device, irp);
    const bool is_control = location.MajorFunction == IRP_MJ_DEVICE_CONTROL ||
                            location.MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL;
    const ULONG code = is_control ? location.Parameters.DeviceIoControl.IoControlCode : 0;
    // The last argument comes back to WdfDeviceWdmDispatchIrp, which needs nothing from it.
    return invoke(CallbackId::EvtDeviceWdmIrpDispatch, device, dispatch.callback,
                  static_cast<WDFDEVICE>(handle_of(&device)), location.MajorFunction,
                  location.MinorFunction, code, dispatch.context, irp,
                  static_cast<WDFCONTEXT>(irp));
}

NTSTATUS dispatch_after_preprocess(Device &device, PIRP irp)
{
    switch (IoGetCurrentIrpStackLocation(irp)->MajorFunction) {
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        if (device.route & kRouteRemoved) return complete_irp(irp, STATUS_INVALID_DEVICE_STATE);
        if (device.route & kRouteDispatchCallbacks) return call_dispatch(device, irp);
        return dispatch_by_default(device, irp);
    case IRP_MJ_CREATE:
        return dispatch_create(device, irp);
    case IRP_MJ_CLEANUP:
        return dispatch_cleanup(device, irp);
    case IRP_MJ_CLOSE:
        return dispatch_close(device, irp);
    case IRP_MJ_PNP:
        return dispatch_pnp(device, irp);
    case IRP_MJ_POWER:
        return dispatch_power(device, irp);
    case IRP_MJ_SYSTEM_CONTROL:
        return dispatch_system_control(device, irp);
    case IRP_MJ_SHUTDOWN:
        return dispatch_shutdown(device, irp);
    default:
        return refuse_or_pass(device, irp);
    }
}

NTSTATUS NTAPI dispatch_any(PDEVICE_OBJECT wdm, PIRP irp)
{
    Device &device = *device_of(wdm);
    if (device.route & (kRoutePreprocess | kRouteRemoveLock | kRouteGone)) [[unlikely]]
        return dispatch_rare(device, irp);
    return dispatch_after_preprocess(device, irp);
}

}  // namespace

NTSTATUS dispatch_rare(Device &device, PIRP irp)
{
    if (device.route & kRouteGone) return complete_irp(irp, STATUS_DELETE_PENDING);
    if (device.route & kRouteRemoveLock) {
        const NTSTATUS status = hold_until_completion(device, irp);
        if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    }
    if (device.route & kRoutePreprocess) {
        if (const PreprocessEntry *entry =
                preprocess_entry(device, *IoGetCurrentIrpStackLocation(irp)))
            return invoke(CallbackId::EvtDeviceWdmIrpPreprocess, device, entry->callback,
                          static_cast<WDFDEVICE>(handle_of(&device)), irp);
        // The device's extra stack location belongs to the callbacks; without one it is skipped.
    }
    return dispatch_after_preprocess(device, irp);
}

NTSTATUS dispatch_by_default(Device &device, PIRP irp)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    if (passes_unhandled(device, location.MajorFunction)) return pass_down(device, irp);
    if (device.route & kRouteForwardProgress) {
        Queue *queue = queue_for(device, location.MajorFunction);
        if (queue && queue->progress && (queue->allow_zero_length || !is_empty_transfer(location)))
            return enqueue_for_sure(device, irp, *queue, device.route & kRouteInCallerContext);
    }
    if ((device.route & kRouteInCallerContext) && !is_empty_transfer(location))
        return call_in_caller_context(device, irp, nullptr);
    return route_irp(device, irp);
}

NTSTATUS dispatch_to_queue(Device &device, PIRP irp, Queue &queue, ULONG flags)
{
    if (flags & WDF_DISPATCH_IRP_TO_IO_QUEUE_PREPROCESSED_IRP) IoSetNextIrpStackLocation(irp);
    if (is_empty_transfer(*IoGetCurrentIrpStackLocation(irp)) && !queue.allow_zero_length) {
        irp->IoStatus.Information = 0;
        return complete_irp(irp, STATUS_SUCCESS);
    }
    if (queue.progress) return enqueue_for_sure(device, irp, queue, false);
    if ((flags & WDF_DISPATCH_IRP_TO_IO_QUEUE_INVOKE_INCALLERCTX_CALLBACK) &&
        device.evt_io_in_caller_context)
        return call_in_caller_context(device, irp, &queue);
    return enqueue_irp(device, irp, queue);
}

NTSTATUS dispatch_preprocessed(Device &device, PIRP irp)
{
    // The callback skipped or copied its stack location, so the next one is the framework's.
    IoSetNextIrpStackLocation(irp);
    return dispatch_after_preprocess(device, irp);
}

void set_dispatch_routines(PDRIVER_OBJECT driver_object)
{
    for (PDRIVER_DISPATCH &routine : driver_object->MajorFunction) routine = dispatch_any;
    driver_object->MajorFunction[IRP_MJ_READ] = dispatch_io;
    driver_object->MajorFunction[IRP_MJ_WRITE] = dispatch_io;
    driver_object->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch_io;
    driver_object->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = dispatch_io;
}

NTSTATUS complete_irp(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS pass_down(Device &device, PIRP irp)
{
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(device.lower, irp);
}

NTSTATUS refuse_or_pass(Device &device, PIRP irp)
{
    if (device.role == DeviceRole::Filter) return pass_down(device, irp);
    return complete_irp(irp, STATUS_INVALID_DEVICE_REQUEST);
}

NTSTATUS route_irp(Device &device, PIRP irp)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    Queue *queue = queue_for(device, location.MajorFunction);
    if (!queue) [[unlikely]]
        return refuse_or_pass(device, irp);
    if (is_empty_transfer(location) && !queue->allow_zero_length) [[unlikely]] {
        irp->IoStatus.Information = 0;
        return complete_irp(irp, STATUS_SUCCESS);
    }
    return enqueue_irp(device, irp, *queue);
}

NTSTATUS route_request(Device &device, Request &request)
{
    auto *queue = static_cast<Queue *>(request.irp->Tail.Overlay.DriverContext[1]);
    if (queue) return queue_request(*queue, request, Arrival::Forwarded);
    queue = queue_for(device, request.major);
    if (!queue || passes_unhandled(device, request.major)) {
        if (device.role != DeviceRole::Filter) return STATUS_INVALID_DEVICE_REQUEST;
        PIRP irp = request.irp;
        pass_on_request(request);
        // The IRP was marked pending before the callback; its status travels with it.
        pass_down(device, irp);
        return STATUS_SUCCESS;
    }
    return queue_request(*queue, request, Arrival::Forwarded);
}

}  // namespace openkmdf::framework
