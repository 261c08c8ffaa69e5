#include "framework/api/functions.h"
#include "framework/device/device_details.h"
#include "framework/device/device_init.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/text_objects.h"

#include "base/function_ref.h"

// What the PnP manager knows of a device, and the names that it has.

namespace openkmdf::framework::api {

namespace {

framework::Device &device(WDFDEVICE handle)
{
    return *object_cast<framework::Device>(handle);
}

// The PDO of an init that EvtDriverDeviceAdd got; nullptr: it is another init.
PDEVICE_OBJECT physical_of(const WDFDEVICE_INIT &init)
{
    return init.kind == DeviceInitKind::Function ? init.physical : nullptr;
}

// --- Properties by number and by key -------------------------------------------------------------

NTSTATUS query_property(PDEVICE_OBJECT physical, DEVICE_REGISTRY_PROPERTY property, ULONG length,
                        PVOID buffer, PULONG result)
{
    *result = 0;
    // A control device has no properties.
    if (!physical) return STATUS_INVALID_DEVICE_REQUEST;
    return IoGetDeviceProperty(physical, property, length, buffer, result);
}

NTSTATUS check_key(const WDF_DEVICE_PROPERTY_DATA &key)
{
    if (key.Size != sizeof key) return STATUS_INFO_LENGTH_MISMATCH;
    if (key.Lcid == LOCALE_USER_DEFAULT || key.Lcid == LOCALE_SYSTEM_DEFAULT)
        return STATUS_INVALID_PARAMETER;
    return key.PropertyKey ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS query_property(PDEVICE_OBJECT physical, const WDF_DEVICE_PROPERTY_DATA &key, ULONG length,
                        PVOID buffer, PULONG result, PDEVPROPTYPE type)
{
    *result = 0;
    *type = DEVPROP_TYPE_EMPTY;
    NTSTATUS status = check_key(key);
    if (!NT_SUCCESS(status)) return status;
    if (!physical) return STATUS_INVALID_DEVICE_REQUEST;
    return IoGetDevicePropertyData(physical, key.PropertyKey, key.Lcid, key.Flags, length, buffer,
                                   result, type);
}

using Query = base::FunctionRef<NTSTATUS(ULONG length, PVOID buffer, PULONG result)>;

// The property as a memory object, made as large as the property turns out to be.
NTSTATUS allocate_and_query(PWDF_DRIVER_GLOBALS globals, POOL_TYPE pool,
                            PWDF_OBJECT_ATTRIBUTES attributes, WDFMEMORY *memory, Query query)
{
    *memory = nullptr;
    ULONG length = 0;
    NTSTATUS status = query(0, nullptr, &length);
    while (status == STATUS_BUFFER_TOO_SMALL) {
        PVOID buffer;
        WDFMEMORY created;
        status = WdfMemoryCreate(globals, attributes, pool, 0, length, &created, &buffer);
        if (!NT_SUCCESS(status)) return status;
        const ULONG room = length;
        status = query(room, buffer, &length);
        // It may have become longer in between, or shorter, which the memory's size has to say.
        if (NT_SUCCESS(status) && length == room) {
            *memory = created;
            return status;
        }
        delete_object(*object_of(created));
        if (NT_SUCCESS(status) && length) status = STATUS_BUFFER_TOO_SMALL;
    }
    // No memory object holds nothing.
    return NT_SUCCESS(status) ? STATUS_OBJECT_NAME_NOT_FOUND : status;
}

NTSTATUS allocate_and_query(PWDF_DRIVER_GLOBALS globals, PDEVICE_OBJECT physical,
                            DEVICE_REGISTRY_PROPERTY property, POOL_TYPE pool,
                            PWDF_OBJECT_ATTRIBUTES attributes, WDFMEMORY *memory)
{
    return allocate_and_query(globals, pool, attributes, memory,
                              [&](ULONG length, PVOID buffer, PULONG result) {
                                  return query_property(physical, property, length, buffer, result);
                              });
}

NTSTATUS allocate_and_query(PWDF_DRIVER_GLOBALS globals, PDEVICE_OBJECT physical,
                            const WDF_DEVICE_PROPERTY_DATA &key, POOL_TYPE pool,
                            PWDF_OBJECT_ATTRIBUTES attributes, WDFMEMORY *memory, PDEVPROPTYPE type)
{
    return allocate_and_query(
        globals, pool, attributes, memory, [&](ULONG length, PVOID buffer, PULONG result) {
            return query_property(physical, key, length, buffer, result, type);
        });
}

}  // namespace

NTSTATUS NTAPI WdfDeviceQueryProperty(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                      DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength,
                                      PVOID PropertyBuffer, PULONG ResultLength)
{
    return query_property(device(Device).physical, DeviceProperty, BufferLength, PropertyBuffer,
                          ResultLength);
}

NTSTATUS NTAPI WdfDeviceAllocAndQueryProperty(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                              DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                              POOL_TYPE PoolType,
                                              PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
                                              WDFMEMORY *PropertyMemory)
{
    return allocate_and_query(DriverGlobals, device(Device).physical, DeviceProperty, PoolType,
                              PropertyMemoryAttributes, PropertyMemory);
}

NTSTATUS NTAPI WdfDeviceQueryPropertyEx(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                        PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                        ULONG BufferLength, PVOID PropertyBuffer,
                                        PULONG RequiredSize, PDEVPROPTYPE Type)
{
    return query_property(device(Device).physical, *DeviceProperty, BufferLength, PropertyBuffer,
                          RequiredSize, Type);
}

NTSTATUS NTAPI WdfDeviceAllocAndQueryPropertyEx(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                                PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                                POOL_TYPE PoolType,
                                                PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
                                                WDFMEMORY *PropertyMemory, PDEVPROPTYPE Type)
{
    return allocate_and_query(DriverGlobals, device(Device).physical, *DeviceProperty, PoolType,
                              PropertyMemoryAttributes, PropertyMemory, Type);
}

NTSTATUS NTAPI WdfDeviceAssignProperty(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                       PWDF_DEVICE_PROPERTY_DATA DeviceProperty, DEVPROPTYPE Type,
                                       ULONG Size, PVOID Data)
{
    NTSTATUS status = check_key(*DeviceProperty);
    if (!NT_SUCCESS(status)) return status;
    PDEVICE_OBJECT physical = device(Device).physical;
    if (!physical) return STATUS_INVALID_DEVICE_REQUEST;
    return IoSetDevicePropertyData(physical, DeviceProperty->PropertyKey, DeviceProperty->Lcid,
                                   DeviceProperty->Flags, Type, Size, Data);
}

// --- Before the device is created ----------------------------------------------------------------

NTSTATUS NTAPI WdfFdoInitQueryProperty(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                       DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength,
                                       PVOID PropertyBuffer, PULONG ResultLength)
{
    return query_property(physical_of(*DeviceInit), DeviceProperty, BufferLength, PropertyBuffer,
                          ResultLength);
}

NTSTATUS NTAPI WdfFdoInitAllocAndQueryProperty(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               PWDFDEVICE_INIT DeviceInit,
                                               DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                               POOL_TYPE PoolType,
                                               PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
                                               WDFMEMORY *PropertyMemory)
{
    return allocate_and_query(DriverGlobals, physical_of(*DeviceInit), DeviceProperty, PoolType,
                              PropertyMemoryAttributes, PropertyMemory);
}

NTSTATUS NTAPI WdfFdoInitQueryPropertyEx(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                         PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                         ULONG BufferLength, PVOID PropertyBuffer,
                                         PULONG ResultLength, PDEVPROPTYPE Type)
{
    return query_property(physical_of(*DeviceInit), *DeviceProperty, BufferLength, PropertyBuffer,
                          ResultLength, Type);
}

NTSTATUS NTAPI WdfFdoInitAllocAndQueryPropertyEx(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 PWDFDEVICE_INIT DeviceInit,
                                                 PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                                 POOL_TYPE PoolType,
                                                 PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
                                                 WDFMEMORY *PropertyMemory, PDEVPROPTYPE Type)
{
    return allocate_and_query(DriverGlobals, physical_of(*DeviceInit), *DeviceProperty, PoolType,
                              PropertyMemoryAttributes, PropertyMemory, Type);
}

// --- Names ---------------------------------------------------------------------------------------

NTSTATUS NTAPI WdfDeviceRetrieveDeviceName(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, WDFSTRING String)
{
    const UNICODE_STRING &name = device(Device).name;
    // Only what WdfDeviceInitAssignName said.
    if (!name.Buffer) return STATUS_OBJECT_NAME_NOT_FOUND;
    return object_cast<framework::String>(String)->assign(name);
}

NTSTATUS NTAPI WdfDeviceRetrieveDeviceInterfaceString(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                      CONST GUID *InterfaceClassGUID,
                                                      PCUNICODE_STRING ReferenceString,
                                                      WDFSTRING String)
{
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return STATUS_INVALID_DEVICE_REQUEST;
    if (ReferenceString && !is_valid(*ReferenceString)) return STATUS_INVALID_PARAMETER;
    framework::Device &owner = device(Device);
    if (owner.role == DeviceRole::Control) return STATUS_INVALID_DEVICE_REQUEST;
    const DeviceInterface *interface = find_interface(owner, *InterfaceClassGUID, ReferenceString);
    if (!interface) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!interface->link.Buffer) return STATUS_INVALID_DEVICE_STATE;
    return object_cast<framework::String>(String)->assign(interface->link);
}

// The name is reported when a device registers its WMI providers.
NTSTATUS NTAPI WdfDeviceAssignMofResourceName(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                              PCUNICODE_STRING MofResourceName)
{
    framework::Device &owner = device(Device);
    UNICODE_STRING &name = owner.details->mof_resource;
    if (name.Buffer) return STATUS_INVALID_DEVICE_REQUEST;
    if (!is_valid(*MofResourceName) || !MofResourceName->Length) return STATUS_INVALID_PARAMETER;
    return copy_string(*owner.globals->library->kernel->arena, *MofResourceName, name)
               ? STATUS_SUCCESS
               : STATUS_INSUFFICIENT_RESOURCES;
}

}  // namespace openkmdf::framework::api
