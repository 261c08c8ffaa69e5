// The device: its creation, its hardware and its power.

#include <initguid.h>

#include "echo.h"

DECLARE_CONST_UNICODE_STRING(EchoLinkName, L"\\DosDevices\\Echo");

static NTSTATUS CreateMessage(WDFDEVICE Device)
{
    ECHO_DEVICE *echo = EchoGetDevice(Device);
    WDF_OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    status = WdfSpinLockCreate(&attributes, &echo->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfMemoryCreate(&attributes, NonPagedPoolNx, ECHO_POOL_TAG, ECHO_MESSAGE_SIZE,
                           &echo->Message, NULL);
}

NTSTATUS EchoCreateDevice(PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnpPower;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnpPower);
    pnpPower.EvtDevicePrepareHardware = EchoEvtDevicePrepareHardware;
    pnpPower.EvtDeviceReleaseHardware = EchoEvtDeviceReleaseHardware;
    pnpPower.EvtDeviceD0Entry = EchoEvtDeviceD0Entry;
    pnpPower.EvtDeviceD0Exit = EchoEvtDeviceD0Exit;
    pnpPower.EvtDeviceSurpriseRemoval = EchoEvtDeviceSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnpPower);
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoBuffered);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, ECHO_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    EchoGetDevice(device)->DelayMs = ECHO_DEFAULT_DELAY_MS;

    status = CreateMessage(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = EchoCreateQueues(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_ECHO, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreateSymbolicLink(device, &EchoLinkName);
    KdPrint(("Echo: device added, \\\\.\\Echo is there: 0x%08X\n", status));
    return status;
}

NTSTATUS EchoEvtDevicePrepareHardware(WDFDEVICE Device, WDFCMRESLIST ResourcesRaw,
                                      WDFCMRESLIST ResourcesTranslated)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(ResourcesRaw);
    PAGED_CODE();

    KdPrint(("Echo: hardware with %lu resources\n",
             WdfCmResourceListGetCount(ResourcesTranslated)));
    return STATUS_SUCCESS;
}

NTSTATUS EchoEvtDeviceReleaseHardware(WDFDEVICE Device, WDFCMRESLIST ResourcesTranslated)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(ResourcesTranslated);
    PAGED_CODE();

    KdPrint(("Echo: hardware released\n"));
    return STATUS_SUCCESS;
}

NTSTATUS EchoEvtDeviceD0Entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    ECHO_DEVICE *echo = EchoGetDevice(Device);

    WdfSpinLockAcquire(echo->Lock);
    echo->Statistics.PowerUps++;
    WdfSpinLockRelease(echo->Lock);
    KdPrint(("Echo: power on, from state %d\n", PreviousState));
    return STATUS_SUCCESS;
}

NTSTATUS EchoEvtDeviceD0Exit(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState)
{
    WdfTimerStop(EchoGetDevice(Device)->Timer, TRUE);
    KdPrint(("Echo: power off, to state %d\n", TargetState));
    return STATUS_SUCCESS;
}

VOID EchoEvtDeviceSurpriseRemoval(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
    PAGED_CODE();

    KdPrint(("Echo: unplugged\n"));
}
