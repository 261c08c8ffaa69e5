#include "framework/device/device.h"
#include "framework/device/device_details.h"
#include "framework/device/device_init.h"
#include "framework/device/dispatch.h"
#include "framework/device/file_object.h"
#include "framework/device/remove_lock.h"
#include "framework/pnp/pnp.h"
#include "framework/pnp/query_interface.h"
#include "framework/queue/queue.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/target/io_target.h"

#include <cstring>

// WdfDeviceCreate: a WDM device object, attached where the init says, with a framework object
// behind it.

namespace openkmdf::framework {

namespace {

// What a WDM device belongs to whose framework device is gone.
constinit Device gone_device = [] {
    Device gone;
    gone.route = kRouteRemoved | kRouteGone;
    return gone;
}();

void dispose_device(Object &object)
{
    auto &device = static_cast<Device &>(object);
    device.route |= kRouteRemoved;
    if (device.symbolic_link.Buffer) {
        IoDeleteSymbolicLink(&device.symbolic_link);
        free_string(*device.globals->library->kernel->arena, device.symbolic_link);
    }
}

void destroy_device(Object &object)
{
    auto &device = static_cast<Device &>(object);
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    if (device.wdm) {
        PDEVICE_OBJECT wdm = device.wdm;
        device.wdm = nullptr;
        // Who still references it may send IRPs.
        *static_cast<Device **>(wdm->DeviceExtension) = &gone_device;
        if (device.lower) IoDetachDevice(device.lower);
        IoDeleteDevice(wdm);
    }
    destroy_pnp_state(device);
    if (device.scope_lock) arena.drop(device.scope_lock);
    free_string(arena, device.name);
    free_string(arena, device.symbolic_link);
    if (device.details) {
        release_interfaces(device);
        free_string(arena, device.details->mof_resource);
        clear_related(device, device.details->removal_relations);
        clear_related(device, device.details->usage_dependents);
        forget_offered_interfaces(device);
        release_device_settings(arena, device.details->settings, device.preprocess);
        arena.drop(device.details);
    }
}

// Callbacks of files run at PASSIVE_LEVEL, so they cannot hold a lock that raises the IRQL
// ("WdfDeviceInitSetFileObjectConfig function").
NTSTATUS check_file_callbacks(const WDFDEVICE_INIT &init, const WDF_OBJECT_ATTRIBUTES *attributes)
{
    const WDF_FILEOBJECT_CONFIG &config = init.file_config;
    if (!config.EvtDeviceFileCreate && !config.EvtFileCleanup && !config.EvtFileClose)
        return STATUS_SUCCESS;
    WDF_SYNCHRONIZATION_SCOPE scope = WdfSynchronizationScopeInheritFromParent;
    WDF_EXECUTION_LEVEL level = WdfExecutionLevelInheritFromParent;
    for (const WDF_OBJECT_ATTRIBUTES *own :
         {init.file_attributes.Size ? &init.file_attributes : nullptr, attributes}) {
        if (!own) continue;
        if (scope == WdfSynchronizationScopeInheritFromParent) scope = own->SynchronizationScope;
        if (level == WdfExecutionLevelInheritFromParent) level = own->ExecutionLevel;
    }
    const Driver &driver = *init.driver;
    if (scope == WdfSynchronizationScopeInheritFromParent)
        scope = static_cast<WDF_SYNCHRONIZATION_SCOPE>(driver.synchronization_scope);
    if (level == WdfExecutionLevelInheritFromParent)
        level = static_cast<WDF_EXECUTION_LEVEL>(driver.execution_level);
    const bool has_lock =
        scope == WdfSynchronizationScopeDevice || scope == WdfSynchronizationScopeQueue;
    return has_lock && level != WdfExecutionLevelPassive ? STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL
                                                         : STATUS_SUCCESS;
}

NTSTATUS check_init(const WDFDEVICE_INIT &init, const WDF_OBJECT_ATTRIBUTES *attributes)
{
    if (init.created) return STATUS_INVALID_DEVICE_STATE;
    NTSTATUS status = check_attributes(
        attributes, {.parent_allowed = false, .scope_allowed = true, .level_allowed = true});
    if (!NT_SUCCESS(status)) return status;
    if ((init.has_sddl || init.has_class) && !init.name.Buffer &&
        init.kind != DeviceInitKind::Control && init.kind != DeviceInitKind::Bus)
        return STATUS_INVALID_SECURITY_DESCR;
    return check_file_callbacks(init, attributes);
}

// It comes with the flags of WdfControlDeviceInitSetShutdownNotification and goes with the WDM
// device object.
NTSTATUS register_shutdown(const Device &device, const WDFDEVICE_INIT &init)
{
    if (!init.settings.evt_shutdown) return STATUS_SUCCESS;
    NTSTATUS status = STATUS_SUCCESS;
    if (init.settings.shutdown_flags & WdfDeviceShutdown)
        status = IoRegisterShutdownNotification(device.wdm);
    if (NT_SUCCESS(status) && (init.settings.shutdown_flags & WdfDeviceLastChanceShutdown))
        status = IoRegisterLastChanceShutdownNotification(device.wdm);
    return status;
}

ULONG characteristics_of(const WDFDEVICE_INIT &init)
{
    ULONG characteristics = init.characteristics | FILE_DEVICE_SECURE_OPEN;
    // A PDO or control device without a name gets a generated one.
    if (!init.name.Buffer && init.kind != DeviceInitKind::Function)
        characteristics |= FILE_AUTOGENERATED_DEVICE_NAME;
    return characteristics;
}

NTSTATUS create_wdm(const WDFDEVICE_INIT &init, PDEVICE_OBJECT *wdm)
{
    auto *name = init.name.Buffer ? const_cast<UNICODE_STRING *>(&init.name) : nullptr;
    return IoCreateDevice(init.driver->wdm, sizeof(Device *), name, init.device_type,
                          characteristics_of(init), init.is_exclusive, wdm);
}

void set_flags(Device &device, const WDFDEVICE_INIT &init)
{
    PDEVICE_OBJECT wdm = device.wdm;
    if (init.is_filter) {
        wdm->Flags |= device.lower->Flags &
                      (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE | DO_POWER_INRUSH);
        wdm->DeviceType = device.lower->DeviceType;
        wdm->Characteristics = device.lower->Characteristics;
        device.read_write_io = (wdm->Flags & DO_BUFFERED_IO) ? WdfDeviceIoBuffered
                               : (wdm->Flags & DO_DIRECT_IO) ? WdfDeviceIoDirect
                                                             : WdfDeviceIoNeither;
        return;
    }
    device.read_write_io = init.io_type;
    if (init.io_type == WdfDeviceIoBuffered) wdm->Flags |= DO_BUFFERED_IO;
    // "Buffered or direct" may choose; whole pages are worth locking, but copying is always right.
    else if (init.io_type == WdfDeviceIoDirect) wdm->Flags |= DO_DIRECT_IO;
    else if (init.io_type == WdfDeviceIoBufferedOrDirect) {
        wdm->Flags |= DO_BUFFERED_IO;
        device.read_write_io = WdfDeviceIoBuffered;
    }
    if (init.settings.power_inrush) wdm->Flags |= DO_POWER_INRUSH;
    else if (init.settings.power_pageable) wdm->Flags |= DO_POWER_PAGABLE;
}

NTSTATUS attach(Device &device, const WDFDEVICE_INIT &init)
{
    device.physical = init.physical;
    if (init.kind != DeviceInitKind::Function) {
        if (init.kind == DeviceInitKind::Bus) device.physical = device.wdm;
        return STATUS_SUCCESS;
    }
    device.lower = IoAttachDeviceToDeviceStack(device.wdm, init.physical);
    return device.lower ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

void take_settings(Device &device, WDFDEVICE_INIT &init)
{
    device.evt_io_in_caller_context = init.evt_io_in_caller_context;
    if (init.evt_io_in_caller_context) device.route |= kRouteInCallerContext;
    device.preprocess = init.preprocess;
    init.preprocess = nullptr;
    if (device.preprocess) {
        device.route |= kRoutePreprocess;
        device.wdm->StackSize++;
    }
    if (init.settings.remove_lock_for_all_io) use_remove_lock(device);
    device.request_attributes = init.request_attributes;
    device.request_context_size =
        init.request_attributes.Size ? context_block_size(&init.request_attributes) : 0;
    device.file_config = init.file_config;
    device.file_attributes = init.file_attributes;
    device.uses_file_objects =
        init.file_config.Size != 0 && file_class_of(init.file_config) != WdfFileObjectNotRequired;
    device.is_exclusive = init.is_exclusive;
    device.details->settings = init.settings;
    init.settings = DeviceSettings{};
    device.name = init.name;
    init.name = {};
}

DeviceRole role_of(const WDFDEVICE_INIT &init)
{
    switch (init.kind) {
    case DeviceInitKind::Bus:
        return DeviceRole::Bus;
    case DeviceInitKind::Control:
        return DeviceRole::Control;
    default:
        return init.is_filter ? DeviceRole::Filter : DeviceRole::Function;
    }
}

NTSTATUS build(Device &device, WDFDEVICE_INIT &init)
{
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    device.role = role_of(init);
    device.details = arena.allocation_fails() ? nullptr : arena.make<DeviceDetails>();
    if (!device.details) return STATUS_INSUFFICIENT_RESOURCES;
    if (device.synchronization_scope == WdfSynchronizationScopeDevice) {
        device.scope_lock = arena.make<CallbackLock>(
            device.execution_level == WdfExecutionLevelPassive ? LockLevel::Passive
                                                               : LockLevel::Dispatch);
        if (!device.scope_lock) return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = create_wdm(init, &device.wdm);
    if (!NT_SUCCESS(status)) return status;
    *static_cast<Device **>(device.wdm->DeviceExtension) = &device;
    status = attach(device, init);
    if (!NT_SUCCESS(status)) return status;
    set_flags(device, init);
    if (device.role != DeviceRole::Control) {
        status = create_pnp_state(device);
        if (!NT_SUCCESS(status)) return status;
    } else {
        device.power_gate = 0;
        status = register_shutdown(device, init);
        if (!NT_SUCCESS(status)) return status;
    }
    if (device.lower) {
        device.default_target = create_local_target(device);
        if (!device.default_target) return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

}  // namespace

const TypeInfo Device::kInfo = {ObjectType::Device, "WDFDEVICE",   sizeof(Device), false, true,
                                dispose_device,     destroy_device};

NTSTATUS create_device(WDFDEVICE_INIT &init, const WDF_OBJECT_ATTRIBUTES *attributes,
                       Device **result)
{
    NTSTATUS status = check_init(init, attributes);
    if (!NT_SUCCESS(status)) return status;
    Device *device = create_object<Device>(*init.driver->globals, attributes, init.driver);
    if (!device) return STATUS_INSUFFICIENT_RESOURCES;
    status = build(*device, init);
    if (NT_SUCCESS(status)) {
        status = publish(*device);
        if (NT_SUCCESS(status)) {
            take_settings(*device, init);
            device->wdm->Flags &= device->role == DeviceRole::Control
                                      ? ~0u
                                      : ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
            init.created = device;
            *result = device;
            return STATUS_SUCCESS;
        }
    }
    discard_object(*device);
    return status;
}

void device_added(Device &)
{
    // DO_DEVICE_INITIALIZING was cleared by WdfDeviceCreate; queues open at the first D0 entry or,
    // when they are not power-managed, when the device starts.
}

void delete_device(Device &device)
{
    delete_object(device);
}

}  // namespace openkmdf::framework
