#include "executive/pnp/removal_set.h"

#include "executive/ob/object_manager.h"

namespace openkmdf::executive::pnp {

RemovalSet::RemovalSet(PnpManager &pnp, DevNode &node) : pnp_(pnp)
{
    pnp.reference(node);
    first_.node = &node;
    // The list grows while it is walked: relations have relations.
    for (Member *member = &first_; member; member = member->next) ask_tree(*member->node);
}

RemovalSet::~RemovalSet()
{
    pnp_.release(*first_.node);
    for (Member *member = first_.next; member;) {
        Member *next = member->next;
        pnp_.release(*member->node);
        pnp_.kernel().arena->drop(member);
        member = next;
    }
}

NTSTATUS RemovalSet::for_each(base::FunctionRef<NTSTATUS(DevNode &)> call)
{
    NTSTATUS status = STATUS_SUCCESS;
    for (Member *member = &first_; member && NT_SUCCESS(status); member = member->next)
        status = call(*member->node);
    return status;
}

// A device goes with its parents anyway.
bool RemovalSet::has(const DevNode &node) const
{
    for (const DevNode *above = &node; above; above = above->parent)
        for (const Member *member = &first_; member; member = member->next)
            if (member->node == above) return true;
    return false;
}

void RemovalSet::add(DevNode &node)
{
    scheduler::Arena &arena = *pnp_.kernel().arena;
    auto *member = arena.allocation_fails() ? nullptr : arena.make<Member>();
    if (!member) return;
    pnp_.reference(node);
    member->node = &node;
    last_->next = member;
    last_ = member;
}

void RemovalSet::ask_tree(DevNode &node)
{
    for (DevNode *child = node.first_child; child; child = child->next_sibling) ask_tree(*child);
    if (!has_stack(node) || node.state == NodeState::SurpriseRemoved) return;
    ULONG_PTR information = 0;
    const NTSTATUS status = pnp_.send(
        node, IRP_MN_QUERY_DEVICE_RELATIONS,
        [](PIO_STACK_LOCATION location) {
            location->Parameters.QueryDeviceRelations.Type = RemovalRelations;
        },
        &information);
    if (NT_SUCCESS(status) && information) take(reinterpret_cast<PDEVICE_RELATIONS>(information));
}

// The drivers referenced every device in the list.
void RemovalSet::take(PDEVICE_RELATIONS relations)
{
    for (ULONG i = 0; i < relations->Count; ++i) {
        DevNode *node = PnpManager::node_of(relations->Objects[i]);
        if (node && !has(*node)) add(*node);
        ObDereferenceObject(relations->Objects[i]);
    }
    ExFreePool(relations);
}

}  // namespace openkmdf::executive::pnp
