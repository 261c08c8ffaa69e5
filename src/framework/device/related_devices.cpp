#include "framework/device/related_devices.h"

#include "framework/device/device_details.h"
#include "framework/support/library.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

constexpr ULONG kTag = 'rFdW';

RelatedDevice **find(RelatedList &list, PDEVICE_OBJECT wdm)
{
    RelatedDevice **link = &list;
    while (*link && (*link)->wdm != wdm) link = &(*link)->next;
    return link;
}

void drop(Device &device, RelatedDevice *related)
{
    ObDereferenceObject(related->wdm);
    device.globals->library->kernel->arena->drop(related);
}

ULONG count(Device &device, const RelatedList &list)
{
    scheduler::InternalGuard guard(device.details->lock);
    ULONG count = 0;
    for (const RelatedDevice *related = list; related; related = related->next) ++count;
    return count;
}

std::size_t size_of(std::size_t devices)
{
    return offsetof(DEVICE_RELATIONS, Objects) + devices * sizeof(PDEVICE_OBJECT);
}

}  // namespace

NTSTATUS add_related(Device &device, RelatedList &list, PDEVICE_OBJECT wdm)
{
    if (!wdm) return STATUS_INVALID_PARAMETER;
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    auto *added = arena.allocation_fails() ? nullptr : arena.make<RelatedDevice>();
    if (!added) return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObject(wdm);
    added->wdm = wdm;
    {
        scheduler::InternalGuard guard(device.details->lock);
        RelatedDevice **link = find(list, wdm);
        if (!*link) {
            *link = added;
            return STATUS_SUCCESS;
        }
    }
    drop(device, added);
    return STATUS_SUCCESS;
}

void remove_related(Device &device, RelatedList &list, PDEVICE_OBJECT wdm)
{
    RelatedDevice *removed;
    {
        scheduler::InternalGuard guard(device.details->lock);
        RelatedDevice **link = find(list, wdm);
        removed = *link;
        if (removed) *link = removed->next;
    }
    if (removed) drop(device, removed);
}

void clear_related(Device &device, RelatedList &list)
{
    RelatedDevice *first;
    {
        scheduler::InternalGuard guard(device.details->lock);
        first = list;
        list = nullptr;
    }
    while (first) {
        RelatedDevice *next = first->next;
        drop(device, first);
        first = next;
    }
}

PDEVICE_OBJECT reference_related(Device &device, const RelatedList &list, ULONG index)
{
    scheduler::InternalGuard guard(device.details->lock);
    const RelatedDevice *related = list;
    while (related && index--) related = related->next;
    if (!related) return nullptr;
    ObReferenceObject(related->wdm);
    return related->wdm;
}

NTSTATUS report_removal_relations(Device &device, PIRP irp)
{
    const RelatedList &list = device.details->removal_relations;
    const ULONG room = count(device, list);
    if (!room) return STATUS_SUCCESS;
    auto *before = reinterpret_cast<PDEVICE_RELATIONS>(irp->IoStatus.Information);
    const ULONG reported = before ? before->Count : 0;
    auto *all = static_cast<PDEVICE_RELATIONS>(
        ExAllocatePoolWithTag(PagedPool, size_of(reported + room), kTag));
    if (!all) return STATUS_INSUFFICIENT_RESOURCES;
    all->Count = reported;
    if (before) std::memcpy(all->Objects, before->Objects, reported * sizeof(PDEVICE_OBJECT));
    // Whoever takes the list drops the references.
    for (ULONG i = 0; i < room; ++i)
        if (PDEVICE_OBJECT wdm = reference_related(device, list, i))
            all->Objects[all->Count++] = wdm;
    if (before) ExFreePool(before);
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(all);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::framework
