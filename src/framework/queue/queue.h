#pragma once

#include "framework/device/device.h"
#include "framework/object/object.h"
#include "framework/request/request.h"
#include "framework/sync/callback_lock.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// An I/O queue. Three lists of requests: waiting (the framework owns them), owned (delivered to the
// driver) and none (on their way). A queue delivers when nothing in `gate` forbids it.
//
// Thread safety: `lock` guards waiting list, gate, counts and notifications; a parallel queue
// spreads the delivered requests over shards, one per virtual processor, each with its own lock and
// a copy of `gate`, so that two clients on two processors write no line in common. Lock order:
// lock, then shard.

namespace openkmdf::framework {

enum QueueGate : std::uint32_t {
    kGateStopped = 1,       // WdfIoQueueStop: accepts, does not deliver
    kGateNotAccepting = 2,  // drained or purged
    kGatePower = 4,         // power-managed and the device is not in D0
    kGateStarting = 8,      // created, but the device does not take requests yet
    kGateRemoved = 16,      // the device is gone: requests fail with `removed_status`
};

// What a state change waits for: that the driver owns nothing (and for drain and purge, that
// nothing waits).
struct QueueNotification {
    PFN_WDF_IO_QUEUE_STATE evt_state = nullptr;
    WDFCONTEXT context = nullptr;
    KEVENT *event = nullptr;  // of a Synchronously form
    bool needs_empty = false;
    bool armed() const { return evt_state || event; }
};

struct alignas(128) QueueShard {
    scheduler::InternalLock lock;
    std::uint32_t gate = 0;  // copy; not 0 sends arrivals to the locked path
    Request *first_owned = nullptr;
    Request *last_owned = nullptr;
    std::uint64_t delivered = 0;  // entered minus left, mod 2^64; summed under all locks
};

struct ForwardProgress;

struct Queue : Object {
    static const TypeInfo kInfo;

    Device *device = nullptr;
    WDF_IO_QUEUE_DISPATCH_TYPE dispatch_type = WdfIoQueueDispatchInvalid;
    bool is_default = false;
    bool power_managed = false;
    bool allow_zero_length = false;
    bool passive = false;                // callbacks need PASSIVE_LEVEL
    CallbackLock *scope_lock = nullptr;  // of the device or of this queue

    PFN_WDF_IO_QUEUE_IO_DEFAULT evt_io_default = nullptr;
    PFN_WDF_IO_QUEUE_IO_READ evt_io_read = nullptr;
    PFN_WDF_IO_QUEUE_IO_WRITE evt_io_write = nullptr;
    PFN_WDF_IO_QUEUE_IO_DEVICE_CONTROL evt_io_device_control = nullptr;
    PFN_WDF_IO_QUEUE_IO_INTERNAL_DEVICE_CONTROL evt_io_internal_device_control = nullptr;
    PFN_WDF_IO_QUEUE_IO_STOP evt_io_stop = nullptr;
    PFN_WDF_IO_QUEUE_IO_RESUME evt_io_resume = nullptr;
    PFN_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE evt_io_canceled_on_queue = nullptr;
    PFN_WDF_IO_QUEUE_STATE evt_ready = nullptr;
    WDFCONTEXT ready_context = nullptr;
    bool ready_reported = false;  // evt_ready ran and the queue was not empty since

    scheduler::InternalLock lock;
    std::uint32_t gate = kGateStarting;
    std::uint32_t presented_limit = ~0u;  // parallel
    Request *first_waiting = nullptr;
    Request *last_waiting = nullptr;
    std::uint64_t waiting_count = 0;
    // Sequential and manual queues, and parallel ones with a limit: delivered requests under
    // `lock`.
    Request *first_owned = nullptr;
    Request *last_owned = nullptr;
    std::uint64_t owned_count = 0;
    bool sequential_busy = false;  // a sequential queue has its one request with the driver
    bool running = false;          // somebody is in the delivery loop
    bool run_again = false;
    NTSTATUS refusal = STATUS_INVALID_DEVICE_STATE;  // for arrivals while not accepting
    QueueNotification notification;
    KEVENT *quiet_event =
        nullptr;  // of hold_queues: a delivered request was given up or acknowledged
    Queue *next_of_device = nullptr;      // guarded by device->queue_lock
    Queue *next_after_release = nullptr;  // CallbackLock's list; holder only
    bool in_after_release = false;
    QueueShard *shards = nullptr;  // unlimited parallel queues only
    std::uint32_t shard_count = 0;
    bool owns_scope_lock = false;       // SynchronizationScope Queue
    WORK_QUEUE_ITEM passive_work = {};  // delivery moved to PASSIVE_LEVEL
    bool passive_work_queued = false;
    ForwardProgress *progress = nullptr;  // queue/forward_progress.h; null for most
};

// --- Arrival and delivery (queue/dispatch.cpp) ---------------------------------------------------

// A request from the I/O manager or from another queue. The queue owns it afterwards: it may have
// been delivered, completed or refused (completed with the queue's refusal) on return. `arrival`
// New requests come from the device's dispatch routine; forwarded ones return STATUS_WDF_BUSY
// instead of being refused.
enum class Arrival : std::uint8_t { New, Forwarded };
NTSTATUS queue_request(Queue &queue, Request &request, Arrival arrival);
// Has the driver given it a handler for requests of this major code? A manual queue needs none.
bool takes_requests(const Queue &queue, std::uint8_t major);
// Delivers what can be delivered now. Called after anything that may have made room.
void run_queue(Queue &queue);
// The driver gives up a delivered request (completed, forwarded, requeued, sent and forgotten).
void leave_queue(Queue &queue, Request &request);

// --- State (queue/state.cpp) ---------------------------------------------------------------------
NTSTATUS create_queue(Device &device, const WDF_IO_QUEUE_CONFIG &config,
                      const WDF_OBJECT_ATTRIBUTES *attributes, Queue **queue);
void open_gate(Queue &queue, std::uint32_t bits);
void close_gate(Queue &queue, std::uint32_t bits);

// For the PnP machine, at PASSIVE_LEVEL. hold: stops power-managed queues, calls EvtIoStop for
// delivered requests and returns when every one is completed, requeued or acknowledged. release:
// EvtIoResume, then delivery. Purge is for good: requests that wait or arrive later fail.
enum class HoldReason : std::uint8_t { Suspend, Purge };
enum class QueueSet : std::uint8_t { PowerManaged, Others };
void hold_queues(Device &device, HoldReason reason, QueueSet set = QueueSet::PowerManaged);
void release_queues(Device &device);
// The device takes requests from now on (first start), or no more: purge cancels what waits and
// refuses later ones.
void start_queues(Device &device);
void purge_queues(Device &device, NTSTATUS refusal);
// The client closes its last handle: its requests that wait on queues are cancelled.
void cancel_queued_of_file(Device &device, PFILE_OBJECT file);
// True while the driver owns a request of any queue of the device.
bool driver_owns_requests(Device &device);

}  // namespace openkmdf::framework
