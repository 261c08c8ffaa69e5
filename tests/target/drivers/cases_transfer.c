// Buffers of all kinds to targets of all kinds.

#include "top.h"

static void ReadsWithEveryDescription(TOP_RUN *run)
{
    WDF_MEMORY_DESCRIPTOR descriptor;
    WDFMEMORY memory;
    WDFMEMORY_OFFSET part = {4, 2};
    LONGLONG offset = 3;
    ULONG_PTR bytes = 0;
    UCHAR local[6] = {0};
    UCHAR *buffer;
    PMDL mdl;

    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&descriptor, local, sizeof(local));
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, &offset, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 6);
    CHECK_EQUAL(local[0], 'd');
    CHECK_EQUAL(local[5], 'i');
    CHECK_EQUAL(TopSeen(run).OutputLength, 6);
    CHECK_STATUS(TopMemory(8, &memory, &buffer), STATUS_SUCCESS);
    WDF_MEMORY_DESCRIPTOR_INIT_HANDLE(&descriptor, memory, &part);
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 2);
    CHECK_EQUAL(buffer[3], 0);
    CHECK_EQUAL(buffer[4], 'a');
    CHECK_EQUAL(buffer[5], 'b');
    CHECK_EQUAL(buffer[6], 0);
    mdl = IoAllocateMdl(buffer, 8, FALSE, FALSE, NULL);
    CHECK(mdl != NULL);
    MmBuildMdlForNonPagedPool(mdl);
    WDF_MEMORY_DESCRIPTOR_INIT_MDL(&descriptor, mdl, 5);
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 5);
    CHECK_EQUAL(buffer[0], 'a');
    CHECK_EQUAL(buffer[4], 'e');
    CHECK_EQUAL(buffer[5], 'b');
    WDF_MEMORY_DESCRIPTOR_INIT_MDL(&descriptor, mdl, 8);
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(buffer[7], 'h');
    IoFreeMdl(mdl);
    // No buffer at all is a transfer of no bytes.
    CHECK_STATUS(WdfIoTargetSendReadSynchronously(run->Target, NULL, NULL, NULL, NULL, &bytes),
                 STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 0);
    WdfObjectDelete(memory);
}

static void WritesWithEveryDescription(TOP_RUN *run)
{
    WDF_MEMORY_DESCRIPTOR descriptor;
    WDFMEMORY memory;
    WDFMEMORY_OFFSET part = {1, 0};
    LONGLONG offset = 1;
    ULONG_PTR bytes = 0;
    UCHAR local[3] = {'a', 'b', 'c'};
    UCHAR *buffer;

    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&descriptor, local, sizeof(local));
    CHECK_STATUS(
        WdfIoTargetSendWriteSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 3);
    CHECK_STATUS(
        WdfIoTargetSendWriteSynchronously(run->Target, NULL, &descriptor, &offset, NULL, &bytes),
        STATUS_DATA_ERROR);
    CHECK_EQUAL(bytes, 0);
    CHECK_STATUS(TopMemory(4, &memory, &buffer), STATUS_SUCCESS);
    RtlCopyMemory(buffer, "xbcd", 4);
    WDF_MEMORY_DESCRIPTOR_INIT_HANDLE(&descriptor, memory, &part);
    CHECK_STATUS(
        WdfIoTargetSendWriteSynchronously(run->Target, NULL, &descriptor, &offset, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 3);
    WdfObjectDelete(memory);
}

static void TransferFailures(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_MEMORY_DESCRIPTOR descriptor;
    WDFMEMORY_OFFSET part = {3, 2};
    WDFREQUEST request;
    WDFMEMORY memory;
    ULONG_PTR bytes = 5;
    UCHAR *buffer;

    CHECK_STATUS(TopMemory(4, &memory, &buffer), STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    // Longer than the buffer.
    CHECK_STATUS(WdfIoTargetFormatRequestForRead(run->Target, request, memory, &part, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetFormatRequestForWrite(run->Target, request, memory, &part, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_ECHO, memory,
                                                  &part, memory, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetFormatRequestForInternalIoctl(run->Target, request, IOCTL_BOTTOM_ECHO,
                                                          memory, NULL, memory, &part),
                 STATUS_INVALID_DEVICE_REQUEST);
    part.BufferOffset = 5;
    part.BufferLength = 0;
    CHECK_STATUS(WdfIoTargetFormatRequestForInternalIoctlOthers(
                     run->Target, request, IOCTL_BOTTOM_ADD, memory, &part, NULL, NULL, NULL, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    // Options of the synchronous functions.
    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&descriptor, buffer, 4);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, 0);
    options.Size = 3;
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, &options, &bytes),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQUAL(bytes, 0);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
    CHECK_STATUS(
        WdfIoTargetSendWriteSynchronously(run->Target, NULL, &descriptor, NULL, &options, &bytes),
        STATUS_INVALID_PARAMETER);
    descriptor.Type = (WDF_MEMORY_DESCRIPTOR_TYPE)9;
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_INVALID_PARAMETER);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

// A request that is on its way is not formatted, nor sent, again.
static void FormatsWhatIsSent(TOP_RUN *run)
{
    WDFREQUEST request;
    WDFMEMORY memory;
    ULONG_PTR bytes = 5;
    UCHAR *buffer;
    TOP_DONE done;

    TopInitDone(&done);
    CHECK_STATUS(TopMemory(4, &memory, &buffer), STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    CHECK_STATUS(WdfIoTargetFormatRequestForRead(run->Target, request, memory, NULL, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetSendReadSynchronously(run->Target, request, NULL, NULL, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetSendWriteSynchronously(run->Target, request, NULL, NULL, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetSendIoctlSynchronously(run->Target, request, IOCTL_BOTTOM_ECHO, NULL,
                                                   NULL, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetSendInternalIoctlSynchronously(run->Target, request, IOCTL_BOTTOM_ECHO,
                                                           NULL, NULL, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(WdfIoTargetSendInternalIoctlOthersSynchronously(
                     run->Target, request, IOCTL_BOTTOM_ADD, NULL, NULL, NULL, NULL, &bytes),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(WdfRequestCancelSentRequest(request));
    TopWait(&done);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

static void SynchronousTimeouts(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;

    WDF_REQUEST_SEND_OPTIONS_INIT(&options, 0);
    WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_MS(2));
    CHECK_STATUS(WdfIoTargetSendIoctlSynchronously(run->Target, NULL, IOCTL_BOTTOM_KEEP, NULL, NULL,
                                                   &options, NULL),
                 STATUS_IO_TIMEOUT);
    CHECK_STATUS(WdfIoTargetSendInternalIoctlSynchronously(run->Target, NULL, IOCTL_BOTTOM_KEEP,
                                                           NULL, NULL, &options, NULL),
                 STATUS_IO_TIMEOUT);
    CHECK_STATUS(WdfIoTargetSendInternalIoctlOthersSynchronously(
                     run->Target, NULL, IOCTL_BOTTOM_KEEP, NULL, NULL, NULL, &options, NULL),
                 STATUS_IO_TIMEOUT);
}

static void Control(TOP_RUN *run, ULONG Code, BOOLEAN Internal)
{
    WDF_MEMORY_DESCRIPTOR input;
    WDF_MEMORY_DESCRIPTOR output;
    ULONG_PTR bytes = 0;
    UCHAR in[3] = {1, 2, 3};
    UCHAR out[3] = {0};
    BOTTOM_SEEN seen;

    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&input, in, sizeof(in));
    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&output, out, sizeof(out));
    if (Internal) {
        CHECK_STATUS(WdfIoTargetSendInternalIoctlSynchronously(run->Target, NULL, Code, &input,
                                                               &output, NULL, &bytes),
                     STATUS_SUCCESS);
    } else {
        CHECK_STATUS(WdfIoTargetSendIoctlSynchronously(run->Target, NULL, Code, &input, &output,
                                                       NULL, &bytes),
                     STATUS_SUCCESS);
    }
    CHECK_EQUAL(bytes, 3);
    CHECK_EQUAL(in[0], 1);
    CHECK_EQUAL(out[0], 2);
    CHECK_EQUAL(out[2], 4);
    seen = TopSeen(run);
    CHECK_EQUAL(seen.Major, Internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL);
    CHECK_EQUAL(seen.InputLength, 3);
    CHECK_EQUAL(seen.OutputLength, 3);
    switch (Code & 3) {
    case METHOD_BUFFERED:
        CHECK(seen.SystemBuffer != 0 && seen.Mdl == 0);
        break;
    case METHOD_NEITHER:
        CHECK_EQUAL(seen.Type3, (ULONG_PTR)in);
        CHECK_EQUAL(seen.UserBuffer, (ULONG_PTR)out);
        break;
    default:
        CHECK_EQUAL(seen.SystemBuffer, (ULONG_PTR)in);
        CHECK(seen.Mdl != 0);
        break;
    }
}

static void ControlMethods(TOP_RUN *run)
{
    Control(run, IOCTL_BOTTOM_ECHO, FALSE);
    Control(run, IOCTL_BOTTOM_ECHO_OUT_DIRECT, FALSE);
    Control(run, IOCTL_BOTTOM_ECHO_IN_DIRECT, FALSE);
    Control(run, IOCTL_BOTTOM_ECHO_NEITHER, FALSE);
}

static void InternalControlMethods(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;
    WDFMEMORY memory;
    UCHAR *buffer;

    Control(run, IOCTL_BOTTOM_ECHO, TRUE);
    Control(run, IOCTL_BOTTOM_ECHO_OUT_DIRECT, TRUE);
    Control(run, IOCTL_BOTTOM_ECHO_NEITHER, TRUE);
    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(4, &memory, &buffer), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForInternalIoctl(run->Target, request, IOCTL_BOTTOM_ECHO,
                                                          memory, NULL, memory, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
    CHECK_EQUAL(done.Params.Type, WdfRequestTypeDeviceControlInternal);
    CHECK_EQUAL(buffer[3], 1);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

static void OtherArguments(TOP_RUN *run)
{
    TOP_DONE done;
    WDF_MEMORY_DESCRIPTOR one;
    WDF_MEMORY_DESCRIPTOR two;
    WDF_MEMORY_DESCRIPTOR four;
    WDFMEMORY_OFFSET parts[3] = {{0, 4}, {4, 4}, {8, 4}};
    WDFREQUEST request;
    WDFMEMORY memory;
    ULONG numbers[3] = {3, 4, 0};
    ULONG_PTR bytes = 0;
    UCHAR *buffer;

    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&one, &numbers[0], 4);
    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&two, &numbers[1], 4);
    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&four, &numbers[2], 4);
    CHECK_STATUS(WdfIoTargetSendInternalIoctlOthersSynchronously(
                     run->Target, NULL, IOCTL_BOTTOM_ADD, &one, &two, &four, NULL, &bytes),
                 STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 77);
    CHECK_EQUAL(numbers[2], 7);
    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(12, &memory, &buffer), STATUS_SUCCESS);
    ((ULONG *)buffer)[0] = 20;
    ((ULONG *)buffer)[1] = 22;
    CHECK_STATUS(WdfIoTargetFormatRequestForInternalIoctlOthers(
                     run->Target, request, IOCTL_BOTTOM_ADD, memory, &parts[0], memory, &parts[1],
                     memory, &parts[2]),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
    CHECK_EQUAL(((ULONG *)buffer)[2], 42);
    CHECK(done.Params.Parameters.Others.Argument1.Ptr == buffer);
    CHECK(done.Params.Parameters.Others.Argument2.Ptr == buffer + 4);
    CHECK_EQUAL(done.Params.Parameters.Others.Argument3.Value, IOCTL_BOTTOM_ADD);
    CHECK(done.Params.Parameters.Others.Argument4.Ptr == buffer + 8);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

// Pages that can be paged are locked for a target with direct I/O.
static void PagedMemory(TOP_RUN *run)
{
    WDF_MEMORY_DESCRIPTOR descriptor;
    WDFMEMORY memory;
    ULONG_PTR bytes = 0;
    PVOID buffer;

    CHECK_STATUS(WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, PagedPool, 'tseT', 10, &memory, &buffer),
                 STATUS_SUCCESS);
    WDF_MEMORY_DESCRIPTOR_INIT_HANDLE(&descriptor, memory, NULL);
    CHECK_STATUS(
        WdfIoTargetSendReadSynchronously(run->Target, NULL, &descriptor, NULL, NULL, &bytes),
        STATUS_SUCCESS);
    CHECK_EQUAL(bytes, 10);
    CHECK_EQUAL(((UCHAR *)buffer)[9], 'j');
    WdfObjectDelete(memory);
}

const TOP_CASE TransferCases[] = {
    {"ReadsWithEveryDescription", ReadsWithEveryDescription},
    {"WritesWithEveryDescription", WritesWithEveryDescription},
    {"TransferFailures", TransferFailures},
    {"FormatsWhatIsSent", FormatsWhatIsSent},
    {"SynchronousTimeouts", SynchronousTimeouts},
    {"ControlMethods", ControlMethods},
    {"InternalControlMethods", InternalControlMethods},
    {"OtherArguments", OtherArguments},
    {"PagedMemory", PagedMemory},
    {NULL, NULL},
};
