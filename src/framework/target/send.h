#pragma once

#include "framework/target/send_state.h"

// Sending a request, its way back, and cancelling it in between.

namespace openkmdf::framework {

struct SendOptions {
    bool synchronous = false;
    bool ignores_state = false;
    bool forgets = false;
    LONGLONG timeout = 0;  // 0: none
};
// STATUS_INFO_LENGTH_MISMATCH, or STATUS_INVALID_PARAMETER for flags that do not go together.
NTSTATUS read_send_options(const WDF_REQUEST_SEND_OPTIONS *options, SendOptions *read);

// WdfRequestSend. On failure the request is the driver's as before.
NTSTATUS send_request(IoTarget &target, Request &request, const SendOptions &options);
// Makes a failure of send_request what WdfRequestGetStatus returns.
void keep_refusal(Request &request, NTSTATUS status);

// WdfRequestCancelSentRequest. The caller holds a reference or knows that the request has not
// ended.
bool cancel_sent_request(Request &request);

// --- For the target's lists ------------------------------------------------------------------
bool pin_sent(SendState &send);    // false: it is finished
void unpin_sent(SendState &send);  // may finish it
bool cancel_pinned(SendState &send);
void deliver(SendState &send);  // IoCallDriver
// The IRP, which no driver below has, is over.
void return_unsent(SendState &send, NTSTATUS status);
// IRP cancel routine of requests that a target holds.
void NTAPI cancel_held(PDEVICE_OBJECT device, PIRP irp);

}  // namespace openkmdf::framework
