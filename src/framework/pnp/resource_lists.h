#pragma once

#include "framework/object/object.h"

#include "scheduler/arena.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// WDFCMRESLIST, WDFIORESLIST and WDFIORESREQLIST: lists of descriptors, each with an address of its
// own that stays while the others come and go.

namespace openkmdf::framework {

struct Device;

template <class Descriptor>
struct ResourceItems {
    struct Item {
        Item *next;
        Descriptor descriptor;
    };
    Item *first = nullptr;
    std::uint32_t count = 0;

    // The link before the index-th; null: there are fewer.
    Item **link_at(std::uint32_t index)
    {
        if (index > count) return nullptr;
        Item **link = &first;
        while (index-- > 0) link = &(*link)->next;
        return link;
    }
    Descriptor *at(std::uint32_t index)
    {
        if (index >= count) return nullptr;
        return &(*link_at(index))->descriptor;
    }
    // `index` may be WDF_INSERT_AT_END.
    NTSTATUS insert(scheduler::Arena &arena, const Descriptor &descriptor, std::uint32_t index)
    {
        Item **link = link_at(index == WDF_INSERT_AT_END ? count : index);
        if (!link) return STATUS_ARRAY_BOUNDS_EXCEEDED;
        auto *item = arena.allocation_fails() ? nullptr : arena.make<Item>(Item{*link, descriptor});
        if (!item) return STATUS_INSUFFICIENT_RESOURCES;
        *link = item;
        ++count;
        return STATUS_SUCCESS;
    }
    bool remove(scheduler::Arena &arena, std::uint32_t index)
    {
        if (index >= count) return false;
        Item **link = link_at(index);
        Item *gone = *link;
        *link = gone->next;
        --count;
        arena.drop(gone);
        return true;
    }
    // count: not in this list.
    std::uint32_t index_of(const Descriptor *descriptor) const
    {
        std::uint32_t index = 0;
        for (Item *item = first; item; item = item->next, ++index)
            if (&item->descriptor == descriptor) return index;
        return count;
    }
    void clear(scheduler::Arena &arena)
    {
        while (remove(arena, 0)) {}
    }
};

// Which changes a driver may make.
enum ResourceAccess : std::uint8_t {
    kResourcesReadOnly = 0,
    kResourcesRemovable = 1,
    kResourcesAddable = 2
};

// Assigned resources.
struct CmResList : Object {
    static const TypeInfo kInfo;
    ResourceItems<CM_PARTIAL_RESOURCE_DESCRIPTOR> items;
    CM_FULL_RESOURCE_DESCRIPTOR head = {};  // bus, version; without its descriptors
    std::uint8_t access = kResourcesReadOnly;
};

struct IoResReqList;

// One logical configuration.
struct IoResList : Object {
    static const TypeInfo kInfo;
    ResourceItems<IO_RESOURCE_DESCRIPTOR> items;
    IoResReqList *owner = nullptr;  // whose child it is
    bool is_inserted = false;
};

// A choice of them.
struct IoResReqList : Object {
    static const TypeInfo kInfo;
    ResourceItems<IoResList *> lists;
    INTERFACE_TYPE interface_type = InterfaceTypeUndefined;
    ULONG bus_number = 0;
    ULONG slot_number = 0;
    std::uint8_t access = kResourcesReadOnly;
    bool has_changed = false;
};

scheduler::Arena &arena_of(const Object &object);

// Children of the device, deleted by delete_object. nullptr: out of memory. `list` may be null:
// empty.
CmResList *make_cm_list(Device &device, const CM_RESOURCE_LIST *list, std::uint8_t access);
IoResReqList *make_requirements(Device &device, const IO_RESOURCE_REQUIREMENTS_LIST *list,
                                std::uint8_t access);
// Back to what the PnP manager reads, in paged pool. nullptr: out of memory.
PCM_RESOURCE_LIST to_cm_list(CmResList &list);
PIO_RESOURCE_REQUIREMENTS_LIST to_requirements(IoResReqList &list);

}  // namespace openkmdf::framework
