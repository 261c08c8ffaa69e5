#pragma once

#include "executive/io/irp_block.h"
#include "framework/device/device.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// A framework request: an IRP with an owner. Requests that come from the I/O manager live in the
// companion part of their IRP's block; those that a driver creates are ordinary objects.

namespace openkmdf::framework {

struct Queue;
struct IoTarget;
struct Memory;

// Who may act on it.
enum class RequestState : std::uint8_t {
    Idle,           // created by the driver, or reused: not sent
    CallerContext,  // in EvtIoInCallerContext
    Queued,         // on a queue; the framework owns it
    Driver,         // delivered: the driver owns it
    Cancelable,     // the same, with EvtRequestCancel armed
    Canceling,      // EvtRequestCancel was or will be called; the driver completes it
    Sent,           // with an I/O target
    Completed,
};

// Who has filled the stack location of the next driver.
enum class RequestFormat : std::uint8_t {
    None,
    Location,  // it is a copy of a whole one
    Target,    // an I/O target's format function, see target/format.h
};

enum RequestFlags : std::uint16_t {
    kRequestFromIrp = 1,        // WdfRequestCreateFromIrp: the IRP is the driver's
    kRequestOwnIrp = 2,         // the framework allocated the IRP for WdfRequestCreate
    kRequestDeliveredOnce = 4,  // EvtIoCanceledOnQueue applies when it is cancelled on a queue
    kRequestInformationSet = 8,
    kRequestSendAndForget = 16,
    kRequestReserved = 32,           // of the forward-progress reserve
    kRequestStopPending = 64,        // EvtIoStop was called, the driver has not acknowledged yet
    kRequestStopAcknowledged = 128,  // acknowledged without requeue: EvtIoResume is owed
    kRequestCreateType = 256,        // carries IRP_MJ_CREATE
    kRequestCancelVisited = 512,     // marks of walks over a queue's delivered requests
    kRequestResumeVisited = 1024,
    kRequestCancelOwed =
        2048,  // cancelled at a higher IRQL than its queue's callbacks want: called by a worker
};

struct Request : Object {
    static const TypeInfo kInfo;

    PIRP irp = nullptr;
    Device *device = nullptr;
    Queue *queue = nullptr;                           // that delivered it or holds it
    RequestState request_state = RequestState::Idle;  // atomic where cancellation can race
    std::uint8_t major = 0;
    std::uint16_t request_flags = 0;
    std::uint32_t shard = 0;      // of the queue's owned lists
    Request *previous = nullptr;  // in the queue's waiting or owned list; guarded by its lock
    Request *next = nullptr;
    PFN_WDF_REQUEST_CANCEL evt_request_cancel = nullptr;
    Memory *input_memory = nullptr;  // made when first asked for; children of the request
    Memory *output_memory = nullptr;
    struct FileObject *create_file = nullptr;  // of an IRP_MJ_CREATE: goes if the open fails
    struct SendState *send = nullptr;          // target/send_state.h; null for most
    RequestFormat format = RequestFormat::None;
};

static_assert(sizeof(Request) + sizeof(ContextHeader) <= executive::io::kCompanionSize);

// The request for an IRP that a device of ours received. In its block's companion unless that is
// taken by another driver's. nullptr: out of memory (the context did not fit and no block could be
// had).
Request *make_request(Device &device, PIRP irp);
// A request of a queue's reserve carries the IRP from now on.
void start_reserved_request(Request &request, PIRP irp);
// Undoes make_request before anybody saw the request.
void drop_request(Request &request);
// Ends the request while its IRP lives on: it was sent on and forgotten.
void pass_on_request(Request &request);
// The same for one that the driver owns: it leaves its queue, its IRP goes to `device`.
void forward_and_forget(Request &request, PDEVICE_OBJECT device);

// WdfRequestCreate, and WdfRequestCreateFromIrp. `target` may be null.
NTSTATUS create_request(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes, IoTarget *target,
                        Request **request);
NTSTATUS create_request_from_irp(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes,
                                 PIRP irp, bool frees_irp, Request **request);
NTSTATUS reuse_request(Request &request, const WDF_REQUEST_REUSE_PARAMS &params);

// WdfRequestComplete*: checks ownership, leaves the queue, disposes the object, completes the IRP.
void complete_request(Request &request, NTSTATUS status, CCHAR boost);

NTSTATUS mark_cancelable(Request &request, PFN_WDF_REQUEST_CANCEL evt_cancel, bool extended);
NTSTATUS unmark_cancelable(Request &request);
// EvtRequestCancel of a request in the state Canceling, at the IRQL and under the lock that its
// queue wants.
void call_evt_request_cancel(Request &request);
// Takes the cancel routine out; false: the canceller has it.
bool disarm_request_cancel(Request &request);
// What IoCancelIrp does up to the routine, for a request on its queue's list of owned ones, whose
// lock the caller holds. True: the caller calls EvtRequestCancel after it has let the lock go.
bool begin_request_cancel(Request &request);

// WDF_REQUEST_PARAMETERS of its current stack location.
void fill_parameters(const Request &request, PWDF_REQUEST_PARAMETERS parameters);

inline Request *request_of(WDFREQUEST handle)
{
    return static_cast<Request *>(object_of(handle));
}
inline WDFREQUEST request_handle(const Request &request)
{
    return static_cast<WDFREQUEST>(handle_of(&request));
}

}  // namespace openkmdf::framework
