// Asks every buffer function about every request and keeps the answers for the test.

#include <ntddk.h>
#include <wdf.h>

#include "buffers.h"

#define BUFFERS_TAG 'fuBo'

typedef struct _BUFFERS_CONTEXT {
    BUFFERS_SETTINGS Settings;
    BUFFERS_REPORT Report;
    WDFWORKITEM WorkItem;
    WDFREQUEST Locking;  // for the work item
} BUFFERS_CONTEXT, *PBUFFERS_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(BUFFERS_CONTEXT, BuffersContext)

typedef struct _LOCKED_CONTEXT {
    WDFMEMORY Memory[2];
} LOCKED_CONTEXT, *PLOCKED_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(LOCKED_CONTEXT, LockedContext)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
static EVT_WDF_IO_IN_CALLER_CONTEXT InCallerContext;
static EVT_WDF_IO_QUEUE_IO_DEFAULT IoDefault;
static EVT_WDF_WORKITEM LockWork;

static BOOLEAN IsExamined(WDFREQUEST Request)
{
    WDF_REQUEST_PARAMETERS parameters;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    if (parameters.Type == WdfRequestTypeRead || parameters.Type == WdfRequestTypeWrite) {
        return TRUE;
    }
    return (parameters.Parameters.DeviceIoControl.IoControlCode & ~3) == IOCTL_BUFFERS_BUFFERED;
}

static void Answer(BUFFERS_ANSWER *Answer, NTSTATUS Status, PVOID Address, size_t Length)
{
    Answer->Status = Status;
    Answer->Address = (ULONG_PTR)Address;
    Answer->Length = Length;
}

static void AskUnsafe(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    PVOID address = (PVOID)1;
    size_t length = 1;
    size_t minimum = Context->Settings.MinimumLength;
    NTSTATUS status;

    status = WdfRequestRetrieveUnsafeUserInputBuffer(Request, minimum, &address, &length);
    Answer(&Context->Report.Unsafe[0], status, address, length);
    status = WdfRequestRetrieveUnsafeUserOutputBuffer(Request, minimum, &address, &length);
    Answer(&Context->Report.Unsafe[1], status, address, length);
}

static void Lock(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    PLOCKED_CONTEXT locked = LockedContext(Request);
    ULONG i;

    for (i = 0; i < 2; ++i) {
        BUFFERS_ANSWER *unsafe = &Context->Report.Unsafe[i];
        PVOID address = (PVOID)(ULONG_PTR)unsafe->Address;
        size_t length = (size_t)unsafe->Length;
        NTSTATUS status;

        if (Context->Settings.LockAddress != 0 || Context->Settings.LockLength != 0) {
            address = (PVOID)(ULONG_PTR)Context->Settings.LockAddress;
            length = (size_t)Context->Settings.LockLength;
        }
        if (address == NULL) {
            continue;
        }
        locked->Memory[i] = (WDFMEMORY)(ULONG_PTR)1;
        if (i == 0) {
            status = WdfRequestProbeAndLockUserBufferForRead(Request, address, length,
                                                             &locked->Memory[i]);
        } else {
            status = WdfRequestProbeAndLockUserBufferForWrite(Request, address, length,
                                                              &locked->Memory[i]);
        }
        address = NULL;
        length = 0;
        if (NT_SUCCESS(status)) {
            address = WdfMemoryGetBuffer(locked->Memory[i], &length);
        } else if (locked->Memory[i] != NULL) {
            status = STATUS_UNSUCCESSFUL;
        }
        Answer(&Context->Report.Lock[i], status, address, length);
    }
}

static VOID LockWork(WDFWORKITEM WorkItem)
{
    PBUFFERS_CONTEXT context = BuffersContext(WdfWorkItemGetParentObject(WorkItem));

    Lock(context, context->Locking);
}

static VOID InCallerContext(WDFDEVICE Device, WDFREQUEST Request)
{
    PBUFFERS_CONTEXT context = BuffersContext(Device);
    NTSTATUS status;

    if (IsExamined(Request)) {
        RtlZeroMemory(&context->Report, sizeof(context->Report));
        context->Report.Requests = 1;
        context->Report.ProcessId = WdfRequestGetRequestorProcessId(Request);
        AskUnsafe(context, Request);
        if (context->Settings.Flags & BUFFERS_LOCK) {
            Lock(context, Request);
        }
        if (context->Settings.Flags & BUFFERS_LOCK_ELSEWHERE) {
            context->Locking = Request;
            WdfWorkItemEnqueue(context->WorkItem);
            WdfWorkItemFlush(context->WorkItem);
        }
    }
    status = WdfDeviceEnqueueRequest(Device, Request);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

static void AskBuffers(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    BUFFERS_REPORT *report = &Context->Report;
    size_t minimum = Context->Settings.MinimumLength;
    PVOID address = (PVOID)1;
    size_t length = 1;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, minimum, &address, &length);
    Answer(&report->Buffer[0], status, address, length);
    if (NT_SUCCESS(status)) {
        RtlCopyMemory(report->Input, address, min(length, sizeof(report->Input)));
    }
    status = WdfRequestRetrieveOutputBuffer(Request, minimum, &address, &length);
    Answer(&report->Buffer[1], status, address, length);
}

static void AskMemory(BUFFERS_REPORT *Report, ULONG Side, NTSTATUS Status, WDFMEMORY Memory)
{
    size_t length = 0;
    PVOID address = NULL;

    if (NT_SUCCESS(Status)) {
        address = WdfMemoryGetBuffer(Memory, &length);
    }
    Answer(&Report->Memory[Side], Status, address, length);
}

static void AskMdl(BUFFERS_REPORT *Report, ULONG Side, NTSTATUS Status, PMDL Mdl)
{
    if (!NT_SUCCESS(Status)) {
        Answer(&Report->Mdl[Side], Status, Mdl, 0);
        return;
    }
    Answer(&Report->Mdl[Side], Status, MmGetMdlVirtualAddress(Mdl), MmGetMdlByteCount(Mdl));
    if (MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority) != NULL) {
        ++Report->MdlIsMapped;
    }
}

static void AskObjects(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    BUFFERS_REPORT *report = &Context->Report;
    WDFMEMORY memory = NULL;
    PMDL mdl = NULL;
    PMDL again = NULL;
    NTSTATUS status;

    status = WdfRequestRetrieveInputMemory(Request, &memory);
    AskMemory(report, 0, status, memory);
    status = WdfRequestRetrieveOutputMemory(Request, &memory);
    AskMemory(report, 1, status, memory);
    status = WdfRequestRetrieveInputWdmMdl(Request, &mdl);
    AskMdl(report, 0, status, mdl);
    status = WdfRequestRetrieveOutputWdmMdl(Request, &mdl);
    AskMdl(report, 1, status, mdl);
    if (NT_SUCCESS(status)) {
        WdfRequestRetrieveOutputWdmMdl(Request, &again);
        report->SameMdlTwice = mdl == again;
    }
}

// Fills what the client gets: the letters from A, as far as there is room.
static size_t Fill(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    PLOCKED_CONTEXT locked = LockedContext(Request);
    PUCHAR output = NULL;
    size_t length = 0;
    size_t i;

    if (Context->Report.Lock[0].Address != 0) {
        RtlCopyMemory(Context->Report.Input, WdfMemoryGetBuffer(locked->Memory[0], &length),
                      min((size_t)Context->Report.Lock[0].Length, sizeof(Context->Report.Input)));
    }
    length = 0;
    if (Context->Report.Lock[1].Address != 0) {
        output = WdfMemoryGetBuffer(locked->Memory[1], &length);
    } else if (NT_SUCCESS(Context->Report.Buffer[1].Status)) {
        output = (PUCHAR)(ULONG_PTR)Context->Report.Buffer[1].Address;
        length = (size_t)Context->Report.Buffer[1].Length;
    }
    for (i = 0; i < length; ++i) {
        output[i] = (UCHAR)('A' + i % 26);
    }
    return length;
}

static void Examine(PBUFFERS_CONTEXT Context, WDFREQUEST Request)
{
    size_t length;

    ++Context->Report.Requests;
    if (Context->Settings.Flags & BUFFERS_UNSAFE_LATE) {
        AskUnsafe(Context, Request);
    }
    if (Context->Settings.Flags & BUFFERS_COMPLETE_FIRST) {
        WdfObjectReference(Request);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        AskBuffers(Context, Request);
        AskObjects(Context, Request);
        Lock(Context, Request);
        WdfObjectDereference(Request);
        return;
    }
    AskBuffers(Context, Request);
    AskObjects(Context, Request);
    length = Fill(Context, Request);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, length);
}

static NTSTATUS SendInner(WDFDEVICE Device, const BUFFERS_INNER *Inner)
{
    PUCHAR buffers = ExAllocatePool2(POOL_FLAG_PAGED, PAGE_SIZE, BUFFERS_TAG);
    IO_STATUS_BLOCK status;
    KEVENT event;
    NTSTATUS result;
    PIRP irp;

    if (buffers == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlFillMemory(buffers, PAGE_SIZE, 'i');
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(
        Inner->IoControlCode, WdfDeviceWdmGetDeviceObject(Device), buffers, Inner->InputLength,
        buffers + PAGE_SIZE / 2, Inner->OutputLength, (BOOLEAN)Inner->Internal, &event, &status);
    if (irp == NULL) {
        ExFreePoolWithTag(buffers, BUFFERS_TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    result = IoCallDriver(WdfDeviceWdmGetDeviceObject(Device), irp);
    if (result == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        result = status.Status;
    }
    ExFreePoolWithTag(buffers, BUFFERS_TAG);
    return result;
}

static VOID IoDefault(WDFQUEUE Queue, WDFREQUEST Request)
{
    WDFDEVICE device = WdfIoQueueGetDevice(Queue);
    PBUFFERS_CONTEXT context = BuffersContext(device);
    WDF_REQUEST_PARAMETERS parameters;
    size_t size = 0;
    PVOID buffer;
    NTSTATUS status;

    if (IsExamined(Request)) {
        Examine(context, Request);
        return;
    }
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    switch (parameters.Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_BUFFERS_SET:
        status = WdfRequestRetrieveInputBuffer(Request, sizeof(BUFFERS_SETTINGS), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            RtlCopyMemory(&context->Settings, buffer, sizeof(BUFFERS_SETTINGS));
        }
        break;
    case IOCTL_BUFFERS_INNER:
        status = WdfRequestRetrieveInputBuffer(Request, sizeof(BUFFERS_INNER), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            status = SendInner(device, buffer);
        }
        break;
    default:
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(BUFFERS_REPORT), &buffer, NULL);
        if (NT_SUCCESS(status)) {
            RtlCopyMemory(buffer, &context->Report, sizeof(BUFFERS_REPORT));
            size = sizeof(BUFFERS_REPORT);
        }
    }
    WdfRequestCompleteWithInformation(Request, status, size);
}

static NTSTATUS CreateWorkItem(WDFDEVICE Device)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_WORKITEM_CONFIG config;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    WDF_WORKITEM_CONFIG_INIT(&config, LockWork);
    config.AutomaticSerialization = FALSE;
    return WdfWorkItemCreate(&config, &attributes, &BuffersContext(Device)->WorkItem);
}

static NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Buffers");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfDeviceInitSetIoType(DeviceInit, BUFFERS_IO_TYPE);
    WdfDeviceInitSetIoInCallerContextCallback(DeviceInit, InCallerContext);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, LOCKED_CONTEXT);
    WdfDeviceInitSetRequestAttributes(DeviceInit, &attributes);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, BUFFERS_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateWorkItem(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDefault = IoDefault;
    queue.AllowZeroLengthRequests = TRUE;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, DeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
