#pragma once

#include <ntddk.h>
#include <wdf.h>

#include "public.h"

#define ECHO_POOL_TAG 'ohcE'
#define ECHO_DEFAULT_DELAY_MS 10
#define ECHO_LONGEST_DELAY_MS 60000

typedef struct ECHO_DEVICE {
    WDFQUEUE ReadQueue;
    WDFTIMER Timer;

    WDFSPINLOCK Lock;
    // All below belongs to the lock.
    WDFREQUEST PendingRead;
    WDFMEMORY Message;
    size_t MessageSize;
    ULONG DelayMs;
    ECHO_STATISTICS Statistics;
} ECHO_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ECHO_DEVICE, EchoGetDevice)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD EchoEvtDriverDeviceAdd;
EVT_WDF_DRIVER_UNLOAD EchoEvtDriverUnload;

NTSTATUS EchoCreateDevice(PWDFDEVICE_INIT DeviceInit);
EVT_WDF_DEVICE_PREPARE_HARDWARE EchoEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE EchoEvtDeviceReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY EchoEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT EchoEvtDeviceD0Exit;
EVT_WDF_DEVICE_SURPRISE_REMOVAL EchoEvtDeviceSurpriseRemoval;

NTSTATUS EchoCreateQueues(WDFDEVICE Device);
EVT_WDF_IO_QUEUE_IO_READ EchoEvtIoRead;
EVT_WDF_IO_QUEUE_IO_WRITE EchoEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EchoEvtIoDeviceControl;
EVT_WDF_IO_QUEUE_IO_STOP EchoEvtIoStop;
EVT_WDF_REQUEST_CANCEL EchoEvtRequestCancel;
EVT_WDF_TIMER EchoEvtTimer;
