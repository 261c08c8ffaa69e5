// A function driver at the bottom of a stack: answers, fails, or keeps requests, and remembers what
// the last one looked like. BOTTOM_IO_TYPE says how it takes reads and writes.

#include <ntddk.h>
#include <wdf.h>

#include <initguid.h>

#include "interface.h"
#include "target.h"

#ifndef BOTTOM_IO_TYPE
#define BOTTOM_IO_TYPE WdfDeviceIoBuffered
#endif

#define BOTTOM_SLOTS 16

typedef struct BOTTOM_DEVICE {
    WDFSPINLOCK Lock;
    // All below belongs to the lock.
    WDFREQUEST Kept[BOTTOM_SLOTS];
    BOOLEAN IsDeaf[BOTTOM_SLOTS];
    BOTTOM_SEEN Seen;
    LONG InterfaceUsers;
} BOTTOM_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(BOTTOM_DEVICE, BottomGet)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD BottomDeviceAdd;
EVT_WDF_IO_QUEUE_IO_READ BottomRead;
EVT_WDF_IO_QUEUE_IO_WRITE BottomWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL BottomControl;
EVT_WDF_IO_QUEUE_IO_INTERNAL_DEVICE_CONTROL BottomInternalControl;
EVT_WDF_REQUEST_CANCEL BottomCancel;
EVT_WDF_IO_QUEUE_IO_STOP BottomStop;

static BOTTOM_DEVICE *Owner(WDFREQUEST Request)
{
    return BottomGet(WdfIoQueueGetDevice(WdfRequestGetIoQueue(Request)));
}

static void Remember(BOTTOM_DEVICE *Device, WDFREQUEST Request, size_t Output, size_t Input)
{
    PIRP irp = WdfRequestWdmGetIrp(Request);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    BOTTOM_SEEN seen;

    RtlZeroMemory(&seen, sizeof(seen));
    seen.Major = location->MajorFunction;
    seen.InputLength = (unsigned int)Input;
    seen.OutputLength = (unsigned int)Output;
    seen.HasFile = location->FileObject != NULL;
    seen.FromUser = irp->RequestorMode == UserMode;
    if (location->MajorFunction == IRP_MJ_READ) {
        seen.Offset = location->Parameters.Read.ByteOffset.QuadPart;
    } else if (location->MajorFunction == IRP_MJ_WRITE) {
        seen.Offset = location->Parameters.Write.ByteOffset.QuadPart;
    } else {
        seen.Type3 = (ULONG_PTR)location->Parameters.DeviceIoControl.Type3InputBuffer;
    }
    seen.SystemBuffer = (ULONG_PTR)irp->AssociatedIrp.SystemBuffer;
    seen.Mdl = (ULONG_PTR)irp->MdlAddress;
    seen.UserBuffer = (ULONG_PTR)irp->UserBuffer;
    WdfSpinLockAcquire(Device->Lock);
    Device->Seen = seen;
    WdfSpinLockRelease(Device->Lock);
}

static void Keep(BOTTOM_DEVICE *Device, WDFREQUEST Request, BOOLEAN Deaf)
{
    NTSTATUS status = STATUS_DEVICE_BUSY;
    int slot;

    WdfSpinLockAcquire(Device->Lock);
    for (slot = 0; slot < BOTTOM_SLOTS && Device->Kept[slot] != NULL; slot++) {}
    if (slot < BOTTOM_SLOTS) {
        status = Deaf ? STATUS_SUCCESS : WdfRequestMarkCancelableEx(Request, BottomCancel);
        if (NT_SUCCESS(status)) {
            Device->Kept[slot] = Request;
            Device->IsDeaf[slot] = Deaf;
        }
    }
    WdfSpinLockRelease(Device->Lock);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

VOID BottomCancel(WDFREQUEST Request)
{
    BOTTOM_DEVICE *device = Owner(Request);
    int slot;

    WdfSpinLockAcquire(device->Lock);
    for (slot = 0; slot < BOTTOM_SLOTS; slot++) {
        if (device->Kept[slot] == Request) {
            device->Kept[slot] = NULL;
        }
    }
    WdfSpinLockRelease(device->Lock);
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static WDFREQUEST TakeKept(BOTTOM_DEVICE *Device)
{
    WDFREQUEST taken = NULL;
    int slot;

    WdfSpinLockAcquire(Device->Lock);
    for (slot = 0; slot < BOTTOM_SLOTS && taken == NULL; slot++) {
        WDFREQUEST request = Device->Kept[slot];

        if (request == NULL) {
            continue;
        }
        Device->Kept[slot] = NULL;
        if (Device->IsDeaf[slot] || WdfRequestUnmarkCancelable(request) != STATUS_CANCELLED) {
            taken = request;
        }
    }
    WdfSpinLockRelease(Device->Lock);
    return taken;
}

static void Release(BOTTOM_DEVICE *Device)
{
    WDFREQUEST request;

    while ((request = TakeKept(Device)) != NULL) {
        WDF_REQUEST_PARAMETERS parameters;

        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WdfRequestGetParameters(request, &parameters);
        WdfRequestCompleteWithInformation(request, STATUS_SUCCESS,
                                          parameters.Parameters.DeviceIoControl.OutputBufferLength);
    }
}

static NTSTATUS Echo(WDFREQUEST Request, size_t *Length)
{
    UCHAR *from;
    UCHAR *to;
    size_t input;
    size_t output;
    size_t i;
    NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, 1, (PVOID *)&from, &input);

    if (NT_SUCCESS(status)) {
        status = WdfRequestRetrieveOutputBuffer(Request, 1, (PVOID *)&to, &output);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (input != output) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    for (i = 0; i < input; i++) {
        to[i] = (UCHAR)(from[i] + 1);
    }
    *Length = output;
    return STATUS_SUCCESS;
}

static NTSTATUS GetSeen(BOTTOM_DEVICE *Device, WDFREQUEST Request)
{
    BOTTOM_SEEN *seen;
    NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*seen), (PVOID *)&seen, NULL);

    if (NT_SUCCESS(status)) {
        WdfSpinLockAcquire(Device->Lock);
        *seen = Device->Seen;
        WdfSpinLockRelease(Device->Lock);
    }
    return status;
}

VOID BottomControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                   size_t InputBufferLength, ULONG IoControlCode)
{
    BOTTOM_DEVICE *device = BottomGet(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;
    size_t length = 0;

    if (IoControlCode == IOCTL_BOTTOM_GET_SEEN) {
        status = GetSeen(device, Request);
        WdfRequestCompleteWithInformation(Request, status, sizeof(BOTTOM_SEEN));
        return;
    }
    if (IoControlCode == IOCTL_BOTTOM_RELEASE) {
        Release(device);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        return;
    }
    Remember(device, Request, OutputBufferLength, InputBufferLength);
    switch (IoControlCode) {
    case IOCTL_BOTTOM_ECHO:
    case IOCTL_BOTTOM_ECHO_IN_DIRECT:
    case IOCTL_BOTTOM_ECHO_OUT_DIRECT:
    case IOCTL_BOTTOM_ECHO_NEITHER:
        status = Echo(Request, &length);
        WdfRequestCompleteWithInformation(Request, status, length);
        break;
    case IOCTL_BOTTOM_KEEP:
        Keep(device, Request, FALSE);
        break;
    case IOCTL_BOTTOM_KEEP_DEAF:
        Keep(device, Request, TRUE);
        break;
    case IOCTL_BOTTOM_FAIL:
        WdfRequestComplete(Request, STATUS_DEVICE_DATA_ERROR);
        break;
    default:
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        break;
    }
}

VOID BottomInternalControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                           size_t InputBufferLength, ULONG IoControlCode)
{
    PIO_STACK_LOCATION location;

    if (IoControlCode != IOCTL_BOTTOM_ADD) {
        BottomControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode);
        return;
    }
    location = IoGetCurrentIrpStackLocation(WdfRequestWdmGetIrp(Request));
    *(ULONG *)location->Parameters.Others.Argument4 =
        *(ULONG *)location->Parameters.Others.Argument1 +
        *(ULONG *)location->Parameters.Others.Argument2;
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 77);
}

// A read of n bytes at an offset gives n letters, from the one at the offset.
VOID BottomRead(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    BOTTOM_DEVICE *device = BottomGet(WdfIoQueueGetDevice(Queue));
    PIRP irp = WdfRequestWdmGetIrp(Request);
    WDF_REQUEST_PARAMETERS parameters;
    UCHAR *buffer;
    size_t i;
    NTSTATUS status;

    Remember(device, Request, Length, 0);
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    if (Length == 0) {
        WdfRequestComplete(Request, STATUS_SUCCESS);
        return;
    }
    status = WdfRequestRetrieveOutputBuffer(Request, 1, (PVOID *)&buffer, NULL);
    for (i = 0; NT_SUCCESS(status) && i < Length; i++) {
        buffer[i] = (UCHAR)('a' + parameters.Parameters.Read.DeviceOffset + i);
    }
    UNREFERENCED_PARAMETER(irp);
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? Length : 0);
}

// Writes of letters that a read at the same offset would give succeed.
VOID BottomWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    BOTTOM_DEVICE *device = BottomGet(WdfIoQueueGetDevice(Queue));
    WDF_REQUEST_PARAMETERS parameters;
    UCHAR *buffer;
    size_t i;
    NTSTATUS status;

    Remember(device, Request, 0, Length);
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    status = WdfRequestRetrieveInputBuffer(Request, 1, (PVOID *)&buffer, NULL);
    for (i = 0; NT_SUCCESS(status) && i < Length; i++) {
        if (buffer[i] != (UCHAR)('a' + parameters.Parameters.Write.DeviceOffset + i)) {
            status = STATUS_DATA_ERROR;
        }
    }
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? Length : 0);
}

// What is kept goes when the device does.
VOID BottomStop(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(ActionFlags);
    Release(BottomGet(WdfIoQueueGetDevice(Queue)));
}

// --- Interfaces ------------------------------------------------------------------------------

EVT_WDF_DEVICE_PROCESS_QUERY_INTERFACE_REQUEST BottomProcessInterface;
EVT_WDF_DEVICE_PROCESS_QUERY_INTERFACE_REQUEST BottomProcessTwoWay;

static VOID NTAPI Reference(PVOID Context)
{
    InterlockedIncrement(&((BOTTOM_DEVICE *)Context)->InterfaceUsers);
}

static VOID NTAPI Dereference(PVOID Context)
{
    InterlockedDecrement(&((BOTTOM_DEVICE *)Context)->InterfaceUsers);
}

static ULONG NTAPI Add(PVOID Context, ULONG Number)
{
    UNREFERENCED_PARAMETER(Context);
    return Number + 100;
}

static ULONG NTAPI Users(PVOID Context)
{
    return (ULONG)((BOTTOM_DEVICE *)Context)->InterfaceUsers;
}

NTSTATUS BottomProcessInterface(WDFDEVICE Device, LPGUID InterfaceType, PINTERFACE ExposedInterface,
                                PVOID ExposedInterfaceSpecificData)
{
    BOTTOM_INTERFACE *interface = (BOTTOM_INTERFACE *)ExposedInterface;

    UNREFERENCED_PARAMETER(InterfaceType);
    UNREFERENCED_PARAMETER(ExposedInterfaceSpecificData);
    interface->Header.Context = BottomGet(Device);
    interface->Add = Add;
    return STATUS_SUCCESS;
}

NTSTATUS BottomProcessTwoWay(WDFDEVICE Device, LPGUID InterfaceType, PINTERFACE ExposedInterface,
                             PVOID ExposedInterfaceSpecificData)
{
    BOTTOM_TWO_WAY *interface = (BOTTOM_TWO_WAY *)ExposedInterface;

    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(InterfaceType);
    if (ExposedInterfaceSpecificData == NULL) {
        return STATUS_NOT_SUPPORTED;
    }
    if (interface->In == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    interface->Out = interface->In + 1;
    return STATUS_SUCCESS;
}

static NTSTATUS OfferInterfaces(WDFDEVICE Device)
{
    WDF_QUERY_INTERFACE_CONFIG config;
    BOTTOM_INTERFACE interface;
    NTSTATUS status;

    RtlZeroMemory(&interface, sizeof(interface));
    interface.Header.Size = sizeof(interface);
    interface.Header.Version = 2;
    interface.Header.InterfaceReference = Reference;
    interface.Header.InterfaceDereference = Dereference;
    interface.Users = Users;
    WDF_QUERY_INTERFACE_CONFIG_INIT(&config, (PINTERFACE)&interface, &GUID_BOTTOM_INTERFACE,
                                    BottomProcessInterface);
    status = WdfDeviceAddQueryInterface(Device, &config);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_QUERY_INTERFACE_CONFIG_INIT(&config, NULL, &GUID_BOTTOM_TWO_WAY, BottomProcessTwoWay);
    config.ImportInterface = TRUE;
    return WdfDeviceAddQueryInterface(Device, &config);
}

NTSTATUS BottomDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Bottom");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    BOTTOM_DEVICE *bottom;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfDeviceInitSetIoType(DeviceInit, BOTTOM_IO_TYPE);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, BOTTOM_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    bottom = BottomGet(device);
    status = OfferInterfaces(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &bottom->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.AllowZeroLengthRequests = TRUE;
    queue.EvtIoRead = BottomRead;
    queue.EvtIoWrite = BottomWrite;
    queue.EvtIoDeviceControl = BottomControl;
    queue.EvtIoInternalDeviceControl = BottomInternalControl;
    queue.EvtIoStop = BottomStop;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, BottomDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
