#include "executive/pnp/event.h"
#include "executive/pnp/pnp_manager.h"

#include "executive/ob/object_manager.h"

#include <cstring>

// What buses report: children that came and went, devices that failed.

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::NodeState;

void PnpManager::query_state(DevNode &node)
{
    ULONG_PTR information = node.pnp_state;
    NTSTATUS status = send(
        node, IRP_MN_QUERY_PNP_DEVICE_STATE, [](PIO_STACK_LOCATION) {}, &information);
    if (!NT_SUCCESS(status)) return;
    node.pnp_state = static_cast<PNP_DEVICE_STATE>(information);
    constexpr PNP_DEVICE_STATE kGone = PNP_DEVICE_FAILED | PNP_DEVICE_REMOVED | PNP_DEVICE_DISABLED;
    if (!(node.pnp_state & kGone)) return;
    note("The device reports that it has failed:", node);
    node.problem = STATUS_DEVICE_NOT_READY;
    take_away(node);
}

void PnpManager::enumerate(DevNode &node)
{
    ULONG_PTR information = 0;
    NTSTATUS status = send(
        node, IRP_MN_QUERY_DEVICE_RELATIONS,
        [](PIO_STACK_LOCATION location) {
            location->Parameters.QueryDeviceRelations.Type = BusRelations;
        },
        &information);
    auto *relations = reinterpret_cast<PDEVICE_RELATIONS>(information);
    if (!NT_SUCCESS(status) || !relations) return;
    take_relations(node, relations);
    ExFreePool(relations);
}

// The bus referenced every device in its list.
void PnpManager::take_relations(DevNode &node, PDEVICE_RELATIONS relations)
{
    for (DevNode *child = node.first_child; child; child = child->next_sibling)
        child->is_seen = false;
    for (ULONG i = 0; i < relations->Count; ++i) {
        PDEVICE_OBJECT physical = relations->Objects[i];
        DevNode *child = node_of(physical);
        if (!child && NT_SUCCESS(make_node(physical, &node, &child)))
            physical->Flags |= DO_BUS_ENUMERATED_DEVICE;
        if (child) child->is_seen = true;
        ObDereferenceObject(physical);
    }
    for (DevNode *child = node.first_child; child;) {
        if (child->is_seen || child->state == NodeState::SurpriseRemoved) {
            child = child->next_sibling;
            continue;
        }
        child->is_present = false;
        if (child->state == NodeState::Uninitialized || child->state == NodeState::Initialized)
            finish_remove(*child);
        else take_away(*child);
        // Siblings may have gone with it.
        child = node.first_child;
    }
    for (DevNode *child = node.first_child; child;) {
        DevNode *next = child->next_sibling;
        if (child->state == NodeState::Uninitialized) {
            reference(*child);
            // A device that does not start stays in the tree without its drivers' devices.
            if (!NT_SUCCESS(arrive(*child)) && child->state == NodeState::DriversAdded)
                finish_remove(*child);
            release(*child);
        }
        child = next;
    }
}

extern "C" {

void NTAPI IoInvalidateDeviceRelations(PDEVICE_OBJECT DeviceObject, DEVICE_RELATION_TYPE Type)
{
    // The others are asked for when they matter: at ejection, removal and power changes.
    if (Type == BusRelations || Type == SingleBusRelations)
        pnp::queue_for(DeviceObject, pnp::EventKind::Enumerate);
}

void NTAPI IoInvalidateDeviceState(PDEVICE_OBJECT PhysicalDeviceObject)
{
    pnp::queue_for(PhysicalDeviceObject, pnp::EventKind::QueryState);
}

void NTAPI IoRequestDeviceEject(PDEVICE_OBJECT PhysicalDeviceObject)
{
    pnp::queue_for(PhysicalDeviceObject, pnp::EventKind::Eject);
}

NTSTATUS NTAPI IoRequestDeviceEjectEx(PDEVICE_OBJECT PhysicalDeviceObject,
                                      PIO_DEVICE_EJECT_CALLBACK Callback, PVOID Context,
                                      PDRIVER_OBJECT DriverObject)
{
    PnpManager &pnp = pnp_manager();
    DevNode *node = PnpManager::node_of(PhysicalDeviceObject);
    if (!node) return STATUS_INVALID_PARAMETER_1;
    if (Callback && !DriverObject) return STATUS_INVALID_PARAMETER_4;
    pnp::Event *event = pnp.make_event();
    if (!event) return STATUS_INSUFFICIENT_RESOURCES;
    pnp.reference(*node);
    if (DriverObject) ObReferenceObject(DriverObject);
    event->kind = pnp::EventKind::Eject;
    event->node = node;
    event->driver = DriverObject;
    event->ejected = Callback;
    event->context = Context;
    pnp.queue(event);
    return STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
