#include "framework/device/device.h"
#include "framework/device/device_details.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"

#include <cstring>

// Device interfaces: registered with the I/O manager at once, enabled when the device starts.

namespace openkmdf::framework {

namespace {

scheduler::Arena &arena_of(Device &device)
{
    return *device.globals->library->kernel->arena;
}

bool same_reference(const UNICODE_STRING &left, const UNICODE_STRING *right)
{
    const USHORT length = right ? right->Length : 0;
    return left.Length == length &&
           (!length || std::memcmp(left.Buffer, right->Buffer, length) == 0);
}

void switch_interface(DeviceInterface &interface, bool enable)
{
    if (interface.enabled == enable) return;
    interface.enabled = enable;
    IoSetDeviceInterfaceState(&interface.link, enable);
}

}  // namespace

DeviceInterface *find_interface(Device &device, const GUID &type, const UNICODE_STRING *reference)
{
    scheduler::InternalGuard guard(device.details->lock);
    for (DeviceInterface *interface = device.details->interfaces; interface;
         interface = interface->next)
        if (std::memcmp(&interface->type, &type, sizeof type) == 0 &&
            same_reference(interface->reference, reference))
            return interface;
    return nullptr;
}

NTSTATUS create_interface(Device &device, const GUID &type, const UNICODE_STRING *reference)
{
    if (device.role == DeviceRole::Control) return STATUS_INVALID_DEVICE_REQUEST;
    scheduler::Arena &arena = arena_of(device);
    auto *interface = arena.allocation_fails() ? nullptr : arena.make<DeviceInterface>();
    if (!interface) return STATUS_INSUFFICIENT_RESOURCES;
    interface->type = type;
    if (reference && reference->Length && !copy_string(arena, *reference, interface->reference)) {
        arena.drop(interface);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = IoRegisterDeviceInterface(
        device.physical, &type, interface->reference.Buffer ? &interface->reference : nullptr,
        &interface->link);
    if (!NT_SUCCESS(status)) {
        free_string(arena, interface->reference);
        arena.drop(interface);
        return status;
    }
    scheduler::InternalGuard guard(device.details->lock);
    // After the start the driver enables it itself.
    interface->auto_enable = !device.details->interfaces_enabled;
    DeviceInterface **link = &device.details->interfaces;
    while (*link) link = &(*link)->next;
    *link = interface;
    return STATUS_SUCCESS;
}

void set_interface_state(Device &device, const GUID &type, const UNICODE_STRING *reference,
                         bool enable)
{
    DeviceInterface *interface = find_interface(device, type, reference);
    if (!interface) return;
    // Before the start only the wish is remembered.
    interface->auto_enable = enable;
    if (device.details->interfaces_enabled) switch_interface(*interface, enable);
}

void enable_interfaces(Device &device)
{
    device.details->interfaces_enabled = true;
    for (DeviceInterface *interface = device.details->interfaces; interface;
         interface = interface->next)
        if (interface->auto_enable) switch_interface(*interface, true);
}

void disable_interfaces(Device &device)
{
    device.details->interfaces_enabled = false;
    for (DeviceInterface *interface = device.details->interfaces; interface;
         interface = interface->next)
        switch_interface(*interface, false);
}

void release_interfaces(Device &device)
{
    scheduler::Arena &arena = arena_of(device);
    for (DeviceInterface *interface = device.details->interfaces; interface;) {
        DeviceInterface *next = interface->next;
        RtlFreeUnicodeString(&interface->link);
        free_string(arena, interface->reference);
        arena.drop(interface);
        interface = next;
    }
    device.details->interfaces = nullptr;
}

}  // namespace openkmdf::framework
