#include "framework/pnp/query_interface.h"

#include "framework/device/dispatch.h"
#include "framework/pnp/pnp_state.h"
#include "framework/support/library.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

bool is_config_good(const WDF_QUERY_INTERFACE_CONFIG &config)
{
    if (!config.InterfaceType) return false;
    // Nothing is copied for a two-way interface: its callback answers.
    if (config.ImportInterface && !config.EvtDeviceProcessQueryInterfaceRequest) return false;
    if (!config.Interface) return config.ImportInterface;
    const INTERFACE &interface = *config.Interface;
    return interface.Size >= sizeof(INTERFACE) && interface.InterfaceReference &&
           interface.InterfaceDereference;
}

std::size_t block_size(USHORT size)
{
    return sizeof(OfferedInterface) + size;
}

OfferedInterface *find_offered(Device &device, const IO_STACK_LOCATION &location)
{
    const auto &query = location.Parameters.QueryInterface;
    scheduler::InternalGuard guard(device.details->lock);
    for (OfferedInterface *offer = device.details->offered; offer; offer = offer->next)
        if (std::memcmp(&offer->type, query.InterfaceType, sizeof(GUID)) == 0 &&
            query.Version >= offer->version && query.Size >= offer->size)
            return offer;
    return nullptr;
}

}  // namespace

NTSTATUS offer_interface(Device &device, const WDF_QUERY_INTERFACE_CONFIG &config)
{
    if (config.Size != sizeof config) return STATUS_INFO_LENGTH_MISMATCH;
    if (device.role == DeviceRole::Control) return STATUS_INVALID_DEVICE_REQUEST;
    if (!is_config_good(config)) return STATUS_INVALID_PARAMETER;
    const USHORT size = config.Interface ? config.Interface->Size : 0;
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    void *block = arena.allocation_fails() ? nullptr : arena.allocate(block_size(size));
    if (!block) return STATUS_INSUFFICIENT_RESOURCES;
    auto *offer = ::new (block) OfferedInterface;
    offer->type = *config.InterfaceType;
    offer->size = size;
    offer->version = config.Interface ? config.Interface->Version : 0;
    offer->is_two_way = config.ImportInterface;
    offer->evt_process = config.EvtDeviceProcessQueryInterfaceRequest;
    if (size) std::memcpy(offer->structure(), config.Interface, size);
    scheduler::InternalGuard guard(device.details->lock);
    OfferedInterface **link = &device.details->offered;
    while (*link) link = &(*link)->next;
    *link = offer;
    return STATUS_SUCCESS;
}

void forget_offered_interfaces(Device &device)
{
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    for (OfferedInterface *offer = device.details->offered; offer;) {
        OfferedInterface *next = offer->next;
        arena.deallocate(offer, block_size(offer->size));
        offer = next;
    }
    device.details->offered = nullptr;
}

NTSTATUS answer_interface_query(PnpState &state, PIRP irp)
{
    Device &device = state.device;
    IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    OfferedInterface *offer = find_offered(device, location);
    if (!offer) return pass_down(device, irp);
    auto &query = location.Parameters.QueryInterface;
    if (!offer->is_two_way) std::memcpy(query.Interface, offer->structure(), offer->size);
    NTSTATUS status = STATUS_SUCCESS;
    if (offer->evt_process)
        status = invoke(CallbackId::EvtDeviceProcessQueryInterfaceRequest, device,
                        offer->evt_process, state.handle(), const_cast<LPGUID>(query.InterfaceType),
                        query.Interface, query.InterfaceSpecificData);
    // Another driver below may serve what this one does not.
    if (status == STATUS_NOT_SUPPORTED) return pass_down(device, irp);
    if (!NT_SUCCESS(status)) return complete_irp(irp, status);
    if (query.Interface->InterfaceReference)
        invoke(CallbackId::InterfaceReference, device, query.Interface->InterfaceReference,
               query.Interface->Context);
    irp->IoStatus.Status = status;
    return pass_down(device, irp);
}

}  // namespace openkmdf::framework
