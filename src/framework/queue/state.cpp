#include "framework/queue/state.h"

#include "base/assert.h"
#include "framework/queue/queue_lists.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/target/send.h"

// What opens and closes a queue: the driver's start, stop, drain and purge, and the device's power
// and removal.

namespace openkmdf::framework {

namespace {

// Every shard carries a copy of the gate, so that arrivals test the line they own. Caller holds
// queue.lock; a shard's own lock orders the change against arrivals on it.
void set_gate_locked(Queue &queue, std::uint32_t gate)
{
    queue.gate = gate;
    for (std::uint32_t i = 0; i < queue.shard_count; ++i) {
        scheduler::InternalGuard guard(queue.shards[i].lock);
        queue.shards[i].gate = gate;
    }
}

// A notification makes arrivals and departures take the locked path even when the gate is open.
NotificationCall arm_locked(Queue &queue, const QueueNotification &notification)
{
    queue.notification = notification;
    return take_notification(queue);
}

void cancel_waiting_requests(Queue &queue, PFILE_OBJECT file = nullptr)
{
    for (;;) {
        Request *request;
        {
            scheduler::InternalGuard guard(queue.lock);
            request = pop_waiting(queue, file);
        }
        if (!request) return;
        canceled_on_queue(queue, *request);
    }
}

bool visit_owned_list(Request *first, bool (*visit)(Request &, void *), void *context)
{
    for (Request *request = first; request; request = request->next)
        if (visit(*request, context)) return true;
    return false;
}

// Calls `visit` for the requests that the driver owns until it returns true. Locks are held around
// it.
bool visit_owned(Queue &queue, bool (*visit)(Request &, void *), void *context)
{
    scheduler::InternalGuard guard(queue.lock);
    if (visit_owned_list(queue.first_owned, visit, context)) return true;
    for (std::uint32_t i = 0; i < queue.shard_count; ++i) {
        scheduler::InternalGuard shard_guard(queue.shards[i].lock);
        if (visit_owned_list(queue.shards[i].first_owned, visit, context)) return true;
    }
    return false;
}

// One request that satisfies `wanted` and does not have `mark` yet; marked and referenced.
Request *pick_owned(Queue &queue, bool (*wanted)(Request &), std::uint16_t mark)
{
    struct Search {
        bool (*wanted)(Request &);
        std::uint16_t mark;
        Request *found;
    } search{wanted, mark, nullptr};
    visit_owned(
        queue,
        [](Request &request, void *context) {
            auto &search = *static_cast<Search *>(context);
            if ((request.request_flags & search.mark) || !search.wanted(request)) return false;
            request.request_flags |= search.mark;
            reference(request);
            search.found = &request;
            return true;
        },
        &search);
    return search.found;
}

void clear_mark(Queue &queue, std::uint16_t mark)
{
    visit_owned(
        queue,
        [](Request &request, void *context) {
            request.request_flags &=
                static_cast<std::uint16_t>(~*static_cast<std::uint16_t *>(context));
            return false;
        },
        &mark);
}

void cancel_owned_requests(Queue &queue)
{
    // Decided while the lists are locked: what is on them has not been completed.
    auto to_cancel = [](Request &request) {
        const RequestState state = base::load_enum(request.request_state, __ATOMIC_ACQUIRE);
        return state == RequestState::Sent ||
               (state == RequestState::Cancelable && begin_request_cancel(request));
    };
    while (Request *request = pick_owned(queue, to_cancel, kRequestCancelVisited)) {
        if (base::load_enum(request->request_state, __ATOMIC_ACQUIRE) == RequestState::Canceling)
            call_evt_request_cancel(*request);
        else if (request->send && !request->send->ignores_state) cancel_sent_request(*request);
        dereference(*request);
    }
    clear_mark(queue, kRequestCancelVisited);
}

Request *take_owed_cancel(Queue &queue)
{
    Request *found = nullptr;
    visit_owned(
        queue,
        [](Request &request, void *context) {
            if (!(request.request_flags & kRequestCancelOwed)) return false;
            request.request_flags &= static_cast<std::uint16_t>(~kRequestCancelOwed);
            *static_cast<Request **>(context) = &request;
            return true;
        },
        &found);
    return found;
}

void change(Queue &queue, std::uint32_t set, std::uint32_t clear,
            const QueueNotification *notification, NTSTATUS refusal = STATUS_INVALID_DEVICE_STATE)
{
    NotificationCall call;
    {
        scheduler::InternalGuard guard(queue.lock);
        set_gate_locked(queue, (queue.gate & ~clear) | set);
        queue.refusal = refusal;
        if (notification && notification->armed()) call = arm_locked(queue, *notification);
    }
    if (call) call.run(queue);
}

}  // namespace

void owe_cancel(Queue &queue, Request &request)
{
    {
        scheduler::InternalGuard guard(queue.lock);
        request.request_flags |= kRequestCancelOwed;
    }
    move_to_passive(queue);
}

void call_owed_cancels(Queue &queue)
{
    while (Request *request = take_owed_cancel(queue)) {
        if (base::load_enum(request->request_state, __ATOMIC_ACQUIRE) == RequestState::Canceling) {
            call_evt_request_cancel(*request);
            continue;
        }
        QueueCallbackScope scope(queue);
        invoke(CallbackId::EvtIoCanceledOnQueue, queue, queue.evt_io_canceled_on_queue,
               static_cast<WDFQUEUE>(handle_of(&queue)), request_handle(*request));
    }
}

void open_gate(Queue &queue, std::uint32_t bits)
{
    {
        // "When the queue starts, the framework calls EvtIoQueueState if the queue is non-empty"
        // (WdfIoQueueReadyNotify).
        scheduler::InternalGuard guard(queue.lock);
        if (queue.gate & bits & ~kGateNotAccepting) queue.ready_reported = false;
    }
    change(queue, 0, bits, nullptr);
    run_queue(queue);
}

void close_gate(Queue &queue, std::uint32_t bits)
{
    change(queue, bits, 0, nullptr);
}

void start_queue(Queue &queue)
{
    open_gate(queue, kGateStopped | kGateNotAccepting);
}

void stop_queue(Queue &queue, const QueueNotification &notification)
{
    change(queue, kGateStopped, kGateNotAccepting, &notification);
}

void drain_queue(Queue &queue, QueueNotification notification)
{
    notification.needs_empty = true;
    change(queue, kGateNotAccepting, 0, &notification);
}

void purge_queue(Queue &queue, QueueNotification notification)
{
    change(queue, kGateNotAccepting, 0, nullptr);
    cancel_waiting_requests(queue);
    cancel_owned_requests(queue);
    notification.needs_empty = true;
    change(queue, 0, 0, &notification);
}

void stop_and_purge_queue(Queue &queue, const QueueNotification &notification)
{
    change(queue, kGateStopped, kGateNotAccepting, nullptr);
    cancel_waiting_requests(queue);
    cancel_owned_requests(queue);
    change(queue, 0, 0, &notification);
}

ULONG queue_state(Queue &queue, ULONG *waiting, ULONG *owned)
{
    scheduler::InternalGuard guard(queue.lock);
    const std::uint64_t delivered = count_owned(queue);
    if (waiting) *waiting = static_cast<ULONG>(queue.waiting_count);
    if (owned) *owned = static_cast<ULONG>(delivered);
    ULONG state = 0;
    if (!(queue.gate & (kGateNotAccepting | kGateRemoved))) state |= WdfIoQueueAcceptRequests;
    if (!(queue.gate & kGateStopped)) state |= WdfIoQueueDispatchRequests;
    if (!queue.first_waiting) state |= WdfIoQueueNoRequests;
    if (delivered == 0) state |= WdfIoQueueDriverNoRequests;
    if (queue.gate & (kGatePower | kGateStarting)) state |= WdfIoQueuePnpHeld;
    return state;
}

// --- Power and removal ---------------------------------------------------------------------------

namespace {

// Queues are created under the device's lock and deleted with it or by the driver; a reference
// keeps the current one while callbacks run.
Queue *next_queue(Device &device, Queue *after)
{
    scheduler::InternalGuard guard(device.queue_lock);
    Queue *queue = after ? after->next_of_device : device.first_queue;
    while (queue && base::load_enum(queue->state, __ATOMIC_ACQUIRE) != ObjectState::Live)
        queue = queue->next_of_device;
    if (queue) reference(*queue);
    return queue;
}

template <class Visit>
void for_each_queue(Device &device, Visit visit)
{
    Queue *queue = next_queue(device, nullptr);
    while (queue) {
        visit(*queue);
        Queue *next = next_queue(device, queue);
        dereference(*queue);
        queue = next;
    }
}

void call_io_stop(Queue &queue, HoldReason reason)
{
    auto any = [](Request &) { return true; };
    while (Request *request = pick_owned(queue, any, kRequestStopPending)) {
        ULONG flags =
            reason == HoldReason::Suspend ? WdfRequestStopActionSuspend : WdfRequestStopActionPurge;
        if (base::load_enum(request->request_state, __ATOMIC_RELAXED) == RequestState::Cancelable)
            flags |= WdfRequestStopRequestCancelable;
        if (base::load_enum(request->request_state, __ATOMIC_RELAXED) != RequestState::Completed) {
            QueueCallbackScope scope(queue);
            invoke(CallbackId::EvtIoStop, queue, queue.evt_io_stop,
                   static_cast<WDFQUEUE>(handle_of(&queue)), request_handle(*request), flags);
        }
        dereference(*request);
    }
}

// A request counts as quiet once the driver acknowledged its stop without requeueing it.
bool has_loud_request(Queue &queue)
{
    return visit_owned(
        queue,
        [](Request &request, void *) {
            return !(request.request_flags & kRequestStopAcknowledged);
        },
        nullptr);
}

void wait_until_quiet(Queue &queue)
{
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    for (;;) {
        {
            scheduler::InternalGuard guard(queue.lock);
            queue.quiet_event = &event;
        }
        if (!has_loud_request(queue)) {
            // Taken already: somebody is about to set it, and it is on this stack.
            scheduler::InternalGuard guard(queue.lock);
            if (take_quiet_event(queue)) return;
        }
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
        KeClearEvent(&event);
    }
}

void resume_requests(Queue &queue)
{
    auto acknowledged = [](Request &request) {
        return (request.request_flags & kRequestStopAcknowledged) != 0;
    };
    while (Request *request = pick_owned(queue, acknowledged, kRequestResumeVisited)) {
        request->request_flags &=
            static_cast<std::uint16_t>(~(kRequestStopAcknowledged | kRequestStopPending));
        if (queue.evt_io_resume) {
            QueueCallbackScope scope(queue);
            invoke(CallbackId::EvtIoResume, queue, queue.evt_io_resume,
                   static_cast<WDFQUEUE>(handle_of(&queue)), request_handle(*request));
        }
        dereference(*request);
    }
    clear_mark(queue, kRequestResumeVisited | kRequestStopPending);
}

}  // namespace

void hold_queues(Device &device, HoldReason reason, QueueSet set)
{
    const bool power_managed = set == QueueSet::PowerManaged;
    if (power_managed) {
        scheduler::InternalGuard guard(device.queue_lock);
        device.power_gate = kGatePower;
    }
    for_each_queue(device, [power_managed, reason](Queue &queue) {
        if (queue.power_managed != power_managed) return;
        const std::uint32_t bits =
            (power_managed ? kGatePower : 0u) | (reason == HoldReason::Purge ? kGateRemoved : 0u);
        close_gate(queue, bits);
    });
    for_each_queue(device, [power_managed, reason](Queue &queue) {
        if (queue.power_managed != power_managed) return;
        if (reason == HoldReason::Purge) {
            cancel_waiting_requests(queue);
            cancel_owned_requests(queue);
            // What the driver acknowledged when the device left D0 is asked for again.
            clear_mark(queue, kRequestStopPending | kRequestStopAcknowledged);
        }
        if (queue.evt_io_stop) call_io_stop(queue, reason);
        wait_until_quiet(queue);
    });
}

void release_queues(Device &device)
{
    {
        scheduler::InternalGuard guard(device.queue_lock);
        device.power_gate = 0;
    }
    for_each_queue(device, [](Queue &queue) {
        if (!queue.power_managed) return;
        resume_requests(queue);
        open_gate(queue, kGatePower);
    });
}

void start_queues(Device &device)
{
    {
        scheduler::InternalGuard guard(device.queue_lock);
        device.starting_gate = 0;
    }
    for_each_queue(device, [](Queue &queue) { open_gate(queue, kGateStarting); });
}

void purge_queues(Device &device, NTSTATUS refusal)
{
    for_each_queue(device, [refusal](Queue &queue) {
        change(queue, kGateRemoved, 0, nullptr, refusal);
        cancel_waiting_requests(queue);
        cancel_owned_requests(queue);
    });
}

void cancel_queued_of_file(Device &device, PFILE_OBJECT file)
{
    for_each_queue(device, [file](Queue &queue) { cancel_waiting_requests(queue, file); });
}

bool driver_owns_requests(Device &device)
{
    bool owns = false;
    for_each_queue(device, [&owns](Queue &queue) {
        scheduler::InternalGuard guard(queue.lock);
        owns = owns || count_owned(queue) != 0;
    });
    return owns;
}

}  // namespace openkmdf::framework
