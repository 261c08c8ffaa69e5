// A WDM filter: passes every IRP on, with a completion routine that counts them.

#include <ntddk.h>

typedef struct FILTER_DEVICE {
    PDEVICE_OBJECT Lower;
    LONG Completed;
} FILTER_DEVICE;

DRIVER_INITIALIZE DriverEntry;
DRIVER_ADD_DEVICE FilterAddDevice;
DRIVER_UNLOAD FilterUnload;
DRIVER_DISPATCH FilterDispatch;
DRIVER_DISPATCH FilterPower;
DRIVER_DISPATCH FilterPnp;
IO_COMPLETION_ROUTINE FilterCompleted;

NTSTATUS FilterCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    FILTER_DEVICE *filter = (FILTER_DEVICE *)Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    InterlockedIncrement(&filter->Completed);
    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS FilterDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    FILTER_DEVICE *filter = (FILTER_DEVICE *)DeviceObject->DeviceExtension;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, FilterCompleted, filter, TRUE, TRUE, TRUE);
    return IoCallDriver(filter->Lower, Irp);
}

NTSTATUS FilterPower(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    FILTER_DEVICE *filter = (FILTER_DEVICE *)DeviceObject->DeviceExtension;

    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(filter->Lower, Irp);
}

NTSTATUS FilterPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    FILTER_DEVICE *filter = (FILTER_DEVICE *)DeviceObject->DeviceExtension;
    const UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
    NTSTATUS status;

    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(filter->Lower, Irp);
    if (minor == IRP_MN_REMOVE_DEVICE) {
        IoDetachDevice(filter->Lower);
        IoDeleteDevice(DeviceObject);
    }
    return status;
}

NTSTATUS FilterAddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    FILTER_DEVICE *filter;
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(DriverObject, sizeof(*filter), NULL, FILE_DEVICE_UNKNOWN,
                                     FILE_DEVICE_SECURE_OPEN, FALSE, &device);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    filter = (FILTER_DEVICE *)device->DeviceExtension;
    filter->Lower = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (filter->Lower == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    device->Flags |= filter->Lower->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE);
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

VOID FilterUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    int i;

    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        DriverObject->MajorFunction[i] = FilterDispatch;
    }
    DriverObject->MajorFunction[IRP_MJ_POWER] = FilterPower;
    DriverObject->MajorFunction[IRP_MJ_PNP] = FilterPnp;
    DriverObject->DriverExtension->AddDevice = FilterAddDevice;
    DriverObject->DriverUnload = FilterUnload;
    return STATUS_SUCCESS;
}
