// Requests that the driver makes itself, their life and their ways back.

#include "top.h"

static void SendsAndReuses(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;
    WDFMEMORY input;
    WDFMEMORY output;
    UCHAR *in;
    UCHAR *out;
    int round;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(4, &input, &in), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(4, &output, &out), STATUS_SUCCESS);
    for (round = 0; round < 3; round++) {
        in[0] = (UCHAR)(10 * round);
        CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_ECHO,
                                                      input, NULL, output, NULL),
                     STATUS_SUCCESS);
        CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
        TopWait(&done);
        CHECK_EQUAL(done.Calls, round + 1);
        CHECK_STATUS(done.Status, STATUS_SUCCESS);
        CHECK_STATUS(done.RequestStatus, STATUS_SUCCESS);
        CHECK_EQUAL(done.Information, 4);
        CHECK(done.Target == run->Target);
        CHECK_EQUAL(out[0], 10 * round + 1);
        CHECK_EQUAL(done.Params.Type, WdfRequestTypeDeviceControl);
        CHECK_EQUAL(done.Params.Parameters.Ioctl.IoControlCode, IOCTL_BOTTOM_ECHO);
        CHECK(done.Params.Parameters.Ioctl.Input.Buffer == input);
        CHECK(done.Params.Parameters.Ioctl.Output.Buffer == output);
        CHECK_EQUAL(done.Params.Parameters.Ioctl.Output.Length, 4);
        CHECK_EQUAL(WdfRequestGetInformation(request), 4);
        CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    }
    CHECK(!TopSeen(run).HasFile);
    CHECK(!TopSeen(run).FromUser);
    WdfObjectDelete(request);
    WdfObjectDelete(input);
    WdfObjectDelete(output);
}

static void CompletionParameters(TOP_RUN *run)
{
    TOP_DONE done;
    WDF_REQUEST_COMPLETION_PARAMS params;
    WDFREQUEST request;
    WDFMEMORY memory;
    WDFMEMORY_OFFSET part = {2, 3};
    LONGLONG offset = 5;
    UCHAR *buffer;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(8, &memory, &buffer), STATUS_SUCCESS);
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&params);
    WdfRequestGetCompletionParams(request, &params);
    CHECK_EQUAL(params.Type, WdfRequestTypeNoFormat);
    CHECK_STATUS(WdfIoTargetFormatRequestForRead(run->Target, request, memory, &part, &offset),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    WdfRequestGetCompletionParams(request, &params);
    CHECK_EQUAL(params.Type, WdfRequestTypeRead);
    CHECK_STATUS(params.IoStatus.Status, STATUS_SUCCESS);
    CHECK(params.Parameters.Read.Buffer == memory);
    CHECK_EQUAL(params.Parameters.Read.Offset, 2);
    CHECK_EQUAL(params.Parameters.Read.Length, 3);
    CHECK_EQUAL(buffer[1], 0);
    CHECK_EQUAL(buffer[2], 'a' + 5);
    CHECK_EQUAL(buffer[4], 'a' + 7);
    CHECK_EQUAL(buffer[5], 0);
    CHECK_EQUAL(TopSeen(run).Offset, 5);
    CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForWrite(run->Target, request, memory, &part, &offset),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
    CHECK_EQUAL(done.Params.Type, WdfRequestTypeWrite);
    CHECK(done.Params.Parameters.Write.Buffer == memory);
    CHECK_EQUAL(done.Params.Parameters.Write.Offset, 2);
    CHECK_EQUAL(done.Params.Parameters.Write.Length, 3);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

static void FailuresOfTheLowerDriver(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_DEVICE_DATA_ERROR);
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_DEVICE_DATA_ERROR);
    WdfObjectDelete(request);
}

// Without a target there is no IRP; formatting makes one.
static void WithoutATarget(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, NULL, &request), STATUS_SUCCESS);
    CHECK(WdfRequestWdmGetIrp(request) == NULL);
    CHECK(!TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_INVALID_DEVICE_REQUEST);
    CHECK(!WdfRequestCancelSentRequest(request));
    CHECK_STATUS(WdfRequestChangeTarget(request, run->Target), STATUS_SUCCESS);
    CHECK(WdfRequestWdmGetIrp(request) != NULL);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_DEVICE_DATA_ERROR);
    WdfObjectDelete(request);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, NULL, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(WdfRequestWdmGetIrp(request) != NULL);
    WdfObjectDelete(request);
}

static void OptionsThatDoNotGoTogether(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDFREQUEST request;

    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET |
                                                WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    CHECK(!WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_INVALID_PARAMETER);
    options.Flags = 0x80;
    CHECK(!WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_INVALID_PARAMETER);
    options.Flags = 0;
    options.Size--;
    CHECK(!WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_INFO_LENGTH_MISMATCH);
    // Its own request is nobody's to forget.
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
    CHECK(!WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_INVALID_DEVICE_REQUEST);
    WdfObjectDelete(request);
}

static void SynchronousSend(TOP_RUN *run)
{
    TOP_DONE done;
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_REQUEST_COMPLETION_PARAMS params;
    WDFREQUEST request;
    WDFMEMORY memory;
    UCHAR *buffer;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(TopMemory(3, &memory, &buffer), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_ECHO, memory,
                                                  NULL, memory, NULL),
                 STATUS_SUCCESS);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    CHECK(TopSend(request, run->Target, &done, &options));
    CHECK_EQUAL(done.Calls, 0);
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_SUCCESS);
    CHECK_EQUAL(WdfRequestGetInformation(request), 3);
    CHECK_EQUAL(buffer[2], 1);
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&params);
    WdfRequestGetCompletionParams(request, &params);
    CHECK_EQUAL(params.Parameters.Ioctl.Output.Length, 3);
    // One buffer for both ways is handed on as it is.
    CHECK_EQUAL(TopSeen(run).SystemBuffer, (ULONG_PTR)buffer);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);
}

static void TimesOut(TOP_RUN *run)
{
    TOP_DONE done;
    WDF_REQUEST_SEND_OPTIONS options;
    WDFREQUEST request;
    LARGE_INTEGER now;
    int way;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestAllocateTimer(request), STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestAllocateTimer(request), STATUS_SUCCESS);
    for (way = 0; way < 4; way++) {
        const BOOLEAN waits = (way & 1) != 0;

        CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                                      NULL, NULL, NULL),
                     STATUS_SUCCESS);
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, waits ? WDF_REQUEST_SEND_OPTION_SYNCHRONOUS : 0);
        WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_MS(3));
        if (way & 2) {
            KeQuerySystemTime(&now);
            options.Timeout = now.QuadPart + 30000;
        }
        CHECK(TopSend(request, run->Target, &done, &options));
        if (!waits) {
            TopWait(&done);
            CHECK_STATUS(done.Status, STATUS_IO_TIMEOUT);
        }
        CHECK_STATUS(WdfRequestGetStatus(request), STATUS_IO_TIMEOUT);
        CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    }
    // The target answers first: its own status stands. Zero is no time limit.
    for (way = 0; way < 2; way++) {
        CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                      NULL, NULL, NULL),
                     STATUS_SUCCESS);
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, 0);
        WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, way ? WDF_REL_TIMEOUT_IN_SEC(1) : 0);
        CHECK(TopSend(request, run->Target, &done, &options));
        TopWait(&done);
        CHECK_STATUS(done.Status, STATUS_DEVICE_DATA_ERROR);
        CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    }
    WdfObjectDelete(request);
}

static void CancelsSent(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK(!WdfRequestCancelSentRequest(request));
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    CHECK(WdfRequestCancelSentRequest(request));
    TopWait(&done);
    CHECK_EQUAL(done.Calls, 1);
    CHECK_STATUS(done.Status, STATUS_CANCELLED);
    CHECK(!WdfRequestCancelSentRequest(request));
    // Reuse takes the cancellation back.
    CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP_DEAF,
                                                  NULL, NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    CHECK(!WdfRequestCancelSentRequest(request));
    CHECK_STATUS(TopControl(run, IOCTL_BOTTOM_RELEASE, NULL, 0), STATUS_SUCCESS);
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
    WdfObjectDelete(request);
}

// Deleted while it is sent: it goes when it comes back.
static void DeletedWhileSent(TOP_RUN *run)
{
    TOP_DONE done;
    WDFREQUEST request;

    TopInitDone(&done);
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    CHECK(TopSend(request, run->Target, &done, WDF_NO_SEND_OPTIONS));
    WdfObjectDelete(request);
    CHECK_STATUS(TopControl(run, IOCTL_BOTTOM_RELEASE, NULL, 0), STATUS_SUCCESS);
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
}

static void ReuseStatuses(TOP_RUN *run)
{
    WDF_REQUEST_REUSE_PARAMS params;
    WDFREQUEST request;

    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    WDF_REQUEST_REUSE_PARAMS_INIT(&params, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_NOT_SUPPORTED);
    CHECK_STATUS(WdfRequestReuse(request, &params), STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_NOT_SUPPORTED);
    WDF_REQUEST_REUSE_PARAMS_SET_NEW_IRP(&params, NULL);
    CHECK_STATUS(WdfRequestReuse(request, &params), STATUS_WDF_REQUEST_INVALID_STATE);
    params.Flags = 8;
    CHECK_STATUS(WdfRequestReuse(request, &params), STATUS_INVALID_PARAMETER);
    params.Size = 1;
    CHECK_STATUS(WdfRequestReuse(request, &params), STATUS_INFO_LENGTH_MISMATCH);
    WdfObjectDelete(request);
}

static void FromIrp(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_REQUEST_REUSE_PARAMS reuse;
    PDEVICE_OBJECT device = WdfIoTargetWdmGetTargetDeviceObject(run->Target);
    WDFREQUEST request;
    PIRP irp;
    PIRP larger;

    irp = IoAllocateIrp(device->StackSize, FALSE);
    larger = IoAllocateIrp((CCHAR)(device->StackSize + 1), FALSE);
    CHECK(irp != NULL && larger != NULL);
    CHECK_STATUS(WdfRequestCreateFromIrp(WDF_NO_OBJECT_ATTRIBUTES, irp, FALSE, &request),
                 STATUS_SUCCESS);
    CHECK(WdfRequestWdmGetIrp(request) == irp);
    CHECK_STATUS(WdfRequestChangeTarget(request, run->Target), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    CHECK(WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_DEVICE_DATA_ERROR);
    CHECK(WdfRequestWdmGetIrp(request) == irp);
    WDF_REQUEST_REUSE_PARAMS_INIT(&reuse, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_SUCCESS);
    WDF_REQUEST_REUSE_PARAMS_SET_NEW_IRP(&reuse, larger);
    CHECK_STATUS(WdfRequestReuse(request, &reuse), STATUS_SUCCESS);
    CHECK(WdfRequestWdmGetIrp(request) == larger);
    reuse.NewIrp = NULL;
    CHECK_STATUS(WdfRequestReuse(request, &reuse), STATUS_SUCCESS);
    WdfObjectDelete(request);
    IoFreeIrp(irp);
    IoFreeIrp(larger);
    // One with too few stack locations is the driver's, not to be replaced.
    irp = IoAllocateIrp((CCHAR)(device->StackSize - 1), FALSE);
    CHECK_STATUS(WdfRequestCreateFromIrp(WDF_NO_OBJECT_ATTRIBUTES, irp, TRUE, &request),
                 STATUS_SUCCESS);
    CHECK_STATUS(WdfRequestChangeTarget(request, run->Target), STATUS_REQUEST_NOT_ACCEPTED);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_REQUEST_NOT_ACCEPTED);
    CHECK_STATUS(WdfIoTargetSendIoctlSynchronously(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                   NULL, NULL, NULL),
                 STATUS_REQUEST_NOT_ACCEPTED);
    CHECK(!WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_REQUEST_NOT_ACCEPTED);
    WdfObjectDelete(request);
}

// As the page of WdfRequestWdmFormatUsingStackLocation shows it.
static void WithAStackLocation(TOP_RUN *run)
{
    WDF_REQUEST_REUSE_PARAMS reuse;
    WDF_REQUEST_SEND_OPTIONS options;
    DEVICE_CAPABILITIES capabilities;
    IO_STACK_LOCATION location;
    WDFREQUEST request;

    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    WDF_REQUEST_REUSE_PARAMS_INIT(&reuse, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_NOT_SUPPORTED);
    CHECK_STATUS(WdfRequestReuse(request, &reuse), STATUS_SUCCESS);
    RtlZeroMemory(&capabilities, sizeof(capabilities));
    capabilities.Size = sizeof(capabilities);
    capabilities.Version = 1;
    capabilities.Address = (ULONG)-1;
    capabilities.UINumber = (ULONG)-1;
    RtlZeroMemory(&location, sizeof(location));
    location.MajorFunction = IRP_MJ_PNP;
    location.MinorFunction = IRP_MN_QUERY_CAPABILITIES;
    location.Parameters.DeviceCapabilities.Capabilities = &capabilities;
    WdfRequestWdmFormatUsingStackLocation(request, &location);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    CHECK(WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_SUCCESS);
    CHECK_EQUAL(capabilities.DeviceState[PowerSystemWorking], PowerDeviceD0);
    WdfObjectDelete(request);
}

// With any allocation failing: each function does its work or says that there is no memory.
static BOOLEAN Worked(TOP_RUN *run, NTSTATUS Status)
{
    CHECK(NT_SUCCESS(Status) || Status == STATUS_INSUFFICIENT_RESOURCES);
    return NT_SUCCESS(Status);
}

static void FailingAllocations(TOP_RUN *run)
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\DosDevices\\Bottom");
    WDF_IO_TARGET_OPEN_PARAMS params;
    WDF_MEMORY_DESCRIPTOR input;
    WDF_MEMORY_DESCRIPTOR output;
    WDFREQUEST request;
    WDFIOTARGET target;
    UCHAR in[4] = {1, 2, 3, 4};
    UCHAR out[4];
    PIRP irp;

    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&input, in, sizeof(in));
    WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(&output, out, sizeof(out));
    (void)Worked(run, WdfIoTargetSendIoctlSynchronously(run->Target, NULL, IOCTL_BOTTOM_ECHO,
                                                        &input, &output, NULL, NULL));
    (void)Worked(run, WdfIoTargetSendInternalIoctlSynchronously(run->Target, NULL,
                                                                IOCTL_BOTTOM_ECHO_OUT_DIRECT,
                                                                &input, &output, NULL, NULL));
    (void)Worked(run,
                 WdfIoTargetSendReadSynchronously(run->Target, NULL, &output, NULL, NULL, NULL));
    if (Worked(run, WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request))) {
        (void)Worked(run, WdfRequestAllocateTimer(request));
        (void)Worked(run, WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_ECHO,
                                                           NULL, NULL, NULL, NULL));
        WdfObjectDelete(request);
    }
    irp = IoAllocateIrp(4, FALSE);
    if (irp != NULL) {
        if (Worked(run, WdfRequestCreateFromIrp(WDF_NO_OBJECT_ATTRIBUTES, irp, TRUE, &request))) {
            WdfObjectDelete(request);
        } else {
            IoFreeIrp(irp);
        }
    }
    if (Worked(run, WdfIoTargetCreate(run->Top->Device, WDF_NO_OBJECT_ATTRIBUTES, &target))) {
        WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &name, GENERIC_READ | GENERIC_WRITE);
        (void)Worked(run, WdfIoTargetOpen(target, &params));
        WdfObjectDelete(target);
    }
}

const TOP_CASE RequestCases[] = {
    {"SendsAndReuses", SendsAndReuses},
    {"CompletionParameters", CompletionParameters},
    {"FailuresOfTheLowerDriver", FailuresOfTheLowerDriver},
    {"WithoutATarget", WithoutATarget},
    {"OptionsThatDoNotGoTogether", OptionsThatDoNotGoTogether},
    {"SynchronousSend", SynchronousSend},
    {"TimesOut", TimesOut},
    {"CancelsSent", CancelsSent},
    {"DeletedWhileSent", DeletedWhileSent},
    {"ReuseStatuses", ReuseStatuses},
    {"FromIrp", FromIrp},
    {"WithAStackLocation", WithAStackLocation},
    {"FailingAllocations", FailingAllocations},
    {NULL, NULL},
};
