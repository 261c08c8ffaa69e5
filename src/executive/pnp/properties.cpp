#include "executive/ob/object_manager.h"
#include "executive/pnp/notification.h"
#include "executive/pnp/registry_path.h"

#include <cstring>

// What a device's stack can ask about its device.

namespace openkmdf::executive {

using pnp::DevNode;

namespace pnp {

struct DeviceProperty {
    DeviceProperty *next;
    DEVPROPKEY key;
    LCID locale;
    DEVPROPTYPE type;
    ULONG size;  // the data follow
};

}  // namespace pnp

namespace {

using pnp::DeviceProperty;

NTSTATUS return_bytes(const void *data, std::size_t size, ULONG room, PVOID buffer, PULONG needed)
{
    *needed = static_cast<ULONG>(size);
    if (size > room) return STATUS_BUFFER_TOO_SMALL;
    if (size) std::memcpy(buffer, data, size);
    return STATUS_SUCCESS;
}

NTSTATUS return_text(const pnp::Text &text, ULONG room, PVOID buffer, PULONG needed)
{
    *needed = 0;
    if (!text.length) return STATUS_OBJECT_NAME_NOT_FOUND;
    return return_bytes(text.data, (text.length + 1) * sizeof(char16_t), room, buffer, needed);
}

// Its own terminators are in the text.
NTSTATUS return_list(const pnp::Text &text, ULONG room, PVOID buffer, PULONG needed)
{
    *needed = 0;
    if (!text.length) return STATUS_OBJECT_NAME_NOT_FOUND;
    return return_bytes(text.data, text.length * sizeof(char16_t), room, buffer, needed);
}

NTSTATUS return_number(ULONG value, ULONG room, PVOID buffer, PULONG needed)
{
    return return_bytes(&value, sizeof value, room, buffer, needed);
}

NTSTATUS return_guid_text(const GUID &guid, ULONG room, PVOID buffer, PULONG needed)
{
    pnp::Text text;
    NTSTATUS status = pnp::append_guid(text, guid) ? return_text(text, room, buffer, needed)
                                                   : STATUS_INSUFFICIENT_RESOURCES;
    text.clear();
    return status;
}

bool is_null(const GUID &guid)
{
    const GUID null = {};
    return !std::memcmp(&guid, &null, sizeof guid);
}

NTSTATUS return_enumerator(const DevNode &node, ULONG room, PVOID buffer, PULONG needed)
{
    pnp::Text text;
    const std::u16string_view path = node.instance_path.view();
    NTSTATUS status = text.assign(path.substr(0, path.find(u'\\')))
                          ? return_text(text, room, buffer, needed)
                          : STATUS_INSUFFICIENT_RESOURCES;
    text.clear();
    return status;
}

NTSTATUS return_device_name(const DevNode &node, ULONG room, PVOID buffer, PULONG needed)
{
    char16_t name[64];
    std::size_t size = 0;
    NTSTATUS status =
        kernel().objects->query_name(node.physical, name, sizeof name - sizeof *name, &size);
    if (!NT_SUCCESS(status)) return status;
    name[size / sizeof *name] = 0;
    return return_bytes(name, size + sizeof *name, room, buffer, needed);
}

NTSTATUS return_driver_key(DevNode &node, ULONG room, PVOID buffer, PULONG needed)
{
    *needed = 0;
    pnp::Text text;
    NTSTATUS status = pnp::append_driver_key(text, node) ? return_text(text, room, buffer, needed)
                                                         : STATUS_INSUFFICIENT_RESOURCES;
    text.clear();
    return status;
}

NTSTATUS return_removal_policy(const DevNode &node, ULONG room, PVOID buffer, PULONG needed)
{
    ULONG policy = RemovalPolicyExpectNoRemoval;
    if (node.capabilities.Removable) policy = RemovalPolicyExpectOrderlyRemoval;
    if (node.capabilities.SurpriseRemovalOK) policy = RemovalPolicyExpectSurpriseRemoval;
    return return_number(policy, room, buffer, needed);
}

NTSTATUS get_property(DevNode &node, DEVICE_REGISTRY_PROPERTY property, ULONG room, PVOID buffer,
                      PULONG needed)
{
    switch (property) {
    case DevicePropertyDeviceDescription:
        return return_text(node.description, room, buffer, needed);
    case DevicePropertyHardwareID:
        return return_list(node.hardware_ids, room, buffer, needed);
    case DevicePropertyCompatibleIDs:
        return return_list(node.compatible_ids, room, buffer, needed);
    case DevicePropertyClassName:
        return return_text(node.class_name, room, buffer, needed);
    case DevicePropertyManufacturer:
        return return_text(node.manufacturer, room, buffer, needed);
    case DevicePropertyFriendlyName:
        return return_text(node.friendly_name, room, buffer, needed);
    case DevicePropertyLocationInformation:
        return return_text(node.location, room, buffer, needed);
    case DevicePropertyClassGuid:
        if (is_null(node.class_guid)) return STATUS_OBJECT_NAME_NOT_FOUND;
        return return_guid_text(node.class_guid, room, buffer, needed);
    case DevicePropertyDriverKeyName:
        return return_driver_key(node, room, buffer, needed);
    case DevicePropertyPhysicalDeviceObjectName:
        return return_device_name(node, room, buffer, needed);
    case DevicePropertyBusTypeGuid:
        if (is_null(node.bus_type)) return STATUS_OBJECT_NAME_NOT_FOUND;
        return return_bytes(&node.bus_type, sizeof node.bus_type, room, buffer, needed);
    case DevicePropertyLegacyBusType:
        if (node.legacy_bus == InterfaceTypeUndefined) return STATUS_OBJECT_NAME_NOT_FOUND;
        return return_number(static_cast<ULONG>(node.legacy_bus), room, buffer, needed);
    case DevicePropertyBusNumber:
        return return_number(node.bus_number, room, buffer, needed);
    case DevicePropertyEnumeratorName:
        return return_enumerator(node, room, buffer, needed);
    case DevicePropertyAddress:
        return return_number(node.capabilities.Address, room, buffer, needed);
    case DevicePropertyUINumber:
        return return_number(node.capabilities.UINumber, room, buffer, needed);
    case DevicePropertyInstallState:
        return return_number(InstallStateInstalled, room, buffer, needed);
    case DevicePropertyRemovalPolicy:
        return return_removal_policy(node, room, buffer, needed);
    case DevicePropertyResourceRequirements:
        return return_bytes(node.requirements, node.requirements ? node.requirements->ListSize : 0,
                            room, buffer, needed);
    case DevicePropertyAllocatedResources:
    case DevicePropertyBootConfiguration:
        return return_bytes(node.raw, node.raw ? node.resource_size : 0, room, buffer, needed);
    case DevicePropertyBootConfigurationTranslated:
        return return_bytes(node.translated, node.translated ? node.resource_size : 0, room, buffer,
                            needed);
    case DevicePropertyContainerID:
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    return STATUS_INVALID_PARAMETER_2;
}

// --- Keyed properties ----------------------------------------------------------------------------

// {format} and number of the properties that are also known to IoGetDeviceProperty.
constexpr GUID kDeviceFormat = {
    0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
constexpr GUID kInstanceFormat = {
    0x78c34fc8, 0x104a, 0x4aca, {0x9e, 0xa4, 0x52, 0x4d, 0x52, 0x99, 0x6e, 0x57}};
constexpr DEVPROPID kInstanceId = 256;

struct KnownProperty {
    DEVPROPID id;
    DEVICE_REGISTRY_PROPERTY property;
    DEVPROPTYPE type;
};
constexpr KnownProperty kKnown[] = {
    {2, DevicePropertyDeviceDescription, DEVPROP_TYPE_STRING},
    {3, DevicePropertyHardwareID, DEVPROP_TYPE_STRING_LIST},
    {4, DevicePropertyCompatibleIDs, DEVPROP_TYPE_STRING_LIST},
    {9, DevicePropertyClassName, DEVPROP_TYPE_STRING},
    {11, DevicePropertyDriverKeyName, DEVPROP_TYPE_STRING},
    {13, DevicePropertyManufacturer, DEVPROP_TYPE_STRING},
    {14, DevicePropertyFriendlyName, DEVPROP_TYPE_STRING},
    {15, DevicePropertyLocationInformation, DEVPROP_TYPE_STRING},
    {16, DevicePropertyPhysicalDeviceObjectName, DEVPROP_TYPE_STRING},
    {18, DevicePropertyUINumber, DEVPROP_TYPE_UINT32},
    {21, DevicePropertyBusTypeGuid, DEVPROP_TYPE_GUID},
    {22, DevicePropertyLegacyBusType, DEVPROP_TYPE_UINT32},
    {23, DevicePropertyBusNumber, DEVPROP_TYPE_UINT32},
    {24, DevicePropertyEnumeratorName, DEVPROP_TYPE_STRING},
    {30, DevicePropertyAddress, DEVPROP_TYPE_UINT32},
    {33, DevicePropertyRemovalPolicy, DEVPROP_TYPE_UINT32},
};
constexpr DEVPROPID kClassGuidId = 10;

bool same_key(const DEVPROPKEY &a, const DEVPROPKEY &b)
{
    return a.pid == b.pid && !std::memcmp(&a.fmtid, &b.fmtid, sizeof a.fmtid);
}

NTSTATUS get_known(DevNode &node, const DEVPROPKEY &key, ULONG room, PVOID data, PULONG needed,
                   PDEVPROPTYPE type)
{
    if (!std::memcmp(&key.fmtid, &kInstanceFormat, sizeof key.fmtid) && key.pid == kInstanceId) {
        *type = DEVPROP_TYPE_STRING;
        return return_text(node.instance_path, room, data, needed);
    }
    if (std::memcmp(&key.fmtid, &kDeviceFormat, sizeof key.fmtid))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (key.pid == kClassGuidId && !is_null(node.class_guid)) {
        *type = DEVPROP_TYPE_GUID;
        return return_bytes(&node.class_guid, sizeof node.class_guid, room, data, needed);
    }
    for (const KnownProperty &known : kKnown) {
        if (known.id != key.pid) continue;
        *type = known.type;
        return get_property(node, known.property, room, data, needed);
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

std::size_t size_of(const DeviceProperty &entry)
{
    return sizeof(DeviceProperty) + entry.size;
}

NTSTATUS get_keyed(DeviceProperty *list, const DEVPROPKEY &key, LCID locale, ULONG room, PVOID data,
                   PULONG needed, PDEVPROPTYPE type)
{
    scheduler::InternalGuard guard(pnp_manager().list_lock);
    for (DeviceProperty *entry = list; entry; entry = entry->next) {
        if (!same_key(entry->key, key) || entry->locale != locale) continue;
        *type = entry->type;
        return return_bytes(entry + 1, entry->size, room, data, needed);
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

// No data: the property is deleted.
NTSTATUS set_keyed(DeviceProperty *&list, const DEVPROPKEY &key, LCID locale, DEVPROPTYPE type,
                   ULONG size, const void *data)
{
    if (key.pid < DEVPROPID_FIRST_USABLE) return STATUS_INVALID_PARAMETER_2;
    DeviceProperty *added = nullptr;
    if (data && type != DEVPROP_TYPE_EMPTY) {
        added =
            static_cast<DeviceProperty *>(kernel().arena->allocate(sizeof(DeviceProperty) + size));
        if (!added) return STATUS_INSUFFICIENT_RESOURCES;
        *added = {nullptr, key, locale, type, size};
        std::memcpy(added + 1, data, size);
    }
    DeviceProperty *removed = nullptr;
    {
        scheduler::InternalGuard guard(pnp_manager().list_lock);
        DeviceProperty **link = &list;
        while (*link && !(same_key((*link)->key, key) && (*link)->locale == locale))
            link = &(*link)->next;
        removed = *link;
        DeviceProperty *rest = removed ? removed->next : nullptr;
        if (added) added->next = rest;
        *link = added ? added : rest;
    }
    if (removed) kernel().arena->deallocate(removed, size_of(*removed));
    if (!removed && !added) return STATUS_OBJECT_NAME_NOT_FOUND;
    return STATUS_SUCCESS;
}

// The upper bits are reserved, and a default of the system or a user is no language.
bool is_valid_locale(LCID locale)
{
    constexpr LCID kReserved = 0xFFF00000;
    return !(locale & kReserved) && locale != LOCALE_SYSTEM_DEFAULT &&
           locale != LOCALE_USER_DEFAULT;
}

pnp::Interface *interface_of(PUNICODE_STRING name)
{
    scheduler::InternalGuard guard(pnp_manager().list_lock);
    return pnp::find_interface(io::view(*name));
}

}  // namespace

void PnpManager::drop_properties(DevNode &node)
{
    while (DeviceProperty *entry = node.properties) {
        node.properties = entry->next;
        kernel_.arena->deallocate(entry, size_of(*entry));
    }
}

extern "C" {

NTSTATUS NTAPI IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject,
                                   DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength,
                                   PVOID PropertyBuffer, PULONG ResultLength)
{
    *ResultLength = 0;
    DevNode *node = PnpManager::node_of(DeviceObject);
    if (!node) return STATUS_INVALID_DEVICE_REQUEST;
    return get_property(*node, DeviceProperty, BufferLength, PropertyBuffer, ResultLength);
}

NTSTATUS NTAPI IoGetDevicePropertyData(PDEVICE_OBJECT Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
                                       ULONG Flags, ULONG Size, PVOID Data, PULONG RequiredSize,
                                       PDEVPROPTYPE Type)
{
    *RequiredSize = 0;
    *Type = DEVPROP_TYPE_EMPTY;
    DevNode *node = PnpManager::node_of(Pdo);
    if (!node || Flags) return STATUS_INVALID_PARAMETER;
    NTSTATUS status =
        get_keyed(node->properties, *PropertyKey, Lcid, Size, Data, RequiredSize, Type);
    if (status != STATUS_OBJECT_NAME_NOT_FOUND) return status;
    return get_known(*node, *PropertyKey, Size, Data, RequiredSize, Type);
}

NTSTATUS NTAPI IoSetDevicePropertyData(PDEVICE_OBJECT Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
                                       ULONG Flags, DEVPROPTYPE Type, ULONG Size, PVOID Data)
{
    DevNode *node = PnpManager::node_of(Pdo);
    if (!node || (Flags & ~static_cast<ULONG>(PLUGPLAY_PROPERTY_PERSISTENT)))
        return STATUS_INVALID_PARAMETER;
    return set_keyed(node->properties, *PropertyKey, Lcid, Type, Size, Data);
}

NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName,
                                                const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG,
                                                ULONG Size, PVOID Data, PULONG RequiredSize,
                                                PDEVPROPTYPE Type)
{
    *RequiredSize = 0;
    *Type = DEVPROP_TYPE_EMPTY;
    if (!is_valid_locale(Lcid)) return STATUS_UNSUCCESSFUL;
    pnp::Interface *entry = interface_of(SymbolicLinkName);
    if (!entry) return STATUS_OBJECT_NAME_NOT_FOUND;
    return get_keyed(entry->properties, *PropertyKey, Lcid, Size, Data, RequiredSize, Type);
}

NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName,
                                                const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG,
                                                DEVPROPTYPE Type, ULONG Size, PVOID Data)
{
    if (!is_valid_locale(Lcid)) return STATUS_UNSUCCESSFUL;
    pnp::Interface *entry = interface_of(SymbolicLinkName);
    if (!entry) return STATUS_OBJECT_NAME_NOT_FOUND;
    return set_keyed(entry->properties, *PropertyKey, Lcid, Type, Size, Data);
}

NTSTATUS NTAPI IoGetDeviceNumaNode(PDEVICE_OBJECT Pdo, PUSHORT NodeNumber)
{
    if (!PnpManager::node_of(Pdo)) return STATUS_INVALID_PARAMETER;
    *NodeNumber = 0;
    return STATUS_NOT_FOUND;
}

}  // extern "C"

}  // namespace openkmdf::executive
