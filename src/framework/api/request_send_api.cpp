#include "framework/api/functions.h"
#include "framework/driver/globals.h"
#include "framework/request/request.h"
#include "framework/support/violation.h"
#include "framework/target/format.h"
#include "framework/target/send.h"

namespace openkmdf::framework::api {

namespace {

IoTarget *target_of(WDFIOTARGET handle)
{
    return object_cast<IoTarget>(handle);
}

}  // namespace

// --- The driver's own requests ---------------------------------------------------------------

NTSTATUS NTAPI WdfRequestCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                PWDF_OBJECT_ATTRIBUTES RequestAttributes, WDFIOTARGET IoTarget,
                                WDFREQUEST *Request)
{
    *Request = nullptr;
    framework::Request *request = nullptr;
    const NTSTATUS status = create_request(globals_of(DriverGlobals), RequestAttributes,
                                           IoTarget ? target_of(IoTarget) : nullptr, &request);
    if (NT_SUCCESS(status)) *Request = request_handle(*request);
    return status;
}

NTSTATUS NTAPI WdfRequestCreateFromIrp(PWDF_DRIVER_GLOBALS DriverGlobals,
                                       PWDF_OBJECT_ATTRIBUTES RequestAttributes, PIRP Irp,
                                       BOOLEAN RequestFreesIrp, WDFREQUEST *Request)
{
    *Request = nullptr;
    framework::Request *request = nullptr;
    const NTSTATUS status = create_request_from_irp(globals_of(DriverGlobals), RequestAttributes,
                                                    Irp, RequestFreesIrp, &request);
    if (NT_SUCCESS(status)) *Request = request_handle(*request);
    return status;
}

NTSTATUS NTAPI WdfRequestReuse(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                               PWDF_REQUEST_REUSE_PARAMS ReuseParams)
{
    return reuse_request(*request_of(Request), *ReuseParams);
}

NTSTATUS NTAPI WdfRequestChangeTarget(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, WDFIOTARGET IoTarget)
{
    return need_stack(*target_of(IoTarget), *request_of(Request));
}

// --- Formatting ------------------------------------------------------------------------------

VOID NTAPI WdfRequestFormatRequestUsingCurrentType(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    format_as_received(*request_of(Request));
}

VOID NTAPI WdfRequestWdmFormatUsingStackLocation(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                                 PIO_STACK_LOCATION Stack)
{
    format_with_location(*request_of(Request), *Stack);
}

VOID NTAPI WdfRequestSetCompletionRoutine(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                          PFN_WDF_REQUEST_COMPLETION_ROUTINE CompletionRoutine,
                                          WDFCONTEXT CompletionContext)
{
    framework::Request &request = *request_of(Request);
    if (!CompletionRoutine && !request.send) return;
    SendState &send = need_send_state_for_sure(request);
    send.completion_routine = CompletionRoutine;
    send.completion_context = CompletionContext;
}

// --- Sending ---------------------------------------------------------------------------------

BOOLEAN NTAPI WdfRequestSend(PWDF_DRIVER_GLOBALS, WDFREQUEST Request, WDFIOTARGET Target,
                             PWDF_REQUEST_SEND_OPTIONS Options)
{
    framework::Request &request = *request_of(Request);
    SendOptions options;
    NTSTATUS status = read_send_options(Options, &options);
    if (NT_SUCCESS(status)) status = send_request(*target_of(Target), request, options);
    if (NT_SUCCESS(status)) return TRUE;
    keep_refusal(request, status);
    return FALSE;
}

BOOLEAN NTAPI WdfRequestCancelSentRequest(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return cancel_sent_request(*request_of(Request));
}

NTSTATUS NTAPI WdfRequestAllocateTimer(PWDF_DRIVER_GLOBALS, WDFREQUEST Request)
{
    return need_send_state(*request_of(Request)) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

VOID NTAPI WdfRequestGetCompletionParams(PWDF_DRIVER_GLOBALS, WDFREQUEST Request,
                                         PWDF_REQUEST_COMPLETION_PARAMS Params)
{
    const framework::Request &request = *request_of(Request);
    if (request.send) {
        *Params = request.send->params;
        return;
    }
    WDF_REQUEST_COMPLETION_PARAMS_INIT(Params);
}

}  // namespace openkmdf::framework::api
