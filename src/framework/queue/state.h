#pragma once

#include "framework/queue/queue.h"

// The driver's state changes of a queue, see WdfIoQueueStart and its kin. A notification is called
// or its event set when the change is complete, at once if it is already.

namespace openkmdf::framework {

void start_queue(Queue &queue);
void stop_queue(Queue &queue, const QueueNotification &notification);
void drain_queue(Queue &queue, QueueNotification notification);
void purge_queue(Queue &queue, QueueNotification notification);
void stop_and_purge_queue(Queue &queue, const QueueNotification &notification);

// WDF_IO_QUEUE_STATE bits and the numbers of waiting and delivered requests.
ULONG queue_state(Queue &queue, ULONG *waiting, ULONG *owned);

}  // namespace openkmdf::framework
