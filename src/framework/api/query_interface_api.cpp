#include "framework/api/functions.h"
#include "framework/device/device.h"
#include "framework/pnp/query_interface.h"
#include "framework/target/io_target.h"

namespace openkmdf::framework::api {

NTSTATUS NTAPI WdfDeviceAddQueryInterface(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                          PWDF_QUERY_INTERFACE_CONFIG InterfaceConfig)
{
    return offer_interface(*object_cast<framework::Device>(Device), *InterfaceConfig);
}

NTSTATUS NTAPI WdfFdoQueryForInterface(PWDF_DRIVER_GLOBALS, WDFDEVICE Fdo, LPCGUID InterfaceType,
                                       PINTERFACE Interface, USHORT Size, USHORT Version,
                                       PVOID InterfaceSpecificData)
{
    if (!Fdo || !InterfaceType || !Interface) return STATUS_INVALID_PARAMETER;
    framework::Device &device = *object_cast<framework::Device>(Fdo);
    if (!device.lower) return STATUS_INVALID_PARAMETER;
    // From the top, so that every driver of the stack may answer.
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device.wdm);
    const NTSTATUS status =
        query_interface(top, *InterfaceType, Interface, Size, Version, InterfaceSpecificData);
    ObDereferenceObject(top);
    return status;
}

}  // namespace openkmdf::framework::api
