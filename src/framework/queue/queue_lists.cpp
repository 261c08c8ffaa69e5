#include "framework/queue/queue_lists.h"

#include "base/assert.h"
#include "executive/io/irp_cancel.h"
#include "framework/support/callback.h"

namespace openkmdf::framework {

namespace {

void link_last(Request *&first, Request *&last, Request &request)
{
    request.previous = last;
    request.next = nullptr;
    (last ? last->next : first) = &request;
    last = &request;
}

void unlink(Request *&first, Request *&last, Request &request)
{
    (request.previous ? request.previous->next : first) = request.next;
    (request.next ? request.next->previous : last) = request.previous;
    request.previous = request.next = nullptr;
}

// The IRP was cancelled while its request waited. The I/O manager holds the cancel spin lock.
void NTAPI cancel_waiting(PDEVICE_OBJECT, PIRP irp)
{
    IoReleaseCancelSpinLock(irp->CancelIrql);
    // Whoever takes a request off a queue disarms this routine first; so the request is still
    // there.
    auto &request = *static_cast<Request *>(irp->Tail.Overlay.DriverContext[0]);
    Queue &queue = *request.queue;
    {
        scheduler::InternalGuard guard(queue.lock);
        remove_waiting(queue, request);
    }
    canceled_on_queue(queue, request);
}

bool arm_cancel(Request &request)
{
    PIRP irp = request.irp;
    irp->Tail.Overlay.DriverContext[0] = &request;
    base::store_enum(request.request_state, RequestState::Queued, __ATOMIC_RELAXED);
    IoSetCancelRoutine(irp, cancel_waiting);
    // Cancelled before: if the routine is still there, nobody runs it and the request is ours.
    return !(executive::cancel_requested(irp) && IoSetCancelRoutine(irp, nullptr));
}

}  // namespace

void add_owned_locked(Queue &queue, Request &request)
{
    request.shard = kNoShard;
    link_last(queue.first_owned, queue.last_owned, request);
    ++queue.owned_count;
}

void remove_owned_locked(Queue &queue, Request &request)
{
    unlink(queue.first_owned, queue.last_owned, request);
    --queue.owned_count;
}

void add_owned_to_shard(QueueShard &shard, Request &request, std::uint32_t index)
{
    request.shard = index;
    link_last(shard.first_owned, shard.last_owned, request);
    ++shard.delivered;
}

void remove_owned_from_shard(QueueShard &shard, Request &request)
{
    unlink(shard.first_owned, shard.last_owned, request);
    --shard.delivered;
}

std::uint64_t count_owned(Queue &queue)
{
    std::uint64_t sum = queue.owned_count;
    for (std::uint32_t i = 0; i < queue.shard_count; ++i) {
        scheduler::InternalGuard guard(queue.shards[i].lock);
        sum += queue.shards[i].delivered;
    }
    return sum;
}

bool append_waiting(Queue &queue, Request &request)
{
    if (!arm_cancel(request)) return false;
    link_last(queue.first_waiting, queue.last_waiting, request);
    ++queue.waiting_count;
    return true;
}

bool prepend_waiting(Queue &queue, Request &request)
{
    if (!arm_cancel(request)) return false;
    request.previous = nullptr;
    request.next = queue.first_waiting;
    (queue.first_waiting ? queue.first_waiting->previous : queue.last_waiting) = &request;
    queue.first_waiting = &request;
    ++queue.waiting_count;
    return true;
}

void remove_waiting(Queue &queue, Request &request)
{
    unlink(queue.first_waiting, queue.last_waiting, request);
    if (--queue.waiting_count == 0) queue.ready_reported = false;
}

bool disarm_cancel_on_queue(Request &request)
{
    return IoSetCancelRoutine(request.irp, nullptr) != nullptr;
}

Request *pop_waiting(Queue &queue, PFILE_OBJECT file)
{
    for (Request *request = queue.first_waiting; request; request = request->next) {
        if (file && IoGetCurrentIrpStackLocation(request->irp)->FileObject != file) continue;
        if (!disarm_cancel_on_queue(*request)) continue;
        remove_waiting(queue, *request);
        return request;
    }
    return nullptr;
}

void canceled_on_queue(Queue &queue, Request &request)
{
    base::store_enum(request.request_state, RequestState::Driver, __ATOMIC_RELAXED);
    {
        scheduler::InternalGuard guard(queue.lock);
        add_owned_locked(queue, request);
    }
    if ((request.request_flags & kRequestDeliveredOnce) && queue.evt_io_canceled_on_queue) {
        if (needs_passive_worker(queue)) {
            owe_cancel(queue, request);
            return;
        }
        QueueCallbackScope scope(queue);
        invoke(CallbackId::EvtIoCanceledOnQueue, queue, queue.evt_io_canceled_on_queue,
               static_cast<WDFQUEUE>(handle_of(&queue)), request_handle(request));
        return;
    }
    complete_request(request, STATUS_CANCELLED, IO_NO_INCREMENT);
}

void QueueCallbackScope::enter(Queue &queue)
{
    if (!queue.scope_lock) {
        KeEnterCriticalRegion();
        region_ = true;
    } else if (!queue.scope_lock->is_held_by_me()) {
        lock_ = queue.scope_lock;
        lock_->acquire();
    }
}

void QueueCallbackScope::leave()
{
    if (region_) KeLeaveCriticalRegion();
    else lock_->release();
}

NotificationCall take_notification(Queue &queue)
{
    NotificationCall call;
    QueueNotification &armed = queue.notification;
    if (!armed.armed()) return call;
    if (armed.needs_empty && queue.first_waiting) return call;
    if (count_owned(queue) != 0) return call;
    call.notification = armed;
    armed = QueueNotification{};
    return call;
}

void NotificationCall::run(Queue &queue)
{
    if (notification.event) KeSetEvent(notification.event, IO_NO_INCREMENT, FALSE);
    if (!notification.evt_state) return;
    if (needs_passive_worker(queue)) {
        {
            scheduler::InternalGuard guard(queue.lock);
            queue.notification = notification;
            queue.notification.event = nullptr;
        }
        move_to_passive(queue);
        return;
    }
    QueueCallbackScope scope(queue);
    invoke(CallbackId::EvtIoQueueState, queue, notification.evt_state,
           static_cast<WDFQUEUE>(handle_of(&queue)), notification.context);
}

void notify_state(Queue &queue)
{
    NotificationCall call;
    {
        scheduler::InternalGuard guard(queue.lock);
        call = take_notification(queue);
    }
    if (call) call.run(queue);
}

void notify_ready(Queue &queue)
{
    PFN_WDF_IO_QUEUE_STATE evt_ready;
    WDFCONTEXT context;
    const bool later = needs_passive_worker(queue);
    {
        scheduler::InternalGuard guard(queue.lock);
        if (!queue.evt_ready || queue.ready_reported || !queue.first_waiting ||
            (queue.gate & ~kGateNotAccepting))
            return;
        queue.ready_reported = !later;
        evt_ready = queue.evt_ready;
        context = queue.ready_context;
    }
    if (later) {
        move_to_passive(queue);
        return;
    }
    QueueCallbackScope scope(queue);
    invoke(CallbackId::EvtIoQueueState, queue, evt_ready, static_cast<WDFQUEUE>(handle_of(&queue)),
           context);
}

}  // namespace openkmdf::framework
