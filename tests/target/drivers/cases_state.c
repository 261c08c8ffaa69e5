// Starting, stopping and purging targets ("Controlling a General I/O Target's State").

#include "top.h"

// Formats for the code and sends with TopDone.
static BOOLEAN Start(TOP_RUN *run, WDFREQUEST Request, ULONG Code, TOP_DONE *Done, ULONG Flags)
{
    WDF_REQUEST_SEND_OPTIONS options;

    CHECK_STATUS(
        WdfIoTargetFormatRequestForIoctl(run->Target, Request, Code, NULL, NULL, NULL, NULL),
        STATUS_SUCCESS);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, Flags);
    return TopSend(Request, run->Target, Done, &options);
}

static WDFREQUEST Create(TOP_RUN *run)
{
    WDFREQUEST request = NULL;

    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, run->Target, &request), STATUS_SUCCESS);
    return request;
}

static void HoldsWhileStopped(TOP_RUN *run)
{
    TOP_DONE done[3];
    WDFREQUEST requests[3];
    int i;

    CHECK_EQUAL(WdfIoTargetGetState(run->Target), WdfIoTargetStarted);
    WdfIoTargetStop(run->Target, WdfIoTargetLeaveSentIoPending);
    CHECK_EQUAL(WdfIoTargetGetState(run->Target), WdfIoTargetStopped);
    for (i = 0; i < 3; i++) {
        TopInitDone(&done[i]);
        requests[i] = Create(run);
        CHECK(Start(run, requests[i], IOCTL_BOTTOM_FAIL, &done[i],
                    i == 1 ? WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE : 0));
    }
    CHECK_EQUAL(done[0].Calls, 0);
    CHECK_EQUAL(done[1].Calls, 1);  // went without regard to the state
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    CHECK_EQUAL(WdfIoTargetGetState(run->Target), WdfIoTargetStarted);
    for (i = 0; i < 3; i++) {
        TopWait(&done[i]);
        CHECK_EQUAL(done[i].Calls, 1);
        CHECK_STATUS(done[i].Status, STATUS_DEVICE_DATA_ERROR);
        WdfObjectDelete(requests[i]);
    }
}

static void CancelsWhatItHolds(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;
    TOP_DONE done;
    WDFREQUEST request = Create(run);

    TopInitDone(&done);
    WdfIoTargetStop(run->Target, WdfIoTargetLeaveSentIoPending);
    CHECK(Start(run, request, IOCTL_BOTTOM_FAIL, &done, 0));
    CHECK(WdfRequestCancelSentRequest(request));
    TopWait(&done);
    CHECK_STATUS(done.Status, STATUS_CANCELLED);
    CHECK(done.Target == run->Target);
    // A time limit counts while the request waits.
    CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_FAIL, NULL,
                                                  NULL, NULL, NULL),
                 STATUS_SUCCESS);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_MS(1));
    CHECK(WdfRequestSend(request, run->Target, &options));
    CHECK_STATUS(WdfRequestGetStatus(request), STATUS_IO_TIMEOUT);
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    WdfObjectDelete(request);
}

static void StopCancels(TOP_RUN *run)
{
    TOP_DONE sent;
    TOP_DONE held;
    TOP_DONE ignoring;
    WDFREQUEST requests[3] = {Create(run), Create(run), Create(run)};

    TopInitDone(&sent);
    TopInitDone(&held);
    TopInitDone(&ignoring);
    CHECK(Start(run, requests[0], IOCTL_BOTTOM_KEEP, &sent, 0));
    CHECK(Start(run, requests[2], IOCTL_BOTTOM_KEEP, &ignoring,
                WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE));
    WdfIoTargetStop(run->Target, WdfIoTargetLeaveSentIoPending);
    CHECK_EQUAL(sent.Calls, 0);
    CHECK(Start(run, requests[1], IOCTL_BOTTOM_KEEP, &held, 0));
    WdfIoTargetStop(run->Target, WdfIoTargetCancelSentIo);
    CHECK_EQUAL(sent.Calls, 1);
    CHECK_STATUS(sent.Status, STATUS_CANCELLED);
    CHECK_EQUAL(held.Calls, 1);
    CHECK_STATUS(held.Status, STATUS_CANCELLED);
    CHECK_EQUAL(ignoring.Calls, 0);
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    CHECK_STATUS(TopControl(run, IOCTL_BOTTOM_RELEASE, NULL, 0), STATUS_SUCCESS);
    TopWait(&ignoring);
    CHECK_STATUS(ignoring.Status, STATUS_SUCCESS);
    WdfObjectDelete(requests[0]);
    WdfObjectDelete(requests[1]);
    WdfObjectDelete(requests[2]);
}

static EVT_WDF_WORKITEM ReleaseLater;

static VOID ReleaseLater(WDFWORKITEM WorkItem)
{
    TOP_RUN run;

    RtlZeroMemory(&run, sizeof(run));
    run.Top = TopGet(WdfWorkItemGetParentObject(WorkItem));
    (void)TopControl(&run, IOCTL_BOTTOM_RELEASE, NULL, 0);
}

static void StopWaits(TOP_RUN *run)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_WORKITEM_CONFIG config;
    WDFWORKITEM item;
    TOP_DONE done;
    WDFREQUEST request = Create(run);

    TopInitDone(&done);
    WDF_WORKITEM_CONFIG_INIT(&config, ReleaseLater);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = run->Top->Device;
    CHECK_STATUS(WdfWorkItemCreate(&config, &attributes, &item), STATUS_SUCCESS);
    CHECK(Start(run, request, IOCTL_BOTTOM_KEEP_DEAF, &done, 0));
    WdfWorkItemEnqueue(item);
    WdfIoTargetStop(run->Target, WdfIoTargetWaitForSentIoToComplete);
    CHECK_EQUAL(done.Calls, 1);
    CHECK_STATUS(done.Status, STATUS_SUCCESS);
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    // The same with a purge that waits.
    CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    CHECK(Start(run, request, IOCTL_BOTTOM_KEEP_DEAF, &done, 0));
    WdfWorkItemEnqueue(item);
    WdfIoTargetPurge(run->Target, WdfIoTargetPurgeIoAndWait);
    CHECK_EQUAL(done.Calls, 2);
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    WdfWorkItemFlush(item);
    WdfObjectDelete(item);
    WdfObjectDelete(request);
}

static void Purges(TOP_RUN *run)
{
    TOP_DONE sent;
    TOP_DONE held;
    TOP_DONE late;
    WDFREQUEST requests[3] = {Create(run), Create(run), Create(run)};

    TopInitDone(&sent);
    TopInitDone(&held);
    TopInitDone(&late);
    CHECK(Start(run, requests[0], IOCTL_BOTTOM_KEEP, &sent, 0));
    WdfIoTargetStop(run->Target, WdfIoTargetLeaveSentIoPending);
    CHECK(Start(run, requests[1], IOCTL_BOTTOM_KEEP, &held, 0));
    WdfIoTargetPurge(run->Target, WdfIoTargetPurgeIo);
    CHECK_EQUAL(WdfIoTargetGetState(run->Target), WdfIoTargetPurged);
    TopWait(&sent);
    TopWait(&held);
    CHECK_STATUS(sent.Status, STATUS_CANCELLED);
    CHECK_STATUS(held.Status, STATUS_CANCELLED);
    // The in-gate is closed too.
    CHECK(!Start(run, requests[2], IOCTL_BOTTOM_FAIL, &late, 0));
    CHECK_STATUS(WdfRequestGetStatus(requests[2]), STATUS_INVALID_DEVICE_STATE);
    CHECK_EQUAL(late.Calls, 0);
    CHECK(Start(run, requests[2], IOCTL_BOTTOM_FAIL, &late,
                WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE));
    TopWait(&late);
    CHECK_STATUS(late.Status, STATUS_DEVICE_DATA_ERROR);
    CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
    CHECK_EQUAL(WdfIoTargetGetState(run->Target), WdfIoTargetStarted);
    WdfObjectDelete(requests[0]);
    WdfObjectDelete(requests[1]);
    WdfObjectDelete(requests[2]);
}

static void LocalTarget(TOP_RUN *run)
{
    WDFMEMORY memory;
    WCHAR text[64];
    ULONG length = 0;

    CHECK(WdfIoTargetGetDevice(run->Target) == run->Top->Device);
    CHECK(WdfIoTargetWdmGetTargetDeviceObject(run->Target) ==
          WdfDeviceWdmGetAttachedDevice(run->Top->Device));
    CHECK(WdfIoTargetWdmGetTargetPhysicalDevice(run->Target) ==
          WdfDeviceWdmGetPhysicalDevice(run->Top->Device));
    CHECK(WdfIoTargetWdmGetTargetFileObject(run->Target) == NULL);
    CHECK(WdfIoTargetWdmGetTargetFileHandle(run->Target) == NULL);
    CHECK_STATUS(
        WdfIoTargetQueryTargetProperty(run->Target, DevicePropertyHardwareID, 0, NULL, &length),
        STATUS_BUFFER_TOO_SMALL);
    CHECK(length > sizeof(WCHAR) && length <= sizeof(text));
    CHECK_STATUS(WdfIoTargetQueryTargetProperty(run->Target, DevicePropertyHardwareID, sizeof(text),
                                                text, &length),
                 STATUS_SUCCESS);
    CHECK_EQUAL(text[0], 'R');
    CHECK_STATUS(WdfIoTargetQueryTargetProperty(run->Target, (DEVICE_REGISTRY_PROPERTY)0x7777,
                                                sizeof(text), text, &length),
                 STATUS_INVALID_PARAMETER_2);
    CHECK_STATUS(WdfIoTargetAllocAndQueryTargetProperty(run->Target, DevicePropertyHardwareID,
                                                        NonPagedPoolNx, WDF_NO_OBJECT_ATTRIBUTES,
                                                        &memory),
                 STATUS_SUCCESS);
    CHECK_EQUAL(((WCHAR *)WdfMemoryGetBuffer(memory, NULL))[0], 'R');
    WdfObjectDelete(memory);
    CHECK_STATUS(
        WdfIoTargetAllocAndQueryTargetProperty(run->Target, (DEVICE_REGISTRY_PROPERTY)0x7777,
                                               NonPagedPoolNx, WDF_NO_OBJECT_ATTRIBUTES, &memory),
        STATUS_INVALID_PARAMETER_2);
    CHECK(memory == NULL);
}

// What a client beside does decides how each of these comes back; each does, once.
static void Races(TOP_RUN *run)
{
    WDF_REQUEST_SEND_OPTIONS options;
    TOP_DONE done;
    WDFREQUEST request = Create(run);
    int round;

    TopInitDone(&done);
    for (round = 0; round < 12; round++) {
        CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(run->Target, request, IOCTL_BOTTOM_KEEP, NULL,
                                                      NULL, NULL, NULL),
                     STATUS_SUCCESS);
        WDF_REQUEST_SEND_OPTIONS_INIT(&options, 0);
        WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_US(1 + round));
        if (round % 3 == 1) {
            WdfIoTargetStop(run->Target, WdfIoTargetLeaveSentIoPending);
        }
        CHECK(TopSend(request, run->Target, &done, &options));
        switch (round % 3) {
        case 0:
            (void)WdfRequestCancelSentRequest(request);
            break;
        case 1:
            KeStallExecutionProcessor(1);
            CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
            break;
        default:
            WdfIoTargetStop(run->Target, WdfIoTargetCancelSentIo);
            CHECK_EQUAL(done.Calls, round + 1);
            CHECK_STATUS(WdfIoTargetStart(run->Target), STATUS_SUCCESS);
            break;
        }
        TopWait(&done);
        CHECK_EQUAL(done.Calls, round + 1);
        CHECK(done.Status == STATUS_SUCCESS || done.Status == STATUS_CANCELLED ||
              done.Status == STATUS_IO_TIMEOUT);
        CHECK_STATUS(TopReuse(request), STATUS_SUCCESS);
    }
    WdfObjectDelete(request);
}

const TOP_CASE StateCases[] = {
    {"HoldsWhileStopped", HoldsWhileStopped},
    {"CancelsWhatItHolds", CancelsWhatItHolds},
    {"StopCancels", StopCancels},
    {"StopWaits", StopWaits},
    {"Purges", Purges},
    {"LocalTarget", LocalTarget},
    {"Races", Races},
    {NULL, NULL},
};
