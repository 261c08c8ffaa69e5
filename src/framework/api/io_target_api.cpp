#include "framework/api/functions.h"
#include "framework/driver/globals.h"
#include "framework/support/memory.h"
#include "framework/target/remote_target.h"
#include "framework/target/target_io.h"

namespace openkmdf::framework::api {

namespace {

framework::IoTarget &target_of(WDFIOTARGET handle)
{
    return *object_cast<framework::IoTarget>(handle);
}

}  // namespace

// --- Life ------------------------------------------------------------------------------------

NTSTATUS NTAPI WdfIoTargetCreate(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                 PWDF_OBJECT_ATTRIBUTES IoTargetAttributes, WDFIOTARGET *IoTarget)
{
    *IoTarget = nullptr;
    framework::IoTarget *target = nullptr;
    const NTSTATUS status =
        create_remote_target(*object_cast<framework::Device>(Device), IoTargetAttributes, &target);
    if (NT_SUCCESS(status)) *IoTarget = target_handle(*target);
    return status;
}

NTSTATUS NTAPI WdfIoTargetOpen(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                               PWDF_IO_TARGET_OPEN_PARAMS OpenParams)
{
    return open_remote_target(target_of(IoTarget), *OpenParams);
}

VOID NTAPI WdfIoTargetCloseForQueryRemove(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    close_for_query_remove(target_of(IoTarget));
}

VOID NTAPI WdfIoTargetClose(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    close_remote_target(target_of(IoTarget));
}

// --- State -----------------------------------------------------------------------------------

NTSTATUS NTAPI WdfIoTargetStart(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    return start_target(target_of(IoTarget));
}

VOID NTAPI WdfIoTargetStop(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                           WDF_IO_TARGET_SENT_IO_ACTION Action)
{
    stop_target(target_of(IoTarget), Action);
}

VOID NTAPI WdfIoTargetPurge(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                            WDF_IO_TARGET_PURGE_IO_ACTION Action)
{
    purge_target(target_of(IoTarget), Action);
}

WDF_IO_TARGET_STATE NTAPI WdfIoTargetGetState(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    return target_state(target_of(IoTarget));
}

WDFDEVICE NTAPI WdfIoTargetGetDevice(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    return static_cast<WDFDEVICE>(handle_of(target_of(IoTarget).device));
}

// --- What is behind it -----------------------------------------------------------------------

PDEVICE_OBJECT NTAPI WdfIoTargetWdmGetTargetDeviceObject(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    return target_of(IoTarget).target;
}

PDEVICE_OBJECT NTAPI WdfIoTargetWdmGetTargetPhysicalDevice(PWDF_DRIVER_GLOBALS,
                                                           WDFIOTARGET IoTarget)
{
    return physical_device(target_of(IoTarget));
}

PFILE_OBJECT NTAPI WdfIoTargetWdmGetTargetFileObject(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    return target_of(IoTarget).file;
}

HANDLE NTAPI WdfIoTargetWdmGetTargetFileHandle(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget)
{
    const framework::IoTarget &target = target_of(IoTarget);
    return target.remote ? target.remote->handle : nullptr;
}

NTSTATUS NTAPI WdfIoTargetQueryTargetProperty(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                              DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                              ULONG BufferLength, PVOID PropertyBuffer,
                                              PULONG ResultLength)
{
    *ResultLength = 0;
    PDEVICE_OBJECT physical = physical_device(target_of(IoTarget));
    if (!physical) return STATUS_INVALID_DEVICE_REQUEST;
    return IoGetDeviceProperty(physical, DeviceProperty, BufferLength, PropertyBuffer,
                               ResultLength);
}

NTSTATUS NTAPI
WdfIoTargetAllocAndQueryTargetProperty(PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget,
                                       DEVICE_REGISTRY_PROPERTY DeviceProperty, POOL_TYPE PoolType,
                                       PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
                                       WDFMEMORY *PropertyMemory)
{
    *PropertyMemory = nullptr;
    PDEVICE_OBJECT physical = physical_device(target_of(IoTarget));
    if (!physical) return STATUS_INVALID_DEVICE_REQUEST;
    ULONG size = 0;
    NTSTATUS status = IoGetDeviceProperty(physical, DeviceProperty, 0, nullptr, &size);
    // It may grow between asking for its size and for itself.
    while (status == STATUS_BUFFER_TOO_SMALL) {
        WDFMEMORY memory;
        PVOID buffer;
        status = WdfMemoryCreate(DriverGlobals, PropertyMemoryAttributes, PoolType, 0, size,
                                 &memory, &buffer);
        if (!NT_SUCCESS(status)) return status;
        const ULONG room = size;
        status = IoGetDeviceProperty(physical, DeviceProperty, room, buffer, &size);
        if (NT_SUCCESS(status)) *PropertyMemory = memory;
        else WdfObjectDelete(DriverGlobals, memory);
    }
    return status;
}

NTSTATUS NTAPI WdfIoTargetQueryForInterface(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                            LPCGUID InterfaceType, PINTERFACE Interface,
                                            USHORT Size, USHORT Version,
                                            PVOID InterfaceSpecificData)
{
    if (!IoTarget || !InterfaceType || !Interface) return STATUS_INVALID_PARAMETER;
    PDEVICE_OBJECT device = target_of(IoTarget).target;
    if (!device) return STATUS_INVALID_DEVICE_STATE;
    return query_interface(device, *InterfaceType, Interface, Size, Version, InterfaceSpecificData);
}

}  // namespace openkmdf::framework::api
