#include "framework/pnp/resource_lists.h"

#include "framework/device/device.h"
#include "framework/support/library.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

void destroy_cm(Object &object)
{
    static_cast<CmResList &>(object).items.clear(arena_of(object));
}

void destroy_io(Object &object)
{
    static_cast<IoResList &>(object).items.clear(arena_of(object));
}

void destroy_requirements(Object &object)
{
    static_cast<IoResReqList &>(object).lists.clear(arena_of(object));
}

constexpr ULONG kPoolTag = 'sRxF';

}  // namespace

const TypeInfo CmResList::kInfo = {
    ObjectType::CmResList, "WDFCMRESLIST", sizeof(CmResList), false, false, nullptr, destroy_cm};
const TypeInfo IoResList::kInfo = {
    ObjectType::IoResList, "WDFIORESLIST", sizeof(IoResList), true, false, nullptr, destroy_io};
const TypeInfo IoResReqList::kInfo = {
    ObjectType::IoResReqList, "WDFIORESREQLIST", sizeof(IoResReqList), false, false, nullptr,
    destroy_requirements};

scheduler::Arena &arena_of(const Object &object)
{
    return *object.globals->library->kernel->arena;
}

namespace {

// Full descriptors have as many partial ones as they say, so the next one starts behind them.
const CM_FULL_RESOURCE_DESCRIPTOR *next_full(const CM_FULL_RESOURCE_DESCRIPTOR *full)
{
    return reinterpret_cast<const CM_FULL_RESOURCE_DESCRIPTOR *>(
        &full->PartialResourceList.PartialDescriptors[full->PartialResourceList.Count]);
}

template <class T>
T *finish(T *object, NTSTATUS status)
{
    if (NT_SUCCESS(status)) status = publish(*object);
    if (NT_SUCCESS(status)) return object;
    discard_object(*object);
    return nullptr;
}

}  // namespace

CmResList *make_cm_list(Device &device, const CM_RESOURCE_LIST *list, std::uint8_t access)
{
    CmResList *made = create_object<CmResList>(*device.globals, nullptr, &device);
    if (!made) return nullptr;
    made->access = access;
    NTSTATUS status = STATUS_SUCCESS;
    const CM_FULL_RESOURCE_DESCRIPTOR *full = list ? list->List : nullptr;
    if (full)
        std::memcpy(&made->head, full,
                    offsetof(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList.Count));
    for (ULONG i = 0; full && i < list->Count && NT_SUCCESS(status); ++i, full = next_full(full))
        for (ULONG k = 0; k < full->PartialResourceList.Count && NT_SUCCESS(status); ++k)
            status = made->items.insert(arena_of(device),
                                        full->PartialResourceList.PartialDescriptors[k],
                                        WDF_INSERT_AT_END);
    return finish(made, status);
}

PCM_RESOURCE_LIST to_cm_list(CmResList &list)
{
    const std::size_t size =
        sizeof(CM_RESOURCE_LIST) + list.items.count * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    auto *made = static_cast<PCM_RESOURCE_LIST>(ExAllocatePoolWithTag(PagedPool, size, kPoolTag));
    if (!made) return nullptr;
    std::memset(made, 0, size);
    made->Count = 1;
    std::memcpy(&made->List[0], &list.head,
                offsetof(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList.Count));
    made->List[0].PartialResourceList.Count = list.items.count;
    for (std::uint32_t i = 0; i < list.items.count; ++i)
        made->List[0].PartialResourceList.PartialDescriptors[i] = *list.items.at(i);
    return made;
}

namespace {

NTSTATUS add_configuration(IoResReqList &requirements, const IO_RESOURCE_LIST &source)
{
    scheduler::Arena &arena = arena_of(requirements);
    IoResList *list = create_object<IoResList>(*requirements.globals, nullptr, &requirements);
    if (!list) return STATUS_INSUFFICIENT_RESOURCES;
    list->owner = &requirements;
    NTSTATUS status = STATUS_SUCCESS;
    for (ULONG i = 0; i < source.Count && NT_SUCCESS(status); ++i)
        status = list->items.insert(arena, source.Descriptors[i], WDF_INSERT_AT_END);
    if (!finish(list, status)) return STATUS_INSUFFICIENT_RESOURCES;
    list->is_inserted = true;
    return requirements.lists.insert(arena, list, WDF_INSERT_AT_END);
}

}  // namespace

IoResReqList *make_requirements(Device &device, const IO_RESOURCE_REQUIREMENTS_LIST *list,
                                std::uint8_t access)
{
    IoResReqList *made = create_object<IoResReqList>(*device.globals, nullptr, &device);
    if (!made || !finish(made, STATUS_SUCCESS)) return nullptr;
    made->access = access;
    if (!list) return made;
    made->interface_type = list->InterfaceType;
    made->bus_number = list->BusNumber;
    made->slot_number = list->SlotNumber;
    const IO_RESOURCE_LIST *one = list->List;
    for (ULONG i = 0; i < list->AlternativeLists; ++i) {
        if (!NT_SUCCESS(add_configuration(*made, *one))) {
            delete_object(*made);
            return nullptr;
        }
        one = reinterpret_cast<const IO_RESOURCE_LIST *>(&one->Descriptors[one->Count]);
    }
    return made;
}

PIO_RESOURCE_REQUIREMENTS_LIST to_requirements(IoResReqList &requirements)
{
    constexpr std::size_t kListHead = offsetof(IO_RESOURCE_LIST, Descriptors);
    std::size_t size = offsetof(IO_RESOURCE_REQUIREMENTS_LIST, List);
    for (std::uint32_t i = 0; i < requirements.lists.count; ++i)
        size +=
            kListHead + (*requirements.lists.at(i))->items.count * sizeof(IO_RESOURCE_DESCRIPTOR);
    if (size < sizeof(IO_RESOURCE_REQUIREMENTS_LIST)) size = sizeof(IO_RESOURCE_REQUIREMENTS_LIST);
    auto *made = static_cast<PIO_RESOURCE_REQUIREMENTS_LIST>(
        ExAllocatePoolWithTag(PagedPool, size, kPoolTag));
    if (!made) return nullptr;
    std::memset(made, 0, size);
    made->ListSize = static_cast<ULONG>(size);
    made->InterfaceType = requirements.interface_type;
    made->BusNumber = requirements.bus_number;
    made->SlotNumber = requirements.slot_number;
    made->AlternativeLists = requirements.lists.count;
    IO_RESOURCE_LIST *one = made->List;
    for (std::uint32_t i = 0; i < requirements.lists.count; ++i) {
        IoResList &list = **requirements.lists.at(i);
        one->Version = one->Revision = 1;
        one->Count = list.items.count;
        for (std::uint32_t k = 0; k < list.items.count; ++k)
            one->Descriptors[k] = *list.items.at(k);
        one = reinterpret_cast<IO_RESOURCE_LIST *>(&one->Descriptors[one->Count]);
    }
    return made;
}

}  // namespace openkmdf::framework
