#include "framework/device/dispatch.h"

#include "framework/device/remove_lock.h"
#include "framework/pnp/pnp_state.h"
#include "framework/pnp/query_interface.h"
#include "framework/support/violation.h"
#include "framework/target/io_target.h"

// IRP_MJ_PNP: which IRPs the machine handles, on their way down or up, and which pass.

namespace openkmdf::framework {

namespace {

// A bus driver's device is nobody's function device; the functions that create it do not exist yet,
// so an IRP for one came from a wrong turn.
[[noreturn]] void refuse_bus_device(const char *irp)
{
    executive::not_implemented(irp, __builtin_return_address(0));
}

// The machine has done its part: on to the lower drivers.
NTSTATUS pass_handled(Device &device, PIRP irp)
{
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass_down(device, irp);
}

NTSTATUS start_device(PnpState &state, PIRP irp)
{
    return complete_irp(irp, state.run(PnpMachineEvent::Start, irp));
}

// IRPs whose work is done before the lower drivers see them. A refused one does not reach them.
NTSTATUS handle_down(PnpState &state, PIRP irp, PnpMachineEvent event)
{
    const NTSTATUS status = state.run(event, irp);
    if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    return pass_handled(state.device, irp);
}

NTSTATUS surprise_remove(PnpState &state, PIRP irp)
{
    // The only callback that is not synchronised with the others: the driver learns of it at once.
    if (const auto callback = state.device.details->settings.pnp_power.EvtDeviceSurpriseRemoval)
        invoke(CallbackId::EvtDeviceSurpriseRemoval, state.device, callback, state.handle());
    return handle_down(state, irp, PnpMachineEvent::SurpriseRemove);
}

NTSTATUS remove_device(PnpState &state, PIRP irp)
{
    Device &device = state.device;
    reference(device);
    state.run(PnpMachineEvent::Remove, irp);
    device.route |= kRouteRemoved;
    state.rundown.close_and_wait();
    release_remove_lock_and_wait(device, irp);
    remove_local_target(device);
    const NTSTATUS status = pass_handled(device, irp);
    IoDetachDevice(device.lower);
    device.lower = nullptr;
    state.machines.pnp.post(PnpMachineEvent::Detached);
    delete_device(device);
    dereference(device);
    return status;
}

NTSTATUS query_relations(PnpState &state, PIRP irp)
{
    const DEVICE_RELATION_TYPE type =
        IoGetCurrentIrpStackLocation(irp)->Parameters.QueryDeviceRelations.Type;
    const auto callback = state.device.details->settings.pnp_power.EvtDeviceRelationsQuery;
    if (callback && (type == BusRelations || type == RemovalRelations || type == EjectionRelations))
        invoke(CallbackId::EvtDeviceRelationsQuery, state.device, callback, state.handle(), type);
    if (type == RemovalRelations) {
        const NTSTATUS status = report_removal_relations(state.device, irp);
        if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    }
    return pass_down(state.device, irp);
}

NTSTATUS dispatch_minor(PnpState &state, PIRP irp)
{
    switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
        return start_device(state, irp);
    case IRP_MN_QUERY_STOP_DEVICE:
        return handle_down(state, irp, PnpMachineEvent::QueryStop);
    case IRP_MN_CANCEL_STOP_DEVICE:
        return handle_down(state, irp, PnpMachineEvent::CancelStop);
    case IRP_MN_STOP_DEVICE:
        return handle_down(state, irp, PnpMachineEvent::Stop);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return handle_down(state, irp, PnpMachineEvent::QueryRemove);
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        return handle_down(state, irp, PnpMachineEvent::CancelRemove);
    case IRP_MN_SURPRISE_REMOVAL:
        return surprise_remove(state, irp);
    case IRP_MN_QUERY_CAPABILITIES:
        return query_capabilities(state, irp);
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        return query_device_state(state, irp);
    case IRP_MN_FILTER_RESOURCE_REQUIREMENTS:
        return filter_resource_requirements(state, irp);
    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        return notify_usage(state, irp);
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        return query_relations(state, irp);
    case IRP_MN_QUERY_INTERFACE:
        return answer_interface_query(state, irp);
    default:
        return pass_down(state.device, irp);
    }
}

}  // namespace

NTSTATUS dispatch_pnp(Device &device, PIRP irp)
{
    if (device.role == DeviceRole::Bus) refuse_bus_device("IRP_MJ_PNP of a WDFDEVICE for a PDO");
    if (!device.pnp) return complete_irp(irp, STATUS_INVALID_DEVICE_REQUEST);
    PnpState &state = *device.pnp;
    if (!state.rundown.enter()) return complete_irp(irp, STATUS_DELETE_PENDING);
    if (IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_REMOVE_DEVICE)
        return remove_device(state, irp);
    const NTSTATUS status = dispatch_minor(state, irp);
    state.rundown.leave();
    return status;
}

NTSTATUS dispatch_system_control(Device &device, PIRP irp)
{
    if (device.role == DeviceRole::Bus)
        refuse_bus_device("IRP_MJ_SYSTEM_CONTROL of a WDFDEVICE for a PDO");
    if (!device.pnp) return complete_irp(irp, STATUS_INVALID_DEVICE_REQUEST);
    PnpState &state = *device.pnp;
    if (!state.rundown.enter()) return complete_irp(irp, STATUS_DELETE_PENDING);
    const NTSTATUS status = pass_down(device, irp);
    state.rundown.leave();
    return status;
}

NTSTATUS dispatch_shutdown(Device &device, PIRP irp)
{
    const auto callback = device.details->settings.evt_shutdown;
    if (!callback || !device.details->control_finished) return refuse_or_pass(device, irp);
    invoke(CallbackId::EvtDeviceShutdownNotification, device, callback,
           static_cast<WDFDEVICE>(handle_of(&device)));
    return complete_irp(irp, STATUS_SUCCESS);
}

}  // namespace openkmdf::framework
