// A filter that passes on what it gets, in the way that it was told, and runs cases on its targets.

#include "top.h"

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD TopDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEFAULT TopDefault;
EVT_WDF_REQUEST_COMPLETION_ROUTINE TopForwarded;
EVT_WDF_IO_QUEUE_IO_STOP TopStop;

void TopCheck(TOP_RUN *Run, BOOLEAN Holds, const char *Text, int Line, unsigned long long Left,
              unsigned long long Right)
{
    Run->Result.Checks++;
    if (!Holds) {
        Run->Result.Failures++;
        DbgPrint("line %d: %s (0x%I64x, 0x%I64x)\n", Line, Text, Left, Right);
    }
}

VOID TopDone(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params,
             WDFCONTEXT Context)
{
    TOP_DONE *done = (TOP_DONE *)Context;

    done->Calls++;
    done->Status = Params->IoStatus.Status;
    done->Information = Params->IoStatus.Information;
    done->Target = Target;
    done->Params = *Params;
    done->RequestStatus = WdfRequestGetStatus(Request);
    KeSetEvent(&done->Event, IO_NO_INCREMENT, FALSE);
}

void TopInitDone(TOP_DONE *Done)
{
    RtlZeroMemory(Done, sizeof(*Done));
    KeInitializeEvent(&Done->Event, SynchronizationEvent, FALSE);
}

BOOLEAN TopSend(WDFREQUEST Request, WDFIOTARGET Target, TOP_DONE *Done,
                PWDF_REQUEST_SEND_OPTIONS Options)
{
    WdfRequestSetCompletionRoutine(Request, TopDone, Done);
    return WdfRequestSend(Request, Target, Options);
}

void TopWait(TOP_DONE *Done)
{
    KeWaitForSingleObject(&Done->Event, Executive, KernelMode, FALSE, NULL);
}

NTSTATUS TopReuse(WDFREQUEST Request)
{
    WDF_REQUEST_REUSE_PARAMS params;

    WDF_REQUEST_REUSE_PARAMS_INIT(&params, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_SUCCESS);
    return WdfRequestReuse(Request, &params);
}

NTSTATUS TopMemory(size_t Size, WDFMEMORY *Memory, UCHAR **Buffer)
{
    PVOID buffer;
    NTSTATUS status =
        WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, 'tseT', Size, Memory, &buffer);

    if (NT_SUCCESS(status)) {
        RtlZeroMemory(buffer, Size);
        *Buffer = (UCHAR *)buffer;
    }
    return status;
}

NTSTATUS TopControl(TOP_RUN *Run, ULONG Code, PVOID Output, ULONG Length)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_MEMORY_DESCRIPTOR output;

    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE);
    if (Output != NULL) {
        WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&output, Output, Length);
    }
    return WdfIoTargetSendIoctlSynchronously(Run->Top->Target, NULL, Code, NULL,
                                             Output != NULL ? &output : NULL, &options, NULL);
}

BOTTOM_SEEN TopSeen(TOP_RUN *run)
{
    BOTTOM_SEEN seen;

    RtlZeroMemory(&seen, sizeof(seen));
    CHECK_STATUS(TopControl(run, IOCTL_BOTTOM_GET_SEEN, &seen, sizeof(seen)), STATUS_SUCCESS);
    return seen;
}

// --- Passing on ------------------------------------------------------------------------------

VOID TopForwarded(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params,
                  WDFCONTEXT Context)
{
    TOP_DEVICE *top = (TOP_DEVICE *)Context;
    NTSTATUS status = Params->IoStatus.Status;

    UNREFERENCED_PARAMETER(Target);
    WdfSpinLockAcquire(top->Lock);
    top->Counts.Completed++;
    top->Counts.Cancelled += status == STATUS_CANCELLED;
    top->Counts.TimedOut += status == STATUS_IO_TIMEOUT;
    if (top->Sent == Request) {
        top->Sent = NULL;
    }
    WdfSpinLockRelease(top->Lock);
    WdfRequestComplete(Request, status);
}

static NTSTATUS Reformat(TOP_DEVICE *Top, WDFREQUEST Request)
{
    WDF_REQUEST_PARAMETERS parameters;
    WDFMEMORY input = NULL;
    WDFMEMORY output = NULL;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    // Either may be missing.
    (void)WdfRequestRetrieveInputMemory(Request, &input);
    (void)WdfRequestRetrieveOutputMemory(Request, &output);
    switch (parameters.Type) {
    case WdfRequestTypeRead:
        return WdfIoTargetFormatRequestForRead(Top->Target, Request, output, NULL,
                                               &parameters.Parameters.Read.DeviceOffset);
    case WdfRequestTypeWrite:
        return WdfIoTargetFormatRequestForWrite(Top->Target, Request, input, NULL,
                                                &parameters.Parameters.Write.DeviceOffset);
    case WdfRequestTypeDeviceControl:
        return WdfIoTargetFormatRequestForIoctl(Top->Target, Request,
                                                parameters.Parameters.DeviceIoControl.IoControlCode,
                                                input, NULL, output, NULL);
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static BOOLEAN Tell(TOP_DEVICE *Top, WDFREQUEST Request)
{
    WdfRequestSetCompletionRoutine(Request, TopForwarded, Top);
    WdfSpinLockAcquire(Top->Lock);
    Top->Sent = Request;
    Top->Counts.Sent++;
    WdfSpinLockRelease(Top->Lock);
    return WdfRequestSend(Request, Top->Target, WDF_NO_SEND_OPTIONS);
}

static void PassOn(TOP_DEVICE *Top, WDFREQUEST Request)
{
    WDF_REQUEST_SEND_OPTIONS options;
    NTSTATUS status = STATUS_SUCCESS;
    BOOLEAN sent = FALSE;

    switch (Top->Way) {
    case TopForgetsFormatted:
        WdfRequestFormatRequestUsingCurrentType(Request);  // falls through
    case TopForgets:
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
        sent = WdfRequestSend(Request, Top->Target, &options);
        break;
    case TopIsTold:
        WdfRequestFormatRequestUsingCurrentType(Request);
        sent = Tell(Top, Request);
        break;
    case TopCopiesLocation:
        WdfRequestWdmFormatUsingStackLocation(
            Request, IoGetCurrentIrpStackLocation(WdfRequestWdmGetIrp(Request)));
        sent = Tell(Top, Request);
        break;
    case TopReformats:
        status = Reformat(Top, Request);
        sent = NT_SUCCESS(status) && Tell(Top, Request);
        break;
    case TopWaits:
        WdfRequestFormatRequestUsingCurrentType(Request);
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
        if (WdfRequestSend(Request, Top->Target, &options)) {
            WdfRequestCompleteWithInformation(Request, WdfRequestGetStatus(Request),
                                              WdfRequestGetInformation(Request));
            sent = TRUE;
        }
        break;
    }
    if (!sent) {
        WdfRequestComplete(Request, NT_SUCCESS(status) ? WdfRequestGetStatus(Request) : status);
    }
}

// --- Its own codes ---------------------------------------------------------------------------

static BOOLEAN Equal(const char *Left, const char *Right)
{
    while (*Left != 0 && *Left == *Right) {
        Left++;
        Right++;
    }
    return *Left == *Right;
}

static const TOP_CASE *FindCase(const char *Name)
{
    const TOP_CASE *lists[] = {RequestCases, TransferCases, StateCases, RemoteCases,
                               InterfaceCases};
    const TOP_CASE *one;
    int i;

    for (i = 0; i < (int)RTL_NUMBER_OF(lists); i++) {
        for (one = lists[i]; one->Name != NULL; one++) {
            if (Equal(one->Name, Name)) {
                return one;
            }
        }
    }
    return NULL;
}

static void RunCase(TOP_DEVICE *Top, WDFREQUEST Request)
{
    TOP_RUN run;
    PVOID buffer;
    const TOP_CASE *one;
    char name[64];
    size_t length;
    NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, 1, &buffer, &length);

    if (!NT_SUCCESS(status) || length > sizeof(name) || ((char *)buffer)[length - 1] != 0) {
        WdfRequestComplete(Request, STATUS_INVALID_PARAMETER);
        return;
    }
    RtlCopyMemory(name, buffer, length);
    RtlZeroMemory(&run, sizeof(run));
    run.Top = Top;
    run.Target = Top->Target;
    one = FindCase(name);
    if (one != NULL) {
        run.Result.Known = 1;
        one->Run(&run);
    }
    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(run.Result), &buffer, NULL);
    if (NT_SUCCESS(status)) {
        RtlCopyMemory(buffer, &run.Result, sizeof(run.Result));
    }
    WdfRequestCompleteWithInformation(Request, status, sizeof(run.Result));
}

static void SetWay(TOP_DEVICE *Top, WDFREQUEST Request)
{
    TOP_WAY *way;
    NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, sizeof(*way), (PVOID *)&way, NULL);

    if (NT_SUCCESS(status)) {
        Top->Way = *way;
    }
    WdfRequestComplete(Request, status);
}

// As "Synchronizing Cancellation of Sent Requests" says.
static void CancelSent(TOP_DEVICE *Top, WDFREQUEST Request)
{
    WDFREQUEST sent;

    WdfSpinLockAcquire(Top->Lock);
    sent = Top->Sent;
    if (sent != NULL) {
        WdfObjectReference(sent);
    }
    WdfSpinLockRelease(Top->Lock);
    if (sent != NULL) {
        if (WdfRequestCancelSentRequest(sent)) {
            WdfSpinLockAcquire(Top->Lock);
            Top->Counts.CancelAnswers++;
            WdfSpinLockRelease(Top->Lock);
        }
        WdfObjectDereference(sent);
    }
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static void GetCounts(TOP_DEVICE *Top, WDFREQUEST Request)
{
    TOP_COUNTS *counts;
    NTSTATUS status =
        WdfRequestRetrieveOutputBuffer(Request, sizeof(*counts), (PVOID *)&counts, NULL);

    if (NT_SUCCESS(status)) {
        WdfSpinLockAcquire(Top->Lock);
        *counts = Top->Counts;
        WdfSpinLockRelease(Top->Lock);
    }
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? sizeof(*counts) : 0);
}

VOID TopDefault(WDFQUEUE Queue, WDFREQUEST Request)
{
    TOP_DEVICE *top = TopGet(WdfIoQueueGetDevice(Queue));
    WDF_REQUEST_PARAMETERS parameters;
    ULONG code = 0;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    if (parameters.Type == WdfRequestTypeDeviceControl) {
        code = parameters.Parameters.DeviceIoControl.IoControlCode;
    }
    switch (code) {
    case IOCTL_TOP_RUN:
        RunCase(top, Request);
        break;
    case IOCTL_TOP_SET_WAY:
        SetWay(top, Request);
        break;
    case IOCTL_TOP_CANCEL_SENT:
        CancelSent(top, Request);
        break;
    case IOCTL_TOP_GET_COUNTS:
        GetCounts(top, Request);
        break;
    default:
        PassOn(top, Request);
        break;
    }
}

VOID TopStop(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    UNREFERENCED_PARAMETER(Queue);
    if (ActionFlags & WdfRequestStopActionSuspend) {
        WdfRequestStopAcknowledge(Request, FALSE);
    }
}

NTSTATUS TopDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    TOP_DEVICE *top;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfFdoInitSetFilter(DeviceInit);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, TOP_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    top = TopGet(device);
    top->Device = device;
    top->Target = WdfDeviceGetIoTarget(device);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &top->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.AllowZeroLengthRequests = TRUE;
    queue.EvtIoDefault = TopDefault;
    queue.EvtIoStop = TopStop;
    return WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, TopDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
