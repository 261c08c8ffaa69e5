// See dispatch.h.

#include <ntddk.h>
#include <wdf.h>

#include "dispatch.h"

typedef struct DISPATCH_DEVICE {
    WDFQUEUE Special;
    WDFQUEUE Foreign;
} DISPATCH_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DISPATCH_DEVICE, DispatchGet)

typedef struct DISPATCH_REQUEST {
    BOOLEAN InContext;
} DISPATCH_REQUEST;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DISPATCH_REQUEST, DispatchGetRequest)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD DispatchDeviceAdd;
EVT_WDFDEVICE_WDM_IRP_DISPATCH DispatchChoose;
EVT_WDFDEVICE_WDM_IRP_PREPROCESS DispatchPreprocess;
EVT_WDF_IO_IN_CALLER_CONTEXT DispatchInCallerContext;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL DispatchDefaultControl;
EVT_WDF_IO_QUEUE_IO_DEFAULT DispatchSpecialDefault;

static WDFQUEUE ForeignQueue;

static void Complete(WDFREQUEST Request, ULONG_PTR Place)
{
    if (DispatchGetRequest(Request)->InContext) {
        Place += DispatchInContext;
    }
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Place);
}

VOID DispatchDefaultControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                            size_t InputBufferLength, ULONG IoControlCode)
{
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);
    Complete(Request, DispatchDefaultQueue);
}

VOID DispatchSpecialDefault(WDFQUEUE Queue, WDFREQUEST Request)
{
    UNREFERENCED_PARAMETER(Queue);
    Complete(Request, DispatchSpecialQueue);
}

VOID DispatchInCallerContext(WDFDEVICE Device, WDFREQUEST Request)
{
    NTSTATUS status;

    DispatchGetRequest(Request)->InContext = TRUE;
    status = WdfDeviceEnqueueRequest(Device, Request);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

NTSTATUS DispatchChoose(WDFDEVICE Device, UCHAR MajorFunction, UCHAR MinorFunction, ULONG Code,
                        WDFCONTEXT DriverContext, PIRP Irp, WDFCONTEXT DispatchContext)
{
    WDFQUEUE special = DispatchGet(Device)->Special;

    UNREFERENCED_PARAMETER(MinorFunction);
    if (MajorFunction != IRP_MJ_DEVICE_CONTROL || DriverContext != (WDFCONTEXT)Device) {
        Irp->IoStatus.Status = STATUS_INTERNAL_ERROR;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_INTERNAL_ERROR;
    }
    switch (Code) {
    case IOCTL_DISPATCH_SPECIAL:
        return WdfDeviceWdmDispatchIrpToIoQueue(Device, Irp, special, 0);
    case IOCTL_DISPATCH_SPECIAL_IN_CONTEXT:
        return WdfDeviceWdmDispatchIrpToIoQueue(
            Device, Irp, special, WDF_DISPATCH_IRP_TO_IO_QUEUE_INVOKE_INCALLERCTX_CALLBACK);
    case IOCTL_DISPATCH_WRONG_QUEUE:
        return WdfDeviceWdmDispatchIrpToIoQueue(Device, Irp, ForeignQueue, 0);
    case IOCTL_DISPATCH_ITSELF:
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Irp->IoStatus.Information = DispatchCallback;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    default:
        return WdfDeviceWdmDispatchIrp(Device, Irp, DispatchContext);
    }
}

NTSTATUS DispatchPreprocess(WDFDEVICE Device, PIRP Irp)
{
    const ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;

    IoSkipCurrentIrpStackLocation(Irp);
    if (code == IOCTL_DISPATCH_PREPROCESSED) {
        return WdfDeviceWdmDispatchIrpToIoQueue(Device, Irp, DispatchGet(Device)->Special,
                                                WDF_DISPATCH_IRP_TO_IO_QUEUE_PREPROCESSED_IRP);
    }
    return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

NTSTATUS DispatchDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Dispatch");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DISPATCH_REQUEST);
    WdfDeviceInitSetRequestAttributes(DeviceInit, &attributes);
    WdfDeviceInitSetIoInCallerContextCallback(DeviceInit, DispatchInCallerContext);
    status = WdfDeviceInitAssignWdmIrpPreprocessCallback(DeviceInit, DispatchPreprocess,
                                                         IRP_MJ_DEVICE_CONTROL, NULL, 0);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DISPATCH_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    // Creates are nobody's to choose for.
    if (WdfDeviceConfigureWdmIrpDispatchCallback(device, NULL, IRP_MJ_CREATE, DispatchChoose,
                                                 NULL) != STATUS_INVALID_PARAMETER) {
        return STATUS_INTERNAL_ERROR;
    }
    status = WdfDeviceConfigureWdmIrpDispatchCallback(device, NULL, IRP_MJ_DEVICE_CONTROL,
                                                      DispatchChoose, (WDFCONTEXT)device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDefault = DispatchSpecialDefault;
    status =
        WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, &DispatchGet(device)->Special);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (ForeignQueue == NULL) {
        ForeignQueue = DispatchGet(device)->Special;
        return STATUS_SUCCESS;  // the first device lends its queue
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = DispatchDefaultControl;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, DispatchDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
