// A function driver that registers every callback of a device's life, for the order of their calls.
// LIFECYCLE_FAIL says which of them fails.

#include <ntddk.h>
#include <wdf.h>

#include "lifecycle.h"

#ifndef LIFECYCLE_FAIL
#define LIFECYCLE_FAIL LIFECYCLE_FAIL_NONE
#endif

#define RESULT(step) (LIFECYCLE_FAIL == (step) ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD LifeDeviceAdd;
EVT_WDF_DRIVER_UNLOAD LifeUnload;
EVT_WDF_DEVICE_PREPARE_HARDWARE LifePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE LifeReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY LifeD0Entry;
EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED LifeD0EntryPost;
EVT_WDF_DEVICE_D0_EXIT LifeD0Exit;
EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED LifeD0ExitPre;
EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT LifeInit;
EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND LifeSuspend;
EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART LifeRestart;
EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH LifeFlush;
EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP LifeSmCleanup;
EVT_WDF_DEVICE_SURPRISE_REMOVAL LifeSurpriseRemoval;
EVT_WDF_DEVICE_QUERY_REMOVE LifeQueryRemove;
EVT_WDF_OBJECT_CONTEXT_CLEANUP LifeCleanup;
EVT_WDF_OBJECT_CONTEXT_DESTROY LifeDestroy;
EVT_WDF_DEVICE_FILE_CREATE LifeFileCreate;
EVT_WDF_FILE_CLEANUP LifeFileCleanup;
EVT_WDF_FILE_CLOSE LifeFileClose;

NTSTATUS LifePrepareHardware(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Raw);
    UNREFERENCED_PARAMETER(Translated);
    return RESULT(LIFECYCLE_FAIL_PREPARE_HARDWARE);
}

NTSTATUS LifeReleaseHardware(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Translated);
    return STATUS_SUCCESS;
}

NTSTATUS LifeD0Entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE Previous)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Previous);
    return RESULT(LIFECYCLE_FAIL_D0_ENTRY);
}

NTSTATUS LifeD0EntryPost(WDFDEVICE Device, WDF_POWER_DEVICE_STATE Previous)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Previous);
    return STATUS_SUCCESS;
}

NTSTATUS LifeD0Exit(WDFDEVICE Device, WDF_POWER_DEVICE_STATE Target)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Target);
    return STATUS_SUCCESS;
}

NTSTATUS LifeD0ExitPre(WDFDEVICE Device, WDF_POWER_DEVICE_STATE Target)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Target);
    return STATUS_SUCCESS;
}

NTSTATUS LifeInit(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
    return RESULT(LIFECYCLE_FAIL_SELF_MANAGED_IO_INIT);
}

NTSTATUS LifeSuspend(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
    return STATUS_SUCCESS;
}

NTSTATUS LifeRestart(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
    return STATUS_SUCCESS;
}

VOID LifeFlush(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
}

VOID LifeSmCleanup(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
}

VOID LifeSurpriseRemoval(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
}

NTSTATUS LifeQueryRemove(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
    return RESULT(LIFECYCLE_FAIL_QUERY_REMOVE);
}

VOID LifeCleanup(WDFOBJECT Object)
{
    UNREFERENCED_PARAMETER(Object);
}

VOID LifeDestroy(WDFOBJECT Object)
{
    UNREFERENCED_PARAMETER(Object);
}

VOID LifeFileCreate(WDFDEVICE Device, WDFREQUEST Request, WDFFILEOBJECT File)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(File);
    WdfRequestComplete(Request, RESULT(LIFECYCLE_FAIL_FILE_CREATE));
}

VOID LifeFileCleanup(WDFFILEOBJECT File)
{
    UNREFERENCED_PARAMETER(File);
}

VOID LifeFileClose(WDFFILEOBJECT File)
{
    UNREFERENCED_PARAMETER(File);
}

static void RegisterPower(PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS events;

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&events);
    events.EvtDevicePrepareHardware = LifePrepareHardware;
    events.EvtDeviceReleaseHardware = LifeReleaseHardware;
    events.EvtDeviceD0Entry = LifeD0Entry;
    events.EvtDeviceD0EntryPostInterruptsEnabled = LifeD0EntryPost;
    events.EvtDeviceD0Exit = LifeD0Exit;
    events.EvtDeviceD0ExitPreInterruptsDisabled = LifeD0ExitPre;
    events.EvtDeviceSelfManagedIoInit = LifeInit;
    events.EvtDeviceSelfManagedIoSuspend = LifeSuspend;
    events.EvtDeviceSelfManagedIoRestart = LifeRestart;
    events.EvtDeviceSelfManagedIoFlush = LifeFlush;
    events.EvtDeviceSelfManagedIoCleanup = LifeSmCleanup;
    events.EvtDeviceSurpriseRemoval = LifeSurpriseRemoval;
    events.EvtDeviceQueryRemove = LifeQueryRemove;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &events);
}

NTSTATUS LifeDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Life");
    WDF_FILEOBJECT_CONFIG files;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    RegisterPower(DeviceInit);
    WDF_FILEOBJECT_CONFIG_INIT(&files, LifeFileCreate, LifeFileClose, LifeFileCleanup);
    WdfDeviceInitSetFileObjectConfig(DeviceInit, &files, WDF_NO_OBJECT_ATTRIBUTES);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.EvtCleanupCallback = LifeCleanup;
    attributes.EvtDestroyCallback = LifeDestroy;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreateSymbolicLink(device, &link);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return RESULT(LIFECYCLE_FAIL_DEVICE_ADD);
}

VOID LifeUnload(WDFDRIVER Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, LifeDeviceAdd);
    config.EvtDriverUnload = LifeUnload;
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
