// See watcher.h.

#include <ntddk.h>
#include <wdf.h>

#include "watcher.h"

typedef struct WATCHER_DEVICE {
    WDFDEVICE Device;
    WDFIOTARGET Target;
    BOOLEAN Vetoes;
    LONG Cancelled;
} WATCHER_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(WATCHER_DEVICE, WatcherGet)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD WatcherDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL WatcherControl;
EVT_WDF_IO_TARGET_QUERY_REMOVE WatcherQueryRemove;
EVT_WDF_IO_TARGET_REMOVE_CANCELED WatcherRemoveCanceled;
EVT_WDF_IO_TARGET_REMOVE_COMPLETE WatcherRemoveComplete;
EVT_WDF_REQUEST_COMPLETION_ROUTINE WatcherCameBack;

NTSTATUS WatcherQueryRemove(WDFIOTARGET IoTarget)
{
    if (WatcherGet(WdfIoTargetGetDevice(IoTarget))->Vetoes) {
        return STATUS_UNSUCCESSFUL;
    }
    WdfIoTargetCloseForQueryRemove(IoTarget);
    return STATUS_SUCCESS;
}

VOID WatcherRemoveCanceled(WDFIOTARGET IoTarget)
{
    WDF_IO_TARGET_OPEN_PARAMS params;

    WDF_IO_TARGET_OPEN_PARAMS_INIT_REOPEN(&params);
    if (!NT_SUCCESS(WdfIoTargetOpen(IoTarget, &params))) {
        WdfIoTargetClose(IoTarget);
    }
}

VOID WatcherRemoveComplete(WDFIOTARGET IoTarget)
{
    WdfIoTargetClose(IoTarget);
}

VOID WatcherCameBack(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params,
                     WDFCONTEXT Context)
{
    WATCHER_DEVICE *watcher = (WATCHER_DEVICE *)Context;

    UNREFERENCED_PARAMETER(Target);
    if (Params->IoStatus.Status == STATUS_CANCELLED) {
        InterlockedIncrement(&watcher->Cancelled);
    }
    WdfObjectDelete(Request);
}

static NTSTATUS Open(WATCHER_DEVICE *Watcher, WATCHER_OPEN How)
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\DosDevices\\Bottom");
    WDF_IO_TARGET_OPEN_PARAMS params;

    WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &name, GENERIC_READ | GENERIC_WRITE);
    params.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
    if (How != WatcherNoCallbacks) {
        params.EvtIoTargetQueryRemove = WatcherQueryRemove;
        params.EvtIoTargetRemoveCanceled = WatcherRemoveCanceled;
        params.EvtIoTargetRemoveComplete = WatcherRemoveComplete;
    }
    Watcher->Vetoes = How == WatcherVetoes;
    return WdfIoTargetOpen(Watcher->Target, &params);
}

static NTSTATUS Keep(WATCHER_DEVICE *Watcher)
{
    WDFREQUEST request;
    NTSTATUS status = WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, Watcher->Target, &request);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfIoTargetFormatRequestForIoctl(Watcher->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                              NULL, NULL, NULL);
    if (NT_SUCCESS(status)) {
        WdfRequestSetCompletionRoutine(request, WatcherCameBack, Watcher);
        if (!WdfRequestSend(request, Watcher->Target, WDF_NO_SEND_OPTIONS)) {
            status = WdfRequestGetStatus(request);
        }
    }
    if (!NT_SUCCESS(status)) {
        WdfObjectDelete(request);
    }
    return status;
}

static NTSTATUS Answer(WDFREQUEST Request, ULONG Number)
{
    ULONG *output;
    NTSTATUS status =
        WdfRequestRetrieveOutputBuffer(Request, sizeof(*output), (PVOID *)&output, NULL);

    if (NT_SUCCESS(status)) {
        *output = Number;
        WdfRequestSetInformation(Request, sizeof(*output));
    }
    return status;
}

VOID WatcherControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                    size_t InputBufferLength, ULONG IoControlCode)
{
    WATCHER_DEVICE *watcher = WatcherGet(WdfIoQueueGetDevice(Queue));
    WATCHER_OPEN *how;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    switch (IoControlCode) {
    case IOCTL_WATCHER_OPEN:
        status = WdfRequestRetrieveInputBuffer(Request, sizeof(*how), (PVOID *)&how, NULL);
        if (NT_SUCCESS(status)) {
            status = Open(watcher, *how);
        }
        break;
    case IOCTL_WATCHER_GET_STATE:
        status = Answer(Request, (ULONG)WdfIoTargetGetState(watcher->Target));
        break;
    case IOCTL_WATCHER_FAIL:
        status = WdfIoTargetSendIoctlSynchronously(watcher->Target, NULL, IOCTL_BOTTOM_FAIL, NULL,
                                                   NULL, NULL, NULL);
        break;
    case IOCTL_WATCHER_KEEP:
        status = Keep(watcher);
        break;
    case IOCTL_WATCHER_GET_CANCELLED:
        status = Answer(Request, (ULONG)watcher->Cancelled);
        break;
    case IOCTL_WATCHER_DELETE:
        WdfObjectDelete(watcher->Target);
        status = WdfIoTargetCreate(watcher->Device, WDF_NO_OBJECT_ATTRIBUTES, &watcher->Target);
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    WdfRequestComplete(Request, status);
}

NTSTATUS WatcherDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Watcher");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, WATCHER_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WatcherGet(device)->Device = device;
    status = WdfIoTargetCreate(device, WDF_NO_OBJECT_ATTRIBUTES, &WatcherGet(device)->Target);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = WatcherControl;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, WatcherDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
