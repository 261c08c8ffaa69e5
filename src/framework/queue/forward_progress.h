#pragma once

#include "framework/queue/queue.h"

// Requests that a queue keeps for when no memory is left ("Guaranteeing Forward Progress of I/O
// Operations").

namespace openkmdf::framework {

struct ForwardProgress {
    WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY policy = {};
    scheduler::InternalLock lock;
    // --- Guarded by lock ---------------------------------------------------------------------
    Request *unused = nullptr;  // through Request::next; children of the queue
    LIST_ENTRY postponed;       // IRPs that wait for one, through Tail.Overlay.ListEntry
    bool starting = false;      // somebody gives requests to postponed IRPs
};

// WdfIoQueueAssignForwardProgressPolicy.
NTSTATUS assign_forward_progress(Queue &queue, const WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY &policy);
void forget_forward_progress(Queue &queue);

// The request for an IRP that arrives for the queue: a new one with the driver's resources, else
// one of the reserve. nullptr: the IRP has been completed or postponed, and `status` is what its
// dispatch routine returns.
Request *make_request_for_sure(Queue &queue, PIRP irp, NTSTATUS *status);

// A reserved request has ended: it serves the next IRP that waits for one.
void return_to_reserve(Request &request);

}  // namespace openkmdf::framework
