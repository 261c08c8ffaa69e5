// A driver that calls any function of the framework's table with any arguments.

#include <ntddk.h>
#include <wdf.h>

#include "checked.h"

#define CHECKED_POOL_TAG 'kchC'
#define CHECKED_BUFFER_SIZE 4096

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD CheckedDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL CheckedDeviceControl;

typedef ULONG_PTR (*CHECKED_FUNCTION)(PWDF_DRIVER_GLOBALS, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                      ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR,
                                      ULONG_PTR, ULONG_PTR);

DECLSPEC_NOINLINE static ULONG_PTR CallFunction(const CHECKED_CALL *Call)
{
    CHECKED_FUNCTION function = (CHECKED_FUNCTION)WdfFunctions[Call->Index];
    const unsigned long long *a = Call->Arguments;
    KIRQL irql = KeGetCurrentIrql();
    ULONG_PTR result;

    if (Call->Irql > irql) {
        KeRaiseIrql((KIRQL)Call->Irql, &irql);
    }
    result = function(WdfDriverGlobals, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
    KeLowerIrql(irql);
    return result;
}

static ULONG_PTR CallFor(CHECKED_CALL *Call, PVOID Caller)
{
    if (Call->CallerArgument > 0 && Call->CallerArgument <= ARRAYSIZE(Call->Arguments)) {
        Call->Arguments[Call->CallerArgument - 1] = (ULONG_PTR)Caller;
    }
    return CallFunction(Call);
}

static NTSTATUS GetHandles(WDFDEVICE Device, CHECKED_HANDLES *Handles)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFCOLLECTION collection;
    WDFMEMORY memory;
    PVOID buffer;
    NTSTATUS status;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    status = WdfCollectionCreate(&attributes, &collection);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfMemoryCreate(&attributes, NonPagedPoolNx, CHECKED_POOL_TAG, 16, &memory, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfObjectDelete(memory);
    Handles->Deleted = (ULONG_PTR)memory;
    status = WdfMemoryCreate(&attributes, NonPagedPoolNx, CHECKED_POOL_TAG, CHECKED_BUFFER_SIZE,
                             &memory, &buffer);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    RtlZeroMemory(buffer, CHECKED_BUFFER_SIZE);
    Handles->Device = (ULONG_PTR)Device;
    Handles->Collection = (ULONG_PTR)collection;
    Handles->Buffer = (ULONG_PTR)buffer;
    Handles->Driver = (ULONG_PTR)WdfGetDriver();
    Handles->Queue = (ULONG_PTR)WdfDeviceGetDefaultQueue(Device);
    return STATUS_SUCCESS;
}

static NTSTATUS MakeCall(WDFREQUEST Request, size_t OutputBufferLength, size_t *Size)
{
    CHECKED_CALL call;
    ULONG_PTR result;
    PVOID buffer;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(CHECKED_CALL), &buffer, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    RtlCopyMemory(&call, buffer, sizeof(call));
    result = CallFor(&call, Request);
    if (OutputBufferLength >= sizeof(result)) {
        RtlCopyMemory(buffer, &result, sizeof(result));
        *Size = sizeof(result);
    }
    return STATUS_SUCCESS;
}

VOID CheckedDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                          size_t InputBufferLength, ULONG IoControlCode)
{
    PVOID buffer;
    size_t size = 0;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(InputBufferLength);
    if (IoControlCode == IOCTL_CHECKED_GET_HANDLES) {
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(CHECKED_HANDLES), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            status = GetHandles(WdfIoQueueGetDevice(Queue), buffer);
            size = NT_SUCCESS(status) ? sizeof(CHECKED_HANDLES) : 0;
        }
    } else {
        status = MakeCall(Request, OutputBufferLength, &size);
    }
    WdfRequestCompleteWithInformation(Request, status, size);
}

// FALSE: nobody left calls.
static BOOLEAN MakeAddCalls(WDFKEY Key, PWDFDEVICE_INIT DeviceInit, CHECKED_ADDED *Added)
{
    DECLARE_CONST_UNICODE_STRING(name, CHECKED_ADD_CALLS);
    CHECKED_CALL calls[CHECKED_MOST_ADD_CALLS];
    ULONG length;
    ULONG i;

    RtlZeroMemory(Added, sizeof(*Added));
    if (!NT_SUCCESS(WdfRegistryQueryValue(Key, &name, sizeof(calls), calls, &length, NULL))) {
        return FALSE;
    }
    WdfRegistryRemoveValue(Key, &name);
    for (i = 0; i < length / sizeof(calls[0]); ++i) {
        Added->Results[i] = CallFor(&calls[i], DeviceInit);
    }
    return TRUE;
}

static NTSTATUS CreateDevice(PWDFDEVICE_INIT DeviceInit, CHECKED_ADDED *Added)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Checked");
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Added->Device = (ULONG_PTR)device;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = CheckedDeviceControl;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreateSymbolicLink(device, &link);
    // The first device has the link.
    return status == STATUS_OBJECT_NAME_COLLISION ? STATUS_SUCCESS : status;
}

NTSTATUS CheckedDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(name, CHECKED_ADD_RESULTS);
    CHECKED_ADDED added;
    BOOLEAN called;
    WDFKEY key;
    NTSTATUS status;

    status = WdfDriverOpenParametersRegistryKey(Driver, KEY_READ | KEY_WRITE,
                                                WDF_NO_OBJECT_ATTRIBUTES, &key);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    called = MakeAddCalls(key, DeviceInit, &added);
    status = CreateDevice(DeviceInit, &added);
    if (called) {
        WdfRegistryAssignValue(key, &name, REG_BINARY, sizeof(added), &added);
    }
    WdfRegistryClose(key);
    return status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, CheckedDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
