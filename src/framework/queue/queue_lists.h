#pragma once

#include "framework/queue/queue.h"

// The lists of a queue. Functions named *_locked, and those that take a queue, need queue.lock; those
// that take a shard need shard.lock.

namespace openkmdf::framework {

inline constexpr std::uint32_t kNoShard = ~0u;

// --- Owned: delivered to the driver ---
void add_owned_locked(Queue &queue, Request &request);
void remove_owned_locked(Queue &queue, Request &request);
void add_owned_to_shard(QueueShard &shard, Request &request, std::uint32_t index);
void remove_owned_from_shard(QueueShard &shard, Request &request);

// --- Waiting: owned by the framework, cancelable there ---
// False: the IRP is cancelled already and the request was not put on the list; the caller then calls
// canceled_on_queue without the lock.
bool append_waiting(Queue &queue, Request &request);
bool prepend_waiting(Queue &queue, Request &request);
void remove_waiting(Queue &queue, Request &request);
// The first waiting request that nobody is cancelling (of `file`, if given), off the list and no longer
// cancelable; nullptr: none.
Request *pop_waiting(Queue &queue, PFILE_OBJECT file);
// Disarms the cancel routine of a waiting request. False: it is being cancelled and the canceller has it.
bool disarm_cancel_on_queue(Request &request);
// What happens to a request that is cancelled on a queue: EvtIoCanceledOnQueue for one that the driver has had before,
// else completion with STATUS_CANCELLED. The request is on no list. Without locks.
void canceled_on_queue(Queue &queue, Request &request);

// The notification of a state change that has become true, taken out under the lock and called without it.
struct NotificationCall {
    QueueNotification notification;
    explicit operator bool() const { return notification.armed(); }
    void run(Queue &queue);
};
NotificationCall take_notification(Queue &queue);

// Who waits for the driver to give requests up, off the queue; set without the lock. Caller holds queue.lock.
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
