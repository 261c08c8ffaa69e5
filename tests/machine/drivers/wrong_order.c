// The tutorial's calls in an order in which they cannot work; WRONG_ORDER says which.

#include <ntddk.h>
#include <wdf.h>

#define DRIVER_TWICE 1        // WdfDriverCreate is called again
#define NO_DRIVER 2           // DriverEntry succeeds without it
#define DEVICE_TWICE 3        // the DEVICE_INIT is used up by the first WdfDeviceCreate
#define LINK_BEFORE_DEVICE 4  // there is no device that the link could name
#define INIT_AFTER_DEVICE 5   // a setting comes after the device was made with the others
#define DEVICE_AND_FAILURE 6  // the device is made, then EvtDriverDeviceAdd fails

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD WrongOrderDeviceAdd;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status = STATUS_SUCCESS;

    WDF_DRIVER_CONFIG_INIT(&config, WrongOrderDeviceAdd);
#if WRONG_ORDER != NO_DRIVER
    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                             WDF_NO_HANDLE);
#endif
#if WRONG_ORDER == DRIVER_TWICE
    if (NT_SUCCESS(status)) {
        status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                                 WDF_NO_HANDLE);
    }
#endif
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return status;
}

NTSTATUS WrongOrderDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\WrongOrder");
    WDFDEVICE device = NULL;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
#if WRONG_ORDER == LINK_BEFORE_DEVICE
    status = WdfDeviceCreateSymbolicLink(device, &link);
    if (!NT_SUCCESS(status)) {
        return status;
    }
#endif
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
#if WRONG_ORDER == DEVICE_TWICE
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
#elif WRONG_ORDER == INIT_AFTER_DEVICE
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoBuffered);
#endif
    status = WdfDeviceCreateSymbolicLink(device, &link);
#if WRONG_ORDER == DEVICE_AND_FAILURE
    if (NT_SUCCESS(status)) {
        status = STATUS_DEVICE_CONFIGURATION_ERROR;
    }
#endif
    return status;
}
