// What drivers write, compiled for every version of the framework.
#include <ntddk.h>
#include <wdf.h>

typedef struct _DEVICE_CONTEXT {
    WDFQUEUE Queue;
    ULONG Count;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

typedef struct _REQUEST_CONTEXT {
    WDFMEMORY Memory;
} REQUEST_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, DeviceGetContext)
WDF_DECLARE_CONTEXT_TYPE(REQUEST_CONTEXT);
WDF_DECLARE_CUSTOM_TYPE(BRIDGE)

typedef struct _SHARED_CONTEXT {
    int Value;
} SHARED_CONTEXT;

WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME(SHARED_CONTEXT, SharedGetContext)

WDFCASSERT(sizeof(WDF_DRIVER_GLOBALS) == 56);

#if defined(__cplusplus)
extern "C" {
#endif
DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
EVT_WDF_DRIVER_UNLOAD EvtUnload;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;
EVT_WDF_OBJECT_CONTEXT_CLEANUP EvtCleanup;
EVT_WDF_DEVICE_CONTEXT_CLEANUP EvtDeviceCleanup;
#if defined(__cplusplus)
}
#endif

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    config.EvtDriverUnload = EvtUnload;
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}

static NTSTATUS CreateQueue(WDFDEVICE Device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDeviceControl = EvtIoDeviceControl;
    WDFVERIFY(config.DefaultQueue);
    return WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES,
                            &DeviceGetContext(Device)->Queue);
}

NTSTATUS EvtDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    attributes.EvtCleanupCallback = EvtCleanup;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfObjectGetTypedContext(device, DEVICE_CONTEXT)->Count = 1;
    if (SharedGetContext(device) != NULL) {
        return STATUS_WDF_INTERNAL_ERROR;
    }
    status = WdfObjectAddCustomType(device, BRIDGE);
    if (NT_SUCCESS(status) && WdfObjectIsCustomType(device, BRIDGE)) {
        WdfObjectGetCustomTypeData(device, BRIDGE) = (ULONG_PTR)device;
    }
    WdfObjectReference(device);
    WdfObjectDereferenceWithTag(device, (PVOID)(ULONG_PTR)'tseT');
    status = WdfDeviceStopIdle(device, TRUE);
    if (NT_SUCCESS(status)) {
        WdfDeviceResumeIdle(device);
    }
    return CreateQueue(device);
}

VOID EvtUnload(WDFDRIVER Driver)
{
    VERIFY_IS_IRQL_PASSIVE_LEVEL();
#if KMDF_VERSION_MINOR >= 31
    if (WDF_IS_FUNCTION_AVAILABLE(WdfDeviceSetDeviceInterfaceStateEx) &&
        WDF_IS_STRUCTURE_AVAILABLE(WDF_DEVICE_STATE) &&
        WDF_IS_FIELD_AVAILABLE(WDF_DEVICE_STATE, AssignedToGuest) && Driver != WdfGetDriver()) {
        WdfVerifierDbgBreakPoint();
    }
#else
    UNREFERENCED_PARAMETER(Driver);
#endif
}

VOID EvtIoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                        size_t InputBufferLength, ULONG IoControlCode)
{
    PVOID buffer;
    size_t length;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);
    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), &buffer, &length);
    if (NT_SUCCESS(status)) {
        *(ULONG *)buffer = DeviceGetContext(WdfIoQueueGetDevice(Queue))->Count++;
    }
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? sizeof(ULONG) : 0);
}

VOID EvtCleanup(WDFOBJECT Object)
{
    DeviceGetContext(Object)->Count = 0;
}

VOID EvtDeviceCleanup(WDFOBJECT Object)
{
    EvtCleanup(Object);
}
