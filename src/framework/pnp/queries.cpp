#include "framework/device/dispatch.h"
#include "framework/pnp/pnp_state.h"

// What the PnP manager asks the stack: the lower drivers answer first, then the driver's settings
// apply.

namespace openkmdf::framework {

namespace {

// --- Capabilities --------------------------------------------------------------------------------

void apply_pnp(const WDF_DEVICE_PNP_CAPABILITIES &own, DEVICE_CAPABILITIES &all)
{
    // Bit fields have no address.
#define APPLY(member)                                                                              \
    if (own.member != WdfUseDefault) all.member = own.member == WdfTrue
    APPLY(LockSupported);
    APPLY(EjectSupported);
    APPLY(Removable);
    APPLY(DockDevice);
    APPLY(UniqueID);
    APPLY(SilentInstall);
    APPLY(SurpriseRemovalOK);
    APPLY(HardwareDisabled);
    APPLY(NoDisplayInUI);
    if (own.Address != static_cast<ULONG>(-1)) all.Address = own.Address;
    if (own.UINumber != static_cast<ULONG>(-1)) all.UINumber = own.UINumber;
}

void apply_power(const WDF_DEVICE_POWER_CAPABILITIES &own, DEVICE_CAPABILITIES &all)
{
    APPLY(DeviceD1);
    APPLY(DeviceD2);
    APPLY(WakeFromD0);
    APPLY(WakeFromD1);
    APPLY(WakeFromD2);
    APPLY(WakeFromD3);
#undef APPLY
    for (int i = 0; i < PowerSystemMaximum; ++i)
        if (own.DeviceState[i] != PowerDeviceMaximum) all.DeviceState[i] = own.DeviceState[i];
    if (own.DeviceWake != PowerDeviceMaximum) all.DeviceWake = own.DeviceWake;
    if (own.SystemWake != PowerSystemMaximum) all.SystemWake = own.SystemWake;
    if (own.D1Latency != static_cast<ULONG>(-1)) all.D1Latency = own.D1Latency;
    if (own.D2Latency != static_cast<ULONG>(-1)) all.D2Latency = own.D2Latency;
    if (own.D3Latency != static_cast<ULONG>(-1)) all.D3Latency = own.D3Latency;
}

// --- Requirements --------------------------------------------------------------------------------

using FilterCallback = PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS;

// Who changes the list frees the one before and leaves its own, in paged pool.
NTSTATUS filter_list(PnpState &state, PIRP irp, FilterCallback callback, std::uint8_t access)
{
    if (!callback) return STATUS_SUCCESS;
    auto *before = reinterpret_cast<PIO_RESOURCE_REQUIREMENTS_LIST>(irp->IoStatus.Information);
    if (!before)
        before = IoGetCurrentIrpStackLocation(irp)
                     ->Parameters.FilterResourceRequirements.IoResourceRequirementList;
    IoResReqList *list = make_requirements(state.device, before, access);
    if (!list) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status =
        invoke(CallbackId::EvtDeviceFilterResourceRequirements, state.device, callback,
               state.handle(), static_cast<WDFIORESREQLIST>(handle_of(list)));
    if (NT_SUCCESS(status) && list->has_changed) {
        PIO_RESOURCE_REQUIREMENTS_LIST after = list->lists.count ? to_requirements(*list) : nullptr;
        if (list->lists.count && !after) {
            status = STATUS_INSUFFICIENT_RESOURCES;
        } else {
            if (irp->IoStatus.Information)
                ExFreePool(reinterpret_cast<PVOID>(irp->IoStatus.Information));
            irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(after);
        }
    }
    delete_object(*list);
    return status;
}

}  // namespace

NTSTATUS query_capabilities(PnpState &state, PIRP irp)
{
    const DeviceDetails &details = *state.device.details;
    if (!details.has_pnp_capabilities && !details.has_power_capabilities)
        return pass_down(state.device, irp);
    const NTSTATUS status = state.send_down_and_wait(irp);
    if (NT_SUCCESS(status)) {
        DEVICE_CAPABILITIES &all =
            *IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceCapabilities.Capabilities;
        if (details.has_pnp_capabilities) apply_pnp(details.pnp_capabilities, all);
        if (details.has_power_capabilities) apply_power(details.power_capabilities, all);
    }
    return complete_irp(irp, status);
}

NTSTATUS query_device_state(PnpState &state, PIRP irp)
{
    NTSTATUS status = state.send_down_and_wait(irp);
    if (status == STATUS_NOT_SUPPORTED) {
        irp->IoStatus.Information = 0;
        status = STATUS_SUCCESS;
    }
    if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    ULONG_PTR bits = irp->IoStatus.Information;
    const WDF_DEVICE_STATE &own = state.device.details->device_state;
    auto apply = [&bits, &own](WDF_TRI_STATE value, ULONG bit) {
        // A structure of zeroes was never set.
        if (!own.Size || value == WdfUseDefault) return;
        bits = value == WdfTrue ? bits | bit : bits & ~static_cast<ULONG_PTR>(bit);
    };
    apply(own.Disabled, PNP_DEVICE_DISABLED);
    apply(own.DontDisplayInUI, PNP_DEVICE_DONT_DISPLAY_IN_UI);
    apply(own.Failed, PNP_DEVICE_FAILED);
    apply(own.NotDisableable, PNP_DEVICE_NOT_DISABLEABLE);
    apply(own.Removed, PNP_DEVICE_REMOVED);
    apply(own.ResourcesChanged, PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED);
    if (state.has_special_files()) bits |= PNP_DEVICE_NOT_DISABLEABLE;
    if (state.has_failed) bits |= PNP_DEVICE_FAILED;
    irp->IoStatus.Information = bits;
    return complete_irp(irp, STATUS_SUCCESS);
}

NTSTATUS filter_resource_requirements(PnpState &state, PIRP irp)
{
    const WDF_FDO_EVENT_CALLBACKS &callbacks = state.device.details->settings.fdo;
    if (!callbacks.EvtDeviceFilterRemoveResourceRequirements &&
        !callbacks.EvtDeviceFilterAddResourceRequirements)
        return pass_down(state.device, irp);
    NTSTATUS status = filter_list(state, irp, callbacks.EvtDeviceFilterRemoveResourceRequirements,
                                  kResourcesRemovable);
    if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    status = state.send_down_and_wait(irp);
    // Nobody below minds: the list is ours to change.
    if (!NT_SUCCESS(status) && status != STATUS_NOT_SUPPORTED) return complete_irp(irp, status);
    return complete_irp(irp,
                        filter_list(state, irp, callbacks.EvtDeviceFilterAddResourceRequirements,
                                    kResourcesAddable));
}

}  // namespace openkmdf::framework
