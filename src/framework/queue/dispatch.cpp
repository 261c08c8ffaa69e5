#include "framework/queue/queue.h"

#include "base/assert.h"
#include "framework/queue/queue_lists.h"
#include "framework/support/callback.h"

// Arrival, delivery and departure of requests.
//
// A request that finds its queue open is delivered on the caller's stack. One that the driver gives
// up inside that very callback (it completes or forwards it) is noticed by the callback's frame, so
// the delivery loop goes on without recursion; one given up elsewhere runs the queue from there.

namespace openkmdf::framework {

namespace {

constexpr std::uint32_t kRefuses = kGateNotAccepting | kGateRemoved;

// Calls the handler for the request. True: the loop has to look at the queue again.
bool call_handler(Queue &queue, Request &request)
{
    QueueCallbackScope scope(queue);
    PIRP irp = request.irp;
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    const auto queue_handle = static_cast<WDFQUEUE>(handle_of(&queue));
    const WDFREQUEST handle = request_handle(request);
    auto deliver = [&](CallbackId id, auto function, auto... arguments) {
        CallbackBrackets brackets(id, queue, reinterpret_cast<const void *>(function), &request);
        function(queue_handle, handle, arguments...);
        brackets.leave();
        return brackets.frame.more;
    };
    switch (request.major) {
    case IRP_MJ_READ:
        if (queue.evt_io_read)
            return deliver(CallbackId::EvtIoRead, queue.evt_io_read,
                           static_cast<std::size_t>(location.Parameters.Read.Length));
        break;
    case IRP_MJ_WRITE:
        if (queue.evt_io_write)
            return deliver(CallbackId::EvtIoWrite, queue.evt_io_write,
                           static_cast<std::size_t>(location.Parameters.Write.Length));
        break;
    case IRP_MJ_DEVICE_CONTROL:
        if (queue.evt_io_device_control)
            return deliver(
                CallbackId::EvtIoDeviceControl, queue.evt_io_device_control,
                static_cast<std::size_t>(location.Parameters.DeviceIoControl.OutputBufferLength),
                static_cast<std::size_t>(location.Parameters.DeviceIoControl.InputBufferLength),
                location.Parameters.DeviceIoControl.IoControlCode);
        break;
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        if (queue.evt_io_internal_device_control)
            return deliver(
                CallbackId::EvtIoInternalDeviceControl, queue.evt_io_internal_device_control,
                static_cast<std::size_t>(location.Parameters.DeviceIoControl.OutputBufferLength),
                static_cast<std::size_t>(location.Parameters.DeviceIoControl.InputBufferLength),
                location.Parameters.DeviceIoControl.IoControlCode);
        break;
    default:
        break;
    }
    return deliver(CallbackId::EvtIoDefault, queue.evt_io_default);
}

bool has_handler(const Queue &queue, std::uint8_t major)
{
    if (queue.evt_io_default) return true;
    switch (major) {
    case IRP_MJ_READ:
        return queue.evt_io_read;
    case IRP_MJ_WRITE:
        return queue.evt_io_write;
    case IRP_MJ_DEVICE_CONTROL:
        return queue.evt_io_device_control;
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return queue.evt_io_internal_device_control;
    default:
        return false;
    }
}

void mark_delivered(Request &request)
{
    request.request_flags |= kRequestDeliveredOnce;
    base::store_enum(request.request_state, RequestState::Driver, __ATOMIC_RELAXED);
}

// Delivers to a driver that has no handler for the type: KMDF completes it.
bool deliver_or_complete(Queue &queue, Request &request)
{
    if (has_handler(queue, request.major)) [[likely]]
        return call_handler(queue, request);
    complete_request(request, STATUS_INVALID_DEVICE_REQUEST, IO_NO_INCREMENT);
    return true;
}

void NTAPI run_at_passive(PVOID argument)
{
    Queue &queue = *static_cast<Queue *>(argument);
    {
        scheduler::InternalGuard guard(queue.lock);
        queue.passive_work_queued = false;
    }
    call_owed_cancels(queue);
    notify_state(queue);
    run_queue(queue);
    dereference(queue);
}

// May this queue hand one more request to the driver? Caller holds queue.lock.
bool may_deliver(const Queue &queue)
{
    if (queue.gate & ~kGateNotAccepting) return false;
    if (queue.dispatch_type == WdfIoQueueDispatchSequential) return !queue.sequential_busy;
    return queue.dispatch_type == WdfIoQueueDispatchParallel &&
           (queue.shards || queue.owned_count < queue.presented_limit);
}

// Takes the next deliverable request off the waiting list and gives it to the driver's side.
Request *take_next(Queue &queue)
{
    scheduler::InternalGuard guard(queue.lock);
    if (!may_deliver(queue)) return nullptr;
    Request *request = pop_waiting(queue, nullptr);
    if (!request) return nullptr;
    if (queue.dispatch_type == WdfIoQueueDispatchSequential) queue.sequential_busy = true;
    mark_delivered(*request);
    add_owned_locked(queue, *request);
    return request;
}

CallbackFrame *delivering_frame(const Queue &queue)
{
    for (CallbackFrame *frame = callback_frame(); frame; frame = frame->outer)
        if (frame->object == &queue && frame->delivers) return frame;
    return nullptr;
}

enum class Loop : std::uint8_t { OneUnlessMore, UntilNothingIsDeliverable };

void deliver_from(Queue &queue, Request *request, Loop loop)
{
    while (request) {
        const bool more = deliver_or_complete(queue, *request);
        if (!more && loop == Loop::OneUnlessMore) return;
        request = take_next(queue);
    }
}

}  // namespace

bool takes_requests(const Queue &queue, std::uint8_t major)
{
    return queue.dispatch_type == WdfIoQueueDispatchManual || has_handler(queue, major);
}

void move_to_passive(Queue &queue)
{
    {
        scheduler::InternalGuard guard(queue.lock);
        if (queue.passive_work_queued) return;
        queue.passive_work_queued = true;
    }
    reference(queue);
    ExInitializeWorkItem(&queue.passive_work, run_at_passive, &queue);
    ExQueueWorkItem(&queue.passive_work, DelayedWorkQueue);
}

void run_queue(Queue &queue)
{
    if (queue.dispatch_type == WdfIoQueueDispatchManual) {
        notify_ready(queue);
        return;
    }
    {
        scheduler::InternalGuard guard(queue.lock);
        if (!queue.first_waiting || !may_deliver(queue)) return;
    }
    if (needs_passive_worker(queue)) {
        move_to_passive(queue);
        return;
    }
    if (queue.scope_lock && queue.scope_lock->is_held_by_me()) {
        queue.scope_lock->run_after_release(queue);
        return;
    }
    // Inside a handler of this queue on this stack: its loop goes on when the handler returns.
    if (CallbackFrame *frame = delivering_frame(queue)) {
        frame->more = true;
        return;
    }
    // The queue outlives the loop although the driver may delete it from its last callback.
    reference(queue);
    deliver_from(queue, take_next(queue), Loop::UntilNothingIsDeliverable);
    dereference(queue);
}

NTSTATUS queue_request(Queue &queue, Request &request, Arrival arrival)
{
    Queue *const before = request.queue;
    request.queue = &queue;
    bool at_once = false, refused = false, cancelled = false;
    const bool direct =
        !needs_passive_worker(queue) && !(queue.scope_lock && queue.scope_lock->is_held_by_me());
    if (queue.shards && direct) {
        QueueShard &shard = queue.shards[scheduler::current.processor->number];
        scheduler::InternalGuard guard(shard.lock);
        if (shard.gate == 0) [[likely]] {
            mark_delivered(request);
            add_owned_to_shard(shard, request, scheduler::current.processor->number);
            at_once = true;
        }
    }
    if (!at_once) {
        scheduler::InternalGuard guard(queue.lock);
        if (queue.gate & kRefuses) {
            refused = true;
        } else if (direct && !queue.first_waiting && queue.gate == 0 && !queue.shards &&
                   may_deliver(queue)) {
            if (queue.dispatch_type == WdfIoQueueDispatchSequential) queue.sequential_busy = true;
            mark_delivered(request);
            add_owned_locked(queue, request);
            at_once = true;
        } else {
            cancelled = !append_waiting(queue, request);
        }
    }
    if (at_once) [[likely]] {
        // A frame of this queue on this stack means that its handler forwarded or sent to its own
        // device: the nested delivery is as deep as the driver made it.
        deliver_from(queue, &request, Loop::OneUnlessMore);
        return STATUS_SUCCESS;
    }
    if (refused) {
        request.queue = arrival == Arrival::Forwarded ? before : nullptr;
        if (arrival == Arrival::Forwarded) return STATUS_WDF_BUSY;
        mark_delivered(request);
        complete_request(request, queue.refusal, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
    if (cancelled) {
        canceled_on_queue(queue, request);
        return STATUS_SUCCESS;
    }
    // The request is in the list and may be gone from here on.
    run_queue(queue);
    return STATUS_SUCCESS;
}

void leave_queue(Queue &queue, Request &request)
{
    CallbackFrame *frame = callback_frame();
    const bool within = presents(frame, request, &queue);
    NotificationCall call;
    KEVENT *quiet = nullptr;
    if (queue.shards && request.shard != kNoShard) {
        QueueShard &shard = queue.shards[request.shard];
        bool gated;
        {
            scheduler::InternalGuard guard(shard.lock);
            remove_owned_from_shard(shard, request);
            gated = shard.gate != 0;
        }
        if (gated) [[unlikely]] {
            scheduler::InternalGuard guard(queue.lock);
            call = take_notification(queue);
            quiet = take_quiet_event(queue);
        }
        if (within) {
            frame->presenting = nullptr;
            frame->more = false;
        }
    } else {
        scheduler::InternalGuard guard(queue.lock);
        remove_owned_locked(queue, request);
        const bool waiting = queue.first_waiting != nullptr;
        if (queue.dispatch_type == WdfIoQueueDispatchSequential && !queue.first_owned)
            queue.sequential_busy = false;
        if (within) {
            frame->presenting = nullptr;
            frame->more = waiting;
        }
        if (queue.gate || queue.notification.armed()) [[unlikely]] {
            call = take_notification(queue);
            quiet = take_quiet_event(queue);
        }
    }
    if (quiet) [[unlikely]]
        KeSetEvent(quiet, IO_NO_INCREMENT, FALSE);
    if (call) [[unlikely]]
        call.run(queue);
}

}  // namespace openkmdf::framework
