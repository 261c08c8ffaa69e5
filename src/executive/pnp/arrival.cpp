#include "executive/pnp/pnp_manager.h"

#include "executive/ke/driver_call.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/event.h"
#include "executive/pnp/root_bus.h"

#include <cstdio>
#include <cstring>

// A device arrives: identity, drivers, resources, start.

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::NodeState;

namespace {

std::size_t list_length(const char16_t *list)
{
    std::size_t length = 0;
    while (list[length]) length += std::char_traits<char16_t>::length(list + length) + 1;
    return length + 1;
}

// A resource list of one full descriptor.
PCM_RESOURCE_LIST make_list(std::span<const CM_PARTIAL_RESOURCE_DESCRIPTOR> descriptors,
                            std::size_t *size)
{
    *size = sizeof(CM_RESOURCE_LIST) + descriptors.size() * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    auto *list = static_cast<PCM_RESOURCE_LIST>(kernel().arena->allocate(*size));
    if (!list) return nullptr;
    std::memset(list, 0, *size);
    list->Count = 1;
    list->List[0].InterfaceType = InterfaceTypeUndefined;
    CM_PARTIAL_RESOURCE_LIST &partial = list->List[0].PartialResourceList;
    partial.Version = 1;
    partial.Revision = 1;
    partial.Count = static_cast<ULONG>(descriptors.size());
    for (std::size_t i = 0; i < descriptors.size(); ++i)
        partial.PartialDescriptors[i] = descriptors[i];
    return list;
}

NTSTATUS copy_description(DevNode &node, const pnp::DeviceDescription &from)
{
    node.drivers = from.drivers;
    node.class_guid = from.class_guid;
    if (!node.friendly_name.assign(from.friendly_name) ||
        !node.manufacturer.assign(from.manufacturer) || !node.class_name.assign(from.class_name))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (from.raw_resources.empty()) return STATUS_SUCCESS;
    const auto translated =
        from.translated_resources.empty() ? from.raw_resources : from.translated_resources;
    if (translated.size() != from.raw_resources.size()) return STATUS_INVALID_PARAMETER;
    node.raw = make_list(from.raw_resources, &node.resource_size);
    node.translated = make_list(translated, &node.resource_size);
    return node.raw && node.translated ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

// Where a bus does not promise unique identifiers, the place in the tree makes them so.
bool make_instance_path(DevNode &node)
{
    if (!node.instance_path.assign(node.device_id.view()) || !node.instance_path.append(u"\\"))
        return false;
    if (!node.capabilities.UniqueID && node.parent) {
        std::uint32_t hash = 2166136261u;
        for (char16_t c : node.parent->instance_path.view()) hash = (hash ^ c) * 16777619u;
        int level = 0;
        for (DevNode *at = node.parent; at; at = at->parent) ++level;
        char text[32];
        const int length = std::snprintf(text, sizeof text, "%d&%x&0&", level, hash);
        for (int i = 0; i < length; ++i) {
            const char16_t c = static_cast<char16_t>(text[i]);
            if (!node.instance_path.append({&c, 1})) return false;
        }
    }
    return node.instance_path.append(node.instance_id.view());
}

constexpr std::size_t kInstanceDigits = 4;

bool has_child(const DevNode &parent, std::u16string_view device_id,
               std::u16string_view instance_id)
{
    for (const DevNode *child = parent.first_child; child; child = child->next_sibling) {
        const std::u16string_view path = child->instance_path.view();
        if (path.size() == device_id.size() + 1 + instance_id.size() &&
            pnp::same_text(path.substr(0, device_id.size()), device_id) &&
            pnp::same_text(path.substr(device_id.size() + 1), instance_id))
            return true;
    }
    return false;
}

// Empty: all are taken.
std::u16string_view free_instance(const DevNode &parent, std::u16string_view device_id,
                                  char16_t *number)
{
    for (unsigned next = 0; next < 10000; ++next) {
        for (unsigned digit = kInstanceDigits, rest = next; digit-- > 0; rest /= 10)
            number[digit] = static_cast<char16_t>(u'0' + rest % 10);
        if (!has_child(parent, device_id, {number, kInstanceDigits}))
            return {number, kInstanceDigits};
    }
    return {};
}

}  // namespace

NTSTATUS PnpManager::query_text(DevNode &node, UCHAR minor, ULONG kind, bool list, pnp::Text &text)
{
    ULONG_PTR information = 0;
    NTSTATUS status = send(
        node, minor,
        [&](PIO_STACK_LOCATION location) {
            if (minor == IRP_MN_QUERY_ID) {
                location->Parameters.QueryId.IdType = static_cast<BUS_QUERY_ID_TYPE>(kind);
            } else {
                location->Parameters.QueryDeviceText.DeviceTextType =
                    static_cast<DEVICE_TEXT_TYPE>(kind);
                location->Parameters.QueryDeviceText.LocaleId = 0x0409;
            }
        },
        &information);
    if (!NT_SUCCESS(status)) return status;
    auto *answer = reinterpret_cast<char16_t *>(information);
    if (!answer) return STATUS_NOT_SUPPORTED;
    const std::size_t length =
        list ? list_length(answer) : std::char_traits<char16_t>::length(answer);
    if (!text.assign({answer, length})) status = STATUS_INSUFFICIENT_RESOURCES;
    ExFreePool(answer);
    return status;
}

void PnpManager::query_capabilities(DevNode &node)
{
    DEVICE_CAPABILITIES capabilities = {};
    capabilities.Size = sizeof capabilities;
    capabilities.Version = 1;
    capabilities.Address = ~ULONG{0};
    capabilities.UINumber = ~ULONG{0};
    NTSTATUS status = send(node, IRP_MN_QUERY_CAPABILITIES, [&](PIO_STACK_LOCATION location) {
        location->Parameters.DeviceCapabilities.Capabilities = &capabilities;
    });
    if (NT_SUCCESS(status)) node.capabilities = capabilities;
}

NTSTATUS PnpManager::identify(DevNode &node)
{
    NTSTATUS status = query_text(node, IRP_MN_QUERY_ID, BusQueryDeviceID, false, node.device_id);
    if (!NT_SUCCESS(status)) return status;
    query_capabilities(node);
    status = query_text(node, IRP_MN_QUERY_ID, BusQueryInstanceID, false, node.instance_id);
    if (!NT_SUCCESS(status)) return status;
    if (!make_instance_path(node)) return STATUS_INSUFFICIENT_RESOURCES;
    query_text(node, IRP_MN_QUERY_ID, BusQueryHardwareIDs, true, node.hardware_ids);
    query_text(node, IRP_MN_QUERY_ID, BusQueryCompatibleIDs, true, node.compatible_ids);
    query_text(node, IRP_MN_QUERY_DEVICE_TEXT, DeviceTextDescription, false, node.description);
    query_text(node, IRP_MN_QUERY_DEVICE_TEXT, DeviceTextLocationInformation, false, node.location);
    ULONG_PTR information = 0;
    status = send(
        node, IRP_MN_QUERY_BUS_INFORMATION, [](PIO_STACK_LOCATION) {}, &information);
    if (NT_SUCCESS(status) && information) {
        auto *bus = reinterpret_cast<PPNP_BUS_INFORMATION>(information);
        node.bus_type = bus->BusTypeGuid;
        node.legacy_bus = bus->LegacyBusType;
        node.bus_number = bus->BusNumber;
        ExFreePool(bus);
    }
    status = query_resources(node);
    if (!NT_SUCCESS(status)) return status;
    information = 0;
    status = send(
        node, IRP_MN_QUERY_RESOURCE_REQUIREMENTS, [](PIO_STACK_LOCATION) {}, &information);
    if (NT_SUCCESS(status))
        node.requirements = reinterpret_cast<PIO_RESOURCE_REQUIREMENTS_LIST>(information);
    node.state = NodeState::Initialized;
    return STATUS_SUCCESS;
}

// A bus that knows what firmware gave its child says so; there is no other source of resources for
// it yet.
NTSTATUS PnpManager::query_resources(DevNode &node)
{
    ULONG_PTR information = 0;
    NTSTATUS status = send(
        node, IRP_MN_QUERY_RESOURCES, [](PIO_STACK_LOCATION) {}, &information);
    if (!NT_SUCCESS(status) || !information) return STATUS_SUCCESS;
    auto *list = reinterpret_cast<PCM_RESOURCE_LIST>(information);
    status = STATUS_SUCCESS;
    if (!node.raw && list->Count == 1) {
        const CM_PARTIAL_RESOURCE_LIST &partial = list->List[0].PartialResourceList;
        const std::span<const CM_PARTIAL_RESOURCE_DESCRIPTOR> all(partial.PartialDescriptors,
                                                                  partial.Count);
        node.raw = make_list(all, &node.resource_size);
        node.translated = make_list(all, &node.resource_size);
        if (!node.raw || !node.translated) status = STATUS_INSUFFICIENT_RESOURCES;
    }
    ExFreePool(list);
    return status;
}

NTSTATUS PnpManager::add_drivers(DevNode &node)
{
    count_drivers(node, 1);
    node.state = NodeState::DriversAdded;
    for (unsigned index = 0; PDRIVER_OBJECT driver = node.drivers.in_order(index); ++index) {
        PDRIVER_ADD_DEVICE add = driver->DriverExtension->AddDevice;
        if (!add) {
            // A driver of the old kind cannot be a device's.
            node.problem = STATUS_INVALID_DEVICE_REQUEST;
            note("The driver has no AddDevice routine:", node, node.problem);
            return node.problem;
        }
        const NTSTATUS status =
            ke::call_driver(ke::DriverRoutine::AddDevice, add, driver, node.physical);
        if (!NT_SUCCESS(status)) {
            node.problem = status;
            return status;
        }
    }
    return STATUS_SUCCESS;
}

void PnpManager::count_drivers(DevNode &node, int change)
{
    for (unsigned index = 0; PDRIVER_OBJECT driver = node.drivers.in_order(index); ++index) {
        io::extra_of(driver).node_count += static_cast<std::uint32_t>(change);
        if (change > 0) ObReferenceObject(driver);
        else ObDereferenceObject(driver);
    }
}

NTSTATUS PnpManager::start(DevNode &node)
{
    // Which resources there are is decided already: what the stack makes of the requirements is
    // kept only for the next time. A driver that returns another list has freed the one it got.
    ULONG_PTR filtered = 0;
    NTSTATUS status = send(
        node, IRP_MN_FILTER_RESOURCE_REQUIREMENTS,
        [&](PIO_STACK_LOCATION location) {
            location->Parameters.FilterResourceRequirements.IoResourceRequirementList =
                node.requirements;
        },
        &filtered);
    if (NT_SUCCESS(status) && filtered)
        node.requirements = reinterpret_cast<PIO_RESOURCE_REQUIREMENTS_LIST>(filtered);
    status = send(node, IRP_MN_START_DEVICE, [&](PIO_STACK_LOCATION location) {
        location->Parameters.StartDevice.AllocatedResources = node.raw;
        location->Parameters.StartDevice.AllocatedResourcesTranslated = node.translated;
    });
    node.problem = status;
    if (!NT_SUCCESS(status)) return status;
    node.problem = STATUS_SUCCESS;
    node.state = NodeState::Started;
    return STATUS_SUCCESS;
}

void PnpManager::after_start(DevNode &node)
{
    kernel_.io->mark_stack(node.physical, 0, io::kDeviceStartPending);
    notify_interfaces_of(node);
    query_capabilities(node);
    query_state(node);
    if (node.state == NodeState::Started) enumerate(node);
}

NTSTATUS PnpManager::arrive(DevNode &node)
{
    NTSTATUS status = node.state == NodeState::Uninitialized ? identify(node) : STATUS_SUCCESS;
    if (!NT_SUCCESS(status)) return status;
    const bool has_drivers =
        node.drivers.in_order(0) || (finder_ && finder_(finder_context_, node, node.drivers));
    if (!has_drivers && !node.capabilities.RawDeviceOK) {
        node.problem = STATUS_NO_SUCH_DEVICE;
        note("No driver for", node);
        return STATUS_NO_SUCH_DEVICE;
    }
    status = add_drivers(node);
    if (NT_SUCCESS(status)) status = start(node);
    if (NT_SUCCESS(status)) after_start(node);
    return status;
}

NTSTATUS PnpManager::plug_in(const pnp::DeviceDescription &description, DevNode **created)
{
    *created = nullptr;
    if (description.device_id.empty()) return STATUS_INVALID_PARAMETER;
    Operation operation(*this);
    char16_t number[kInstanceDigits];
    std::u16string_view instance = description.instance_id;
    if (instance.empty()) instance = free_instance(*root_, description.device_id, number);
    if (instance.empty() || has_child(*root_, description.device_id, instance))
        return STATUS_OBJECT_NAME_COLLISION;
    PDEVICE_OBJECT physical;
    NTSTATUS status = pnp::root_bus::create_child(bus_driver_, description, instance, &physical);
    if (!NT_SUCCESS(status)) return status;
    DevNode *node;
    status = make_node(physical, root_, &node);
    if (!NT_SUCCESS(status)) {
        pnp::root_bus::discard(physical);
        return status;
    }
    reference(*node);
    status = copy_description(*node, description);
    if (NT_SUCCESS(status)) status = arrive(*node);
    if (NT_SUCCESS(status) && node->state != NodeState::Removed) {
        *created = node;
        return status;
    }
    if (NT_SUCCESS(status)) status = STATUS_DEVICE_NOT_READY;
    else finish_remove(*node);
    release(*node);
    return status;
}

}  // namespace openkmdf::executive
