#include "framework/api/functions.h"
#include "framework/device/device.h"
#include "framework/device/device_init.h"
#include "framework/driver/driver.h"
#include "framework/support/library.h"
#include "framework/support/registry_key.h"
#include "framework/support/strings.h"

// Opening, closing and removing registry keys.

namespace openkmdf::framework {

const TypeInfo RegistryKey::kInfo = {
    ObjectType::Key, "WDFKEY", sizeof(RegistryKey), true, true, nullptr, [](Object &object) {
        auto &key = static_cast<RegistryKey &>(object);
        if (key.handle) ZwClose(key.handle);
    }};

NTSTATUS make_registry_key(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes,
                           base::FunctionRef<NTSTATUS(HANDLE *)> open, WDFKEY *key)
{
    *key = nullptr;
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = check_attributes(attributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *object = create_object<RegistryKey>(globals, attributes, default_parent(globals));
    if (!object) return STATUS_INSUFFICIENT_RESOURCES;
    status = open(&object->handle);
    if (NT_SUCCESS(status)) status = publish(*object);
    if (!NT_SUCCESS(status)) {
        discard_object(*object);
        return status;
    }
    *key = static_cast<WDFKEY>(handle_of(object));
    return STATUS_SUCCESS;
}

namespace api {

namespace {

RegistryKey &key_of(WDFKEY handle)
{
    return *object_cast<RegistryKey>(handle);
}

struct KeyName {
    OBJECT_ATTRIBUTES attributes;

    KeyName(WDFKEY parent, PCUNICODE_STRING name)
    {
        InitializeObjectAttributes(&attributes, const_cast<PUNICODE_STRING>(name),
                                   OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                                   parent ? key_of(parent).handle : nullptr, nullptr);
    }
};

NTSTATUS open_device_key(Globals &globals, PDEVICE_OBJECT physical, ULONG type, ACCESS_MASK access,
                         const WDF_OBJECT_ATTRIBUTES *attributes, WDFKEY *key)
{
    return make_registry_key(
        globals, attributes,
        [&](HANDLE *handle) { return IoOpenDeviceRegistryKey(physical, type, access, handle); },
        key);
}

NTSTATUS open_driver_key(WDFDRIVER handle, DRIVER_REGKEY_TYPE type, ACCESS_MASK access,
                         const WDF_OBJECT_ATTRIBUTES *attributes, WDFKEY *key)
{
    auto &driver = *object_cast<framework::Driver>(handle);
    return make_registry_key(
        *driver.globals, attributes,
        [&](HANDLE *opened) {
            return IoOpenDriverRegistryKey(driver.wdm, type, access, 0, opened);
        },
        key);
}

NTSTATUS create_volatile(HANDLE root, const UNICODE_STRING &name, ACCESS_MASK access, HANDLE *key)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, const_cast<PUNICODE_STRING>(&name),
                               OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root, nullptr);
    return ZwCreateKey(key, access, &attributes, 0, nullptr, REG_OPTION_VOLATILE, nullptr);
}

NTSTATUS create_in_device_map(const UNICODE_STRING &name, ACCESS_MASK access, HANDLE *key)
{
    UNICODE_STRING map_name;
    RtlInitUnicodeString(&map_name, u"\\Registry\\Machine\\Hardware\\DeviceMap");
    HANDLE map;
    NTSTATUS status = create_volatile(nullptr, map_name, KEY_CREATE_SUB_KEY, &map);
    if (!NT_SUCCESS(status)) return status;
    status = create_volatile(map, name, access, key);
    ZwClose(map);
    return status;
}

}  // namespace

NTSTATUS NTAPI WdfRegistryOpenKey(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY ParentKey,
                                  PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess,
                                  PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    *Key = nullptr;
    if (!is_valid(*KeyName)) return STATUS_INVALID_PARAMETER;
    api::KeyName name(ParentKey, KeyName);
    return make_registry_key(
        globals_of(DriverGlobals), KeyAttributes,
        [&](HANDLE *handle) { return ZwOpenKey(handle, DesiredAccess, &name.attributes); }, Key);
}

NTSTATUS NTAPI WdfRegistryCreateKey(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY ParentKey,
                                    PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess,
                                    ULONG CreateOptions, PULONG CreateDisposition,
                                    PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    *Key = nullptr;
    if (!is_valid(*KeyName)) return STATUS_INVALID_PARAMETER;
    api::KeyName name(ParentKey, KeyName);
    return make_registry_key(
        globals_of(DriverGlobals), KeyAttributes,
        [&](HANDLE *handle) {
            return ZwCreateKey(handle, DesiredAccess, &name.attributes, 0, nullptr, CreateOptions,
                               CreateDisposition);
        },
        Key);
}

VOID NTAPI WdfRegistryClose(PWDF_DRIVER_GLOBALS, WDFKEY Key)
{
    delete_object(key_of(Key));
}

HANDLE NTAPI WdfRegistryWdmGetHandle(PWDF_DRIVER_GLOBALS, WDFKEY Key)
{
    return key_of(Key).handle;
}

NTSTATUS NTAPI WdfRegistryRemoveKey(PWDF_DRIVER_GLOBALS, WDFKEY Key)
{
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return STATUS_INVALID_DEVICE_REQUEST;
    RegistryKey &key = key_of(Key);
    NTSTATUS status = ZwDeleteKey(key.handle);
    if (NT_SUCCESS(status)) delete_object(key);
    return status;
}

// --- Keys of drivers and devices -----------------------------------------------------------------

NTSTATUS NTAPI WdfDriverOpenParametersRegistryKey(PWDF_DRIVER_GLOBALS, WDFDRIVER Driver,
                                                  ACCESS_MASK DesiredAccess,
                                                  PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    return open_driver_key(Driver, DriverRegKeyParameters, DesiredAccess, KeyAttributes, Key);
}

NTSTATUS NTAPI WdfDriverOpenPersistentStateRegistryKey(PWDF_DRIVER_GLOBALS, WDFDRIVER Driver,
                                                       ACCESS_MASK DesiredAccess,
                                                       PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                                       WDFKEY *Key)
{
    return open_driver_key(Driver, DriverRegKeyPersistentState, DesiredAccess, KeyAttributes, Key);
}

NTSTATUS NTAPI WdfDeviceOpenRegistryKey(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                        ULONG DeviceInstanceKeyType, ACCESS_MASK DesiredAccess,
                                        PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    *Key = nullptr;
    auto &device = *object_cast<framework::Device>(Device);
    // A control device has neither a hardware nor a software key.
    if (!device.physical) return STATUS_INVALID_DEVICE_REQUEST;
    return open_device_key(*device.globals, device.physical, DeviceInstanceKeyType, DesiredAccess,
                           KeyAttributes, Key);
}

NTSTATUS NTAPI WdfFdoInitOpenRegistryKey(PWDF_DRIVER_GLOBALS DriverGlobals,
                                         PWDFDEVICE_INIT DeviceInit, ULONG DeviceInstanceKeyType,
                                         ACCESS_MASK DesiredAccess,
                                         PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    *Key = nullptr;
    if (DeviceInit->kind != DeviceInitKind::Function) return STATUS_INVALID_PARAMETER;
    return open_device_key(globals_of(DriverGlobals), DeviceInit->physical, DeviceInstanceKeyType,
                           DesiredAccess, KeyAttributes, Key);
}

NTSTATUS NTAPI WdfDeviceOpenDevicemapKey(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                         PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess,
                                         PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key)
{
    *Key = nullptr;
    if (!is_valid(*KeyName)) return STATUS_INVALID_PARAMETER;
    return make_registry_key(
        *object_cast<framework::Device>(Device)->globals, KeyAttributes,
        [&](HANDLE *handle) { return create_in_device_map(*KeyName, DesiredAccess, handle); }, Key);
}

}  // namespace api

}  // namespace openkmdf::framework
