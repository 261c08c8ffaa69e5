// Targets that the driver opens.

#include "top.h"

static WDFIOTARGET CreateTarget(TOP_RUN *run)
{
    WDFIOTARGET target = NULL;

    CHECK_STATUS(WdfIoTargetCreate(run->Top->Device, WDF_NO_OBJECT_ATTRIBUTES, &target),
                 STATUS_SUCCESS);
    return target;
}

// A control to the remote target, which is the same stack from its top: the filter passes it on.
static NTSTATUS Fail(WDFIOTARGET Target)
{
    return WdfIoTargetSendIoctlSynchronously(Target, NULL, IOCTL_BOTTOM_FAIL, NULL, NULL, NULL,
                                             NULL);
}

static void OpensByName(TOP_RUN *run)
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\DosDevices\\Bottom");
    WDF_IO_TARGET_OPEN_PARAMS params;
    WDFIOTARGET target = CreateTarget(run);
    WDFREQUEST request;

    CHECK_EQUAL(WdfIoTargetGetState(target), WdfIoTargetClosed);
    CHECK(WdfIoTargetWdmGetTargetDeviceObject(target) == NULL);
    CHECK_STATUS(WdfIoTargetStart(target), STATUS_INVALID_DEVICE_STATE);
    // A request may be made for it before it is open.
    CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, target, &request), STATUS_SUCCESS);
    CHECK_STATUS(Fail(target), STATUS_INVALID_DEVICE_STATE);
    WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &name, GENERIC_READ | GENERIC_WRITE);
    params.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_SUCCESS);
    CHECK_EQUAL(params.FileInformation, FILE_OPENED);
    CHECK_EQUAL(WdfIoTargetGetState(target), WdfIoTargetStarted);
    CHECK(WdfIoTargetGetDevice(target) == run->Top->Device);
    CHECK(WdfIoTargetWdmGetTargetDeviceObject(target) ==
          WdfDeviceWdmGetDeviceObject(run->Top->Device));
    CHECK(WdfIoTargetWdmGetTargetPhysicalDevice(target) ==
          WdfDeviceWdmGetPhysicalDevice(run->Top->Device));
    CHECK(WdfIoTargetWdmGetTargetFileObject(target) != NULL);
    CHECK(WdfIoTargetWdmGetTargetFileHandle(target) != NULL);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_DEVICE_STATE);
    CHECK_STATUS(Fail(target), STATUS_DEVICE_DATA_ERROR);
    CHECK(TopSeen(run).HasFile);
    CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(target, request, IOCTL_BOTTOM_FAIL, NULL, NULL,
                                                  NULL, NULL),
                 STATUS_SUCCESS);
    WdfObjectDelete(request);
    WdfIoTargetClose(target);
    CHECK_EQUAL(WdfIoTargetGetState(target), WdfIoTargetClosed);
    CHECK_STATUS(Fail(target), STATUS_INVALID_DEVICE_STATE);
    // The same again, by what it remembers.
    WDF_IO_TARGET_OPEN_PARAMS_INIT_REOPEN(&params);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_SUCCESS);
    CHECK_STATUS(Fail(target), STATUS_DEVICE_DATA_ERROR);
    WdfIoTargetCloseForQueryRemove(target);
    CHECK_EQUAL(WdfIoTargetGetState(target), WdfIoTargetClosedForQueryRemove);
    CHECK(WdfIoTargetWdmGetTargetFileObject(target) == NULL);
    CHECK_STATUS(WdfIoTargetStart(target), STATUS_INVALID_DEVICE_STATE);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_SUCCESS);
    // Deleting closes it.
    WdfObjectDelete(target);
}

static void OpensExistingDevice(TOP_RUN *run)
{
    WDF_IO_TARGET_OPEN_PARAMS params;
    FILE_OBJECT wrong;
    WDFIOTARGET target = CreateTarget(run);

    WDF_IO_TARGET_OPEN_PARAMS_INIT_EXISTING_DEVICE(&params,
                                                   WdfDeviceWdmGetAttachedDevice(run->Top->Device));
    RtlZeroMemory(&wrong, sizeof(wrong));
    params.TargetFileObject = &wrong;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_NO_SUCH_DEVICE);
    params.TargetFileObject = NULL;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_SUCCESS);
    CHECK(WdfIoTargetWdmGetTargetFileHandle(target) == NULL);
    CHECK_STATUS(Fail(target), STATUS_DEVICE_DATA_ERROR);
    CHECK(!TopSeen(run).HasFile);
    WdfIoTargetClose(target);
    WDF_IO_TARGET_OPEN_PARAMS_INIT_REOPEN(&params);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_DEVICE_STATE);
    WdfObjectDelete(target);
}

static void OpenFailures(TOP_RUN *run)
{
    DECLARE_CONST_UNICODE_STRING(nothing, L"\\DosDevices\\NoSuchThing");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_TARGET_OPEN_PARAMS params;
    WDFIOTARGET target = CreateTarget(run);
    WDFIOTARGET other;

    WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &nothing, GENERIC_READ);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_NOT_FOUND);
    CHECK_EQUAL(WdfIoTargetGetState(target), WdfIoTargetClosed);
    params.TargetDeviceName.Length = 0;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_PARAMETER);
    params.Size--;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INFO_LENGTH_MISMATCH);
    params.Size++;
    params.Type = WdfIoTargetOpenUndefined;
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_PARAMETER);
    WDF_IO_TARGET_OPEN_PARAMS_INIT_EXISTING_DEVICE(&params, NULL);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_PARAMETER);
    WDF_IO_TARGET_OPEN_PARAMS_INIT_REOPEN(&params);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_INVALID_DEVICE_STATE);
    WdfObjectDelete(target);
    // Its parent must be the device or below it.
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = WdfGetDriver();
    CHECK_STATUS(WdfIoTargetCreate(run->Top->Device, &attributes, &other),
                 STATUS_INVALID_DEVICE_REQUEST);
    attributes.ParentObject = WdfDeviceGetDefaultQueue(run->Top->Device);
    CHECK_STATUS(WdfIoTargetCreate(run->Top->Device, &attributes, &other), STATUS_SUCCESS);
    WdfObjectDelete(other);
}

static void ClosingCancels(TOP_RUN *run)
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\DosDevices\\Bottom");
    WDF_IO_TARGET_OPEN_PARAMS params;
    WDF_REQUEST_SEND_OPTIONS options;
    TOP_DONE done[3];
    WDFREQUEST requests[3];
    WDFIOTARGET target = CreateTarget(run);
    int i;

    WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &name, GENERIC_READ | GENERIC_WRITE);
    CHECK_STATUS(WdfIoTargetOpen(target, &params), STATUS_SUCCESS);
    for (i = 0; i < 3; i++) {
        TopInitDone(&done[i]);
        CHECK_STATUS(WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, target, &requests[i]),
                     STATUS_SUCCESS);
        CHECK_STATUS(WdfIoTargetFormatRequestForIoctl(target, requests[i], IOCTL_BOTTOM_KEEP, NULL,
                                                      NULL, NULL, NULL),
                     STATUS_SUCCESS);
        WDF_REQUEST_SEND_OPTIONS_INIT(&options,
                                      i == 1 ? WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE : 0);
        if (i == 2) {
            WdfIoTargetStop(target, WdfIoTargetLeaveSentIoPending);
        }
        CHECK(TopSend(requests[i], target, &done[i], &options));
    }
    WdfIoTargetClose(target);
    for (i = 0; i < 3; i++) {
        CHECK_EQUAL(done[i].Calls, 1);
        CHECK_STATUS(done[i].Status, STATUS_CANCELLED);
        WdfObjectDelete(requests[i]);
    }
    WdfObjectDelete(target);
}

const TOP_CASE RemoteCases[] = {
    {"OpensByName", OpensByName},
    {"OpensExistingDevice", OpensExistingDevice},
    {"OpenFailures", OpenFailures},
    {"ClosingCancels", ClosingCancels},
    {NULL, NULL},
};
