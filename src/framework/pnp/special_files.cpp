#include "framework/device/dispatch.h"
#include "framework/pnp/pnp_state.h"

// Paging, hibernation, dump and boot files on the device: IRP_MN_DEVICE_USAGE_NOTIFICATION.

namespace openkmdf::framework {

namespace {

bool is_known(DEVICE_USAGE_NOTIFICATION_TYPE type)
{
    return type > DeviceUsageTypeUndefined && static_cast<int>(type) < WdfSpecialFileMax;
}

NTSTATUS tell_driver(PnpState &state, WDF_SPECIAL_FILE_TYPE type, bool in_path)
{
    const WDF_PNPPOWER_EVENT_CALLBACKS &callbacks = state.device.details->settings.pnp_power;
    if (callbacks.EvtDeviceUsageNotificationEx)
        return invoke(CallbackId::EvtDeviceUsageNotificationEx, state.device,
                      callbacks.EvtDeviceUsageNotificationEx, state.handle(), type,
                      static_cast<BOOLEAN>(in_path));
    if (callbacks.EvtDeviceUsageNotification)
        invoke(CallbackId::EvtDeviceUsageNotification, state.device,
               callbacks.EvtDeviceUsageNotification, state.handle(), type,
               static_cast<BOOLEAN>(in_path));
    return STATUS_SUCCESS;
}

// The lower drivers have agreed and this one does not: they are told the opposite.
void undo_below(PnpState &state, PIRP irp)
{
    auto &usage = IoGetCurrentIrpStackLocation(irp)->Parameters.UsageNotification;
    usage.InPath = !usage.InPath;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    state.send_down_and_wait(irp);
    usage.InPath = !usage.InPath;
}

NTSTATUS send_usage(PDEVICE_OBJECT wdm, const IO_STACK_LOCATION &from, bool in_path)
{
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(wdm);
    KEVENT event;
    IO_STATUS_BLOCK result;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, nullptr, 0, nullptr, &event, &result);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    if (irp) {
        irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
        location->MinorFunction = IRP_MN_DEVICE_USAGE_NOTIFICATION;
        location->Parameters.UsageNotification = from.Parameters.UsageNotification;
        location->Parameters.UsageNotification.InPath = in_path;
        status = IoCallDriver(top, irp);
        if (status == STATUS_PENDING) {
            KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
            status = result.Status;
        }
    }
    ObDereferenceObject(top);
    return status;
}

// The first `many` devices that the driver's own depends on.
void undo_dependents(PnpState &state, const IO_STACK_LOCATION &location, ULONG many)
{
    const RelatedList &list = state.device.details->usage_dependents;
    for (ULONG i = 0; i < many; ++i) {
        PDEVICE_OBJECT wdm = reference_related(state.device, list, i);
        if (!wdm) return;
        send_usage(wdm, location, !location.Parameters.UsageNotification.InPath);
        ObDereferenceObject(wdm);
    }
}

// They are told before this device is; `told` counts them. The first that refuses ends it.
NTSTATUS tell_dependents(PnpState &state, const IO_STACK_LOCATION &location, ULONG &told)
{
    const RelatedList &list = state.device.details->usage_dependents;
    while (PDEVICE_OBJECT wdm = reference_related(state.device, list, told)) {
        const NTSTATUS status =
            send_usage(wdm, location, location.Parameters.UsageNotification.InPath);
        ObDereferenceObject(wdm);
        if (!NT_SUCCESS(status)) {
            undo_dependents(state, location, told);
            return status;
        }
        ++told;
    }
    return STATUS_SUCCESS;
}

void count(PnpState &state, int type, bool in_path)
{
    std::uint32_t &open = state.special_files[type];
    if (in_path) ++open;
    else if (open) --open;
    IoInvalidateDeviceState(state.device.physical);
}

// A device with a paging file takes its power IRPs where nothing pages.
void update_pageable(PnpState &state, bool in_path)
{
    PDEVICE_OBJECT wdm = state.device.wdm;
    if (in_path) wdm->Flags &= ~static_cast<ULONG>(DO_POWER_PAGABLE);
    else if (state.device.details->settings.power_pageable && !state.has_special_files())
        wdm->Flags |= DO_POWER_PAGABLE;
}

}  // namespace

NTSTATUS notify_usage(PnpState &state, PIRP irp)
{
    const auto usage = IoGetCurrentIrpStackLocation(irp)->Parameters.UsageNotification;
    if (!is_known(usage.Type)) return pass_down(state.device, irp);
    const auto type = static_cast<WDF_SPECIAL_FILE_TYPE>(usage.Type);
    // A filter has no opinion of its own.
    const bool is_filter = state.device.role == DeviceRole::Filter;
    if (usage.InPath && !state.supports_special[type] && !is_filter)
        return complete_irp(irp, STATUS_NOT_IMPLEMENTED);
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    ULONG told = 0;
    NTSTATUS status = tell_dependents(state, location, told);
    if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    status = state.send_down_and_wait(irp);
    if (!NT_SUCCESS(status)) {
        undo_dependents(state, location, told);
        return complete_irp(irp, status);
    }
    status = tell_driver(state, type, usage.InPath);
    if (NT_SUCCESS(status)) {
        count(state, type, usage.InPath);
        update_pageable(state, usage.InPath);
    } else {
        undo_below(state, irp);
        undo_dependents(state, location, told);
    }
    return complete_irp(irp, status);
}

}  // namespace openkmdf::framework
