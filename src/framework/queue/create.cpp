#include "framework/queue/queue.h"

#include "framework/queue/forward_progress.h"
#include "framework/queue/queue_lists.h"
#include "framework/support/library.h"

namespace openkmdf::framework {

namespace {

void dispose_queue(Object &object)
{
    auto &queue = static_cast<Queue &>(object);
    Device &device = *queue.device;
    scheduler::InternalGuard guard(device.queue_lock);
    for (Queue **link = &device.first_queue; *link; link = &(*link)->next_of_device) {
        if (*link != &queue) continue;
        *link = queue.next_of_device;
        break;
    }
}

void destroy_queue(Object &object)
{
    auto &queue = static_cast<Queue &>(object);
    scheduler::Arena &arena = *queue.globals->library->kernel->arena;
    if (queue.progress) forget_forward_progress(queue);
    if (queue.shards) arena.deallocate(queue.shards, queue.shard_count * sizeof(QueueShard));
    if (queue.owns_scope_lock) arena.drop(queue.scope_lock);
}

NTSTATUS check_config(const Device &device, const WDF_IO_QUEUE_CONFIG &config)
{
    if (config.Size != sizeof(WDF_IO_QUEUE_CONFIG)) return STATUS_INFO_LENGTH_MISMATCH;
    if (config.DispatchType <= WdfIoQueueDispatchInvalid ||
        config.DispatchType >= WdfIoQueueDispatchMax)
        return STATUS_INVALID_PARAMETER;
    if (config.DispatchType != WdfIoQueueDispatchManual && !config.EvtIoDefault &&
        !config.EvtIoRead && !config.EvtIoWrite && !config.EvtIoDeviceControl &&
        !config.EvtIoInternalDeviceControl)
        return STATUS_WDF_NO_CALLBACK;
    if (config.DispatchType != WdfIoQueueDispatchParallel &&
        config.Settings.Parallel.NumberOfPresentedRequests != 0)
        return STATUS_INVALID_PARAMETER;
    if (config.DispatchType == WdfIoQueueDispatchParallel &&
        config.Settings.Parallel.NumberOfPresentedRequests == 0)
        return STATUS_INVALID_PARAMETER;
    if (config.DefaultQueue && device.default_queue) return STATUS_UNSUCCESSFUL;
    if (device.role == DeviceRole::Control && config.PowerManaged == WdfTrue)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

void copy_config(Queue &queue, const WDF_IO_QUEUE_CONFIG &config)
{
    queue.dispatch_type = config.DispatchType;
    queue.is_default = config.DefaultQueue;
    queue.allow_zero_length = config.AllowZeroLengthRequests;
    queue.evt_io_default = config.EvtIoDefault;
    queue.evt_io_read = config.EvtIoRead;
    queue.evt_io_write = config.EvtIoWrite;
    queue.evt_io_device_control = config.EvtIoDeviceControl;
    queue.evt_io_internal_device_control = config.EvtIoInternalDeviceControl;
    queue.evt_io_stop = config.EvtIoStop;
    queue.evt_io_resume = config.EvtIoResume;
    queue.evt_io_canceled_on_queue = config.EvtIoCanceledOnQueue;
    if (config.DispatchType == WdfIoQueueDispatchParallel)
        queue.presented_limit = config.Settings.Parallel.NumberOfPresentedRequests;
}

bool prepare_synchronization(Queue &queue)
{
    Device &device = *queue.device;
    queue.passive = queue.execution_level == WdfExecutionLevelPassive;
    if (queue.synchronization_scope == WdfSynchronizationScopeDevice) {
        queue.scope_lock = device.scope_lock;
    } else if (queue.synchronization_scope == WdfSynchronizationScopeQueue) {
        scheduler::Arena &arena = *queue.globals->library->kernel->arena;
        if (!arena.allocation_fails())
            queue.scope_lock =
                arena.make<CallbackLock>(queue.passive ? LockLevel::Passive : LockLevel::Dispatch);
        queue.owns_scope_lock = true;
        return queue.scope_lock != nullptr;
    }
    return true;
}

bool prepare_shards(Queue &queue)
{
    if (queue.dispatch_type != WdfIoQueueDispatchParallel || queue.presented_limit != ~0u)
        return true;
    executive::Kernel &kernel = *queue.globals->library->kernel;
    auto count = static_cast<std::uint32_t>(kernel.scheduler->processors().size());
    void *memory = kernel.arena->allocation_fails()
                       ? nullptr
                       : kernel.arena->allocate(count * sizeof(QueueShard), alignof(QueueShard));
    if (!memory) return false;
    queue.shards = static_cast<QueueShard *>(memory);
    queue.shard_count = count;
    for (std::uint32_t i = 0; i < count; ++i) ::new (&queue.shards[i]) QueueShard;
    return true;
}

void join_device(Queue &queue)
{
    Device &device = *queue.device;
    scheduler::InternalGuard guard(device.queue_lock);
    queue.gate = device.starting_gate | (queue.power_managed ? device.power_gate : 0);
    for (std::uint32_t i = 0; i < queue.shard_count; ++i) queue.shards[i].gate = queue.gate;
    Queue **link = &device.first_queue;
    while (*link) link = &(*link)->next_of_device;
    *link = &queue;
    if (!queue.is_default) return;
    device.default_queue = &queue;
    if (device.role != DeviceRole::Filter) return;
    for (std::uint8_t major :
         {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_INTERNAL_DEVICE_CONTROL})
        if (!takes_requests(queue, major)) device.route |= kRoutePassUnhandled;
}

}  // namespace

const TypeInfo Queue::kInfo = {ObjectType::Queue, "WDFQUEUE",   sizeof(Queue), true, true,
                               dispose_queue,     destroy_queue};

NTSTATUS create_queue(Device &device, const WDF_IO_QUEUE_CONFIG &config,
                      const WDF_OBJECT_ATTRIBUTES *attributes, Queue **result)
{
    NTSTATUS status = check_config(device, config);
    if (!NT_SUCCESS(status)) return status;
    status = check_attributes(attributes, {.scope_allowed = true, .level_allowed = true});
    if (!NT_SUCCESS(status)) return status;
    if (attributes && attributes->ParentObject) {
        Object *up = object_of(attributes->ParentObject);
        while (up && up != &device) up = up->parent;
        if (!up) return STATUS_INVALID_DEVICE_REQUEST;
    }
    Queue *queue = create_object<Queue>(*device.globals, attributes, &device);
    if (!queue) return STATUS_INSUFFICIENT_RESOURCES;
    queue->device = &device;
    copy_config(*queue, config);
    queue->power_managed =
        config.PowerManaged == WdfTrue ||
        (config.PowerManaged == WdfUseDefault && device.role != DeviceRole::Filter &&
         device.role != DeviceRole::Control);
    if (queue->is_default) queue->flags |= kObjectNoDelete;
    if (!prepare_synchronization(*queue) || !prepare_shards(*queue)) {
        discard_object(*queue);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    join_device(*queue);
    status = publish(*queue);
    if (!NT_SUCCESS(status)) {
        discard_object(*queue);
        return status;
    }
    *result = queue;
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::framework
