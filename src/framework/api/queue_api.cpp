#include "executive/io/irp_cancel.h"
#include "framework/api/functions.h"
#include "framework/device/file_object.h"
#include "framework/queue/forward_progress.h"
#include "framework/queue/queue.h"
#include "framework/queue/queue_lists.h"
#include "framework/queue/state.h"
#include "framework/request/request.h"
#include "framework/support/callback.h"
#include "framework/support/violation.h"

namespace openkmdf::framework::api {

namespace {

Queue &queue_of(WDFQUEUE handle)
{
    return *object_cast<Queue>(handle);
}

QueueNotification notification_of(PFN_WDF_IO_QUEUE_STATE evt_state, WDFCONTEXT context)
{
    QueueNotification notification;
    notification.evt_state = evt_state;
    notification.context = context;
    return notification;
}

// Waits for a state change; a handler that waits for its own queue would wait for itself.
template <class Change>
void change_and_wait(WDFQUEUE handle, const char *function, Change change)
{
    Queue &queue = queue_of(handle);
    for (CallbackFrame *frame = callback_frame(); frame; frame = frame->outer)
        if (frame->delivers && queue.globals->checked)
            violation(queue.globals, WDF_QUEUE_FATAL_ERROR,
                      reinterpret_cast<std::uintptr_t>(handle), 0,
                      "%s was called from %s. The synchronous forms wait until the driver owns no "
                      "request of the queue "
                      "and must not be called from request handlers; use the form with a callback.",
                      function, callback_name(frame->id));
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    QueueNotification notification;
    notification.event = &event;
    change(queue, notification);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
}

// Caller holds queue.lock and has taken the request off the waiting list.
void deliver_by_retrieval(Queue &queue, Request &request)
{
    request.request_flags |= kRequestDeliveredOnce;
    base::store_enum(request.request_state, RequestState::Driver, __ATOMIC_RELAXED);
    add_owned_locked(queue, request);
}

bool is_waiting_on(const Queue &queue, const Request &request)
{
    return request.queue == &queue && request.request_state == RequestState::Queued;
}

NTSTATUS retrieve(Queue &queue, PFILE_OBJECT file, WDFREQUEST *result)
{
    if (queue.dispatch_type == WdfIoQueueDispatchParallel) return STATUS_INVALID_DEVICE_STATE;
    scheduler::InternalGuard guard(queue.lock);
    if (queue.gate & (kGateStopped | kGatePower | kGateStarting)) return STATUS_WDF_PAUSED;
    Request *request = pop_waiting(queue, file);
    if (!request) return STATUS_NO_MORE_ENTRIES;
    deliver_by_retrieval(queue, *request);
    *result = request_handle(*request);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS NTAPI WdfIoQueueCreate(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, PWDF_IO_QUEUE_CONFIG Config,
                                PWDF_OBJECT_ATTRIBUTES QueueAttributes, WDFQUEUE *Queue)
{
    if (Queue) *Queue = nullptr;
    framework::Queue *queue = nullptr;
    NTSTATUS status =
        create_queue(*object_cast<framework::Device>(Device), *Config, QueueAttributes, &queue);
    if (NT_SUCCESS(status) && Queue) *Queue = static_cast<WDFQUEUE>(handle_of(queue));
    return status;
}

NTSTATUS NTAPI
WdfIoQueueAssignForwardProgressPolicy(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                      PWDF_IO_QUEUE_FORWARD_PROGRESS_POLICY ForwardProgressPolicy)
{
    return assign_forward_progress(queue_of(Queue), *ForwardProgressPolicy);
}

WDF_IO_QUEUE_STATE NTAPI WdfIoQueueGetState(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                            PULONG QueueRequests, PULONG DriverRequests)
{
    return static_cast<WDF_IO_QUEUE_STATE>(
        queue_state(queue_of(Queue), QueueRequests, DriverRequests));
}

VOID NTAPI WdfIoQueueStart(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    start_queue(queue_of(Queue));
}

VOID NTAPI WdfIoQueueStop(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue, PFN_WDF_IO_QUEUE_STATE StopComplete,
                          WDFCONTEXT Context)
{
    stop_queue(queue_of(Queue), notification_of(StopComplete, Context));
}

VOID NTAPI WdfIoQueueStopSynchronously(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    change_and_wait(Queue, "WdfIoQueueStopSynchronously", stop_queue);
}

VOID NTAPI WdfIoQueueDrain(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                           PFN_WDF_IO_QUEUE_STATE DrainComplete, WDFCONTEXT Context)
{
    drain_queue(queue_of(Queue), notification_of(DrainComplete, Context));
}

VOID NTAPI WdfIoQueueDrainSynchronously(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    change_and_wait(Queue, "WdfIoQueueDrainSynchronously", drain_queue);
}

VOID NTAPI WdfIoQueuePurge(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                           PFN_WDF_IO_QUEUE_STATE PurgeComplete, WDFCONTEXT Context)
{
    purge_queue(queue_of(Queue), notification_of(PurgeComplete, Context));
}

VOID NTAPI WdfIoQueuePurgeSynchronously(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    change_and_wait(Queue, "WdfIoQueuePurgeSynchronously", purge_queue);
}

VOID NTAPI WdfIoQueueStopAndPurge(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                  PFN_WDF_IO_QUEUE_STATE StopAndPurgeComplete, WDFCONTEXT Context)
{
    stop_and_purge_queue(queue_of(Queue), notification_of(StopAndPurgeComplete, Context));
}

VOID NTAPI WdfIoQueueStopAndPurgeSynchronously(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    change_and_wait(Queue, "WdfIoQueueStopAndPurgeSynchronously", stop_and_purge_queue);
}

WDFDEVICE NTAPI WdfIoQueueGetDevice(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue)
{
    return static_cast<WDFDEVICE>(handle_of(queue_of(Queue).device));
}

NTSTATUS NTAPI WdfIoQueueRetrieveNextRequest(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                             WDFREQUEST *OutRequest)
{
    *OutRequest = nullptr;
    return retrieve(queue_of(Queue), nullptr, OutRequest);
}

NTSTATUS NTAPI WdfIoQueueRetrieveRequestByFileObject(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                                     WDFFILEOBJECT FileObject,
                                                     WDFREQUEST *OutRequest)
{
    return retrieve(queue_of(Queue), object_cast<framework::FileObject>(FileObject)->wdm,
                    OutRequest);
}

NTSTATUS NTAPI WdfIoQueueFindRequest(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue, WDFREQUEST FoundRequest,
                                     WDFFILEOBJECT FileObject, PWDF_REQUEST_PARAMETERS Parameters,
                                     WDFREQUEST *OutRequest)
{
    framework::Queue &queue = queue_of(Queue);
    *OutRequest = nullptr;
    if (queue.dispatch_type != WdfIoQueueDispatchManual) return STATUS_INVALID_DEVICE_REQUEST;
    if (Parameters && Parameters->Size != sizeof(WDF_REQUEST_PARAMETERS))
        return STATUS_INFO_LENGTH_MISMATCH;
    PFILE_OBJECT file = FileObject ? object_cast<framework::FileObject>(FileObject)->wdm : nullptr;
    scheduler::InternalGuard guard(queue.lock);
    Request *request = queue.first_waiting;
    if (FoundRequest) {
        framework::Request &after = *request_of(FoundRequest);
        if (!is_waiting_on(queue, after)) return STATUS_NOT_FOUND;
        request = after.next;
    }
    for (; request; request = request->next) {
        if (file && IoGetCurrentIrpStackLocation(request->irp)->FileObject != file) continue;
        if (executive::cancel_requested(request->irp)) continue;
        reference(*request);
        if (Parameters) fill_parameters(*request, Parameters);
        *OutRequest = request_handle(*request);
        return STATUS_SUCCESS;
    }
    return STATUS_NO_MORE_ENTRIES;
}

NTSTATUS NTAPI WdfIoQueueRetrieveFoundRequest(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                              WDFREQUEST FoundRequest, WDFREQUEST *OutRequest)
{
    framework::Queue &queue = queue_of(Queue);
    *OutRequest = nullptr;
    if (queue.dispatch_type != WdfIoQueueDispatchManual) return STATUS_INVALID_DEVICE_REQUEST;
    framework::Request &request = *request_of(FoundRequest);
    scheduler::InternalGuard guard(queue.lock);
    if (queue.gate & (kGateStopped | kGatePower | kGateStarting)) return STATUS_WDF_PAUSED;
    if (!is_waiting_on(queue, request) || !disarm_cancel_on_queue(request)) return STATUS_NOT_FOUND;
    remove_waiting(queue, request);
    deliver_by_retrieval(queue, request);
    *OutRequest = request_handle(request);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfIoQueueReadyNotify(PWDF_DRIVER_GLOBALS, WDFQUEUE Queue,
                                     PFN_WDF_IO_QUEUE_STATE QueueReady, WDFCONTEXT Context)
{
    framework::Queue &queue = queue_of(Queue);
    if (queue.dispatch_type != WdfIoQueueDispatchManual) return STATUS_INVALID_DEVICE_REQUEST;
    {
        scheduler::InternalGuard guard(queue.lock);
        if (QueueReady ? queue.evt_ready != nullptr
                       : !queue.evt_ready || !(queue.gate & kGateStopped))
            return STATUS_INVALID_DEVICE_REQUEST;
        queue.evt_ready = QueueReady;
        queue.ready_context = Context;
        queue.ready_reported = false;
    }
    if (QueueReady) notify_ready(queue);
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::framework::api
