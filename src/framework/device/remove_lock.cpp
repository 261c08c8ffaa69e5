#include "framework/device/remove_lock.h"

#include "framework/device/device_details.h"

namespace openkmdf::framework {

namespace {

NTSTATUS NTAPI completed(PDEVICE_OBJECT wdm, PIRP irp, PVOID)
{
    if (irp->PendingReturned) IoMarkIrpPending(irp);
    IoReleaseRemoveLock(&device_of(wdm)->details->remove_lock, irp);
    return STATUS_CONTINUE_COMPLETION;
}

bool is_held(const IO_STACK_LOCATION &location)
{
    switch (location.MajorFunction) {
    case IRP_MJ_PNP:
    case IRP_MJ_POWER:
    case IRP_MJ_SYSTEM_CONTROL:
        return false;
    default:
        return true;
    }
}

// A file is left by its last IRPs, whenever they come.
bool may_be_refused(const IO_STACK_LOCATION &location)
{
    return location.MajorFunction != IRP_MJ_CLEANUP && location.MajorFunction != IRP_MJ_CLOSE;
}

}  // namespace

void use_remove_lock(Device &device)
{
    IoInitializeRemoveLock(&device.details->remove_lock, 'RfdW', 0, 0);
    device.route |= kRouteRemoveLock;
    device.wdm->StackSize++;
}

NTSTATUS hold_until_completion(Device &device, PIRP irp)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    if (!is_held(location)) return STATUS_SUCCESS;
    const NTSTATUS status = IoAcquireRemoveLock(&device.details->remove_lock, irp);
    if (!NT_SUCCESS(status)) return may_be_refused(location) ? status : STATUS_SUCCESS;
    // As if the IRP went to a device below, which is this one.
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, completed, nullptr, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoGetCurrentIrpStackLocation(irp)->DeviceObject = device.wdm;
    return STATUS_SUCCESS;
}

void release_remove_lock_and_wait(Device &device, PIRP remove_irp)
{
    if (!(device.route & kRouteRemoveLock)) return;
    IO_REMOVE_LOCK &lock = device.details->remove_lock;
    if (NT_SUCCESS(IoAcquireRemoveLock(&lock, remove_irp)))
        IoReleaseRemoveLockAndWait(&lock, remove_irp);
}

}  // namespace openkmdf::framework
