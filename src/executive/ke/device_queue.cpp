#include "executive/ke/spin_lock.h"

#include "scheduler/scheduler.h"

// Device queues: the busy flag, and entries in order of arrival or of their keys.

namespace openkmdf::executive::ke {
namespace {

class QueueGuard {
public:
    explicit QueueGuard(PKDEVICE_QUEUE queue) : queue_(*queue)
    {
        KeAcquireInStackQueuedSpinLock(&queue_.Lock, &handle_);
    }
    ~QueueGuard() { KeReleaseInStackQueuedSpinLock(&handle_); }
    QueueGuard(const QueueGuard &) = delete;
    QueueGuard &operator=(const QueueGuard &) = delete;

private:
    KDEVICE_QUEUE &queue_;
    KLOCK_QUEUE_HANDLE handle_;
};

PKDEVICE_QUEUE_ENTRY entry_of(PLIST_ENTRY entry)
{
    return CONTAINING_RECORD(entry, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
}

PKDEVICE_QUEUE_ENTRY take(PLIST_ENTRY entry)
{
    RemoveEntryListUnsafe(entry);
    PKDEVICE_QUEUE_ENTRY taken = entry_of(entry);
    taken->Inserted = FALSE;
    return taken;
}

// The first entry with at least the key, else the first one.
PKDEVICE_QUEUE_ENTRY take_by_key(PKDEVICE_QUEUE queue, ULONG key)
{
    PLIST_ENTRY head = &queue->DeviceListHead;
    if (IsListEmpty(head)) {
        queue->Busy = FALSE;
        return nullptr;
    }
    for (PLIST_ENTRY entry = head->Flink; entry != head; entry = entry->Flink)
        if (entry_of(entry)->SortKey >= key) return take(entry);
    return take(head->Flink);
}

}  // namespace

extern "C" {

VOID NTAPI KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
    DeviceQueue->Type = 20;
    DeviceQueue->Size = sizeof(KDEVICE_QUEUE);
    InitializeListHead(&DeviceQueue->DeviceListHead);
    KeInitializeSpinLock(&DeviceQueue->Lock);
    DeviceQueue->Busy = FALSE;
}

BOOLEAN NTAPI KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
    QueueGuard guard(DeviceQueue);
    DeviceQueueEntry->Inserted = DeviceQueue->Busy;
    if (DeviceQueue->Busy)
        InsertTailList(&DeviceQueue->DeviceListHead, &DeviceQueueEntry->DeviceListEntry);
    DeviceQueue->Busy = TRUE;
    return DeviceQueueEntry->Inserted;
}

BOOLEAN NTAPI KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                       PKDEVICE_QUEUE_ENTRY DeviceQueueEntry, ULONG SortKey)
{
    QueueGuard guard(DeviceQueue);
    DeviceQueueEntry->SortKey = SortKey;
    DeviceQueueEntry->Inserted = DeviceQueue->Busy;
    if (DeviceQueue->Busy) {
        // Before the first one with a greater key.
        PLIST_ENTRY at = DeviceQueue->DeviceListHead.Flink;
        while (at != &DeviceQueue->DeviceListHead && entry_of(at)->SortKey <= SortKey)
            at = at->Flink;
        InsertTailList(at, &DeviceQueueEntry->DeviceListEntry);
    }
    DeviceQueue->Busy = TRUE;
    return DeviceQueueEntry->Inserted;
}

PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue)
{
    QueueGuard guard(DeviceQueue);
    if (IsListEmpty(&DeviceQueue->DeviceListHead)) {
        DeviceQueue->Busy = FALSE;
        return nullptr;
    }
    return take(DeviceQueue->DeviceListHead.Flink);
}

PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey)
{
    QueueGuard guard(DeviceQueue);
    return take_by_key(DeviceQueue, SortKey);
}

PKDEVICE_QUEUE_ENTRY NTAPI KeRemoveByKeyDeviceQueueIfBusy(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey)
{
    QueueGuard guard(DeviceQueue);
    return DeviceQueue->Busy ? take_by_key(DeviceQueue, SortKey) : nullptr;
}

BOOLEAN NTAPI KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                       PKDEVICE_QUEUE_ENTRY DeviceQueueEntry)
{
    QueueGuard guard(DeviceQueue);
    if (!DeviceQueueEntry->Inserted) return FALSE;
    take(&DeviceQueueEntry->DeviceListEntry);
    return TRUE;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
