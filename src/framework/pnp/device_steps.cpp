#include "framework/pnp/pnp_state.h"

#include "framework/queue/queue.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/violation.h"

// The machines' steps on a real device.

namespace openkmdf::framework {

namespace {

// A callback that the driver may not have registered.
template <class... Parameters, class... Arguments>
NTSTATUS call(Device &device, CallbackId id, NTSTATUS(NTAPI *function)(WDFDEVICE, Parameters...),
              Arguments... arguments)
{
    if (!function) return STATUS_SUCCESS;
    return invoke(id, device, function, static_cast<WDFDEVICE>(handle_of(&device)), arguments...);
}
template <class... Parameters, class... Arguments>
NTSTATUS call(Device &device, CallbackId id, void(NTAPI *function)(WDFDEVICE, Parameters...),
              Arguments... arguments)
{
    if (function)
        invoke(id, device, function, static_cast<WDFDEVICE>(handle_of(&device)), arguments...);
    return STATUS_SUCCESS;
}

WDFCMRESLIST handle_to(CmResList *list)
{
    return static_cast<WDFCMRESLIST>(handle_of(list));
}

void drop(CmResList *&list)
{
    if (list) delete_object(*list);
    list = nullptr;
}

}  // namespace

NTSTATUS checked_pnp_status(Device &device, CallbackId id, NTSTATUS status)
{
    if (status != STATUS_NOT_SUPPORTED || !device.globals->checked) return status;
    violation(device.globals, WDF_PNP_FATAL_ERROR,
              reinterpret_cast<std::uintptr_t>(handle_of(&device)), 0,
              "%s returned STATUS_NOT_SUPPORTED, which the PnP manager takes for an IRP that "
              "nobody handled. Return "
              "another failure status.",
              callback_name(id));
}

NTSTATUS PnpState::perform(PnpStep step, std::uint32_t argument)
{
    switch (step) {
    case PnpStep::RemoveAddedResources:
    case PnpStep::SendStartDown:
    case PnpStep::PrepareHardware:
    case PnpStep::ReleaseHardware:
        return hardware_step(step);
    case PnpStep::D0Entry:
    case PnpStep::ConnectInterrupts:
    case PnpStep::D0EntryPostInterruptsEnabled:
    case PnpStep::EnableDma:
    case PnpStep::ScanForChildren:
    case PnpStep::DisableDma:
    case PnpStep::D0ExitPreInterruptsDisabled:
    case PnpStep::DisconnectInterrupts:
    case PnpStep::D0Exit:
        return power_step(step, static_cast<WDF_POWER_DEVICE_STATE>(argument));
    case PnpStep::ReleaseQueues:
    case PnpStep::HoldQueues:
    case PnpStep::SelfManagedIoInit:
    case PnpStep::SelfManagedIoRestart:
    case PnpStep::SelfManagedIoSuspend:
    case PnpStep::PurgePowerManagedQueues:
    case PnpStep::SelfManagedIoFlush:
    case PnpStep::PurgeOtherQueues:
    case PnpStep::SelfManagedIoCleanup:
        return io_step(step);
    case PnpStep::CheckStoppable:
    case PnpStep::QueryStop:
    case PnpStep::QueryRemove:
        return query_step(step);
    case PnpStep::EnableInterfaces:
    case PnpStep::DisableInterfaces:
    case PnpStep::DeleteSymbolicLink:
    case PnpStep::ReportFailure:
        return removal_step(step);
    default:
        return irp_step(step, argument);
    }
}

// --- Hardware ------------------------------------------------------------------------------------

NTSTATUS PnpState::hardware_step(PnpStep step)
{
    switch (step) {
    case PnpStep::RemoveAddedResources:
        return remove_added_resources();
    case PnpStep::SendStartDown:
        return send_start_down();
    case PnpStep::PrepareHardware:
        return prepare_hardware();
    default:
        return release_hardware();
    }
}

// The lower drivers get what is left; this driver sees all of it in EvtDevicePrepareHardware.
NTSTATUS PnpState::remove_added_resources()
{
    const auto callback = device.details->settings.fdo.EvtDeviceRemoveAddedResources;
    if (!callback) return STATUS_SUCCESS;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(pnp_irp);
    auto &start = location->Parameters.StartDevice;
    CmResList *all = make_cm_list(device, start.AllocatedResources, kResourcesRemovable);
    CmResList *all_translated =
        make_cm_list(device, start.AllocatedResourcesTranslated, kResourcesRemovable);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (all && all_translated)
        status = call(device, CallbackId::EvtDeviceRemoveAddedResources, callback, handle_to(all),
                      handle_to(all_translated));
    PCM_RESOURCE_LIST left = NT_SUCCESS(status) ? to_cm_list(*all) : nullptr;
    PCM_RESOURCE_LIST left_translated = NT_SUCCESS(status) ? to_cm_list(*all_translated) : nullptr;
    if (NT_SUCCESS(status) && (!left || !left_translated)) status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(status)) {
        lists_below = left;
        lists_below_translated = left_translated;
    } else {
        if (left) ExFreePool(left);
        if (left_translated) ExFreePool(left_translated);
    }
    drop(all);
    drop(all_translated);
    return status;
}

NTSTATUS PnpState::send_start_down()
{
    if (!lists_below) return send_down_and_wait(pnp_irp);
    auto &start = IoGetCurrentIrpStackLocation(pnp_irp)->Parameters.StartDevice;
    const auto original = start;
    start.AllocatedResources = lists_below;
    start.AllocatedResourcesTranslated = lists_below_translated;
    const NTSTATUS status = send_down_and_wait(pnp_irp);
    start = original;
    ExFreePool(lists_below);
    ExFreePool(lists_below_translated);
    lists_below = lists_below_translated = nullptr;
    return status;
}

NTSTATUS PnpState::prepare_hardware()
{
    const auto &start = IoGetCurrentIrpStackLocation(pnp_irp)->Parameters.StartDevice;
    raw = make_cm_list(device, start.AllocatedResources, kResourcesReadOnly);
    translated = make_cm_list(device, start.AllocatedResourcesTranslated, kResourcesReadOnly);
    if (!raw || !translated) {
        drop(raw);
        drop(translated);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    const NTSTATUS status = call(device, CallbackId::EvtDevicePrepareHardware,
                                 device.details->settings.pnp_power.EvtDevicePrepareHardware,
                                 handle_to(raw), handle_to(translated));
    return checked_pnp_status(device, CallbackId::EvtDevicePrepareHardware, status);
}

NTSTATUS PnpState::release_hardware()
{
    // Without lists the driver was not asked to prepare either: memory was exhausted.
    if (!translated) return STATUS_SUCCESS;
    const NTSTATUS status =
        call(device, CallbackId::EvtDeviceReleaseHardware,
             device.details->settings.pnp_power.EvtDeviceReleaseHardware, handle_to(translated));
    drop(raw);
    drop(translated);
    return checked_pnp_status(device, CallbackId::EvtDeviceReleaseHardware, status);
}

// --- Power ---------------------------------------------------------------------------------------

NTSTATUS PnpState::power_step(PnpStep step, WDF_POWER_DEVICE_STATE other)
{
    const WDF_PNPPOWER_EVENT_CALLBACKS &callbacks = device.details->settings.pnp_power;
    switch (step) {
    case PnpStep::D0Entry:
        return call(device, CallbackId::EvtDeviceD0Entry, callbacks.EvtDeviceD0Entry, other);
    case PnpStep::D0EntryPostInterruptsEnabled:
        return call(device, CallbackId::EvtDeviceD0EntryPostInterruptsEnabled,
                    callbacks.EvtDeviceD0EntryPostInterruptsEnabled, other);
    case PnpStep::D0ExitPreInterruptsDisabled:
        return call(device, CallbackId::EvtDeviceD0ExitPreInterruptsDisabled,
                    callbacks.EvtDeviceD0ExitPreInterruptsDisabled, other);
    case PnpStep::D0Exit:
        return call(device, CallbackId::EvtDeviceD0Exit, callbacks.EvtDeviceD0Exit, other);
    default:
        // Interrupts, DMA enablers and child lists: a device has none, as long as the functions
        // that make them do not exist.
        return STATUS_SUCCESS;
    }
}

NTSTATUS PnpState::io_step(PnpStep step)
{
    const WDF_PNPPOWER_EVENT_CALLBACKS &callbacks = device.details->settings.pnp_power;
    switch (step) {
    case PnpStep::ReleaseQueues:
        release_queues(device);
        start_queues(device);
        return STATUS_SUCCESS;
    case PnpStep::HoldQueues:
        hold_queues(device, HoldReason::Suspend);
        return STATUS_SUCCESS;
    case PnpStep::PurgePowerManagedQueues:
        hold_queues(device, HoldReason::Purge);
        return STATUS_SUCCESS;
    case PnpStep::PurgeOtherQueues:
        hold_queues(device, HoldReason::Purge, QueueSet::Others);
        purge_queues(device, STATUS_INVALID_DEVICE_STATE);
        return STATUS_SUCCESS;
    case PnpStep::SelfManagedIoInit:
        return call(device, CallbackId::EvtDeviceSelfManagedIoInit,
                    callbacks.EvtDeviceSelfManagedIoInit);
    case PnpStep::SelfManagedIoRestart:
        return call(device, CallbackId::EvtDeviceSelfManagedIoRestart,
                    callbacks.EvtDeviceSelfManagedIoRestart);
    case PnpStep::SelfManagedIoSuspend:
        return call(device, CallbackId::EvtDeviceSelfManagedIoSuspend,
                    callbacks.EvtDeviceSelfManagedIoSuspend);
    case PnpStep::SelfManagedIoFlush:
        return call(device, CallbackId::EvtDeviceSelfManagedIoFlush,
                    callbacks.EvtDeviceSelfManagedIoFlush);
    default:
        return call(device, CallbackId::EvtDeviceSelfManagedIoCleanup,
                    callbacks.EvtDeviceSelfManagedIoCleanup);
    }
}

// --- Questions and removal -----------------------------------------------------------------------

NTSTATUS PnpState::query_step(PnpStep step)
{
    const WDF_PNPPOWER_EVENT_CALLBACKS &callbacks = device.details->settings.pnp_power;
    if (step == PnpStep::QueryStop)
        return checked_pnp_status(
            device, CallbackId::EvtDeviceQueryStop,
            call(device, CallbackId::EvtDeviceQueryStop, callbacks.EvtDeviceQueryStop));
    if (step == PnpStep::QueryRemove)
        return checked_pnp_status(
            device, CallbackId::EvtDeviceQueryRemove,
            call(device, CallbackId::EvtDeviceQueryRemove, callbacks.EvtDeviceQueryRemove));
    if (device.details->not_stoppable) return STATUS_INVALID_DEVICE_STATE;
    return has_special_files() ? STATUS_DEVICE_BUSY : STATUS_SUCCESS;
}

NTSTATUS PnpState::removal_step(PnpStep step)
{
    switch (step) {
    case PnpStep::EnableInterfaces:
        enable_interfaces(device);
        break;
    case PnpStep::DisableInterfaces:
        disable_interfaces(device);
        break;
    case PnpStep::DeleteSymbolicLink:
        if (!device.symbolic_link.Buffer) break;
        IoDeleteSymbolicLink(&device.symbolic_link);
        free_string(arena_of(device), device.symbolic_link);
        break;
    default:
        has_failed = true;
        IoInvalidateDeviceState(device.physical);
        break;
    }
    return STATUS_SUCCESS;
}

// --- IRPs ----------------------------------------------------------------------------------------

namespace {

PIRP take(PIRP &slot)
{
    return __atomic_exchange_n(&slot, nullptr, __ATOMIC_ACQ_REL);
}

void forward_power(PnpState &state, PIRP irp)
{
    if (!irp) return;
    irp->IoStatus.Status = STATUS_SUCCESS;
    PoStartNextPowerIrp(irp);
    IoCopyCurrentIrpStackLocationToNext(irp);
    PoCallDriver(state.device.lower, irp);
    state.rundown.leave();
}

void tell_power_manager(PnpState &state, PIRP irp)
{
    PoSetPowerState(state.device.wdm, DevicePowerState,
                    IoGetCurrentIrpStackLocation(irp)->Parameters.Power.State);
}

void forward_device_power(PnpState &state, PIRP irp)
{
    if (irp) tell_power_manager(state, irp);
    forward_power(state, irp);
}

void complete_device_power(PnpState &state, PIRP irp, NTSTATUS status)
{
    if (!irp) return;
    if (NT_SUCCESS(status)) tell_power_manager(state, irp);
    irp->IoStatus.Status = status;
    PoStartNextPowerIrp(irp);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    if (state.system_state == PowerSystemWorking) state.system_action = PowerActionNone;
    state.rundown.leave();
}

void NTAPI device_power_done(PDEVICE_OBJECT, UCHAR, POWER_STATE, PVOID context,
                             PIO_STATUS_BLOCK result)
{
    auto &state = *static_cast<PnpState *>(context);
    state.machines.policy.post(NT_SUCCESS(result->Status) ? PolicyMachineEvent::RequestSucceeded
                                                          : PolicyMachineEvent::RequestFailed);
    dereference(state.device);
}

}  // namespace

NTSTATUS PnpState::request_device_power(DEVICE_POWER_STATE wanted)
{
    POWER_STATE power;
    power.DeviceState = wanted;
    reference(device);
    const NTSTATUS status = PoRequestPowerIrp(device.physical, IRP_MN_SET_POWER, power,
                                              device_power_done, this, nullptr);
    if (!NT_SUCCESS(status)) dereference(device);
    return status;
}

NTSTATUS PnpState::irp_step(PnpStep step, std::uint32_t argument)
{
    const auto status = static_cast<NTSTATUS>(argument);
    switch (step) {
    case PnpStep::Reply:
        answer(status);
        return STATUS_SUCCESS;
    case PnpStep::ForwardPowerIrp:
        forward_device_power(*this, take(down_irp));
        return STATUS_SUCCESS;
    case PnpStep::CompletePowerIrp:
        complete_device_power(*this, take(up_irp), status);
        return STATUS_SUCCESS;
    case PnpStep::ForwardSystemIrp:
        forward_power(*this, take(system_irp));
        return STATUS_SUCCESS;
    default:
        return request_device_power(static_cast<DEVICE_POWER_STATE>(argument));
    }
}

}  // namespace openkmdf::framework
