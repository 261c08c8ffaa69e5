#include "executive/pnp/pnp_manager.h"

#include "executive/ke/entry_guard.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/event.h"
#include "executive/pnp/root_bus.h"
#include "executive/ps/processes.h"
#include "executive/tracer.h"

#include <cstdio>
#include <cstring>
#include <new>

// The PnP lock, IRPs, and work that is put off.

namespace openkmdf::executive {

namespace {

const char *const kMinorNames[] = {
    "IRP_MN_START_DEVICE",
    "IRP_MN_QUERY_REMOVE_DEVICE",
    "IRP_MN_REMOVE_DEVICE",
    "IRP_MN_CANCEL_REMOVE_DEVICE",
    "IRP_MN_STOP_DEVICE",
    "IRP_MN_QUERY_STOP_DEVICE",
    "IRP_MN_CANCEL_STOP_DEVICE",
    "IRP_MN_QUERY_DEVICE_RELATIONS",
    "IRP_MN_QUERY_INTERFACE",
    "IRP_MN_QUERY_CAPABILITIES",
    "IRP_MN_QUERY_RESOURCES",
    "IRP_MN_QUERY_RESOURCE_REQUIREMENTS",
    "IRP_MN_QUERY_DEVICE_TEXT",
    "IRP_MN_FILTER_RESOURCE_REQUIREMENTS",
    nullptr,
    "IRP_MN_READ_CONFIG",
    "IRP_MN_WRITE_CONFIG",
    "IRP_MN_EJECT",
    "IRP_MN_SET_LOCK",
    "IRP_MN_QUERY_ID",
    "IRP_MN_QUERY_PNP_DEVICE_STATE",
    "IRP_MN_QUERY_BUS_INFORMATION",
    "IRP_MN_DEVICE_USAGE_NOTIFICATION",
    "IRP_MN_SURPRISE_REMOVAL",
};

const char *name_of_minor(UCHAR minor)
{
    const char *name =
        minor < sizeof kMinorNames / sizeof *kMinorNames ? kMinorNames[minor] : nullptr;
    return name ? name : "IRP_MJ_PNP";
}

// What must reach a stack however short memory is.
bool is_unfailing(UCHAR minor)
{
    return minor == IRP_MN_REMOVE_DEVICE || minor == IRP_MN_SURPRISE_REMOVAL ||
           minor == IRP_MN_CANCEL_REMOVE_DEVICE || minor == IRP_MN_CANCEL_STOP_DEVICE ||
           minor == IRP_MN_STOP_DEVICE;
}

}  // namespace

PnpManager *PnpManager::create(Kernel &kernel)
{
    void *memory = kernel.arena->allocate(sizeof(PnpManager), alignof(PnpManager));
    if (!memory) return nullptr;
    auto *pnp = ::new (memory) PnpManager(kernel);
    kernel.pnp = pnp;
    KeInitializeEvent(&pnp->free_, SynchronizationEvent, TRUE);
    KeInitializeEvent(&pnp->drained_, NotificationEvent, TRUE);
    pnp->work_item_.WorkerRoutine = work;
    pnp->work_item_.Parameter = pnp;
    return NT_SUCCESS(pnp->create_root()) ? pnp : nullptr;
}

NTSTATUS PnpManager::create_root()
{
    NTSTATUS status = kernel_.io->create_driver(u"PnpManager", &bus_driver_);
    if (!NT_SUCCESS(status)) return status;
    pnp::root_bus::initialize(bus_driver_);
    root_ = kernel_.arena->make<pnp::DevNode>();
    if (!root_ || !root_->instance_path.assign(u"HTREE\\ROOT\\0"))
        return STATUS_INSUFFICIENT_RESOURCES;
    root_->state = pnp::NodeState::Started;
    return STATUS_SUCCESS;
}

PnpManager::Operation::Operation(PnpManager &pnp) : pnp_(pnp)
{
    scheduler::Activity *self = scheduler::current.activity;
    if (__atomic_load_n(&pnp.owner_, __ATOMIC_RELAXED) != self) {
        KeWaitForSingleObject(&pnp.free_, Executive, KernelMode, FALSE, nullptr);
        __atomic_store_n(&pnp.owner_, self, __ATOMIC_RELAXED);
    }
    ++pnp.depth_;
    Processes &processes = *pnp.kernel_.processes;
    process_ = processes.assign(*self, processes.system());
}

PnpManager::Operation::~Operation()
{
    pnp_.kernel_.processes->assign(*scheduler::current.activity, process_);
    if (--pnp_.depth_) return;
    __atomic_store_n(&pnp_.owner_, nullptr, __ATOMIC_RELAXED);
    KeSetEvent(&pnp_.free_, IO_NO_INCREMENT, FALSE);
}

void PnpManager::note(const char *what, const pnp::DevNode &node, NTSTATUS status)
{
    if (!kernel_.observe) return;
    char text[240];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%s ", what));
    length += io::narrow(node.instance_path.view(), text + length, sizeof text - length);
    TraceObject object = {};
    if (node.physical) object = ob::trace_name(node.physical);
    kernel_.tracer->note({text, length}, object, status);
}

NTSTATUS PnpManager::send(pnp::DevNode &node, UCHAR minor, Fill fill, ULONG_PTR *information,
                          PDEVICE_OBJECT target)
{
    const char *name = name_of_minor(minor);
    note(name, node);
    PDEVICE_OBJECT top = target ? target : IoGetAttachedDeviceReference(node.physical);
    if (target) ObReferenceObject(target);
    const bool unfailing = is_unfailing(minor);
    PIRP irp = unfailing ? kernel_.io->allocate_irp_for_sure(top->StackSize)
                         : kernel_.io->allocate_irp(top->StackSize);
    if (!irp) {
        ObDereferenceObject(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = IRP_MJ_PNP;
    location->MinorFunction = minor;
    fill(location);
    void *dispatch = reinterpret_cast<void *>(top->DriverObject->MajorFunction[IRP_MJ_PNP]);
    ke::EntryGuard guard;
    const NTSTATUS status = kernel_.io->send_and_wait(top, irp, information);
    ke::check_after(guard, name, dispatch);
    ObDereferenceObject(top);
    if (!NT_SUCCESS(status) && status != STATUS_NOT_SUPPORTED && kernel_.observe) {
        char text[64];
        std::snprintf(text, sizeof text, "%s failed", name);
        note(text, node, status);
    }
    return status;
}

NTSTATUS PnpManager::send(pnp::DevNode &node, UCHAR minor)
{
    return send(node, minor, [](PIO_STACK_LOCATION) {});
}

// --- Nodes ---------------------------------------------------------------------------------------

NTSTATUS PnpManager::make_node(PDEVICE_OBJECT physical, pnp::DevNode *parent,
                               pnp::DevNode **created)
{
    *created = nullptr;
    if (kernel_.arena->allocation_fails()) return STATUS_INSUFFICIENT_RESOURCES;
    auto *node = kernel_.arena->make<pnp::DevNode>();
    if (!node) return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObject(physical);
    node->physical = physical;
    node->ordinal = ++next_ordinal_;
    node->is_root = parent == root_;
    io::extra_of(physical).node = node;
    kernel_.io->mark_stack(physical, io::kDevicePhysical | io::kDeviceStartPending, 0);
    link_node(*node, *parent);
    *created = node;
    return STATUS_SUCCESS;
}

void PnpManager::link_node(pnp::DevNode &node, pnp::DevNode &parent)
{
    pnp::DevNode **link = &parent.first_child;
    while (*link) link = &(*link)->next_sibling;
    *link = &node;
    node.parent = &parent;
}

void PnpManager::unlink_node(pnp::DevNode &node)
{
    if (!node.parent) return;
    pnp::DevNode **link = &node.parent->first_child;
    while (*link != &node) link = &(*link)->next_sibling;
    *link = node.next_sibling;
    node.parent = nullptr;
    release(node);
}

void PnpManager::release(pnp::DevNode &node)
{
    if (__atomic_sub_fetch(&node.references, 1, __ATOMIC_ACQ_REL)) return;
    for (pnp::Text *text :
         {&node.instance_path, &node.device_id, &node.instance_id, &node.hardware_ids,
          &node.compatible_ids, &node.description, &node.location, &node.friendly_name,
          &node.manufacturer, &node.class_name})
        text->clear();
    drop_properties(node);
    if (node.requirements) ExFreePool(node.requirements);
    if (node.raw) kernel_.arena->deallocate(node.raw, node.resource_size);
    if (node.translated) kernel_.arena->deallocate(node.translated, node.resource_size);
    ObDereferenceObject(node.physical);
    kernel_.arena->drop(&node);
}

namespace {

pnp::DevNode *find_below(pnp::DevNode &node, std::u16string_view path)
{
    if (pnp::same_text(node.instance_path.view(), path)) return &node;
    for (pnp::DevNode *child = node.first_child; child; child = child->next_sibling)
        if (pnp::DevNode *found = find_below(*child, path)) return found;
    return nullptr;
}

}  // namespace

pnp::DevNode *PnpManager::find(std::u16string_view instance_path)
{
    Operation operation(*this);
    return find_below(*root_, instance_path);
}

pnp::DevNode *PnpManager::node_of(PDEVICE_OBJECT physical)
{
    if (!physical || !ObjectManager::is_object(
                         physical, executive::kernel().objects->type(ob::TypeIndex::Device)))
        return nullptr;
    return io::extra_of(physical).node;
}

// --- Work that is put off ------------------------------------------------------------------------

pnp::Event *PnpManager::make_event()
{
    return kernel_.arena->make<pnp::Event>();
}

namespace {

bool is_removal(const pnp::Event &event)
{
    return event.kind == pnp::EventKind::FinishRemove || event.kind == pnp::EventKind::Unload;
}

// After its removal only the bus is left to ask. The root bus answers for a device it has deleted;
// another bus that deleted it says with that that the device is gone.
void eject(PnpManager &pnp, pnp::DevNode &node)
{
    if (!node.capabilities.EjectSupported) return;
    bool is_deleted;
    {
        scheduler::InternalGuard guard(io_manager().device_lock);
        is_deleted = io::extra_of(node.physical).flags & io::kDeviceDeletePending;
    }
    if (node.is_root || !is_deleted) pnp.send(node, IRP_MN_EJECT);
}

}  // namespace

void PnpManager::queue(pnp::Event *event)
{
    bool start;
    if (is_removal(*event)) __atomic_fetch_add(&removal_count_, 1, __ATOMIC_ACQ_REL);
    {
        scheduler::InternalGuard guard(event_lock_);
        (last_event_ ? last_event_->next : first_event_) = event;
        last_event_ = event;
        __atomic_fetch_add(&event_count_, 1, __ATOMIC_ACQ_REL);
        start = !worker_queued_;
        worker_queued_ = true;
    }
    if (!start) return;
    KeClearEvent(&drained_);
    ExQueueWorkItem(&work_item_, DelayedWorkQueue);
}

pnp::Event *PnpManager::next_event()
{
    scheduler::InternalGuard guard(event_lock_);
    pnp::Event *event = first_event_;
    if (!event) return nullptr;
    first_event_ = event->next;
    if (!first_event_) last_event_ = nullptr;
    return event;
}

// Nobody queues the worker again before it says here that it ends.
bool PnpManager::end_work()
{
    KeSetEvent(&drained_, IO_NO_INCREMENT, FALSE);
    {
        scheduler::InternalGuard guard(event_lock_);
        if (!first_event_) {
            worker_queued_ = false;
            __atomic_store_n(&worker_, nullptr, __ATOMIC_RELAXED);
            return true;
        }
    }
    KeClearEvent(&drained_);
    return false;
}

void NTAPI PnpManager::work(void *context)
{
    PnpManager &pnp = *static_cast<PnpManager *>(context);
    __atomic_store_n(&pnp.worker_, scheduler::current.activity, __ATOMIC_RELAXED);
    do {
        while (pnp::Event *event = pnp.next_event()) {
            const bool removes = is_removal(*event);
            pnp.run_event(*event);
            if (event->node) pnp.release(*event->node);
            if (event->driver) ObDereferenceObject(event->driver);
            pnp.kernel_.arena->drop(event);
            if (removes) __atomic_fetch_sub(&pnp.removal_count_, 1, __ATOMIC_ACQ_REL);
            __atomic_fetch_sub(&pnp.event_count_, 1, __ATOMIC_ACQ_REL);
        }
    } while (!pnp.end_work());
}

void PnpManager::drain()
{
    scheduler::Activity *self = scheduler::current.activity;
    if (__atomic_load_n(&worker_, __ATOMIC_RELAXED) == self ||
        __atomic_load_n(&owner_, __ATOMIC_RELAXED) == self)
        return;
    while (has_work()) KeWaitForSingleObject(&drained_, Executive, KernelMode, FALSE, nullptr);
}

void PnpManager::run_event(pnp::Event &event)
{
    switch (event.kind) {
    case pnp::EventKind::Enumerate: {
        Operation operation(*this);
        if (event.node->state == pnp::NodeState::Started) enumerate(*event.node);
        break;
    }
    case pnp::EventKind::QueryState: {
        Operation operation(*this);
        if (event.node->state == pnp::NodeState::Started) query_state(*event.node);
        break;
    }
    case pnp::EventKind::Eject: {
        NTSTATUS status;
        {
            Operation operation(*this);
            status = remove(*event.node);
            if (NT_SUCCESS(status)) eject(*this, *event.node);
        }
        if (event.ejected) event.ejected(status, event.context);
        break;
    }
    case pnp::EventKind::FinishRemove: {
        Operation operation(*this);
        remove_if_closed(*event.node);
        break;
    }
    case pnp::EventKind::Unload: {
        // The event's reference must not be taken for a leak.
        PDRIVER_OBJECT driver = event.driver;
        event.driver = nullptr;
        ObDereferenceObject(driver);
        unload(driver);
        break;
    }
    case pnp::EventKind::InterfaceArrival:
        notify_interface(*event.interface_entry, true);
        break;
    case pnp::EventKind::InterfaceRemoval:
        notify_interface(*event.interface_entry, false);
        break;
    case pnp::EventKind::TargetChange:
        notify_custom(event);
        break;
    }
}

pnp::DevNode *PnpManager::reference_node(PDEVICE_OBJECT device)
{
    scheduler::InternalGuard guard(kernel_.io->device_lock);
    pnp::DevNode *node = io::extra_of(kernel_.io->lowest_device(device)).node;
    if (node) reference(*node);
    return node;
}

void PnpManager::forget_node(PDEVICE_OBJECT physical)
{
    scheduler::InternalGuard guard(kernel_.io->device_lock);
    io::extra_of(physical).node = nullptr;
}

namespace pnp {

void queue_for(PDEVICE_OBJECT physical, EventKind kind)
{
    PnpManager &pnp = pnp_manager();
    if (!PnpManager::node_of(physical)) return;
    DevNode *node = pnp.reference_node(physical);
    Event *event = node ? pnp.make_event() : nullptr;
    if (!event) {
        if (node) pnp.release(*node);
        return;
    }
    event->kind = kind;
    event->node = node;
    pnp.queue(event);
}

}  // namespace pnp

void PnpManager::file_closed(PDEVICE_OBJECT device, PDRIVER_OBJECT unloading)
{
    if (unloading) {
        if (pnp::Event *event = make_event()) {
            ObReferenceObject(unloading);
            event->kind = pnp::EventKind::Unload;
            event->driver = unloading;
            queue(event);
        }
        return;
    }
    pnp::DevNode *node = reference_node(device);
    if (!node) return;
    if (node->state == pnp::NodeState::SurpriseRemoved)
        pnp::queue_for(node->physical, pnp::EventKind::FinishRemove);
    release(*node);
}

}  // namespace openkmdf::executive
