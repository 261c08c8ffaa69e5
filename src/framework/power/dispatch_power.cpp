#include "framework/device/dispatch.h"
#include "framework/pnp/pnp_state.h"

// IRP_MJ_POWER: power-downs are done on the way down, power-ups on the way up.

namespace openkmdf::framework {

namespace {

NTSTATUS pass_power(Device &device, PIRP irp)
{
    PoStartNextPowerIrp(irp);
    IoSkipCurrentIrpStackLocation(irp);
    return PoCallDriver(device.lower, irp);
}

NTSTATUS refuse_power(PIRP irp, NTSTATUS status)
{
    PoStartNextPowerIrp(irp);
    return complete_irp(irp, status);
}

void keep(PIRP &slot, PIRP irp)
{
    __atomic_store_n(&slot, irp, __ATOMIC_RELEASE);
}

// --- Device power --------------------------------------------------------------------------------

NTSTATUS NTAPI powered_up_below(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    auto &state = *static_cast<PnpState *>(context);
    if (!NT_SUCCESS(irp->IoStatus.Status)) {
        // The stack does not reach D0, so this device does not try.
        PoStartNextPowerIrp(irp);
        state.rundown.leave();
        return STATUS_CONTINUE_COMPLETION;
    }
    keep(state.up_irp, irp);
    state.machines.power.post(PowerMachineEvent::SetD0);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS set_device_power(PnpState &state, PIRP irp, DEVICE_POWER_STATE wanted)
{
    IoMarkIrpPending(irp);
    if (wanted == PowerDeviceD0) {
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, powered_up_below, &state, TRUE, TRUE, TRUE);
        PoCallDriver(state.device.lower, irp);
    } else {
        keep(state.down_irp, irp);
        state.machines.power.post(PowerMachineEvent::SetDx);
    }
    return STATUS_PENDING;
}

// --- System power --------------------------------------------------------------------------------

NTSTATUS NTAPI system_works_below(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    auto &state = *static_cast<PnpState *>(context);
    if (irp->PendingReturned) IoMarkIrpPending(irp);
    PoStartNextPowerIrp(irp);
    // The system does not wait for the device: its IRP is complete before the one for D0 is.
    state.machines.policy.post(PolicyMachineEvent::SystemWake);
    state.rundown.leave();
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS set_system_power(PnpState &state, PIRP irp)
{
    const auto &power = IoGetCurrentIrpStackLocation(irp)->Parameters.Power;
    const bool works = power.State.SystemState == PowerSystemWorking;
    state.system_state = power.State.SystemState;
    if (!works) state.system_action = power.ShutdownType;
    if (!state.owns_power_policy()) {
        const NTSTATUS status = pass_power(state.device, irp);
        state.rundown.leave();
        return status;
    }
    if (works) {
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, system_works_below, &state, TRUE, TRUE, TRUE);
        return PoCallDriver(state.device.lower, irp);
    }
    IoMarkIrpPending(irp);
    keep(state.system_irp, irp);
    state.machines.policy.post(PolicyMachineEvent::SystemSleep);
    return STATUS_PENDING;
}

}  // namespace

NTSTATUS dispatch_power(Device &device, PIRP irp)
{
    if (device.role == DeviceRole::Bus)
        executive::not_implemented("IRP_MJ_POWER of a WDFDEVICE for a PDO",
                                   __builtin_return_address(0));
    if (!device.pnp) return refuse_power(irp, STATUS_INVALID_DEVICE_REQUEST);
    PnpState &state = *device.pnp;
    if (!state.rundown.enter()) return refuse_power(irp, STATUS_DELETE_PENDING);
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    // Whoever takes the IRP leaves the rundown when it is done with it.
    if (location.MinorFunction == IRP_MN_SET_POWER) {
        if (location.Parameters.Power.Type == SystemPowerState) return set_system_power(state, irp);
        return set_device_power(state, irp, location.Parameters.Power.State.DeviceState);
    }
    if (location.MinorFunction == IRP_MN_QUERY_POWER) irp->IoStatus.Status = STATUS_SUCCESS;
    const NTSTATUS status = pass_power(device, irp);
    state.rundown.leave();
    return status;
}

}  // namespace openkmdf::framework
