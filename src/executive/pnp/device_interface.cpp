#include "executive/ob/object_manager.h"
#include "executive/pnp/event.h"
#include "executive/pnp/notification.h"
#include "executive/pnp/registry_path.h"

#include <cstring>

// Device interfaces.

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::Interface;

namespace pnp {

Interface *find_interface(std::u16string_view name)
{
    for (Interface *entry = pnp_manager().interfaces; entry; entry = entry->next)
        if (same_text(entry->name.view(), name)) return entry;
    return nullptr;
}

}  // namespace pnp

namespace {

constexpr ULONG kTag = 'fInP';
bool make_names(Interface &entry, const DevNode &node, std::u16string_view reference)
{
    if (!entry.instance_path.assign(node.instance_path.view()) ||
        !entry.reference.assign(reference) || !entry.link.assign(u"\\??\\"))
        return false;
    for (char16_t c : node.instance_path.view()) {
        if (c == u'\\' || c == u'/') c = u'#';
        if (!entry.link.append({&c, 1})) return false;
    }
    if (!entry.link.append(u"#") || !pnp::append_guid(entry.link, entry.class_guid) ||
        !entry.name.assign(entry.link.view()))
        return false;
    return reference.empty() || (entry.name.append(u"\\") && entry.name.append(reference));
}

void drop_entry(Interface *entry)
{
    entry->instance_path.clear();
    entry->link.clear();
    entry->name.clear();
    entry->reference.clear();
    kernel().arena->drop(entry);
}

bool return_name(const Interface &entry, PUNICODE_STRING name)
{
    const std::size_t bytes = entry.name.length * sizeof(WCHAR);
    auto *buffer = static_cast<PWCH>(ExAllocatePoolWithTag(PagedPool, bytes + sizeof(WCHAR), kTag));
    if (!buffer) return false;
    std::memcpy(buffer, entry.name.data, bytes + sizeof(WCHAR));
    *name = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(WCHAR)), buffer};
    return true;
}

bool is_valid_reference(std::u16string_view reference)
{
    return reference.find_first_of(u"\\/") == std::u16string_view::npos;
}

Interface *find_registered(const Interface &wanted)
{
    return pnp::find_interface(wanted.name.view());
}

NTSTATUS register_interface(DevNode &node, const GUID &guid, std::u16string_view reference,
                            PUNICODE_STRING name)
{
    PnpManager &pnp = pnp_manager();
    Interface *entry =
        kernel().arena->allocation_fails() ? nullptr : kernel().arena->make<Interface>();
    if (!entry) return STATUS_INSUFFICIENT_RESOURCES;
    entry->class_guid = guid;
    entry->node = &node;
    if (!make_names(*entry, node, reference)) {
        drop_entry(entry);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Interface *existing;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        existing = find_registered(*entry);
        if (existing) {
            existing->node = &node;
        } else {
            Interface **link = &pnp.interfaces;
            while (*link) link = &(*link)->next;
            *link = entry;
        }
    }
    if (existing) {
        drop_entry(entry);
        entry = existing;
    }
    if (!return_name(*entry, name)) return STATUS_INSUFFICIENT_RESOURCES;
    return existing ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS;
}

// Interfaces that differ in their reference strings only share one symbolic link.
bool link_is_shared(const Interface &entry)
{
    for (Interface *other = pnp_manager().interfaces; other; other = other->next)
        if (other != &entry && other->is_enabled &&
            pnp::same_text(other->link.view(), entry.link.view()))
            return true;
    return false;
}

void queue_interface_event(Interface &entry, pnp::EventKind kind)
{
    PnpManager &pnp = pnp_manager();
    if (!pnp.notifications) return;
    if (pnp::Event *event = pnp.make_event()) {
        event->kind = kind;
        event->interface_entry = &entry;
        pnp.queue(event);
    }
}

NTSTATUS enable(Interface &entry)
{
    PnpManager &pnp = pnp_manager();
    if (entry.is_enabled) return STATUS_OBJECT_NAME_EXISTS;
    DevNode *node = entry.node;
    if (!node) return STATUS_OBJECT_NAME_NOT_FOUND;
    char16_t device[64];
    std::size_t needed = 0;
    NTSTATUS status = kernel().objects->query_name(node->physical, device, sizeof device, &needed);
    if (!NT_SUCCESS(status) || !needed) return STATUS_INVALID_DEVICE_REQUEST;
    bool shared;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        shared = link_is_shared(entry);
    }
    if (!shared) {
        status = kernel().objects->create_symbolic_link(
            io::counted(entry.link.view()), io::counted({device, needed / sizeof(char16_t)}));
        if (!NT_SUCCESS(status)) return status;
    }
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        entry.is_enabled = true;
    }
    pnp.note("A device interface is enabled:", *node);
    // Nobody hears of it before its device is started.
    if (node->state == pnp::NodeState::Started) {
        entry.was_announced = true;
        queue_interface_event(entry, pnp::EventKind::InterfaceArrival);
    }
    return STATUS_SUCCESS;
}

NTSTATUS disable(Interface &entry)
{
    PnpManager &pnp = pnp_manager();
    bool shared;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        if (!entry.is_enabled) return STATUS_OBJECT_NAME_NOT_FOUND;
        entry.is_enabled = false;
        shared = link_is_shared(entry);
    }
    if (!shared) kernel().objects->delete_symbolic_link(io::counted(entry.link.view()));
    if (entry.node) pnp.note("A device interface is disabled:", *entry.node);
    if (entry.was_announced) queue_interface_event(entry, pnp::EventKind::InterfaceRemoval);
    entry.was_announced = false;
    return STATUS_SUCCESS;
}

bool is_wanted(const Interface &entry, const GUID *guid, const DevNode *node, bool all)
{
    return (all || entry.is_enabled) && (!node || entry.node == node) &&
           (!guid || !std::memcmp(&entry.class_guid, guid, sizeof *guid));
}

}  // namespace

void PnpManager::disable_interfaces(DevNode &node)
{
    for (Interface *entry = interfaces; entry; entry = entry->next) {
        if (entry->node != &node) continue;
        disable(*entry);
        entry->node = nullptr;
    }
}

void PnpManager::notify_interfaces_of(DevNode &node)
{
    for (Interface *entry = interfaces; entry; entry = entry->next) {
        if (entry->node != &node || !entry->is_enabled || entry->was_announced) continue;
        entry->was_announced = true;
        queue_interface_event(*entry, pnp::EventKind::InterfaceArrival);
    }
}

std::size_t PnpManager::interface_link(const GUID *guid, const DevNode *node, std::size_t n,
                                       char16_t *buffer, std::size_t room)
{
    scheduler::InternalGuard guard(list_lock);
    for (Interface *entry = interfaces; entry; entry = entry->next) {
        if (!is_wanted(*entry, guid, node, false) || n-- != 0) continue;
        const std::size_t length = entry->name.length < room ? entry->name.length : room;
        std::memcpy(buffer, entry->name.data, length * sizeof(char16_t));
        return length;
    }
    return 0;
}

extern "C" {

NTSTATUS NTAPI IoRegisterDeviceInterface(PDEVICE_OBJECT PhysicalDeviceObject,
                                         const GUID *InterfaceClassGuid,
                                         PUNICODE_STRING ReferenceString,
                                         PUNICODE_STRING SymbolicLinkName)
{
    DevNode *node = PnpManager::node_of(PhysicalDeviceObject);
    const std::u16string_view reference =
        ReferenceString ? io::view(*ReferenceString) : std::u16string_view();
    if (!node || !is_valid_reference(reference)) return STATUS_INVALID_DEVICE_REQUEST;
    return register_interface(*node, *InterfaceClassGuid, reference, SymbolicLinkName);
}

NTSTATUS NTAPI IoSetDeviceInterfaceState(PUNICODE_STRING SymbolicLinkName, BOOLEAN Enable)
{
    Interface *entry;
    {
        scheduler::InternalGuard guard(pnp_manager().list_lock);
        entry = pnp::find_interface(io::view(*SymbolicLinkName));
    }
    if (!entry) return STATUS_OBJECT_NAME_NOT_FOUND;
    return Enable ? enable(*entry) : disable(*entry);
}

NTSTATUS NTAPI IoGetDeviceInterfaces(const GUID *InterfaceClassGuid,
                                     PDEVICE_OBJECT PhysicalDeviceObject, ULONG Flags,
                                     PZZWSTR *SymbolicLinkList)
{
    *SymbolicLinkList = nullptr;
    PnpManager &pnp = pnp_manager();
    DevNode *node = PnpManager::node_of(PhysicalDeviceObject);
    if (PhysicalDeviceObject && !node) return STATUS_INVALID_DEVICE_REQUEST;
    const bool all = Flags & DEVICE_INTERFACE_INCLUDE_NONACTIVE;
    std::size_t room = 0;
    for (;;) {
        auto *list =
            static_cast<PWCH>(ExAllocatePoolWithTag(PagedPool, (room + 1) * sizeof(WCHAR), kTag));
        if (!list) return STATUS_INSUFFICIENT_RESOURCES;
        std::size_t used = 0;
        {
            scheduler::InternalGuard guard(pnp.list_lock);
            for (Interface *entry = pnp.interfaces; entry; entry = entry->next) {
                if (!is_wanted(*entry, InterfaceClassGuid, node, all)) continue;
                const std::size_t length = entry->name.length + 1;
                if (used + length <= room)
                    std::memcpy(list + used, entry->name.data, length * sizeof(WCHAR));
                used += length;
            }
        }
        if (used <= room) {
            list[used] = 0;
            *SymbolicLinkList = reinterpret_cast<PZZWSTR>(list);
            return STATUS_SUCCESS;
        }
        ExFreePool(list);
        room = used;
    }
}

NTSTATUS NTAPI IoGetDeviceInterfaceAlias(PUNICODE_STRING SymbolicLinkName,
                                         const GUID *AliasInterfaceClassGuid,
                                         PUNICODE_STRING AliasSymbolicLinkName)
{
    PnpManager &pnp = pnp_manager();
    Interface *alias = nullptr;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        Interface *entry = pnp::find_interface(io::view(*SymbolicLinkName));
        if (!entry) return STATUS_INVALID_HANDLE;
        for (Interface *other = pnp.interfaces; other && !alias; other = other->next)
            if (!std::memcmp(&other->class_guid, AliasInterfaceClassGuid, sizeof(GUID)) &&
                pnp::same_text(other->instance_path.view(), entry->instance_path.view()) &&
                pnp::same_text(other->reference.view(), entry->reference.view()))
                alias = other;
    }
    if (!alias) return STATUS_OBJECT_NAME_NOT_FOUND;
    return return_name(*alias, AliasSymbolicLinkName) ? STATUS_SUCCESS
                                                      : STATUS_INSUFFICIENT_RESOURCES;
}

}  // extern "C"

}  // namespace openkmdf::executive
