#include "framework/request/request.h"

#include "executive/io/irp_cancel.h"
#include "framework/queue/queue_lists.h"
#include "framework/support/callback.h"

// Cancellation of requests that the driver owns. The IRP's cancel routine is the arbiter: whoever
// takes it out (unmark, or the canceller) has won.

namespace openkmdf::framework {

void call_evt_request_cancel(Request &request)
{
    PFN_WDF_REQUEST_CANCEL evt_cancel = request.evt_request_cancel;
    if (!request.queue) {
        reference(request);
        invoke(CallbackId::EvtRequestCancel, request, evt_cancel, request_handle(request));
        dereference(request);
        return;
    }
    Queue &queue = *request.queue;
    if (needs_passive_worker(queue)) {
        owe_cancel(queue, request);
        return;
    }
    // The driver completes the request in the callback, often its last reference.
    reference(request);
    reference(queue);
    {
        QueueCallbackScope scope(queue);
        invoke(CallbackId::EvtRequestCancel, request, evt_cancel, request_handle(request));
    }
    dereference(queue);
    dereference(request);
}

namespace {

void NTAPI cancel_delivered(PDEVICE_OBJECT, PIRP irp)
{
    auto &request = *static_cast<Request *>(irp->Tail.Overlay.DriverContext[0]);
    base::store_enum(request.request_state, RequestState::Canceling, __ATOMIC_RELEASE);
    // Until the state says Canceling nobody may complete it: the cancel spin lock orders this
    // routine against unmark, and the reference keeps the object.
    reference(request);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    call_evt_request_cancel(request);
    dereference(request);
}

}  // namespace

bool disarm_request_cancel(Request &request)
{
    if (!IoSetCancelRoutine(request.irp, nullptr)) return false;
    request.evt_request_cancel = nullptr;
    base::store_enum(request.request_state, RequestState::Driver, __ATOMIC_RELEASE);
    return true;
}

// A driver that wins with its unmark may complete the request at once, and the IRP is its sender's
// then: the lock, which a completion takes to leave the queue, keeps it here until it is decided.
bool begin_request_cancel(Request &request)
{
    executive::request_cancel(request.irp);
    if (!IoSetCancelRoutine(request.irp, nullptr)) return false;
    base::store_enum(request.request_state, RequestState::Canceling, __ATOMIC_RELEASE);
    return true;
}

NTSTATUS mark_cancelable(Request &request, PFN_WDF_REQUEST_CANCEL evt_cancel, bool extended)
{
    if (base::load_enum(request.request_state, __ATOMIC_ACQUIRE) != RequestState::Driver)
        return STATUS_INVALID_DEVICE_REQUEST;
    PIRP irp = request.irp;
    request.evt_request_cancel = evt_cancel;
    irp->Tail.Overlay.DriverContext[0] = &request;
    base::store_enum(request.request_state, RequestState::Cancelable, __ATOMIC_RELEASE);
    IoSetCancelRoutine(irp, cancel_delivered);
    if (!executive::cancel_requested(irp) || !IoSetCancelRoutine(irp, nullptr))
        return STATUS_SUCCESS;
    // Cancelled already, and the routine was still in place: nobody else will call it.
    if (extended) {
        request.evt_request_cancel = nullptr;
        base::store_enum(request.request_state, RequestState::Driver, __ATOMIC_RELEASE);
        return STATUS_CANCELLED;
    }
    base::store_enum(request.request_state, RequestState::Canceling, __ATOMIC_RELEASE);
    // WdfRequestMarkCancelable calls the callback before it returns.
    call_evt_request_cancel(request);
    return STATUS_SUCCESS;
}

NTSTATUS unmark_cancelable(Request &request)
{
    switch (base::load_enum(request.request_state, __ATOMIC_ACQUIRE)) {
    case RequestState::Cancelable:
        return disarm_request_cancel(request) ? STATUS_SUCCESS : STATUS_CANCELLED;
    case RequestState::Canceling:
        return STATUS_CANCELLED;
    case RequestState::Driver:
        return STATUS_INVALID_PARAMETER;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

}  // namespace openkmdf::framework
