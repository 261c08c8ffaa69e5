#include "framework/api/functions.h"
#include "framework/driver/globals.h"
#include "framework/pnp/resource_lists.h"
#include "framework/support/violation.h"

// Lists of assigned resources and of requirements.

namespace openkmdf::framework::api {

namespace {

CmResList &cm(WDFCMRESLIST list)
{
    return *object_cast<CmResList>(list);
}
IoResList &io(WDFIORESLIST list)
{
    return *object_cast<IoResList>(list);
}
IoResReqList &requirements(WDFIORESREQLIST list)
{
    return *object_cast<IoResReqList>(list);
}

// The functions that return nothing have no other way to say that a list may not be changed, or
// that an index is not there.
[[noreturn]] void refuse(PWDF_DRIVER_GLOBALS globals, const char *function, const char *why)
{
    violation(&globals_of(globals), WDF_PNP_FATAL_ERROR, 0,
              reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)), "%s was called %s.",
              function, why);
}
constexpr const char *kReadOnly = "for a list that may not be changed in this callback";
constexpr const char *kNotThere = "for an element that is not in the list";

NTSTATUS insert_resource(CmResList &list, const CM_PARTIAL_RESOURCE_DESCRIPTOR &descriptor,
                         ULONG index)
{
    if (!(list.access & kResourcesAddable)) return STATUS_ACCESS_DENIED;
    return list.items.insert(arena_of(list), descriptor, index);
}

NTSTATUS insert_requirement(IoResList &list, const IO_RESOURCE_DESCRIPTOR &descriptor, ULONG index)
{
    if (!(list.owner->access & kResourcesAddable)) return STATUS_ACCESS_DENIED;
    list.owner->has_changed = true;
    return list.items.insert(arena_of(list), descriptor, index);
}

NTSTATUS insert_configuration(IoResReqList &owner, IoResList &list, ULONG index)
{
    if (!(owner.access & kResourcesAddable)) return STATUS_ACCESS_DENIED;
    if (list.owner != &owner) return STATUS_INVALID_DEVICE_REQUEST;
    if (list.is_inserted) return STATUS_INVALID_PARAMETER;
    const NTSTATUS status = owner.lists.insert(arena_of(owner), &list, index);
    if (NT_SUCCESS(status)) list.is_inserted = owner.has_changed = true;
    return status;
}

void remove_configuration(PWDF_DRIVER_GLOBALS globals, IoResReqList &owner, ULONG index,
                          const char *function)
{
    if (owner.access == kResourcesReadOnly) refuse(globals, function, kReadOnly);
    IoResList **list = owner.lists.at(index);
    if (!list) refuse(globals, function, kNotThere);
    IoResList *gone = *list;
    owner.lists.remove(arena_of(owner), index);
    owner.has_changed = true;
    delete_object(*gone);
}

}  // namespace

// --- Assigned resources --------------------------------------------------------------------------

ULONG NTAPI WdfCmResourceListGetCount(PWDF_DRIVER_GLOBALS, WDFCMRESLIST List)
{
    return cm(List).items.count;
}

PCM_PARTIAL_RESOURCE_DESCRIPTOR NTAPI WdfCmResourceListGetDescriptor(PWDF_DRIVER_GLOBALS,
                                                                     WDFCMRESLIST List, ULONG Index)
{
    return cm(List).items.at(Index);
}

NTSTATUS NTAPI WdfCmResourceListAppendDescriptor(PWDF_DRIVER_GLOBALS, WDFCMRESLIST List,
                                                 PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    return insert_resource(cm(List), *Descriptor, WDF_INSERT_AT_END);
}

NTSTATUS NTAPI WdfCmResourceListInsertDescriptor(PWDF_DRIVER_GLOBALS, WDFCMRESLIST List,
                                                 PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor,
                                                 ULONG Index)
{
    return insert_resource(cm(List), *Descriptor, Index);
}

VOID NTAPI WdfCmResourceListRemove(PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List,
                                   ULONG Index)
{
    CmResList &list = cm(List);
    if (!(list.access & kResourcesRemovable))
        refuse(DriverGlobals, "WdfCmResourceListRemove", kReadOnly);
    if (!list.items.remove(arena_of(list), Index))
        refuse(DriverGlobals, "WdfCmResourceListRemove", kNotThere);
}

VOID NTAPI WdfCmResourceListRemoveByDescriptor(PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List,
                                               PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    CmResList &list = cm(List);
    if (!(list.access & kResourcesRemovable))
        refuse(DriverGlobals, "WdfCmResourceListRemoveByDescriptor", kReadOnly);
    if (!list.items.remove(arena_of(list), list.items.index_of(Descriptor)))
        refuse(DriverGlobals, "WdfCmResourceListRemoveByDescriptor", kNotThere);
}

// --- One logical configuration -------------------------------------------------------------------

NTSTATUS NTAPI WdfIoResourceListCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                       WDFIORESREQLIST RequirementsList,
                                       PWDF_OBJECT_ATTRIBUTES Attributes,
                                       WDFIORESLIST *ResourceList)
{
    *ResourceList = nullptr;
    NTSTATUS status = check_attributes(Attributes, {.parent_allowed = false});
    if (!NT_SUCCESS(status)) return status;
    IoResReqList &owner = requirements(RequirementsList);
    IoResList *list = create_object<IoResList>(globals_of(DriverGlobals), Attributes, &owner);
    if (!list) return STATUS_INSUFFICIENT_RESOURCES;
    list->owner = &owner;
    status = publish(*list);
    if (!NT_SUCCESS(status)) {
        discard_object(*list);
        return status;
    }
    *ResourceList = static_cast<WDFIORESLIST>(handle_of(list));
    return STATUS_SUCCESS;
}

ULONG NTAPI WdfIoResourceListGetCount(PWDF_DRIVER_GLOBALS, WDFIORESLIST ResourceList)
{
    return io(ResourceList).items.count;
}

PIO_RESOURCE_DESCRIPTOR NTAPI WdfIoResourceListGetDescriptor(PWDF_DRIVER_GLOBALS,
                                                             WDFIORESLIST ResourceList, ULONG Index)
{
    return io(ResourceList).items.at(Index);
}

NTSTATUS NTAPI WdfIoResourceListAppendDescriptor(PWDF_DRIVER_GLOBALS, WDFIORESLIST ResourceList,
                                                 PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    return insert_requirement(io(ResourceList), *Descriptor, WDF_INSERT_AT_END);
}

NTSTATUS NTAPI WdfIoResourceListInsertDescriptor(PWDF_DRIVER_GLOBALS, WDFIORESLIST ResourceList,
                                                 PIO_RESOURCE_DESCRIPTOR Descriptor, ULONG Index)
{
    return insert_requirement(io(ResourceList), *Descriptor, Index);
}

VOID NTAPI WdfIoResourceListUpdateDescriptor(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             WDFIORESLIST ResourceList,
                                             PIO_RESOURCE_DESCRIPTOR Descriptor, ULONG Index)
{
    IoResList &list = io(ResourceList);
    IO_RESOURCE_DESCRIPTOR *old = list.items.at(Index);
    if (!old) refuse(DriverGlobals, "WdfIoResourceListUpdateDescriptor", kNotThere);
    *old = *Descriptor;
    list.owner->has_changed = true;
}

VOID NTAPI WdfIoResourceListRemove(PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList,
                                   ULONG Index)
{
    IoResList &list = io(ResourceList);
    if (list.owner->access == kResourcesReadOnly)
        refuse(DriverGlobals, "WdfIoResourceListRemove", kReadOnly);
    if (!list.items.remove(arena_of(list), Index))
        refuse(DriverGlobals, "WdfIoResourceListRemove", kNotThere);
    list.owner->has_changed = true;
}

VOID NTAPI WdfIoResourceListRemoveByDescriptor(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               WDFIORESLIST ResourceList,
                                               PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    IoResList &list = io(ResourceList);
    if (list.owner->access == kResourcesReadOnly)
        refuse(DriverGlobals, "WdfIoResourceListRemoveByDescriptor", kReadOnly);
    if (!list.items.remove(arena_of(list), list.items.index_of(Descriptor)))
        refuse(DriverGlobals, "WdfIoResourceListRemoveByDescriptor", kNotThere);
    list.owner->has_changed = true;
}

// --- The choice of configurations ----------------------------------------------------------------

ULONG NTAPI WdfIoResourceRequirementsListGetCount(PWDF_DRIVER_GLOBALS,
                                                  WDFIORESREQLIST RequirementsList)
{
    return requirements(RequirementsList).lists.count;
}

WDFIORESLIST NTAPI WdfIoResourceRequirementsListGetIoResList(PWDF_DRIVER_GLOBALS,
                                                             WDFIORESREQLIST RequirementsList,
                                                             ULONG Index)
{
    IoResList **list = requirements(RequirementsList).lists.at(Index);
    return list ? static_cast<WDFIORESLIST>(handle_of(*list)) : nullptr;
}

NTSTATUS NTAPI WdfIoResourceRequirementsListAppendIoResList(PWDF_DRIVER_GLOBALS,
                                                            WDFIORESREQLIST RequirementsList,
                                                            WDFIORESLIST IoResList)
{
    return insert_configuration(requirements(RequirementsList), io(IoResList), WDF_INSERT_AT_END);
}

NTSTATUS NTAPI WdfIoResourceRequirementsListInsertIoResList(PWDF_DRIVER_GLOBALS,
                                                            WDFIORESREQLIST RequirementsList,
                                                            WDFIORESLIST IoResList, ULONG Index)
{
    return insert_configuration(requirements(RequirementsList), io(IoResList), Index);
}

VOID NTAPI WdfIoResourceRequirementsListRemove(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               WDFIORESREQLIST RequirementsList, ULONG Index)
{
    remove_configuration(DriverGlobals, requirements(RequirementsList), Index,
                         "WdfIoResourceRequirementsListRemove");
}

VOID NTAPI WdfIoResourceRequirementsListRemoveByIoResList(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                          WDFIORESREQLIST RequirementsList,
                                                          WDFIORESLIST IoResList)
{
    IoResReqList &owner = requirements(RequirementsList);
    framework::IoResList *list = &io(IoResList);
    std::uint32_t index = 0;
    while (index < owner.lists.count && *owner.lists.at(index) != list) ++index;
    remove_configuration(DriverGlobals, owner, index,
                         "WdfIoResourceRequirementsListRemoveByIoResList");
}

VOID NTAPI WdfIoResourceRequirementsListSetSlotNumber(PWDF_DRIVER_GLOBALS,
                                                      WDFIORESREQLIST RequirementsList,
                                                      ULONG SlotNumber)
{
    requirements(RequirementsList).slot_number = SlotNumber;
    requirements(RequirementsList).has_changed = true;
}

VOID NTAPI WdfIoResourceRequirementsListSetInterfaceType(PWDF_DRIVER_GLOBALS,
                                                         WDFIORESREQLIST RequirementsList,
                                                         INTERFACE_TYPE InterfaceType)
{
    requirements(RequirementsList).interface_type = InterfaceType;
    requirements(RequirementsList).has_changed = true;
}

}  // namespace openkmdf::framework::api
