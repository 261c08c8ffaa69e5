#include "executive/pnp/notification.h"
#include "executive/pnp/registry_path.h"

#include <cstdio>
#include <cstring>

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::Text;

namespace {

constexpr std::u16string_view kSystem = u"\\Registry\\Machine\\System\\CurrentControlSet";

bool append_ascii(Text &text, const char *ascii)
{
    for (; *ascii; ++ascii) {
        const auto c = static_cast<char16_t>(*ascii);
        if (!text.append({&c, 1})) return false;
    }
    return true;
}

NTSTATUS create_key(HANDLE root, std::u16string_view name, ACCESS_MASK access, HANDLE *key,
                    ULONG *disposition)
{
    UNICODE_STRING text = io::counted(name);
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &text, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root,
                               nullptr);
    return ZwCreateKey(key, access, &attributes, 0, nullptr, REG_OPTION_NON_VOLATILE, disposition);
}

NTSTATUS set_text(HANDLE key, std::u16string_view name, ULONG type, const Text &text)
{
    if (!text.length) return STATUS_SUCCESS;
    UNICODE_STRING value = io::counted(name);
    const ULONG characters = type == REG_MULTI_SZ ? text.length : text.length + 1;
    return ZwSetValueKey(key, &value, 0, type, text.data, characters * sizeof(char16_t));
}

// What Windows writes there when it installs the device.
void describe(HANDLE key, DevNode &node)
{
    set_text(key, u"DeviceDesc", REG_SZ, node.description);
    set_text(key, u"HardwareID", REG_MULTI_SZ, node.hardware_ids);
    set_text(key, u"CompatibleIDs", REG_MULTI_SZ, node.compatible_ids);
    set_text(key, u"FriendlyName", REG_SZ, node.friendly_name);
    set_text(key, u"Mfg", REG_SZ, node.manufacturer);
    Text text;
    if (node.drivers.function &&
        text.assign(io::view(node.drivers.function->DriverExtension->ServiceKeyName)))
        set_text(key, u"Service", REG_SZ, text);
    text.clear();
    if (pnp::append_guid(text, node.class_guid)) set_text(key, u"ClassGUID", REG_SZ, text);
    text.clear();
    if (pnp::append_driver_key(text, node)) set_text(key, u"Driver", REG_SZ, text);
    text.clear();
}

NTSTATUS open_device_key(DevNode &node, ACCESS_MASK access, bool in_profile, HANDLE *opened)
{
    Text path;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    const std::u16string_view profile = u"\\Hardware Profiles\\Current\\System\\CurrentControlSet";
    if (path.assign(kSystem) && (!in_profile || path.append(profile)) && path.append(u"\\Enum\\") &&
        path.append(node.instance_path.view())) {
        HANDLE key;
        ULONG disposition = 0;
        status = pnp::open_key(path, KEY_ALL_ACCESS, &key, &disposition);
        if (NT_SUCCESS(status)) {
            if (!in_profile) describe(key, node);
            status = create_key(key, u"Device Parameters", access, opened, &disposition);
            ZwClose(key);
        }
    }
    path.clear();
    return status;
}

NTSTATUS open_driver_key(DevNode &node, ACCESS_MASK access, bool in_profile, HANDLE *opened)
{
    Text path;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    const std::u16string_view profile = u"\\Hardware Profiles\\Current\\System\\CurrentControlSet";
    if (path.assign(kSystem) && (!in_profile || path.append(profile)) &&
        path.append(u"\\Control\\Class\\") && pnp::append_driver_key(path, node))
        status = pnp::open_key(path, access, opened);
    path.clear();
    return status;
}

// "\??\ROOT#ECHO#0000#{...}" is "##?#ROOT#ECHO#0000#{...}" in the registry, with a key "#reference"
// below.
bool append_interface_key(Text &path, const pnp::Interface &entry)
{
    if (!path.assign(kSystem) || !path.append(u"\\Control\\DeviceClasses\\") ||
        !pnp::append_guid(path, entry.class_guid) || !path.append(u"\\##?#") ||
        !path.append(entry.link.view().substr(4)) || !path.append(u"\\#"))
        return false;
    return path.append(entry.reference.view()) && path.append(u"\\Device Parameters");
}

}  // namespace

namespace pnp {

bool append_guid(Text &text, const GUID &guid)
{
    char ascii[40];
    std::snprintf(ascii, sizeof ascii, "{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}",
                  guid.Data1, guid.Data2, guid.Data3, guid.Data4[0], guid.Data4[1], guid.Data4[2],
                  guid.Data4[3], guid.Data4[4], guid.Data4[5], guid.Data4[6], guid.Data4[7]);
    return append_ascii(text, ascii);
}

bool append_driver_key(Text &text, DevNode &node)
{
    if (!node.driver_key)
        node.driver_key = __atomic_add_fetch(&pnp_manager().next_driver_key, 1, __ATOMIC_RELAXED);
    char ascii[16];
    std::snprintf(ascii, sizeof ascii, "\\%04u", node.driver_key - 1);
    return append_guid(text, node.class_guid) && append_ascii(text, ascii);
}

NTSTATUS open_key(const Text &path, ACCESS_MASK access, HANDLE *opened, ULONG *disposition)
{
    const std::u16string_view whole = path.view();
    HANDLE key;
    ULONG created = 0;
    NTSTATUS status = create_key(nullptr, kSystem, KEY_ALL_ACCESS, &key, &created);
    if (!NT_SUCCESS(status)) return status;
    std::size_t at = kSystem.size() + 1;
    while (NT_SUCCESS(status)) {
        const std::size_t end = whole.find(u'\\', at);
        const bool last = end == std::u16string_view::npos;
        HANDLE below = nullptr;
        status = create_key(key, whole.substr(at, last ? end : end - at),
                            last ? access : KEY_ALL_ACCESS, &below, &created);
        ZwClose(key);
        if (!NT_SUCCESS(status)) return status;
        key = below;
        if (last) break;
        at = end + 1;
    }
    *opened = key;
    if (disposition) *disposition = created;
    return status;
}

}  // namespace pnp

extern "C" {

NTSTATUS NTAPI IoOpenDeviceRegistryKey(PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType,
                                       ACCESS_MASK DesiredAccess, PHANDLE DeviceRegKey)
{
    *DeviceRegKey = nullptr;
    DevNode *node = PnpManager::node_of(DeviceObject);
    if (!node) return STATUS_INVALID_PARAMETER;
    const bool in_profile = DevInstKeyType & PLUGPLAY_REGKEY_CURRENT_HWPROFILE;
    switch (DevInstKeyType & ~static_cast<ULONG>(PLUGPLAY_REGKEY_CURRENT_HWPROFILE)) {
    case PLUGPLAY_REGKEY_DEVICE:
        return open_device_key(*node, DesiredAccess, in_profile, DeviceRegKey);
    case PLUGPLAY_REGKEY_DRIVER:
        return open_driver_key(*node, DesiredAccess, in_profile, DeviceRegKey);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS NTAPI IoOpenDeviceInterfaceRegistryKey(PUNICODE_STRING SymbolicLinkName,
                                                ACCESS_MASK DesiredAccess,
                                                PHANDLE DeviceInterfaceRegKey)
{
    *DeviceInterfaceRegKey = nullptr;
    pnp::Interface *entry;
    {
        scheduler::InternalGuard guard(pnp_manager().list_lock);
        entry = pnp::find_interface(io::view(*SymbolicLinkName));
    }
    if (!entry) return STATUS_OBJECT_NAME_NOT_FOUND;
    Text path;
    NTSTATUS status = append_interface_key(path, *entry)
                          ? pnp::open_key(path, DesiredAccess, DeviceInterfaceRegKey)
                          : STATUS_INSUFFICIENT_RESOURCES;
    path.clear();
    return status;
}

NTSTATUS NTAPI IoOpenDriverRegistryKey(PDRIVER_OBJECT DriverObject, DRIVER_REGKEY_TYPE RegKeyType,
                                       ACCESS_MASK DesiredAccess, ULONG Flags, PHANDLE DriverRegKey)
{
    *DriverRegKey = nullptr;
    if (Flags) return STATUS_INVALID_PARAMETER;
    // Where the state of a driver lies is not documented: it asks here.
    std::u16string_view name;
    switch (RegKeyType) {
    case DriverRegKeyParameters:
        name = u"\\Parameters";
        break;
    case DriverRegKeyPersistentState:
        name = u"\\State";
        break;
    case DriverRegKeySharedPersistentState:
        name = u"\\SharedState";
        break;
    default:
        return STATUS_INVALID_PARAMETER;
    }
    Text path;
    NTSTATUS status =
        path.assign(io::view(io::extra_of(DriverObject).registry_path)) && path.append(name)
            ? pnp::open_key(path, DesiredAccess, DriverRegKey)
            : STATUS_INSUFFICIENT_RESOURCES;
    path.clear();
    return status;
}

}  // extern "C"

}  // namespace openkmdf::executive
