// The requests. Writes and controls are answered at once; a read waits in the driver until the
// timer brings the message back, or until somebody cancels it.

#include "echo.h"

static NTSTATUS CreateReadQueue(WDFDEVICE Device)
{
    ECHO_DEVICE *echo = EchoGetDevice(Device);
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EchoEvtIoRead;
    config.EvtIoStop = EchoEvtIoStop;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &echo->ReadQueue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceConfigureRequestDispatching(Device, echo->ReadQueue, WdfRequestTypeRead);
}

static NTSTATUS CreateTimer(WDFDEVICE Device)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_TIMER_CONFIG config;

    WDF_TIMER_CONFIG_INIT(&config, EchoEvtTimer);
    // The spin lock guards what the callback shares with others.
    config.AutomaticSerialization = FALSE;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    return WdfTimerCreate(&config, &attributes, &EchoGetDevice(Device)->Timer);
}

NTSTATUS EchoCreateQueues(WDFDEVICE Device)
{
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoWrite = EchoEvtIoWrite;
    config.EvtIoDeviceControl = EchoEvtIoDeviceControl;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateReadQueue(Device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return CreateTimer(Device);
}

VOID EchoEvtIoWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    ECHO_DEVICE *echo = EchoGetDevice(WdfIoQueueGetDevice(Queue));
    WDFMEMORY input;
    NTSTATUS status;

    if (Length > ECHO_MESSAGE_SIZE) {
        WdfRequestComplete(Request, STATUS_BUFFER_OVERFLOW);
        return;
    }
    status = WdfRequestRetrieveInputMemory(Request, &input);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    WdfSpinLockAcquire(echo->Lock);
    status = WdfMemoryCopyToBuffer(input, 0, WdfMemoryGetBuffer(echo->Message, NULL), Length);
    if (NT_SUCCESS(status)) {
        echo->MessageSize = Length;
        echo->Statistics.Writes++;
    }
    WdfSpinLockRelease(echo->Lock);

    KdPrint(("Echo: write of %Iu bytes: 0x%08X\n", Length, status));
    WdfRequestCompleteWithInformation(Request, status, NT_SUCCESS(status) ? Length : 0);
}

VOID EchoEvtIoRead(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    ECHO_DEVICE *echo = EchoGetDevice(WdfIoQueueGetDevice(Queue));
    ULONG delayMs;
    NTSTATUS status;

    WdfSpinLockAcquire(echo->Lock);
    status = WdfRequestMarkCancelableEx(Request, EchoEvtRequestCancel);
    if (NT_SUCCESS(status)) {
        echo->PendingRead = Request;
    }
    delayMs = echo->DelayMs;
    WdfSpinLockRelease(echo->Lock);

    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    KdPrint(("Echo: read of %Iu bytes, answered in %lu ms\n", Length, delayMs));
    WdfTimerStart(echo->Timer, WDF_REL_TIMEOUT_IN_MS(delayMs));
}

// The lock is held.
static NTSTATUS CopyMessage(ECHO_DEVICE *Echo, WDFREQUEST Request, size_t *Copied)
{
    WDFMEMORY output;
    size_t room;
    NTSTATUS status = WdfRequestRetrieveOutputMemory(Request, &output);

    *Copied = 0;
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfMemoryGetBuffer(output, &room);
    *Copied = min(room, Echo->MessageSize);
    return WdfMemoryCopyFromBuffer(output, 0, WdfMemoryGetBuffer(Echo->Message, NULL), *Copied);
}

VOID EchoEvtTimer(WDFTIMER Timer)
{
    ECHO_DEVICE *echo = EchoGetDevice(WdfTimerGetParentObject(Timer));
    NTSTATUS status = STATUS_SUCCESS;
    size_t copied = 0;
    WDFREQUEST request;

    WdfSpinLockAcquire(echo->Lock);
    request = echo->PendingRead;
    echo->PendingRead = NULL;
    // Cancelled meanwhile: the cancel callback completes it.
    if (request != NULL && WdfRequestUnmarkCancelable(request) == STATUS_CANCELLED) {
        request = NULL;
    }
    if (request != NULL) {
        status = CopyMessage(echo, request, &copied);
        echo->Statistics.Reads++;
    }
    WdfSpinLockRelease(echo->Lock);

    if (request != NULL) {
        WdfRequestCompleteWithInformation(request, status, NT_SUCCESS(status) ? copied : 0);
    }
}

VOID EchoEvtRequestCancel(WDFREQUEST Request)
{
    ECHO_DEVICE *echo = EchoGetDevice(WdfIoQueueGetDevice(WdfRequestGetIoQueue(Request)));

    WdfSpinLockAcquire(echo->Lock);
    if (echo->PendingRead == Request) {
        echo->PendingRead = NULL;
    }
    echo->Statistics.CancelledReads++;
    WdfSpinLockRelease(echo->Lock);

    KdPrint(("Echo: read cancelled\n"));
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

// The device leaves its working state. A pending read may wait for it to come back; when it does
// not, the framework cancels the read.
VOID EchoEvtIoStop(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    UNREFERENCED_PARAMETER(Queue);

    if (ActionFlags & WdfRequestStopActionSuspend) {
        WdfRequestStopAcknowledge(Request, FALSE);
    }
}

static NTSTATUS GetStatistics(ECHO_DEVICE *Echo, WDFREQUEST Request, size_t *Size)
{
    ECHO_STATISTICS *output;
    NTSTATUS status =
        WdfRequestRetrieveOutputBuffer(Request, sizeof(*output), (PVOID *)&output, NULL);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfSpinLockAcquire(Echo->Lock);
    *output = Echo->Statistics;
    output->MessageSize = (unsigned int)Echo->MessageSize;
    WdfSpinLockRelease(Echo->Lock);
    *Size = sizeof(*output);
    return STATUS_SUCCESS;
}

// Input and output of a buffered request are one buffer.
static NTSTATUS Reverse(WDFREQUEST Request, size_t *Size)
{
    UCHAR *input;
    UCHAR *output;
    size_t length;
    NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, 1, (PVOID *)&input, &length);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfRequestRetrieveOutputBuffer(Request, length, (PVOID *)&output, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (size_t low = 0, high = length - 1; low < high; low++, high--) {
        UCHAR kept = input[low];
        output[low] = input[high];
        output[high] = kept;
    }
    *Size = length;
    return STATUS_SUCCESS;
}

static NTSTATUS SetDelay(ECHO_DEVICE *Echo, WDFREQUEST Request)
{
    ECHO_DELAY *delay;
    NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, sizeof(*delay), (PVOID *)&delay, NULL);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (delay->Milliseconds > ECHO_LONGEST_DELAY_MS) {
        return STATUS_INVALID_PARAMETER;
    }
    WdfSpinLockAcquire(Echo->Lock);
    Echo->DelayMs = delay->Milliseconds;
    WdfSpinLockRelease(Echo->Lock);
    return STATUS_SUCCESS;
}

VOID EchoEvtIoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                            size_t InputBufferLength, ULONG IoControlCode)
{
    ECHO_DEVICE *echo = EchoGetDevice(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;
    size_t size = 0;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    switch (IoControlCode) {
    case IOCTL_ECHO_GET_STATISTICS:
        status = GetStatistics(echo, Request, &size);
        break;
    case IOCTL_ECHO_REVERSE:
        status = Reverse(Request, &size);
        break;
    case IOCTL_ECHO_SET_DELAY:
        status = SetDelay(echo, Request);
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    KdPrint(("Echo: control 0x%08X: 0x%08X\n", IoControlCode, status));
    WdfRequestCompleteWithInformation(Request, status, size);
}
