// A driver that keeps requests in both documented ways until a timer completes them or their client
// cancels them. Whoever comes first completes the request, exactly once.

#include <ntddk.h>
#include <wdf.h>

#include "cancel.h"

#define CANCEL_SLOTS 8

typedef struct CANCEL_DEVICE {
    WDFQUEUE Waiting;
    WDFTIMER Timer;
    WDFSPINLOCK Lock;
    // All below belongs to the lock.
    WDFREQUEST Marked[CANCEL_SLOTS];
    CANCEL_COUNTS Counts;
} CANCEL_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(CANCEL_DEVICE, CancelGetDevice)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD CancelDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL CancelDeviceControl;
EVT_WDF_REQUEST_CANCEL CancelRequestCancel;
EVT_WDF_TIMER CancelTimer;

static void KeepMarked(CANCEL_DEVICE *Device, WDFREQUEST Request)
{
    NTSTATUS status = STATUS_DEVICE_BUSY;
    int slot;

    WdfSpinLockAcquire(Device->Lock);
    for (slot = 0; slot < CANCEL_SLOTS && Device->Marked[slot] != NULL; slot++) {}
    if (slot < CANCEL_SLOTS) {
        status = WdfRequestMarkCancelableEx(Request, CancelRequestCancel);
        if (NT_SUCCESS(status)) {
            Device->Marked[slot] = Request;
        } else if (status == STATUS_CANCELLED) {
            Device->Counts.RefusedAsCancelled++;
        }
    }
    WdfSpinLockRelease(Device->Lock);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

VOID CancelRequestCancel(WDFREQUEST Request)
{
    CANCEL_DEVICE *device = CancelGetDevice(WdfIoQueueGetDevice(WdfRequestGetIoQueue(Request)));
    int slot;

    WdfSpinLockAcquire(device->Lock);
    for (slot = 0; slot < CANCEL_SLOTS; slot++) {
        if (device->Marked[slot] == Request) {
            device->Marked[slot] = NULL;
        }
    }
    device->Counts.Cancelled++;
    WdfSpinLockRelease(device->Lock);
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static WDFREQUEST TakeMarked(CANCEL_DEVICE *Device)
{
    WDFREQUEST taken = NULL;
    int slot;

    WdfSpinLockAcquire(Device->Lock);
    for (slot = 0; slot < CANCEL_SLOTS && taken == NULL; slot++) {
        WDFREQUEST request = Device->Marked[slot];

        if (request == NULL) {
            continue;
        }
        Device->Marked[slot] = NULL;
        // Cancelled meanwhile: the cancel callback completes it.
        if (WdfRequestUnmarkCancelable(request) != STATUS_CANCELLED) {
            taken = request;
            Device->Counts.Completed++;
        }
    }
    WdfSpinLockRelease(Device->Lock);
    return taken;
}

VOID CancelTimer(WDFTIMER Timer)
{
    CANCEL_DEVICE *device = CancelGetDevice(WdfTimerGetParentObject(Timer));
    WDFREQUEST request;

    while (NT_SUCCESS(WdfIoQueueRetrieveNextRequest(device->Waiting, &request))) {
        WdfSpinLockAcquire(device->Lock);
        device->Counts.Completed++;
        WdfSpinLockRelease(device->Lock);
        WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, 0);
    }
    while ((request = TakeMarked(device)) != NULL) {
        WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, 0);
    }
}

static void GetCounts(CANCEL_DEVICE *Device, WDFREQUEST Request)
{
    CANCEL_COUNTS *counts;
    NTSTATUS status =
        WdfRequestRetrieveOutputBuffer(Request, sizeof(*counts), (PVOID *)&counts, NULL);

    if (NT_SUCCESS(status)) {
        WdfSpinLockAcquire(Device->Lock);
        *counts = Device->Counts;
        WdfSpinLockRelease(Device->Lock);
    }
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? sizeof(*counts) : 0);
}

VOID CancelDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                         size_t InputBufferLength, ULONG IoControlCode)
{
    CANCEL_DEVICE *device = CancelGetDevice(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    switch (IoControlCode) {
    case IOCTL_CANCEL_KEEP_IN_QUEUE:
        status = WdfRequestForwardToIoQueue(Request, device->Waiting);
        if (!NT_SUCCESS(status)) {
            WdfRequestComplete(Request, status);
        }
        break;
    case IOCTL_CANCEL_KEEP_MARKED:
        KeepMarked(device, Request);
        break;
    case IOCTL_CANCEL_FIRE:
        WdfTimerStart(device->Timer, WDF_REL_TIMEOUT_IN_US(1));
        // Time passes here, so the timer expires while clients run.
        KeStallExecutionProcessor(2);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        break;
    case IOCTL_CANCEL_GET_COUNTS:
        GetCounts(device, Request);
        break;
    default:
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        break;
    }
}

static NTSTATUS CreateParts(WDFDEVICE Device)
{
    CANCEL_DEVICE *cancel = CancelGetDevice(Device);
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDF_TIMER_CONFIG timer;
    NTSTATUS status;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    status = WdfSpinLockCreate(&attributes, &cancel->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_TIMER_CONFIG_INIT(&timer, CancelTimer);
    timer.AutomaticSerialization = FALSE;
    status = WdfTimerCreate(&timer, &attributes, &cancel->Timer);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT(&queue, WdfIoQueueDispatchManual);
    queue.PowerManaged = WdfFalse;
    status = WdfIoQueueCreate(Device, &queue, WDF_NO_OBJECT_ATTRIBUTES, &cancel->Waiting);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = CancelDeviceControl;
    queue.PowerManaged = WdfFalse;
    return WdfIoQueueCreate(Device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS CancelDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Cancel");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CANCEL_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateParts(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, CancelDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
