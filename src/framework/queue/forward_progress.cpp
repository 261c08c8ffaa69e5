#include "framework/queue/forward_progress.h"

#include "executive/io/irp_cancel.h"
#include "framework/device/dispatch.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"

namespace openkmdf::framework {

namespace {

scheduler::Arena &arena_of(const Queue &queue)
{
    return *queue.globals->library->kernel->arena;
}

WDFQUEUE queue_handle(const Queue &queue)
{
    return static_cast<WDFQUEUE>(handle_of(&queue));
}

NTSTATUS check_policy(const WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY &policy)
{
    if (policy.Size != sizeof policy) return STATUS_INFO_LENGTH_MISMATCH;
    if (!policy.TotalForwardProgressRequests) return STATUS_INVALID_PARAMETER;
    switch (policy.ForwardProgressReservedPolicy) {
    case WdfIoForwardProgressReservedPolicyAlwaysUseReservedRequest:
    case WdfIoForwardProgressReservedPolicyPagingIO:
        return STATUS_SUCCESS;
    case WdfIoForwardProgressReservedPolicyUseExamine:
        return policy.ForwardProgressReservePolicySettings.Policy.ExaminePolicy
                       .EvtIoWdmIrpForForwardProgress
                   ? STATUS_SUCCESS
                   : STATUS_INVALID_PARAMETER;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

// A child of the queue: it ends with it, and its context's callbacks run then.
NTSTATUS reserve_one(Queue &queue, ForwardProgress &progress)
{
    const WDF_OBJECT_ATTRIBUTES &attributes = queue.device->request_attributes;
    auto *request =
        create_object<Request>(*queue.globals, attributes.Size ? &attributes : nullptr, &queue);
    if (!request) return STATUS_INSUFFICIENT_RESOURCES;
    request->device = queue.device;
    request->request_flags = kRequestReserved;
    request->request_state = RequestState::Completed;
    NTSTATUS status = publish(*request);
    if (!NT_SUCCESS(status)) {
        discard_object(*request);
        return status;
    }
    const auto callback = progress.policy.EvtIoAllocateResourcesForReservedRequest;
    if (callback)
        status = invoke(CallbackId::EvtIoAllocateResourcesForReservedRequest, queue, callback,
                        queue_handle(queue), request_handle(*request));
    if (!NT_SUCCESS(status)) {
        delete_object(*request);
        return status;
    }
    request->flags |= kObjectNoDelete;
    request->next = progress.unused;
    progress.unused = request;
    return STATUS_SUCCESS;
}

void drop_reserve(Queue &queue, ForwardProgress *progress)
{
    while (Request *request = progress->unused) {
        progress->unused = request->next;
        delete_object(*request);
    }
    arena_of(queue).drop(progress);
}

// --- Taking one ------------------------------------------------------------------------------

bool may_use_reserve(Queue &queue, PIRP irp)
{
    const WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY &policy = queue.progress->policy;
    switch (policy.ForwardProgressReservedPolicy) {
    case WdfIoForwardProgressReservedPolicyPagingIO:
        return irp->Flags & (IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO);
    case WdfIoForwardProgressReservedPolicyUseExamine:
        return invoke(CallbackId::EvtIoWdmIrpForForwardProgress, queue,
                      policy.ForwardProgressReservePolicySettings.Policy.ExaminePolicy
                          .EvtIoWdmIrpForForwardProgress,
                      queue_handle(queue), irp) == WdfIoForwardProgressActionUseReservedRequest;
    default:
        return true;
    }
}

void NTAPI cancel_postponed(PDEVICE_OBJECT, PIRP irp)
{
    IoReleaseCancelSpinLock(irp->CancelIrql);
    auto &queue = *static_cast<Queue *>(irp->Tail.Overlay.DriverContext[0]);
    {
        scheduler::InternalGuard guard(queue.progress->lock);
        RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    }
    irp->IoStatus.Information = 0;
    complete_irp(irp, STATUS_CANCELLED);
}

// Caller holds the lock. False: it is cancelled already, and its completion is the caller's.
bool postpone(Queue &queue, PIRP irp)
{
    IoMarkIrpPending(irp);
    irp->Tail.Overlay.DriverContext[0] = &queue;
    InsertTailList(&queue.progress->postponed, &irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(irp, cancel_postponed);
    if (!executive::cancel_requested(irp) || !IoSetCancelRoutine(irp, nullptr)) return true;
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    return false;
}

Request *take_unused(ForwardProgress &progress)
{
    Request *request = progress.unused;
    if (request) progress.unused = request->next;
    return request;
}

Request *take_reserved(Queue &queue, PIRP irp, NTSTATUS *status)
{
    Request *request;
    bool waits = false;
    {
        scheduler::InternalGuard guard(queue.progress->lock);
        request = take_unused(*queue.progress);
        if (!request) waits = postpone(queue, irp);
    }
    if (request) {
        start_reserved_request(*request, irp);
        return request;
    }
    *status = STATUS_PENDING;
    if (!waits) complete_irp(irp, STATUS_CANCELLED);
    return nullptr;
}

// The first that waits and is not being cancelled.
PIRP take_postponed(ForwardProgress &progress)
{
    for (LIST_ENTRY *entry = progress.postponed.Flink; entry != &progress.postponed;
         entry = entry->Flink) {
        PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
        if (!IoSetCancelRoutine(irp, nullptr)) continue;
        RemoveEntryList(entry);
        return irp;
    }
    return nullptr;
}

// One that its driver completes at once comes back in the middle of this, which goes on with it.
void start_postponed(Queue &queue)
{
    ForwardProgress &progress = *queue.progress;
    for (bool first = true;; first = false) {
        Request *request = nullptr;
        PIRP irp = nullptr;
        {
            scheduler::InternalGuard guard(progress.lock);
            if (first && progress.starting) return;
            progress.starting = true;
            if (progress.unused) irp = take_postponed(progress);
            if (!irp) {
                progress.starting = false;
                return;
            }
            request = take_unused(progress);
        }
        start_reserved_request(*request, irp);
        queue_request(queue, *request, Arrival::New);
    }
}

}  // namespace

NTSTATUS assign_forward_progress(Queue &queue, const WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY &policy)
{
    NTSTATUS status = check_policy(policy);
    if (!NT_SUCCESS(status)) return status;
    if (queue.progress) return STATUS_INVALID_DEVICE_REQUEST;
    scheduler::Arena &arena = arena_of(queue);
    auto *progress = arena.allocation_fails() ? nullptr : arena.make<ForwardProgress>();
    if (!progress) return STATUS_INSUFFICIENT_RESOURCES;
    progress->policy = policy;
    InitializeListHead(&progress->postponed);
    for (ULONG i = 0; NT_SUCCESS(status) && i < policy.TotalForwardProgressRequests; ++i)
        status = reserve_one(queue, *progress);
    if (!NT_SUCCESS(status)) {
        drop_reserve(queue, progress);
        return status;
    }
    queue.progress = progress;
    queue.device->route |= kRouteForwardProgress;
    return STATUS_SUCCESS;
}

void forget_forward_progress(Queue &queue)
{
    // The requests were children and are gone.
    arena_of(queue).drop(queue.progress);
    queue.progress = nullptr;
}

Request *make_request_for_sure(Queue &queue, PIRP irp, NTSTATUS *status)
{
    Request *request = make_request(*queue.device, irp);
    const auto callback = queue.progress->policy.EvtIoAllocateRequestResources;
    if (request && callback &&
        !NT_SUCCESS(invoke(CallbackId::EvtIoAllocateRequestResources, queue, callback,
                           queue_handle(queue), request_handle(*request)))) {
        pass_on_request(*request);
        request = nullptr;
    }
    if (request) return request;
    if (may_use_reserve(queue, irp)) return take_reserved(queue, irp, status);
    *status = complete_irp(irp, STATUS_INSUFFICIENT_RESOURCES);
    return nullptr;
}

void return_to_reserve(Request &request)
{
    auto &queue = *static_cast<Queue *>(request.parent);
    {
        scheduler::InternalGuard guard(queue.progress->lock);
        request.next = queue.progress->unused;
        queue.progress->unused = &request;
    }
    start_postponed(queue);
}

}  // namespace openkmdf::framework
