// The echo driver: what is written to its device comes back in reads, a moment later.

#include "echo.h"

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;

    WDF_DRIVER_CONFIG_INIT(&config, EchoEvtDriverDeviceAdd);
    config.EvtDriverUnload = EchoEvtDriverUnload;
    config.DriverPoolTag = ECHO_POOL_TAG;

    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                             WDF_NO_HANDLE);
    KdPrint(("Echo: DriverEntry for %wZ: 0x%08X\n", RegistryPath, status));
    return status;
}

NTSTATUS EchoEvtDriverDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    return EchoCreateDevice(DeviceInit);
}

VOID EchoEvtDriverUnload(WDFDRIVER Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    KdPrint(("Echo: unloaded\n"));
}
