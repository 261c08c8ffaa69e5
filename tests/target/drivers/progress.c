// See progress.h. PROGRESS_POLICY says which policy its writes have.

#include <ntddk.h>
#include <wdf.h>

#include "progress.h"

#ifndef PROGRESS_POLICY
#define PROGRESS_POLICY WdfIoForwardProgressReservedPolicyAlwaysUseReservedRequest
#endif

#define PROGRESS_SLOTS 8

typedef struct PROGRESS_DEVICE {
    WDFSPINLOCK Lock;
    // All below belongs to the lock.
    BOOLEAN IsLow;
    WDFREQUEST Kept[PROGRESS_SLOTS];
    PROGRESS_COUNTS Counts;
} PROGRESS_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(PROGRESS_DEVICE, ProgressGet)

typedef struct PROGRESS_REQUEST {
    ULONG Ticket;  // of a reserved request
} PROGRESS_REQUEST;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(PROGRESS_REQUEST, ProgressGetRequest)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD ProgressDeviceAdd;
EVT_WDF_IO_QUEUE_IO_WRITE ProgressWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL ProgressControl;
EVT_WDF_IO_ALLOCATE_RESOURCES_FOR_RESERVED_REQUEST ProgressReserve;
EVT_WDF_IO_ALLOCATE_REQUEST_RESOURCES ProgressAllocate;
EVT_WDF_IO_WDM_IRP_FOR_FORWARD_PROGRESS ProgressExamine;

NTSTATUS ProgressReserve(WDFQUEUE Queue, WDFREQUEST Request)
{
    PROGRESS_DEVICE *device = ProgressGet(WdfIoQueueGetDevice(Queue));

    device->Counts.Reserved++;
    ProgressGetRequest(Request)->Ticket = 1000 + device->Counts.Reserved;
    return STATUS_SUCCESS;
}

NTSTATUS ProgressAllocate(WDFQUEUE Queue, WDFREQUEST Request)
{
    PROGRESS_DEVICE *device = ProgressGet(WdfIoQueueGetDevice(Queue));
    BOOLEAN low;

    UNREFERENCED_PARAMETER(Request);
    WdfSpinLockAcquire(device->Lock);
    device->Counts.Allocated++;
    low = device->IsLow;
    WdfSpinLockRelease(device->Lock);
    return low ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

// Writes of an odd length matter.
WDF_IO_FORWARD_PROGRESS_ACTION ProgressExamine(WDFQUEUE Queue, PIRP Irp)
{
    PROGRESS_DEVICE *device = ProgressGet(WdfIoQueueGetDevice(Queue));

    WdfSpinLockAcquire(device->Lock);
    device->Counts.Examined++;
    WdfSpinLockRelease(device->Lock);
    return IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length & 1
               ? WdfIoForwardProgressActionUseReservedRequest
               : WdfIoForwardProgressActionFailRequest;
}

VOID ProgressWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    PROGRESS_DEVICE *device = ProgressGet(WdfIoQueueGetDevice(Queue));
    int slot;

    UNREFERENCED_PARAMETER(Length);
    WdfSpinLockAcquire(device->Lock);
    for (slot = 0; slot < PROGRESS_SLOTS && device->Kept[slot] != NULL; slot++) {}
    if (slot < PROGRESS_SLOTS) {
        device->Kept[slot] = Request;
        device->Counts.Kept++;
        Request = NULL;
    }
    WdfSpinLockRelease(device->Lock);
    if (Request != NULL) {
        WdfRequestComplete(Request, STATUS_DEVICE_BUSY);
    }
}

static void Release(PROGRESS_DEVICE *Device)
{
    WDFREQUEST kept[PROGRESS_SLOTS];
    int slot;

    WdfSpinLockAcquire(Device->Lock);
    RtlCopyMemory(kept, Device->Kept, sizeof(kept));
    RtlZeroMemory(Device->Kept, sizeof(Device->Kept));
    Device->Counts.Kept = 0;
    WdfSpinLockRelease(Device->Lock);
    for (slot = 0; slot < PROGRESS_SLOTS; slot++) {
        BOOLEAN reserved;

        if (kept[slot] == NULL) {
            continue;
        }
        reserved = WdfRequestIsReserved(kept[slot]);
        if (reserved && ProgressGetRequest(kept[slot])->Ticket > 1000) {
            WdfSpinLockAcquire(Device->Lock);
            Device->Counts.Tickets++;
            WdfSpinLockRelease(Device->Lock);
        }
        WdfRequestCompleteWithInformation(kept[slot], STATUS_SUCCESS, reserved ? 1 : 2);
    }
}

VOID ProgressControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                     size_t InputBufferLength, ULONG IoControlCode)
{
    PROGRESS_DEVICE *device = ProgressGet(WdfIoQueueGetDevice(Queue));
    NTSTATUS status = STATUS_SUCCESS;
    PVOID buffer;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    switch (IoControlCode) {
    case IOCTL_PROGRESS_SET_LOW:
        status = WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            device->IsLow = *(ULONG *)buffer != 0;
        }
        break;
    case IOCTL_PROGRESS_RELEASE:
        Release(device);
        break;
    case IOCTL_PROGRESS_GET_COUNTS:
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(device->Counts), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            RtlCopyMemory(buffer, &device->Counts, sizeof(device->Counts));
            WdfRequestSetInformation(Request, sizeof(device->Counts));
        }
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    WdfRequestComplete(Request, status);
}

static NTSTATUS AssignPolicy(WDFQUEUE Queue)
{
    WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY policy;

    WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY_DEFAULT_INIT(&policy, 0);
    if (WdfIoQueueAssignForwardProgressPolicy(Queue, &policy) != STATUS_INVALID_PARAMETER) {
        return STATUS_INTERNAL_ERROR;
    }
    policy.Size--;
    if (WdfIoQueueAssignForwardProgressPolicy(Queue, &policy) != STATUS_INFO_LENGTH_MISMATCH) {
        return STATUS_INTERNAL_ERROR;
    }
    WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY_EXAMINE_INIT(&policy, 1, NULL);
    if (WdfIoQueueAssignForwardProgressPolicy(Queue, &policy) != STATUS_INVALID_PARAMETER) {
        return STATUS_INTERNAL_ERROR;
    }
    WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY_EXAMINE_INIT(&policy, PROGRESS_RESERVED, ProgressExamine);
    policy.ForwardProgressReservedPolicy = PROGRESS_POLICY;
    policy.EvtIoAllocateResourcesForReservedRequest = ProgressReserve;
    policy.EvtIoAllocateRequestResources = ProgressAllocate;
    return WdfIoQueueAssignForwardProgressPolicy(Queue, &policy);
}

NTSTATUS ProgressDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Progress");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG config;
    WDFDEVICE device;
    WDFQUEUE queue;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, PROGRESS_REQUEST);
    WdfDeviceInitSetRequestAttributes(DeviceInit, &attributes);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, PROGRESS_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &ProgressGet(device)->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
    config.PowerManaged = WdfFalse;
    config.EvtIoWrite = ProgressWrite;
    status = WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceConfigureRequestDispatching(device, queue, WdfRequestTypeWrite);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = AssignPolicy(queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDeviceControl = ProgressControl;
    status = WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, ProgressDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
