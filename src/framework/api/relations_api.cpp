#include "framework/api/functions.h"
#include "framework/device/device_details.h"

// Devices that a driver relates to its own.

namespace openkmdf::framework::api {

namespace {

framework::Device &device(WDFDEVICE handle)
{
    return *object_cast<framework::Device>(handle);
}

RelatedList &removal_relations(WDFDEVICE handle)
{
    return device(handle).details->removal_relations;
}
RelatedList &usage_dependents(WDFDEVICE handle)
{
    return device(handle).details->usage_dependents;
}

}  // namespace

NTSTATUS NTAPI WdfDeviceAddRemovalRelationsPhysicalDevice(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                          PDEVICE_OBJECT PhysicalDevice)
{
    return add_related(device(Device), removal_relations(Device), PhysicalDevice);
}

VOID NTAPI WdfDeviceRemoveRemovalRelationsPhysicalDevice(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                         PDEVICE_OBJECT PhysicalDevice)
{
    remove_related(device(Device), removal_relations(Device), PhysicalDevice);
}

VOID NTAPI WdfDeviceClearRemovalRelationsDevices(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    clear_related(device(Device), removal_relations(Device));
}

NTSTATUS NTAPI WdfDeviceAddDependentUsageDeviceObject(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                      PDEVICE_OBJECT DependentDevice)
{
    return add_related(device(Device), usage_dependents(Device), DependentDevice);
}

VOID NTAPI WdfDeviceRemoveDependentUsageDeviceObject(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                     PDEVICE_OBJECT DependentDevice)
{
    remove_related(device(Device), usage_dependents(Device), DependentDevice);
}

}  // namespace openkmdf::framework::api
