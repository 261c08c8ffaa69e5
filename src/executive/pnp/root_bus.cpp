#include "executive/pnp/root_bus.h"

#include "executive/io/device.h"
#include "executive/ob/object_manager.h"

#include <cstring>
#include <wdmguid.h>

namespace openkmdf::executive::pnp::root_bus {

namespace {

constexpr ULONG kTag = 'PnpR';

struct Child {
    Text device_id;
    Text instance_id;
    Text hardware_ids;
    Text compatible_ids;
    Text description;
    Text location;
    IO_RESOURCE_REQUIREMENTS_LIST *requirements;
    DEVICE_CAPABILITIES capabilities;
    bool is_gone;
};

Child &child_of(PDEVICE_OBJECT physical)
{
    return *static_cast<Child *>(physical->DeviceExtension);
}

NTSTATUS return_text(PIRP irp, std::u16string_view text, bool list)
{
    if (text.empty()) return irp->IoStatus.Status;
    const std::size_t bytes = text.size() * sizeof(WCHAR);
    auto *copy =
        static_cast<PWCH>(ExAllocatePoolWithTag(PagedPool, bytes + 2 * sizeof(WCHAR), kTag));
    if (!copy) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(copy, text.data(), bytes);
    copy[text.size()] = 0;
    if (list) copy[text.size() + 1] = 0;
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(copy);
    return STATUS_SUCCESS;
}

NTSTATUS query_id(Child &child, PIRP irp, BUS_QUERY_ID_TYPE type)
{
    switch (type) {
    case BusQueryDeviceID:
        return return_text(irp, child.device_id.view(), false);
    case BusQueryInstanceID:
        return return_text(irp, child.instance_id.view(), false);
    case BusQueryHardwareIDs:
        return return_text(irp, child.hardware_ids.view(), true);
    case BusQueryCompatibleIDs:
        return return_text(irp, child.compatible_ids.view(), true);
    default:
        return irp->IoStatus.Status;
    }
}

NTSTATUS query_bus_information(PIRP irp)
{
    auto *information = static_cast<PPNP_BUS_INFORMATION>(
        ExAllocatePoolWithTag(PagedPool, sizeof(PNP_BUS_INFORMATION), kTag));
    if (!information) return STATUS_INSUFFICIENT_RESOURCES;
    information->BusTypeGuid = GUID_BUS_TYPE_INTERNAL;
    information->LegacyBusType = PNPBus;
    information->BusNumber = 0;
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(information);
    return STATUS_SUCCESS;
}

NTSTATUS query_requirements(Child &child, PIRP irp)
{
    if (!child.requirements) return irp->IoStatus.Status;
    void *copy = ExAllocatePoolWithTag(PagedPool, child.requirements->ListSize, kTag);
    if (!copy) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(copy, child.requirements, child.requirements->ListSize);
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(copy);
    return STATUS_SUCCESS;
}

NTSTATUS query_target_relation(PDEVICE_OBJECT physical, PIRP irp)
{
    auto *relations = static_cast<PDEVICE_RELATIONS>(
        ExAllocatePoolWithTag(PagedPool, sizeof(DEVICE_RELATIONS), kTag));
    if (!relations) return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObject(physical);
    relations->Count = 1;
    relations->Objects[0] = physical;
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(relations);
    return STATUS_SUCCESS;
}

NTSTATUS query_capabilities(Child &child, PIO_STACK_LOCATION location)
{
    PDEVICE_CAPABILITIES wanted = location->Parameters.DeviceCapabilities.Capabilities;
    if (wanted->Version != 1 || wanted->Size < sizeof(DEVICE_CAPABILITIES))
        return STATUS_UNSUCCESSFUL;
    const USHORT size = wanted->Size;
    *wanted = child.capabilities;
    wanted->Size = size;
    wanted->Version = 1;
    return STATUS_SUCCESS;
}

// What its bus knows nothing of keeps the status that it came with.
NTSTATUS handle_pnp(PDEVICE_OBJECT physical, PIRP irp, PIO_STACK_LOCATION location)
{
    Child &child = child_of(physical);
    switch (location->MinorFunction) {
    case IRP_MN_QUERY_ID:
        return query_id(child, irp, location->Parameters.QueryId.IdType);
    case IRP_MN_QUERY_DEVICE_TEXT:
        if (location->Parameters.QueryDeviceText.DeviceTextType == DeviceTextDescription)
            return return_text(irp, child.description.view(), false);
        return return_text(irp, child.location.view(), false);
    case IRP_MN_QUERY_BUS_INFORMATION:
        return query_bus_information(irp);
    case IRP_MN_QUERY_CAPABILITIES:
        return query_capabilities(child, location);
    case IRP_MN_QUERY_RESOURCE_REQUIREMENTS:
        return query_requirements(child, irp);
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        if (location->Parameters.QueryDeviceRelations.Type == TargetDeviceRelation)
            return query_target_relation(physical, irp);
        return irp->IoStatus.Status;
    case IRP_MN_START_DEVICE: {
        POWER_STATE full;
        full.DeviceState = PowerDeviceD0;
        PoSetPowerState(physical, DevicePowerState, full);
        return STATUS_SUCCESS;
    }
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_QUERY_STOP_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
    case IRP_MN_REMOVE_DEVICE:
    case IRP_MN_EJECT:
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        return STATUS_SUCCESS;
    default:
        return irp->IoStatus.Status;
    }
}

}  // namespace

void discard(PDEVICE_OBJECT physical)
{
    Child &child = child_of(physical);
    for (Text *text : {&child.device_id, &child.instance_id, &child.hardware_ids,
                       &child.compatible_ids, &child.description, &child.location})
        text->clear();
    if (child.requirements)
        kernel().arena->deallocate(child.requirements, child.requirements->ListSize);
    child.requirements = nullptr;
    IoDeleteDevice(physical);
}

namespace {

NTSTATUS NTAPI dispatch_pnp(PDEVICE_OBJECT physical, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    const NTSTATUS status = handle_pnp(physical, irp, location);
    const bool goes = location->MinorFunction == IRP_MN_REMOVE_DEVICE && child_of(physical).is_gone;
    irp->IoStatus.Status = status;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    if (goes) discard(physical);
    return status;
}

NTSTATUS NTAPI dispatch_power(PDEVICE_OBJECT physical, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status = irp->IoStatus.Status;
    if (location->MinorFunction == IRP_MN_SET_POWER) {
        if (location->Parameters.Power.Type == DevicePowerState)
            PoSetPowerState(physical, DevicePowerState, location->Parameters.Power.State);
        status = STATUS_SUCCESS;
    } else if (location->MinorFunction == IRP_MN_QUERY_POWER) {
        status = STATUS_SUCCESS;
    }
    PoStartNextPowerIrp(irp);
    irp->IoStatus.Status = status;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

// Of WMI the bus knows nothing.
NTSTATUS NTAPI dispatch_system_control(PDEVICE_OBJECT, PIRP irp)
{
    const NTSTATUS status = irp->IoStatus.Status;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

bool assign_list(Text &text, std::span<const std::u16string_view> list)
{
    constexpr std::u16string_view kTerminator{u"\0", 1};
    for (std::u16string_view entry : list)
        if (!text.append(entry) || !text.append(kTerminator)) return false;
    return true;
}

DEVICE_CAPABILITIES default_capabilities()
{
    DEVICE_CAPABILITIES capabilities = {};
    capabilities.UniqueID = 1;
    capabilities.SilentInstall = 1;
    capabilities.Address = ~ULONG{0};
    capabilities.UINumber = ~ULONG{0};
    capabilities.DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (int state = PowerSystemSleeping1; state < PowerSystemMaximum; ++state)
        capabilities.DeviceState[state] = PowerDeviceD3;
    return capabilities;
}

bool describe(Child &child, const DeviceDescription &from, std::u16string_view instance)
{
    const std::u16string_view own[] = {from.device_id};
    const auto hardware =
        from.hardware_ids.empty() ? std::span<const std::u16string_view>(own) : from.hardware_ids;
    child.capabilities = from.capabilities ? *from.capabilities : default_capabilities();
    if (from.requirements) {
        const ULONG size = from.requirements->ListSize;
        child.requirements =
            static_cast<IO_RESOURCE_REQUIREMENTS_LIST *>(kernel().arena->allocate(size));
        if (!child.requirements) return false;
        std::memcpy(child.requirements, from.requirements, size);
    }
    return child.device_id.assign(from.device_id) && child.instance_id.assign(instance) &&
           assign_list(child.hardware_ids, hardware) &&
           assign_list(child.compatible_ids, from.compatible_ids) &&
           child.description.assign(from.description) && child.location.assign(from.location);
}

}  // namespace

void initialize(PDRIVER_OBJECT driver)
{
    driver->MajorFunction[IRP_MJ_PNP] = dispatch_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = dispatch_power;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = dispatch_system_control;
}

NTSTATUS create_child(PDRIVER_OBJECT driver, const DeviceDescription &description,
                      std::u16string_view instance, PDEVICE_OBJECT *physical)
{
    NTSTATUS status = IoCreateDevice(driver, sizeof(Child), nullptr, FILE_DEVICE_CONTROLLER,
                                     FILE_AUTOGENERATED_DEVICE_NAME, FALSE, physical);
    if (!NT_SUCCESS(status)) return status;
    if (!describe(child_of(*physical), description, instance)) {
        discard(*physical);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    (*physical)->Flags |= DO_BUS_ENUMERATED_DEVICE | DO_POWER_PAGABLE;
    (*physical)->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    return STATUS_SUCCESS;
}

void mark_gone(PDEVICE_OBJECT physical)
{
    child_of(physical).is_gone = true;
}

}  // namespace openkmdf::executive::pnp::root_bus
