// Lists of hardware resources and of requirements for them.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// An index for the functions that insert: behind all others.
#define WDF_INSERT_AT_END ((ULONG)-1)

// Sets the slot number of a requirements list. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTSETSLOTNUMBER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, ULONG SlotNumber);

// Sets the bus type of a requirements list. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTSETINTERFACETYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList,
    INTERFACE_TYPE InterfaceType);

// Adds a logical configuration at the end. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTAPPENDIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList);

// Adds a logical configuration at an index. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTINSERTIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList,
    ULONG Index);

// The number of logical configurations. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTGETCOUNT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                WDFIORESREQLIST RequirementsList);

// The logical configuration at an index, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFIORESLIST(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTGETIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, ULONG Index);

// Removes the logical configuration at an index. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFIORESREQLIST RequirementsList,
                                                             ULONG Index);

// Removes a logical configuration by its handle. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVEBYIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList);

// Creates an empty logical configuration. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIORESOURCELISTCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFIORESREQLIST RequirementsList,
                                                     PWDF_OBJECT_ATTRIBUTES Attributes,
                                                     WDFIORESLIST *ResourceList);

// Adds a descriptor at the end of a logical configuration. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIORESOURCELISTAPPENDDESCRIPTOR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFIORESLIST ResourceList,
                                                               PIO_RESOURCE_DESCRIPTOR Descriptor);

// Adds a descriptor at an index of a logical configuration. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIORESOURCELISTINSERTDESCRIPTOR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFIORESLIST ResourceList,
                                                               PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                               ULONG Index);

// Replaces the descriptor at an index. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCELISTUPDATEDESCRIPTOR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                           WDFIORESLIST ResourceList,
                                                           PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                           ULONG Index);

// The number of descriptors in a logical configuration. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFIORESOURCELISTGETCOUNT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFIORESLIST ResourceList);

// The descriptor at an index, or null. IRQL: <= DISPATCH_LEVEL.
typedef PIO_RESOURCE_DESCRIPTOR(NTAPI *PFN_WDFIORESOURCELISTGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, ULONG Index);

// Removes the descriptor at an index. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCELISTREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFIORESLIST ResourceList, ULONG Index);

// Removes a descriptor by its address. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIORESOURCELISTREMOVEBYDESCRIPTOR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFIORESLIST ResourceList,
                                                             PIO_RESOURCE_DESCRIPTOR Descriptor);

// Adds an assigned resource at the end of a list. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCMRESOURCELISTAPPENDDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List,
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor);

// Adds an assigned resource at an index of a list. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCMRESOURCELISTINSERTDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List,
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, ULONG Index);

// The number of assigned resources. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFCMRESOURCELISTGETCOUNT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFCMRESLIST List);

// The assigned resource at an index, or null. IRQL: <= DISPATCH_LEVEL.
typedef PCM_PARTIAL_RESOURCE_DESCRIPTOR(NTAPI *PFN_WDFCMRESOURCELISTGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, ULONG Index);

// Removes the assigned resource at an index. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCMRESOURCELISTREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFCMRESLIST List, ULONG Index);

// Removes an assigned resource by its address. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCMRESOURCELISTREMOVEBYDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List,
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceRequirementsListSetSlotNumber(_In_ WDFIORESREQLIST RequirementsList,
                                                            _In_ ULONG SlotNumber)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTSETSLOTNUMBER)
         WdfFunctions[WdfIoResourceRequirementsListSetSlotNumberTableIndex])(
        WdfDriverGlobals, RequirementsList, SlotNumber);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceRequirementsListSetInterfaceType(
    _In_ WDFIORESREQLIST RequirementsList, _In_ INTERFACE_TYPE InterfaceType)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTSETINTERFACETYPE)
         WdfFunctions[WdfIoResourceRequirementsListSetInterfaceTypeTableIndex])(
        WdfDriverGlobals, RequirementsList, InterfaceType);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoResourceRequirementsListAppendIoResList(
    _In_ WDFIORESREQLIST RequirementsList, _In_ WDFIORESLIST IoResList)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTAPPENDIORESLIST)
                WdfFunctions[WdfIoResourceRequirementsListAppendIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoResourceRequirementsListInsertIoResList(
    _In_ WDFIORESREQLIST RequirementsList, _In_ WDFIORESLIST IoResList, _In_ ULONG Index)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTINSERTIORESLIST)
                WdfFunctions[WdfIoResourceRequirementsListInsertIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfIoResourceRequirementsListGetCount(_In_ WDFIORESREQLIST RequirementsList)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTGETCOUNT)
                WdfFunctions[WdfIoResourceRequirementsListGetCountTableIndex])(WdfDriverGlobals,
                                                                               RequirementsList);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFIORESLIST
WdfIoResourceRequirementsListGetIoResList(_In_ WDFIORESREQLIST RequirementsList, _In_ ULONG Index)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTGETIORESLIST)
                WdfFunctions[WdfIoResourceRequirementsListGetIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceRequirementsListRemove(_In_ WDFIORESREQLIST RequirementsList,
                                                     _In_ ULONG Index)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVE)
         WdfFunctions[WdfIoResourceRequirementsListRemoveTableIndex])(WdfDriverGlobals,
                                                                      RequirementsList, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceRequirementsListRemoveByIoResList(
    _In_ WDFIORESREQLIST RequirementsList, _In_ WDFIORESLIST IoResList)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVEBYIORESLIST)
         WdfFunctions[WdfIoResourceRequirementsListRemoveByIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoResourceListCreate(_In_ WDFIORESREQLIST RequirementsList,
                                             _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
                                             _Out_ WDFIORESLIST *ResourceList)
{
    return ((PFN_WDFIORESOURCELISTCREATE)WdfFunctions[WdfIoResourceListCreateTableIndex])(
        WdfDriverGlobals, RequirementsList, Attributes, ResourceList);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoResourceListAppendDescriptor(_In_ WDFIORESLIST ResourceList,
                                                       _In_ PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    return ((PFN_WDFIORESOURCELISTAPPENDDESCRIPTOR)
                WdfFunctions[WdfIoResourceListAppendDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoResourceListInsertDescriptor(_In_ WDFIORESLIST ResourceList,
                                                       _In_ PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                       _In_ ULONG Index)
{
    return ((PFN_WDFIORESOURCELISTINSERTDESCRIPTOR)
                WdfFunctions[WdfIoResourceListInsertDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceListUpdateDescriptor(_In_ WDFIORESLIST ResourceList,
                                                   _In_ PIO_RESOURCE_DESCRIPTOR Descriptor,
                                                   _In_ ULONG Index)
{
    ((PFN_WDFIORESOURCELISTUPDATEDESCRIPTOR)
         WdfFunctions[WdfIoResourceListUpdateDescriptorTableIndex])(WdfDriverGlobals, ResourceList,
                                                                    Descriptor, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfIoResourceListGetCount(_In_ WDFIORESLIST ResourceList)
{
    return ((PFN_WDFIORESOURCELISTGETCOUNT)WdfFunctions[WdfIoResourceListGetCountTableIndex])(
        WdfDriverGlobals, ResourceList);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PIO_RESOURCE_DESCRIPTOR WdfIoResourceListGetDescriptor(_In_ WDFIORESLIST ResourceList,
                                                                   _In_ ULONG Index)
{
    return (
        (PFN_WDFIORESOURCELISTGETDESCRIPTOR)WdfFunctions[WdfIoResourceListGetDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceListRemove(_In_ WDFIORESLIST ResourceList, _In_ ULONG Index)
{
    ((PFN_WDFIORESOURCELISTREMOVE)WdfFunctions[WdfIoResourceListRemoveTableIndex])(
        WdfDriverGlobals, ResourceList, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoResourceListRemoveByDescriptor(_In_ WDFIORESLIST ResourceList,
                                                     _In_ PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    ((PFN_WDFIORESOURCELISTREMOVEBYDESCRIPTOR)
         WdfFunctions[WdfIoResourceListRemoveByDescriptorTableIndex])(WdfDriverGlobals,
                                                                      ResourceList, Descriptor);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfCmResourceListAppendDescriptor(
    _In_ WDFCMRESLIST List, _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    return ((PFN_WDFCMRESOURCELISTAPPENDDESCRIPTOR)
                WdfFunctions[WdfCmResourceListAppendDescriptorTableIndex])(WdfDriverGlobals, List,
                                                                           Descriptor);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfCmResourceListInsertDescriptor(
    _In_ WDFCMRESLIST List, _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, _In_ ULONG Index)
{
    return ((PFN_WDFCMRESOURCELISTINSERTDESCRIPTOR)
                WdfFunctions[WdfCmResourceListInsertDescriptorTableIndex])(WdfDriverGlobals, List,
                                                                           Descriptor, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfCmResourceListGetCount(_In_ WDFCMRESLIST List)
{
    return ((PFN_WDFCMRESOURCELISTGETCOUNT)WdfFunctions[WdfCmResourceListGetCountTableIndex])(
        WdfDriverGlobals, List);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PCM_PARTIAL_RESOURCE_DESCRIPTOR WdfCmResourceListGetDescriptor(_In_ WDFCMRESLIST List,
                                                                           _In_ ULONG Index)
{
    return (
        (PFN_WDFCMRESOURCELISTGETDESCRIPTOR)WdfFunctions[WdfCmResourceListGetDescriptorTableIndex])(
        WdfDriverGlobals, List, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfCmResourceListRemove(_In_ WDFCMRESLIST List, _In_ ULONG Index)
{
    ((PFN_WDFCMRESOURCELISTREMOVE)WdfFunctions[WdfCmResourceListRemoveTableIndex])(WdfDriverGlobals,
                                                                                   List, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfCmResourceListRemoveByDescriptor(
    _In_ WDFCMRESLIST List, _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    ((PFN_WDFCMRESOURCELISTREMOVEBYDESCRIPTOR)
         WdfFunctions[WdfCmResourceListRemoveByDescriptorTableIndex])(WdfDriverGlobals, List,
                                                                      Descriptor);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
