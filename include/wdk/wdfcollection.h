// Collections of objects.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// Creates an empty collection of framework objects. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCOLLECTIONCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 PWDF_OBJECT_ATTRIBUTES CollectionAttributes,
                                                 WDFCOLLECTION *Collection);

// The number of items in a collection. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFCOLLECTIONGETCOUNT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                WDFCOLLECTION Collection);

// Appends an object; the collection holds a reference to it. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCOLLECTIONADD)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                              WDFCOLLECTION Collection, WDFOBJECT Object);

// Removes an object by its handle. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCOLLECTIONREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             WDFCOLLECTION Collection, WDFOBJECT Item);

// Removes the object at an index. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCOLLECTIONREMOVEITEM)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFCOLLECTION Collection, ULONG Index);

// The object at an index, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFOBJECT(NTAPI *PFN_WDFCOLLECTIONGETITEM)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFCOLLECTION Collection, ULONG Index);

// The first object, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFOBJECT(NTAPI *PFN_WDFCOLLECTIONGETFIRSTITEM)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        WDFCOLLECTION Collection);

// The last object, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFOBJECT(NTAPI *PFN_WDFCOLLECTIONGETLASTITEM)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       WDFCOLLECTION Collection);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfCollectionCreate(_In_opt_ PWDF_OBJECT_ATTRIBUTES CollectionAttributes,
                                         _Out_ WDFCOLLECTION *Collection)
{
    return ((PFN_WDFCOLLECTIONCREATE)WdfFunctions[WdfCollectionCreateTableIndex])(
        WdfDriverGlobals, CollectionAttributes, Collection);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfCollectionGetCount(_In_ WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETCOUNT)WdfFunctions[WdfCollectionGetCountTableIndex])(
        WdfDriverGlobals, Collection);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfCollectionAdd(_In_ WDFCOLLECTION Collection, _In_ WDFOBJECT Object)
{
    return ((PFN_WDFCOLLECTIONADD)WdfFunctions[WdfCollectionAddTableIndex])(WdfDriverGlobals,
                                                                            Collection, Object);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfCollectionRemove(_In_ WDFCOLLECTION Collection, _In_ WDFOBJECT Item)
{
    ((PFN_WDFCOLLECTIONREMOVE)WdfFunctions[WdfCollectionRemoveTableIndex])(WdfDriverGlobals,
                                                                           Collection, Item);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfCollectionRemoveItem(_In_ WDFCOLLECTION Collection, _In_ ULONG Index)
{
    ((PFN_WDFCOLLECTIONREMOVEITEM)WdfFunctions[WdfCollectionRemoveItemTableIndex])(
        WdfDriverGlobals, Collection, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFOBJECT WdfCollectionGetItem(_In_ WDFCOLLECTION Collection, _In_ ULONG Index)
{
    return ((PFN_WDFCOLLECTIONGETITEM)WdfFunctions[WdfCollectionGetItemTableIndex])(
        WdfDriverGlobals, Collection, Index);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFOBJECT WdfCollectionGetFirstItem(_In_ WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETFIRSTITEM)WdfFunctions[WdfCollectionGetFirstItemTableIndex])(
        WdfDriverGlobals, Collection);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFOBJECT WdfCollectionGetLastItem(_In_ WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETLASTITEM)WdfFunctions[WdfCollectionGetLastItemTableIndex])(
        WdfDriverGlobals, Collection);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
