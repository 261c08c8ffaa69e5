#pragma once

#include "framework/queue/queue.h"

// The lists of a queue. Functions named *_locked, and those that take a queue, need queue.lock;
// those that take a shard need shard.lock.

namespace openkmdf::framework {

inline constexpr std::uint32_t kNoShard = ~0u;

// --- Owned: delivered to the driver ---
void add_owned_locked(Queue &queue, Request &request);
void remove_owned_locked(Queue &queue, Request &request);
void add_owned_to_shard(QueueShard &shard, Request &request, std::uint32_t index);
void remove_owned_from_shard(QueueShard &shard, Request &request);

// --- Waiting: owned by the framework, cancelable there ---
// False: the IRP is cancelled already and the request was not put on the list; the caller then
// calls canceled_on_queue without the lock.
bool append_waiting(Queue &queue, Request &request);
bool prepend_waiting(Queue &queue, Request &request);
void remove_waiting(Queue &queue, Request &request);
// The first waiting request that nobody is cancelling (of `file`, if given), off the list and no
// longer cancelable; nullptr: none.
Request *pop_waiting(Queue &queue, PFILE_OBJECT file);
// Disarms the cancel routine of a waiting request. False: it is being cancelled and the canceller
// has it.
bool disarm_cancel_on_queue(Request &request);
// What happens to a request that is cancelled on a queue: EvtIoCanceledOnQueue for one that the
// driver has had before, else completion with STATUS_CANCELLED. The request is on no list. Without
// locks.
void canceled_on_queue(Queue &queue, Request &request);

// What a callback of a queue runs in: the lock of its scope (unless the caller holds it), else, at
// WdfExecutionLevelPassive, a critical region.
class QueueCallbackScope {
public:
    explicit QueueCallbackScope(Queue &queue)
    {
        if (queue.scope_lock || queue.passive) [[unlikely]]
            enter(queue);
    }
    ~QueueCallbackScope()
    {
        if (lock_ || region_) [[unlikely]]
            leave();
    }
    QueueCallbackScope(const QueueCallbackScope &) = delete;
    QueueCallbackScope &operator=(const QueueCallbackScope &) = delete;

private:
    void enter(Queue &queue);
    void leave();
    CallbackLock *lock_ = nullptr;
    bool region_ = false;
};

// The queue's callbacks want PASSIVE_LEVEL and this is not.
inline bool needs_passive_worker(const Queue &queue)
{
    return queue.passive && scheduler::current.processor->irql > scheduler::kPassiveLevel;
}
// Runs the queue and calls what it owes (notifications, cancellations) from a worker.
void move_to_passive(Queue &queue);
// The driver owns the request and a worker tells it that it was cancelled.
void owe_cancel(Queue &queue, Request &request);
void call_owed_cancels(Queue &queue);

// The notification of a state change that has become true, taken out under the lock and called
// without it.
struct NotificationCall {
    QueueNotification notification;
    explicit operator bool() const { return notification.armed(); }
    void run(Queue &queue);
};
// Caller holds queue.lock. None while the change is not complete.
NotificationCall take_notification(Queue &queue);
// The same without the lock: calls it, here or at the IRQL that the queue wants.
void notify_state(Queue &queue);

// Who waits for the driver to give requests up, off the queue; set without the lock. Caller holds
// queue.lock.
inline KEVENT *take_quiet_event(Queue &queue)
{
    KEVENT *event = queue.quiet_event;
    queue.quiet_event = nullptr;
    return event;
}

// Tells a manual queue's EvtIoQueueState (ready) callback that it is not empty any more.
void notify_ready(Queue &queue);

// Sums over lists and shards; caller holds queue.lock (shard locks are taken inside).
std::uint64_t count_owned(Queue &queue);

}  // namespace openkmdf::framework
