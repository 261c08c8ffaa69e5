// See misuse.h.

#include <ntddk.h>
#include <wdf.h>

#include "misuse.h"

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD MisuseDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL MisuseControl;
EVT_WDF_REQUEST_COMPLETION_ROUTINE MisuseDone;

VOID MisuseDone(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params,
                WDFCONTEXT Context)
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Target);
    UNREFERENCED_PARAMETER(Params);
    UNREFERENCED_PARAMETER(Context);
}

static BOOLEAN IsForOwn(ULONG Code)
{
    switch (Code) {
    case IOCTL_MISUSE_SEND_TWICE:
    case IOCTL_MISUSE_REUSE_SENT:
    case IOCTL_MISUSE_FORMAT_SENT:
    case IOCTL_MISUSE_COMPLETE_OWN:
    case IOCTL_MISUSE_SYNCHRONOUS_AT_DISPATCH:
    case IOCTL_MISUSE_FORMAT_WITHOUT_IRP:
    case IOCTL_MISUSE_PARAMETERS_OF_OWN:
    case IOCTL_MISUSE_CURRENT_TYPE_OF_OWN:
        return TRUE;
    default:
        return FALSE;
    }
}

static void Own(WDFIOTARGET Target, ULONG Code)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_REQUEST_REUSE_PARAMS reuse;
    WDF_REQUEST_PARAMETERS parameters;
    IO_STACK_LOCATION location;
    WDFREQUEST request;
    KIRQL irql;

    if (!NT_SUCCESS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES,
                                     Code == IOCTL_MISUSE_FORMAT_WITHOUT_IRP ? NULL : Target,
                                     &request))) {
        return;
    }
    switch (Code) {
    case IOCTL_MISUSE_FORMAT_WITHOUT_IRP:
        RtlZeroMemory(&location, sizeof(location));
        WdfRequestWdmFormatUsingStackLocation(request, &location);
        return;
    case IOCTL_MISUSE_PARAMETERS_OF_OWN:
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WdfRequestGetParameters(request, &parameters);
        return;
    case IOCTL_MISUSE_CURRENT_TYPE_OF_OWN:
        WdfRequestFormatRequestUsingCurrentType(request);
        return;
    case IOCTL_MISUSE_COMPLETE_OWN:
        WdfRequestComplete(request, STATUS_SUCCESS);
        return;
    }
    if (!NT_SUCCESS(WdfIoTargetFormatRequestForIoctl(Target, request, IOCTL_BOTTOM_KEEP, NULL, NULL,
                                                     NULL, NULL))) {
        return;
    }
    if (Code == IOCTL_MISUSE_SYNCHRONOUS_AT_DISPATCH) {
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
        KeRaiseIrql(DISPATCH_LEVEL, &irql);
        (void)WdfRequestSend(request, Target, &options);
        KeLowerIrql(irql);
        return;
    }
    WdfRequestSetCompletionRoutine(request, MisuseDone, NULL);
    (void)WdfRequestSend(request, Target, WDF_NO_SEND_OPTIONS);
    switch (Code) {
    case IOCTL_MISUSE_SEND_TWICE:
        (void)WdfRequestSend(request, Target, WDF_NO_SEND_OPTIONS);
        break;
    case IOCTL_MISUSE_REUSE_SENT:
        WDF_REQUEST_REUSE_PARAMS_INIT(&reuse, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_SUCCESS);
        (void)WdfRequestReuse(request, &reuse);
        break;
    case IOCTL_MISUSE_FORMAT_SENT:
        RtlZeroMemory(&location, sizeof(location));
        WdfRequestWdmFormatUsingStackLocation(request, &location);
        break;
    }
}

// Formats a request of its own with a buffer of the one that it completes.
static void BufferInUse(WDFIOTARGET Target, WDFREQUEST Request)
{
    WDFREQUEST own;
    WDFMEMORY memory;

    if (NT_SUCCESS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, Target, &own)) &&
        NT_SUCCESS(WdfRequestRetrieveInputMemory(Request, &memory))) {
        (void)WdfIoTargetFormatRequestForIoctl(Target, own, IOCTL_BOTTOM_ECHO, memory, NULL, memory,
                                               NULL);
    }
}

static void Received(WDFIOTARGET Target, WDFREQUEST Request, ULONG Code)
{
    WDF_REQUEST_SEND_OPTIONS options;

    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
    switch (Code) {
    case IOCTL_MISUSE_COMPLETE_SENT:
        (void)WdfIoTargetFormatRequestForIoctl(Target, Request, IOCTL_BOTTOM_KEEP, NULL, NULL, NULL,
                                               NULL);
        WdfRequestSetCompletionRoutine(Request, MisuseDone, NULL);
        (void)WdfRequestSend(Request, Target, WDF_NO_SEND_OPTIONS);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        break;
    case IOCTL_MISUSE_SEND_COMPLETED:
        WdfObjectReference(Request);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        (void)WdfRequestSend(Request, Target, &options);
        break;
    case IOCTL_MISUSE_FORGET_FORMATTED:
        (void)WdfIoTargetFormatRequestForIoctl(Target, Request, IOCTL_BOTTOM_KEEP, NULL, NULL, NULL,
                                               NULL);
        (void)WdfRequestSend(Request, Target, &options);
        break;
    case IOCTL_MISUSE_FORGET_WITH_ROUTINE:
        WdfRequestSetCompletionRoutine(Request, MisuseDone, NULL);
        (void)WdfRequestSend(Request, Target, &options);
        break;
    case IOCTL_MISUSE_BUFFER_IN_USE:
        BufferInUse(Target, Request);
        break;
    case IOCTL_MISUSE_NO_ROUTINE:
        WdfRequestFormatRequestUsingCurrentType(Request);
        (void)WdfRequestSend(Request, Target, WDF_NO_SEND_OPTIONS);
        break;
    }
}

static void Others(WDFIOTARGET Target, ULONG Code)
{
    WDF_MEMORY_DESCRIPTOR descriptor;
    WDFMEMORY memory;
    PVOID buffer;
    KIRQL irql;

    switch (Code) {
    case IOCTL_MISUSE_STOP_AND_WAIT_AT_DISPATCH:
        KeRaiseIrql(DISPATCH_LEVEL, &irql);
        WdfIoTargetStop(Target, WdfIoTargetCancelSentIo);
        KeLowerIrql(irql);
        break;
    case IOCTL_MISUSE_UNKNOWN_ACTION:
        WdfIoTargetPurge(Target, (WDF_IO_TARGET_PURGE_IO_ACTION)7);
        break;
    case IOCTL_MISUSE_DELETED_MEMORY:
        if (NT_SUCCESS(WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, 'suiM', 4, &memory,
                                       &buffer))) {
            WdfObjectDelete(memory);
            WDF_MEMORY_DESCRIPTOR_INIT_HANDLE(&descriptor, memory, NULL);
            (void)WdfIoTargetSendReadSynchronously(Target, NULL, &descriptor, NULL, NULL, NULL);
        }
        break;
    }
}

VOID MisuseControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                   size_t InputBufferLength, ULONG IoControlCode)
{
    WDFIOTARGET target = WdfDeviceGetIoTarget(WdfIoQueueGetDevice(Queue));

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    // What these do ends in a bugcheck.
    if (IsForOwn(IoControlCode)) {
        Own(target, IoControlCode);
    }
    Others(target, IoControlCode);
    Received(target, Request, IoControlCode);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

NTSTATUS MisuseDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfFdoInitSetFilter(DeviceInit);
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = MisuseControl;
    return WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, MisuseDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
