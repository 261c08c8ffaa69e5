#include "framework/target/send.h"

#include "base/assert.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/target/format.h"
#include "framework/target/target_io.h"

#include <new>

// A sent request has one or more holders (SendState::holders). The last of them finishes it: the
// request is the driver's again and its completion routine is called, or the waiting sender wakes.

namespace openkmdf::framework {

namespace {

constexpr std::uint32_t kReturned = 0x8000'0000;  // in SendState::holders: the IRP came back
constexpr std::uint32_t kHolders = ~kReturned;

bool is_own(const Request &request)
{
    return request.request_flags & (kRequestOwnIrp | kRequestFromIrp);
}

// Both the sender and the returning IRP may try: one succeeds, or the timer's DPC lets go itself.
bool disarm_timer(SendState &send)
{
    return __atomic_load_n(&send.timer_armed, __ATOMIC_SEQ_CST) && KeCancelTimer(&send.timer);
}

void call_completion_routine(SendState &send, Request &request, IoTarget &target)
{
    const auto routine = send.completion_routine;
    if (!routine) return;
    // The driver may complete or delete the request inside, which ends `send`.
    WDF_REQUEST_COMPLETION_PARAMS params = send.params;
    CallbackBrackets brackets(CallbackId::CompletionRoutine, request,
                              reinterpret_cast<const void *>(routine));
    routine(request_handle(request), target_handle(target), &params, send.completion_context);
    brackets.frame.object = nullptr;
    brackets.leave();
}

void take_result(SendState &send, PIRP irp)
{
    if (__atomic_load_n(&send.timed_out, __ATOMIC_ACQUIRE) &&
        irp->IoStatus.Status == STATUS_CANCELLED)
        irp->IoStatus.Status = STATUS_IO_TIMEOUT;
    restore_irp(send);
    WDF_REQUEST_COMPLETION_PARAMS &params = send.params;
    params.IoStatus = irp->IoStatus;
    switch (params.Type) {
    case WdfRequestTypeRead:
        params.Parameters.Read.Length = irp->IoStatus.Information;
        break;
    case WdfRequestTypeWrite:
        params.Parameters.Write.Length = irp->IoStatus.Information;
        break;
    case WdfRequestTypeDeviceControl:
    case WdfRequestTypeDeviceControlInternal:
        params.Parameters.Ioctl.Output.Length = irp->IoStatus.Information;
        break;
    default:
        break;
    }
}

void finish(SendState &send)
{
    Request &request = *send.request;
    IoTarget &target = *send.target;
    const bool own = is_own(request);
    const bool counted = send.counts;
    take_result(send, request.irp);
    detach_from_target(send);
    send.target = nullptr;
    __atomic_store_n(&send.timer_armed, false, __ATOMIC_RELAXED);
    KEVENT *sender = send.sender;
    send.sender = nullptr;
    base::store_enum(request.request_state, send.owned_as, __ATOMIC_RELEASE);
    // A waiting sender goes on as soon as it sees its event: nothing of the request is touched
    // then.
    if (sender) {
        if (own) dereference(request);
        leave_target(target, counted);
        KeSetEvent(sender, IO_NO_INCREMENT, FALSE);
        return;
    }
    call_completion_routine(send, request, target);
    if (own) dereference(request);
    leave_target(target, counted);
}

void let_go(SendState &send, std::uint32_t holders)
{
    const std::uint32_t left = __atomic_sub_fetch(&send.holders, holders, __ATOMIC_ACQ_REL);
    if ((left & kHolders) == 0) {
        __atomic_store_n(&send.holders, 0u, __ATOMIC_RELEASE);
        finish(send);
    }
}

void irp_returned(SendState &send)
{
    __atomic_fetch_or(&send.holders, kReturned, __ATOMIC_SEQ_CST);
    let_go(send, disarm_timer(send) ? 2 : 1);
}

NTSTATUS NTAPI sent_irp_completed(PDEVICE_OBJECT, PIRP, PVOID context)
{
    irp_returned(*static_cast<SendState *>(context));
    return STATUS_MORE_PROCESSING_REQUIRED;
}

void NTAPI send_timed_out(PKDPC, PVOID context, PVOID, PVOID)
{
    auto &send = *static_cast<SendState *>(context);
    __atomic_store_n(&send.timed_out, true, __ATOMIC_RELEASE);
    cancel_pinned(send);
    unpin_sent(send);
}

void arm_timer(SendState &send, LONGLONG timeout)
{
    KeInitializeTimer(&send.timer);
    KeInitializeDpc(&send.timer_dpc, send_timed_out, &send);
    __atomic_fetch_add(&send.holders, 1u, __ATOMIC_RELAXED);
    __atomic_store_n(&send.timer_armed, true, __ATOMIC_SEQ_CST);
    LARGE_INTEGER due;
    due.QuadPart = timeout;
    KeSetTimer(&send.timer, due, &send.timer_dpc);
}

// --- What may be sent ------------------------------------------------------------------------

[[noreturn]] void not_sendable(const Request &request, RequestState state)
{
    const bool sent = state == RequestState::Sent;
    const char *why = sent ? "it was sent before and has not come back; wait for its completion "
                             "routine, or use another request"
                      : state == RequestState::Completed
                          ? "it was completed, and the driver owns it no more"
                          : "it is on a queue and the framework owns it";
    violation(request.globals, WDF_REQUEST_FATAL_ERROR,
              sent ? WDF_REQUEST_FATAL_ERROR_REQUEST_ALREADY_SENT
                   : WDF_REQUEST_FATAL_ERROR_REQUEST_NOT_IN_QUEUE,
              reinterpret_cast<std::uintptr_t>(handle_of(&request)),
              "WdfRequestSend was called for a request that cannot be sent: %s.", why);
}

// STATUS_SUCCESS for what the driver owns.
NTSTATUS check_owner(const Request &request)
{
    const RequestState state = base::load_enum(request.request_state, __ATOMIC_ACQUIRE);
    switch (state) {
    case RequestState::Idle:
    case RequestState::Driver:
    case RequestState::CallerContext:
        return STATUS_SUCCESS;
    // Its cancel callback could still be called.
    case RequestState::Cancelable:
    case RequestState::Canceling:
        return STATUS_INVALID_DEVICE_REQUEST;
    default:
        not_sendable(request, state);
    }
}

void report_misuse(const Request &request, const char *rule)
{
    if (!request.globals->checked) return;
    violation(request.globals, WDF_VERIFIER_FATAL_ERROR,
              reinterpret_cast<std::uintptr_t>(handle_of(&request)), 0,
              "WdfRequestSend was called for WDFREQUEST #%u, but %s.", request.ordinal, rule);
}

// --- Send and forget -------------------------------------------------------------------------

NTSTATUS check_forgettable(const IoTarget &target, const Request &request)
{
    // "WDF_REQUEST_SEND_OPTIONS_FLAGS" lists when a driver cannot set the flag.
    if (is_own(request) || target.file) return STATUS_INVALID_DEVICE_REQUEST;
    if (request.create_file)
        report_misuse(request, "an IRP_MJ_CREATE that has a framework file object cannot be sent "
                               "and forgotten; set a completion routine, or say "
                               "WdfFileObjectNotRequired");
    if (request.format == RequestFormat::Target)
        report_misuse(request, "it was formatted with a WdfIoTargetFormatRequestForXxx function "
                               "and cannot be sent and forgotten");
    if (request.send && request.send->completion_routine)
        report_misuse(request, "it has a completion routine and cannot be sent and forgotten");
    return STATUS_SUCCESS;
}

NTSTATUS send_and_forget(IoTarget &target, Request &request)
{
    NTSTATUS status = check_forgettable(target, request);
    if (!NT_SUCCESS(status)) return status;
    PDEVICE_OBJECT device;
    {
        scheduler::InternalGuard guard(target.io->lock);
        device = target.target;
    }
    if (!device) return STATUS_INVALID_DEVICE_STATE;
    const bool formatted = request.format != RequestFormat::None;
    if (request.irp->CurrentLocation - (formatted ? 1 : 0) < device->StackSize)
        return STATUS_REQUEST_NOT_ACCEPTED;
    forward_and_forget(request, device);
    return STATUS_SUCCESS;
}

// --- Send and be told ------------------------------------------------------------------------

NTSTATUS prepare(IoTarget &target, Request &request, const SendOptions &options)
{
    if (!request.irp) return STATUS_INVALID_DEVICE_REQUEST;
    if (options.synchronous && scheduler::current.processor->irql > scheduler::kPassiveLevel)
        violation(request.globals, WDF_VERIFIER_IRQL_MISMATCH, scheduler::current.processor->irql,
                  scheduler::kPassiveLevel,
                  "WdfRequestSend was called with WDF_REQUEST_SEND_OPTION_SYNCHRONOUS at IRQL %u; "
                  "a synchronous send must be made at PASSIVE_LEVEL.",
                  scheduler::current.processor->irql);
    NTSTATUS status = check_stack(target, request);
    if (!NT_SUCCESS(status)) return status;
    SendState *send = need_send_state(request);
    if (!send) return STATUS_INSUFFICIENT_RESOURCES;
    if (!is_own(request) && !options.synchronous && !send->completion_routine)
        report_misuse(request, "it came from a queue and has no completion routine, so nobody "
                               "would complete it; call WdfRequestSetCompletionRoutine, or use "
                               "WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET");
    return STATUS_SUCCESS;
}

void begin(IoTarget &target, SendState &send, const SendOptions &options)
{
    Request &request = *send.request;
    reference(target);
    // The driver may delete its own request while it is sent.
    if (is_own(request)) reference(request);
    send.target = &target;
    send.ignores_state = options.ignores_state;
    send.timed_out = false;
    send.params.IoStatus = {};
    send.owned_as = base::load_enum(request.request_state, __ATOMIC_RELAXED);
    base::store_enum(request.request_state, RequestState::Sent, __ATOMIC_RELEASE);
    IoSetCompletionRoutine(request.irp, sent_irp_completed, &send, TRUE, TRUE, TRUE);
    __atomic_store_n(&send.holders, 1u, __ATOMIC_RELEASE);
}

void refuse(IoTarget &target, SendState &send)
{
    Request &request = *send.request;
    __atomic_store_n(&send.holders, 0u, __ATOMIC_RELAXED);
    send.target = nullptr;
    send.sender = nullptr;
    base::store_enum(request.request_state, send.owned_as, __ATOMIC_RELEASE);
    if (is_own(request)) dereference(request);
    dereference(target);
}

// The sender is a holder of a held request until its timer is armed: it may be cancelled meanwhile.
void finish_holding(SendState &send, LONGLONG timeout)
{
    if (timeout) {
        arm_timer(send, timeout);
        const bool back = __atomic_load_n(&send.holders, __ATOMIC_SEQ_CST) & kReturned;
        if (back && KeCancelTimer(&send.timer)) let_go(send, 1);
    }
    let_go(send, 1);
}

}  // namespace

NTSTATUS read_send_options(const WDF_REQUEST_SEND_OPTIONS *options, SendOptions *read)
{
    if (!options) return STATUS_SUCCESS;
    if (options->Size != sizeof(WDF_REQUEST_SEND_OPTIONS)) return STATUS_INFO_LENGTH_MISMATCH;
    constexpr ULONG known = WDF_REQUEST_SEND_OPTION_TIMEOUT | WDF_REQUEST_SEND_OPTION_SYNCHRONOUS |
                            WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE |
                            WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET;
    const ULONG flags = options->Flags;
    if (flags & ~known) return STATUS_INVALID_PARAMETER;
    read->forgets = flags & WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET;
    if (read->forgets && flags != WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET)
        return STATUS_INVALID_PARAMETER;
    read->synchronous = flags & WDF_REQUEST_SEND_OPTION_SYNCHRONOUS;
    read->ignores_state = flags & WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE;
    read->timeout = flags & WDF_REQUEST_SEND_OPTION_TIMEOUT ? options->Timeout : 0;
    return STATUS_SUCCESS;
}

NTSTATUS send_request(IoTarget &target, Request &request, const SendOptions &options)
{
    NTSTATUS status = check_owner(request);
    if (!NT_SUCCESS(status)) return status;
    if (options.forgets) return send_and_forget(target, request);
    status = prepare(target, request, options);
    if (!NT_SUCCESS(status)) return status;
    SendState &send = *request.send;
    KEVENT done;
    if (options.synchronous) {
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        send.sender = &done;
    }
    begin(target, send, options);
    switch (enter_target(target, send)) {
    case Entry::Open:
        if (options.timeout) arm_timer(send, options.timeout);
        deliver(send);
        break;
    case Entry::Held:
        finish_holding(send, options.timeout);
        break;
    case Entry::Cancelled:
        return_unsent(send, STATUS_CANCELLED);
        let_go(send, 1);
        break;
    case Entry::Refused:
        refuse(target, send);
        return STATUS_INVALID_DEVICE_STATE;
    }
    if (options.synchronous) KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
    return STATUS_SUCCESS;
}

void keep_refusal(Request &request, NTSTATUS status)
{
    if (request.irp) {
        request.irp->IoStatus.Status = status;
        request.irp->IoStatus.Information = 0;
    } else {
        need_send_state_for_sure(request).refusal = status;
    }
}

void deliver(SendState &send)
{
    PIRP irp = send.request->irp;
    IoCallDriver(send.target->target, irp);
}

void return_unsent(SendState &send, NTSTATUS status)
{
    PIRP irp = send.request->irp;
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    irp_returned(send);
}

void NTAPI cancel_held(PDEVICE_OBJECT, PIRP irp)
{
    IoReleaseCancelSpinLock(irp->CancelIrql);
    // Whoever takes a request out of its target disarms this routine first, so it is still there.
    auto &send = *static_cast<SendState *>(irp->Tail.Overlay.DriverContext[0]);
    detach_from_target(send);
    return_unsent(send, STATUS_CANCELLED);
}

// --- Cancelling ------------------------------------------------------------------------------

bool pin_sent(SendState &send)
{
    std::uint32_t holders = __atomic_load_n(&send.holders, __ATOMIC_ACQUIRE);
    do {
        if ((holders & kHolders) == 0) return false;
    } while (!__atomic_compare_exchange_n(&send.holders, &holders, holders + 1, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return true;
}

void unpin_sent(SendState &send)
{
    let_go(send, 1);
}

bool cancel_pinned(SendState &send)
{
    if (__atomic_load_n(&send.holders, __ATOMIC_ACQUIRE) & kReturned) return false;
    return IoCancelIrp(send.request->irp);
}

bool cancel_sent_request(Request &request)
{
    SendState *send = __atomic_load_n(&request.send, __ATOMIC_ACQUIRE);
    if (!send || !pin_sent(*send)) return false;
    const bool cancelled = cancel_pinned(*send);
    unpin_sent(*send);
    return cancelled;
}

// --- The state -------------------------------------------------------------------------------

namespace {

scheduler::Arena &arena_of(const Request &request)
{
    return *request.globals->library->kernel->arena;
}

SendState *make_send_state(Request &request)
{
    auto *send = arena_of(request).make<SendState>();
    if (!send) return nullptr;
    send->request = &request;
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&send->params);
    __atomic_store_n(&request.send, send, __ATOMIC_RELEASE);
    return send;
}

}  // namespace

SendState *need_send_state(Request &request)
{
    if (request.send) return request.send;
    return arena_of(request).allocation_fails() ? nullptr : make_send_state(request);
}

SendState &need_send_state_for_sure(Request &request)
{
    if (request.send) return *request.send;
    if (SendState *send = make_send_state(request)) return *send;
    executive::kernel().stop(WDF_VIOLATION, WDF_VERIFIER_FATAL_ERROR, 0, 0, 0,
                             "The machine has no memory left to send a request.");
}

void drop_send_state(Request &request)
{
    SendState *send = request.send;
    OPENKMDF_ASSERT(!send->holders, "a request ends while it is sent");
    drop_format(*send);
    free_format_memory(*send);
    request.send = nullptr;
    arena_of(request).drop(send);
}

}  // namespace openkmdf::framework
