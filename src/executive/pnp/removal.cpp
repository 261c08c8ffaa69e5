#include "executive/pnp/pnp_manager.h"

#include "executive/ob/object_manager.h"
#include "executive/pnp/event.h"
#include "executive/pnp/removal_set.h"
#include "executive/pnp/root_bus.h"

#include <wdmguid.h>

// A device goes: asked, by surprise, or stopped to come back.

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::NodeState;

namespace {

DevNode *last_child(DevNode &node)
{
    DevNode *last = nullptr;
    for (DevNode *child = node.first_child; child; child = child->next_sibling) last = child;
    return last;
}

}  // namespace

// --- Orderly -------------------------------------------------------------------------------------

NTSTATUS PnpManager::query_remove_tree(DevNode &node)
{
    for (DevNode *child = node.first_child; child; child = child->next_sibling) {
        NTSTATUS status = query_remove_tree(*child);
        if (!NT_SUCCESS(status)) return status;
    }
    if (!has_stack(node) || node.state == NodeState::RemovePending) return STATUS_SUCCESS;
    if (node.state == NodeState::SurpriseRemoved) return STATUS_NO_SUCH_DEVICE;
    if (!notify_target(node, GUID_TARGET_DEVICE_QUERY_REMOVE)) {
        note("A notification routine vetoes the removal of", node, STATUS_UNSUCCESSFUL);
        return STATUS_UNSUCCESSFUL;
    }
    node.state_before_query = node.state;
    NTSTATUS status = send(node, IRP_MN_QUERY_REMOVE_DEVICE);
    // Also a failed query is followed by a cancel: drivers above the one that failed it are
    // waiting.
    node.state = NodeState::RemovePending;
    if (!NT_SUCCESS(status)) return status;
    if (kernel_.io->open_files(node.physical)) {
        note("Open files veto the removal of", node, STATUS_DEVICE_BUSY);
        return STATUS_DEVICE_BUSY;
    }
    return STATUS_SUCCESS;
}

void PnpManager::cancel_remove_tree(DevNode &node)
{
    if (node.state == NodeState::RemovePending) {
        send(node, IRP_MN_CANCEL_REMOVE_DEVICE);
        node.state = node.state_before_query;
        notify_target(node, GUID_TARGET_DEVICE_REMOVE_CANCELLED);
    }
    for (DevNode *child = node.first_child; child; child = child->next_sibling)
        cancel_remove_tree(*child);
}

NTSTATUS PnpManager::query_remove_all(pnp::RemovalSet &set)
{
    const NTSTATUS status = set.for_each([this](DevNode &node) { return query_remove_tree(node); });
    if (!NT_SUCCESS(status)) cancel_remove_all(set);
    return status;
}

void PnpManager::cancel_remove_all(pnp::RemovalSet &set)
{
    set.for_each([this](DevNode &node) {
        cancel_remove_tree(node);
        return STATUS_SUCCESS;
    });
}

NTSTATUS PnpManager::query_remove(DevNode &node)
{
    Operation operation(*this);
    pnp::RemovalSet set(*this, node);
    return query_remove_all(set);
}

NTSTATUS PnpManager::cancel_remove(DevNode &node)
{
    Operation operation(*this);
    if (node.state != NodeState::RemovePending) return STATUS_INVALID_DEVICE_STATE;
    pnp::RemovalSet set(*this, node);
    cancel_remove_all(set);
    return STATUS_SUCCESS;
}

NTSTATUS PnpManager::remove(DevNode &node)
{
    {
        Operation operation(*this);
        if (node.state == NodeState::Removed) return STATUS_NO_SUCH_DEVICE;
        pnp::RemovalSet set(*this, node);
        const NTSTATUS status = query_remove_all(set);
        if (!NT_SUCCESS(status)) return status;
        set.for_each([this](DevNode &member) {
            remove_tree(member);
            return STATUS_SUCCESS;
        });
    }
    drain();
    return STATUS_SUCCESS;
}

// From the leaves, the last one first.
void PnpManager::remove_tree(DevNode &node)
{
    while (DevNode *child = last_child(node)) remove_tree(*child);
    finish_remove(node);
}

void PnpManager::finish_remove(DevNode &node)
{
    if (node.state == NodeState::Removed) return;
    const bool was_started = node.state == NodeState::RemovePending;
    PDEVICE_OBJECT physical = node.physical;
    kernel_.io->mark_stack(physical, io::kDeviceRemovePending, 0);
    disable_interfaces(node);
    if (node.is_root) pnp::root_bus::mark_gone(physical);
    const bool counted =
        node.state != NodeState::Uninitialized && node.state != NodeState::Initialized;
    send(node, IRP_MN_REMOVE_DEVICE);
    node.state = NodeState::Removed;
    if (PDEVICE_OBJECT left = physical->AttachedDevice) {
        note("A driver did not detach its device on IRP_MN_REMOVE_DEVICE from", node);
        (void)left;
    }
    if (was_started) notify_target(node, GUID_TARGET_DEVICE_REMOVE_COMPLETE);
    if (counted) count_drivers(node, -1);
    forget_node(physical);
    unlink_node(node);
}

// --- By surprise ---------------------------------------------------------------------------------

void PnpManager::surprise_tree(DevNode &node)
{
    for (DevNode *child = node.first_child; child; child = child->next_sibling)
        surprise_tree(*child);
    if (!has_stack(node) || node.state == NodeState::SurpriseRemoved) return;
    kernel_.io->mark_stack(node.physical, io::kDeviceRemovePending, 0);
    send(node, IRP_MN_SURPRISE_REMOVAL);
    node.state = NodeState::SurpriseRemoved;
    disable_interfaces(node);
    notify_target(node, GUID_TARGET_DEVICE_REMOVE_COMPLETE);
}

void PnpManager::take_away(DevNode &node)
{
    pnp::RemovalSet set(*this, node);
    set.for_each([this](DevNode &member) {
        surprise_tree(member);
        return STATUS_SUCCESS;
    });
    set.for_each([this](DevNode &member) {
        remove_if_closed(member);
        return STATUS_SUCCESS;
    });
}

// Children whose files are still open keep their parents.
void PnpManager::remove_if_closed(DevNode &node)
{
    if (node.state == NodeState::Removed) return;
    for (DevNode *child = node.first_child; child;) {
        DevNode *next = child->next_sibling;
        remove_if_closed(*child);
        child = next;
    }
    if (node.state != NodeState::SurpriseRemoved && has_stack(node)) return;
    if (node.first_child || kernel_.io->open_files(node.physical)) return;
    DevNode *parent = node.parent;
    finish_remove(node);
    if (parent && parent != root_ && parent->state == NodeState::SurpriseRemoved)
        remove_if_closed(*parent);
}

NTSTATUS PnpManager::surprise_remove(DevNode &node)
{
    {
        Operation operation(*this);
        if (node.state == NodeState::Removed || node.state == NodeState::SurpriseRemoved)
            return STATUS_NO_SUCH_DEVICE;
        take_away(node);
    }
    drain();
    return STATUS_SUCCESS;
}

// --- To come back --------------------------------------------------------------------------------

NTSTATUS PnpManager::stop(DevNode &node)
{
    Operation operation(*this);
    if (node.state != NodeState::Started) return STATUS_INVALID_DEVICE_STATE;
    NTSTATUS status = send(node, IRP_MN_QUERY_STOP_DEVICE);
    if (!NT_SUCCESS(status)) {
        send(node, IRP_MN_CANCEL_STOP_DEVICE);
        return status;
    }
    node.state = NodeState::StopPending;
    send(node, IRP_MN_STOP_DEVICE);
    node.state = NodeState::Stopped;
    return STATUS_SUCCESS;
}

NTSTATUS PnpManager::restart(DevNode &node)
{
    Operation operation(*this);
    if (node.state != NodeState::Stopped) return STATUS_INVALID_DEVICE_STATE;
    NTSTATUS status = start(node);
    if (NT_SUCCESS(status)) {
        after_start(node);
        return status;
    }
    // A start that fails after a stop finds files open: these see the device vanish.
    take_away(node);
    return status;
}

}  // namespace openkmdf::executive
