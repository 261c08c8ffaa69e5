#include "framework/api/functions.h"

#include "executive/io/irp_cancel.h"
#include "executive/tracer.h"
#include "framework/device/device.h"
#include "framework/device/file_object.h"
#include "framework/queue/queue.h"
#include "framework/queue/queue_lists.h"
#include "framework/request/buffers.h"
#include "framework/request/request.h"
#include "framework/support/callback.h"
#include "framework/support/violation.h"
#include "framework/target/send_state.h"

namespace openkmdf::framework::api {

// --- Completion and information ------------------------------------------------------------------

namespace {

CCHAR default_boost(const framework::Request &request)
{
    return request.device ? request.device->priority_boost : IO_NO_INCREMENT;
}

// A request that the driver created has none; one that it made from an IRP has that of the IRP.
bool has_current_location(const framework::Request &request)
{
    return request.device && request.irp && request.irp->CurrentLocation <= request.irp->StackCount;
}

}  // namespace

VOID NTAPI WdfRequestComplete(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, NTSTATUS Status)
{
    framework::Request &request = *request_of(Request);
    complete_request(request, Status, default_boost(request));
}

VOID NTAPI WdfRequestCompleteWithPriorityBoost(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                               NTSTATUS Status, CCHAR PriorityBoost)
{
    complete_request(*request_of(Request), Status, PriorityBoost);
}

VOID NTAPI WdfRequestCompleteWithInformation(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                             NTSTATUS Status, ULONG_PTR Information)
{
    framework::Request &request = *request_of(Request);
    if (request.irp && request.request_state != RequestState::Completed)
        request.irp->IoStatus.Information = Information;
    complete_request(request, Status, default_boost(request));
}

VOID NTAPI WdfRequestSetInformation(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, ULONG_PTR Information)
{
    framework::Request &request = *request_of(Request);
    if (request.irp && request.request_state != RequestState::Completed)
        request.irp->IoStatus.Information = Information;
}

ULONG_PTR NTAPI WdfRequestGetInformation(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    if (!request.irp || request.request_state == RequestState::Completed) return 0;
    return request.irp->IoStatus.Information;
}

NTSTATUS NTAPI WdfRequestGetStatus(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    if (request.irp) return request.irp->IoStatus.Status;
    return request.send ? request.send->refusal : STATUS_SUCCESS;
}

// --- Cancellation --------------------------------------------------------------------------------

VOID NTAPI WdfRequestMarkCancelable(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                    PFN_WDF_REQUEST_CANCEL EvtRequestCancel)
{
    mark_cancelable(*request_of(Request), EvtRequestCancel, false);
}

NTSTATUS NTAPI WdfRequestMarkCancelableEx(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                          PFN_WDF_REQUEST_CANCEL EvtRequestCancel)
{
    return mark_cancelable(*request_of(Request), EvtRequestCancel, true);
}

NTSTATUS NTAPI WdfRequestUnmarkCancelable(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return unmark_cancelable(*request_of(Request));
}

BOOLEAN NTAPI WdfRequestIsCanceled(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    // While it is cancelable the callback tells, not this function.
    if (request.request_state == RequestState::Cancelable || !request.irp) return FALSE;
    return executive::cancel_requested(request.irp);
}

// --- Ownership -----------------------------------------------------------------------------------

NTSTATUS NTAPI WdfRequestForwardToIoQueue(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                          WDFQUEUE DestinationQueue)
{
    framework::Request &request = *request_of(Request);
    Queue &destination = *object_cast<Queue>(DestinationQueue);
    Queue *source = request.queue;
    if (!source || source == &destination || source->device != destination.device ||
        request.request_state != RequestState::Driver)
        return STATUS_INVALID_DEVICE_REQUEST;
    {
        scheduler::InternalGuard guard(destination.lock);
        if (destination.gate & (kGateNotAccepting | kGateRemoved)) return STATUS_WDF_BUSY;
    }
    CallbackFrame *frame = callback_frame();
    const bool inline_departure = presents(frame, request, source);
    reference(*source);
    leave_queue(*source, request);
    if (!NT_SUCCESS(queue_request(destination, request, Arrival::Forwarded))) {
        // The destination closed in between: the driver keeps the request, owned by the source
        // again.
        request.queue = source;
        {
            scheduler::InternalGuard guard(source->lock);
            add_owned_locked(*source, request);
            if (source->dispatch_type == WdfIoQueueDispatchSequential)
                source->sequential_busy = true;
        }
        if (inline_departure) frame->presenting = &request;
        dereference(*source);
        return STATUS_WDF_BUSY;
    }
    if (!inline_departure) run_queue(*source);
    dereference(*source);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfRequestRequeue(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    framework::Request &request = *request_of(Request);
    Queue *queue = request.queue;
    if (!queue || queue->dispatch_type != WdfIoQueueDispatchManual ||
        request.request_state != RequestState::Driver)
        return STATUS_INVALID_DEVICE_REQUEST;
    leave_queue(*queue, request);
    bool cancelled;
    {
        scheduler::InternalGuard guard(queue->lock);
        cancelled = !prepend_waiting(*queue, request);
    }
    if (cancelled) canceled_on_queue(*queue, request);
    else run_queue(*queue);
    return STATUS_SUCCESS;
}

VOID NTAPI WdfRequestStopAcknowledge(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, BOOLEAN Requeue)
{
    framework::Request &request = *request_of(Request);
    Queue &queue = *request.queue;
    if (Requeue) {
        leave_queue(queue, request);
        bool cancelled;
        {
            scheduler::InternalGuard guard(queue.lock);
            request.request_flags &= static_cast<std::uint16_t>(~kRequestStopPending);
            cancelled = !prepend_waiting(queue, request);
        }
        if (cancelled) canceled_on_queue(queue, request);
        return;
    }
    KEVENT *quiet;
    {
        scheduler::InternalGuard guard(queue.lock);
        request.request_flags |= kRequestStopAcknowledged;
        quiet = take_quiet_event(queue);
    }
    if (quiet) KeSetEvent(quiet, IO_NO_INCREMENT, FALSE);
}

WDFQUEUE NTAPI WdfRequestGetIoQueue(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return static_cast<WDFQUEUE>(handle_of(request_of(Request)->queue));
}

namespace {

// What the framework's verifier says of a request without the file object that its driver counts
// on.
void report_missing_file(const framework::Request &request)
{
    if (!request.globals->checked || !executive::kernel().observe) return;
    if (request.device->file_config.FileObjectClass &
        static_cast<ULONG>(WdfFileObjectCanBeOptional))
        return;
    executive::kernel().tracer->note(
        "WdfRequestGetFileObject found no framework file object: the request came without a WDM "
        "file object, or with "
        "one that no create request brought. Set WdfFileObjectCanBeOptional if the driver is "
        "prepared for that.",
        trace_name(&request));
}

}  // namespace

WDFFILEOBJECT NTAPI WdfRequestGetFileObject(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    if (!has_current_location(request) || !request.device->uses_file_objects) return nullptr;
    const FileObject *file =
        find_file_object(*request.device, IoGetCurrentIrpStackLocation(request.irp)->FileObject);
    if (!file) [[unlikely]]
        report_missing_file(request);
    return static_cast<WDFFILEOBJECT>(handle_of(file));
}

// --- What it carries -----------------------------------------------------------------------------

VOID NTAPI WdfRequestGetParameters(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                   PWDF_REQUEST_PARAMETERS Parameters)
{
    const framework::Request &request = *request_of(Request);
    if (!has_current_location(request))
        violation(request.globals, WDF_REQUEST_FATAL_ERROR, WDF_REQUEST_FATAL_ERROR_NULL_IRP,
                  reinterpret_cast<std::uintptr_t>(Request),
                  "WdfRequestGetParameters was called for a request that the driver created. Such "
                  "a request has no "
                  "parameters: they belong to the driver that receives it.");
    fill_parameters(request, Parameters);
}

KPROCESSOR_MODE NTAPI WdfRequestGetRequestorMode(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    return request.irp ? request.irp->RequestorMode : KPROCESSOR_MODE{KernelMode};
}

ULONG NTAPI WdfRequestGetRequestorProcessId(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    const framework::Request &request = *request_of(Request);
    return request.irp ? IoGetRequestorProcessId(request.irp) : 0;
}

BOOLEAN NTAPI WdfRequestIsFrom32BitProcess(PWDF_DRIVER_GLOBALS, WDFREQUEST)
{
    return FALSE;  // every client is a 64-bit process
}

BOOLEAN NTAPI WdfRequestIsReserved(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return (request_of(Request)->request_flags & kRequestReserved) != 0;
}

PIRP NTAPI WdfRequestWdmGetIrp(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return request_of(Request)->irp;
}

// --- Buffers -------------------------------------------------------------------------------------

namespace {

NTSTATUS retrieve_buffer(WDFREQUEST handle, BufferSide side, size_t minimum, PVOID *buffer,
                         size_t *length)
{
    RequestBuffer found;
    NTSTATUS status = find_buffer(*request_of(handle), side, minimum, &found);
    if (!NT_SUCCESS(status)) {
        *buffer = nullptr;
        if (length) *length = 0;
        return status;
    }
    *buffer = found.address;
    if (length) *length = found.size;
    return STATUS_SUCCESS;
}

NTSTATUS retrieve_memory(WDFREQUEST handle, BufferSide side, WDFMEMORY *memory)
{
    Memory *found = nullptr;
    NTSTATUS status = find_memory(*request_of(handle), side, &found);
    *memory = static_cast<WDFMEMORY>(handle_of(found));
    return status;
}

NTSTATUS retrieve_unsafe(WDFREQUEST handle, BufferSide side, size_t minimum, PVOID *buffer,
                         size_t *length)
{
    *buffer = nullptr;
    if (length) *length = 0;
    return find_unsafe_user_buffer(*request_of(handle), side, minimum, buffer, length);
}

NTSTATUS retrieve_mdl(WDFREQUEST handle, BufferSide side, PMDL *mdl)
{
    *mdl = nullptr;
    return find_mdl(*request_of(handle), side, mdl);
}

NTSTATUS probe_and_lock(WDFREQUEST handle, BufferSide side, PVOID buffer, size_t length,
                        WDFMEMORY *memory)
{
    Memory *locked = nullptr;
    NTSTATUS status = lock_user_buffer(*request_of(handle), side, buffer, length, &locked);
    *memory = static_cast<WDFMEMORY>(handle_of(locked));
    return status;
}

}  // namespace

NTSTATUS NTAPI WdfRequestRetrieveInputBuffer(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                             size_t MinimumRequiredLength, PVOID *Buffer,
                                             size_t *Length)
{
    return retrieve_buffer(Request, BufferSide::Input, MinimumRequiredLength, Buffer, Length);
}

NTSTATUS NTAPI WdfRequestRetrieveOutputBuffer(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                              size_t MinimumRequiredSize, PVOID *Buffer,
                                              size_t *Length)
{
    return retrieve_buffer(Request, BufferSide::Output, MinimumRequiredSize, Buffer, Length);
}

NTSTATUS NTAPI WdfRequestRetrieveInputMemory(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                             WDFMEMORY *Memory)
{
    return retrieve_memory(Request, BufferSide::Input, Memory);
}

NTSTATUS NTAPI WdfRequestRetrieveOutputMemory(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                              WDFMEMORY *Memory)
{
    return retrieve_memory(Request, BufferSide::Output, Memory);
}

NTSTATUS NTAPI WdfRequestRetrieveInputWdmMdl(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, PMDL *Mdl)
{
    return retrieve_mdl(Request, BufferSide::Input, Mdl);
}

NTSTATUS NTAPI WdfRequestRetrieveOutputWdmMdl(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, PMDL *Mdl)
{
    return retrieve_mdl(Request, BufferSide::Output, Mdl);
}

NTSTATUS NTAPI WdfRequestRetrieveUnsafeUserInputBuffer(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                                       size_t MinimumRequiredLength,
                                                       PVOID *InputBuffer, size_t *Length)
{
    return retrieve_unsafe(Request, BufferSide::Input, MinimumRequiredLength, InputBuffer, Length);
}

NTSTATUS NTAPI WdfRequestRetrieveUnsafeUserOutputBuffer(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                                        size_t MinimumRequiredLength,
                                                        PVOID *OutputBuffer, size_t *Length)
{
    return retrieve_unsafe(Request, BufferSide::Output, MinimumRequiredLength, OutputBuffer,
                           Length);
}

NTSTATUS NTAPI WdfRequestProbeAndLockUserBufferForRead(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                                       PVOID Buffer, size_t Length,
                                                       WDFMEMORY *MemoryObject)
{
    return probe_and_lock(Request, BufferSide::Input, Buffer, Length, MemoryObject);
}

NTSTATUS NTAPI WdfRequestProbeAndLockUserBufferForWrite(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                                        PVOID Buffer, size_t Length,
                                                        WDFMEMORY *MemoryObject)
{
    return probe_and_lock(Request, BufferSide::Output, Buffer, Length, MemoryObject);
}

}  // namespace openkmdf::framework::api
