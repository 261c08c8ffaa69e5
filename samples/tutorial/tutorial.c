// The smallest driver with a device that programs can open. With TUTORIAL_WITHOUT_UNLOAD defined it
// has no unload callback.

#include <ntddk.h>
#include <wdf.h>

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD TutorialDeviceAdd;
EVT_WDF_DRIVER_UNLOAD TutorialUnload;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, TutorialDeviceAdd);
#ifndef TUTORIAL_WITHOUT_UNLOAD
    config.EvtDriverUnload = TutorialUnload;
#endif
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}

NTSTATUS TutorialDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Tutorial");
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

VOID TutorialUnload(WDFDRIVER Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}
