#include "executive/io/device.h"
#include "executive/io/io_manager.h"
#include "executive/ke/entry_guard.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/pnp_manager.h"

// Power IRPs. A stack sees one device power IRP at a time; a second one waits for the first.

namespace openkmdf::executive {

using pnp::DevNode;

namespace {

// While a power IRP waits, no driver has it, so its driver context is ours.
PIRP &next_of(PIRP irp)
{
    return reinterpret_cast<PIRP &>(irp->Tail.Overlay.DriverContext[0]);
}
PDEVICE_OBJECT &top_of(PIRP irp)
{
    return reinterpret_cast<PDEVICE_OBJECT &>(irp->Tail.Overlay.DriverContext[1]);
}

// The sender's own stack location, above those of the stack.
struct Sender {
    PDEVICE_OBJECT device;
    PREQUEST_POWER_COMPLETE complete;
    PVOID context;
    POWER_STATE state;
    UCHAR minor;
};
static_assert(sizeof(Sender) <= sizeof(IO_STACK_LOCATION::Parameters) + sizeof(PVOID));

struct PowerWork {
    WORK_QUEUE_ITEM item;
    PIRP irp;
    PDEVICE_OBJECT top;
};

void NTAPI send_at_passive(void *context)
{
    PowerWork work = *static_cast<PowerWork *>(context);
    kernel().arena->deallocate(context, sizeof work);
    IofCallDriver(work.top, work.irp);
}

// A stack that is power pageable gets its power IRPs at PASSIVE_LEVEL.
void dispatch(PIRP irp, PDEVICE_OBJECT top)
{
    if (KeGetCurrentIrql() == PASSIVE_LEVEL || !(top->Flags & DO_POWER_PAGABLE)) {
        IofCallDriver(top, irp);
        return;
    }
    auto *work = kernel().arena->make<PowerWork>();
    if (!work)
        kernel().stop(INTERNAL_POWER_ERROR, 0, reinterpret_cast<std::uintptr_t>(irp), 0, 0,
                      "The machine has no memory left to send a power IRP.");
    work->irp = irp;
    work->top = top;
    ExInitializeWorkItem(&work->item, send_at_passive, work);
    ExQueueWorkItem(&work->item, CriticalWorkQueue);
}

bool is_ordered(UCHAR minor)
{
    return minor != IRP_MN_WAIT_WAKE;
}

void send_or_wait(DevNode *node, PIRP irp, PDEVICE_OBJECT top, UCHAR minor)
{
    if (node && is_ordered(minor)) {
        scheduler::InternalGuard guard(node->power_lock);
        if (node->power_busy) {
            PIRP *link = &node->power_waiting;
            while (*link) link = &next_of(*link);
            next_of(irp) = nullptr;
            top_of(irp) = top;
            *link = irp;
            return;
        }
        node->power_busy = true;
    }
    dispatch(irp, top);
}

void send_next(DevNode &node)
{
    PIRP irp;
    PDEVICE_OBJECT top = nullptr;
    {
        scheduler::InternalGuard guard(node.power_lock);
        irp = node.power_waiting;
        if (irp) {
            node.power_waiting = next_of(irp);
            top = top_of(irp);
            next_of(irp) = nullptr;
            top_of(irp) = nullptr;
        } else {
            node.power_busy = false;
        }
    }
    if (irp) dispatch(irp, top);
}

NTSTATUS NTAPI power_done(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    auto *node = static_cast<DevNode *>(context);
    PIO_STACK_LOCATION own = IoGetCurrentIrpStackLocation(irp);
    const Sender sender = *reinterpret_cast<Sender *>(&own->Parameters);
    IO_STATUS_BLOCK result = irp->IoStatus;
    if (sender.complete) {
        ke::EntryGuard guard;
        sender.complete(sender.device, sender.minor, sender.state, sender.context, &result);
        ke::check_after(guard, "A power completion routine",
                        reinterpret_cast<void *>(sender.complete));
    }
    PDEVICE_OBJECT top = own->DeviceObject;
    IoFreeIrp(irp);
    ObDereferenceObject(top);
    if (node) {
        if (is_ordered(sender.minor)) send_next(*node);
        pnp_manager().release(*node);
    }
    return STATUS_MORE_PROCESSING_REQUIRED;
}

void fill_power(PIO_STACK_LOCATION location, UCHAR minor, POWER_STATE_TYPE type, POWER_STATE state,
                POWER_ACTION action)
{
    location->MajorFunction = IRP_MJ_POWER;
    location->MinorFunction = minor;
    if (minor == IRP_MN_WAIT_WAKE) {
        location->Parameters.WaitWake.PowerState = state.SystemState;
        return;
    }
    location->Parameters.Power.Type = type;
    location->Parameters.Power.State = state;
    location->Parameters.Power.ShutdownType = action;
}

}  // namespace

extern "C" {

NTSTATUS NTAPI PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return IofCallDriver(DeviceObject, Irp);
}

// Since Windows Vista the power manager sees for itself when an IRP is done.
void NTAPI PoStartNextPowerIrp(PIRP)
{
}

NTSTATUS NTAPI PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction,
                                 POWER_STATE PowerState, PREQUEST_POWER_COMPLETE CompletionFunction,
                                 PVOID Context, PIRP *Irp)
{
    if (MinorFunction != IRP_MN_SET_POWER && MinorFunction != IRP_MN_QUERY_POWER &&
        MinorFunction != IRP_MN_WAIT_WAKE)
        return STATUS_INVALID_PARAMETER_2;
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(DeviceObject);
    PIRP irp = io_manager().allocate_irp(top->StackSize + 1);
    if (!irp) {
        ObDereferenceObject(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    DevNode *node = pnp_manager().reference_node(DeviceObject);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
    IoSetNextIrpStackLocation(irp);
    PIO_STACK_LOCATION own = IoGetCurrentIrpStackLocation(irp);
    *reinterpret_cast<Sender *>(&own->Parameters) = {DeviceObject, CompletionFunction, Context,
                                                     PowerState, MinorFunction};
    own->DeviceObject = top;
    fill_power(IoGetNextIrpStackLocation(irp), MinorFunction, DevicePowerState, PowerState,
               PowerActionNone);
    IoSetCompletionRoutine(irp, power_done, node, TRUE, TRUE, TRUE);
    if (Irp) *Irp = irp;
    send_or_wait(node, irp, top, MinorFunction);
    return STATUS_PENDING;
}

POWER_STATE NTAPI PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type,
                                  POWER_STATE State)
{
    io::DeviceExtra &extra = io::extra_of(DeviceObject);
    POWER_STATE &held = Type == SystemPowerState ? extra.system_power : extra.device_power;
    const POWER_STATE before = held;
    held = State;
    return before;
}

}  // extern "C"

// --- System power states -------------------------------------------------------------------------

namespace {

NTSTATUS send_system(PnpManager &pnp, DevNode &node, UCHAR minor, SYSTEM_POWER_STATE state,
                     POWER_ACTION action)
{
    const char *name = minor == IRP_MN_QUERY_POWER ? "IRP_MN_QUERY_POWER" : "IRP_MN_SET_POWER";
    pnp.note(name, node);
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(node.physical);
    IoManager &io = io_manager();
    PIRP irp = minor == IRP_MN_SET_POWER ? io.allocate_irp_for_sure(top->StackSize)
                                         : io.allocate_irp(top->StackSize);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (irp) {
        POWER_STATE wanted;
        wanted.SystemState = state;
        irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
        fill_power(IoGetNextIrpStackLocation(irp), minor, SystemPowerState, wanted, action);
        void *dispatch = reinterpret_cast<void *>(top->DriverObject->MajorFunction[IRP_MJ_POWER]);
        ke::EntryGuard guard;
        status = io.send_and_wait(top, irp);
        ke::check_after(guard, name, dispatch);
    }
    ObDereferenceObject(top);
    // A stack without an opinion agrees.
    return status == STATUS_NOT_SUPPORTED ? STATUS_SUCCESS : status;
}

bool is_powered(const DevNode &node)
{
    return node.physical &&
           (node.state == pnp::NodeState::Started || node.state == pnp::NodeState::RemovePending ||
            node.state == pnp::NodeState::StopPending);
}

}  // namespace

// Going down children come before their parents, coming up after them.
NTSTATUS PnpManager::power_tree(DevNode &node, UCHAR minor, SYSTEM_POWER_STATE state,
                                POWER_ACTION action)
{
    NTSTATUS status = STATUS_SUCCESS;
    const bool wakes = state == PowerSystemWorking;
    auto self = [&] {
        if (!is_powered(node)) return;
        status = send_system(*this, node, minor, state, action);
        if (minor == IRP_MN_SET_POWER) node.system_power = state;
    };
    if (wakes) self();
    for (DevNode *child = node.first_child; child && NT_SUCCESS(status);
         child = child->next_sibling) {
        NTSTATUS below = power_tree(*child, minor, state, action);
        // A set may not be refused, and is not stopped by who tries.
        if (minor == IRP_MN_QUERY_POWER) status = below;
    }
    if (!wakes && NT_SUCCESS(status)) self();
    return status;
}

NTSTATUS PnpManager::set_system_power(SYSTEM_POWER_STATE state, POWER_ACTION action)
{
    if (state <= PowerSystemUnspecified || state >= PowerSystemMaximum)
        return STATUS_INVALID_PARAMETER;
    drain();
    Operation operation(*this);
    if (state != PowerSystemWorking) {
        NTSTATUS status = power_tree(*root_, IRP_MN_QUERY_POWER, state, action);
        if (!NT_SUCCESS(status)) {
            // Those that agreed are told that the system stays as it is.
            power_tree(*root_, IRP_MN_SET_POWER, PowerSystemWorking, PowerActionNone);
            return status;
        }
    }
    // "Before the power manager sends an IRP_MN_SET_POWER request for system shutdown"
    // (IRP_MJ_SHUTDOWN).
    if (state == PowerSystemShutdown) kernel_.io->send_shutdowns();
    power_tree(*root_, IRP_MN_SET_POWER, state, action);
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::executive
