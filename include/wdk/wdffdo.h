// Function and filter devices.
#pragma once

#include "wdf/device_settings.h"
#include "wdfchildlist.h"
#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// Changes the device's resource requirements. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI
EVT_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS(_In_ WDFDEVICE Device,
                                            _In_ WDFIORESREQLIST IoResourceRequirementsList);
typedef EVT_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS *PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS;

// Takes resources out that the driver had added. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_REMOVE_ADDED_RESOURCES) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_DEVICE_REMOVE_ADDED_RESOURCES(_In_ WDFDEVICE Device,
                                                     _In_ WDFCMRESLIST ResourcesRaw,
                                                     _In_ WDFCMRESLIST ResourcesTranslated);
typedef EVT_WDF_DEVICE_REMOVE_ADDED_RESOURCES *PFN_WDF_DEVICE_REMOVE_ADDED_RESOURCES;

// A function driver's callbacks.
typedef struct _WDF_FDO_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS EvtDeviceFilterAddResourceRequirements;
    PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS EvtDeviceFilterRemoveResourceRequirements;
    PFN_WDF_DEVICE_REMOVE_ADDED_RESOURCES EvtDeviceRemoveAddedResources;
} WDF_FDO_EVENT_CALLBACKS, *PWDF_FDO_EVENT_CALLBACKS;

FORCEINLINE VOID WDF_FDO_EVENT_CALLBACKS_INIT(_Out_ PWDF_FDO_EVENT_CALLBACKS Callbacks)
{
    RtlZeroMemory(Callbacks, sizeof(WDF_FDO_EVENT_CALLBACKS));
    Callbacks->Size = WDF_STRUCTURE_SIZE(WDF_FDO_EVENT_CALLBACKS);
}

// The physical device object below the device to be. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFFDOINITWDMGETPHYSICALDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  PWDFDEVICE_INIT DeviceInit);

// Opens the hardware or software key of the device to be. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOINITOPENREGISTRYKEY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, ULONG DeviceInstanceKeyType,
    ACCESS_MASK DesiredAccess, PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key);

// Copies a property of the device to be into the caller's buffer. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOINITQUERYPROPERTY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     PWDFDEVICE_INIT DeviceInit,
                                                     DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                                     ULONG BufferLength, PVOID PropertyBuffer,
                                                     PULONG ResultLength);

// Copies a property of the device to be into a new memory object. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOINITALLOCANDQUERYPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    DEVICE_REGISTRY_PROPERTY DeviceProperty, POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory);

// Registers a function driver's callbacks. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFFDOINITSETEVENTCALLBACKS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     PWDFDEVICE_INIT DeviceInit,
                                                     PWDF_FDO_EVENT_CALLBACKS FdoEventCallbacks);

// Says that the driver is a filter. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFFDOINITSETFILTER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             PWDFDEVICE_INIT DeviceInit);

// Configures the device's default child list. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFFDOINITSETDEFAULTCHILDLISTCONFIG)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_CHILD_LIST_CONFIG Config,
    PWDF_OBJECT_ATTRIBUTES DefaultChildListAttributes);

// Asks the stack for a driver-defined interface. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOQUERYFORINTERFACE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Fdo, LPCGUID InterfaceType,
                                                     PINTERFACE Interface, USHORT Size,
                                                     USHORT Version, PVOID InterfaceSpecificData);

// The default child list, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFCHILDLIST(NTAPI *PFN_WDFFDOGETDEFAULTCHILDLIST)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                           WDFDEVICE Fdo);

// Adds a child device that the driver has created itself. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOADDSTATICCHILD)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Fdo,
                                                  WDFDEVICE Child);

// Holds back changes of the static children during a walk. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFFDOLOCKSTATICCHILDLISTFORITERATION)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFDEVICE Fdo);

// The next static child of a walk. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFFDORETRIEVENEXTSTATICCHILD)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFDEVICE Fdo, WDFDEVICE PreviousChild,
                                                            ULONG Flags);

// Ends a walk over the static children. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFFDOUNLOCKSTATICCHILDLISTFROMITERATION)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  WDFDEVICE Fdo);

// WdfFdoInitQueryProperty for a property named by its key. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOINITQUERYPROPERTYEX)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       PWDFDEVICE_INIT DeviceInit,
                                                       PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                                       ULONG BufferLength, PVOID PropertyBuffer,
                                                       PULONG ResultLength, PDEVPROPTYPE Type);

// WdfFdoInitAllocAndQueryProperty for a property named by its key. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFFDOINITALLOCANDQUERYPROPERTYEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    PWDF_DEVICE_PROPERTY_DATA DeviceProperty, POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory, PDEVPROPTYPE Type);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfFdoInitWdmGetPhysicalDevice(_In_ PWDFDEVICE_INIT DeviceInit)
{
    return (
        (PFN_WDFFDOINITWDMGETPHYSICALDEVICE)WdfFunctions[WdfFdoInitWdmGetPhysicalDeviceTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfFdoInitOpenRegistryKey(_In_ PWDFDEVICE_INIT DeviceInit,
                                               _In_ ULONG DeviceInstanceKeyType,
                                               _In_ ACCESS_MASK DesiredAccess,
                                               _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                               _Out_ WDFKEY *Key)
{
    return ((PFN_WDFFDOINITOPENREGISTRYKEY)WdfFunctions[WdfFdoInitOpenRegistryKeyTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceInstanceKeyType, DesiredAccess, KeyAttributes, Key);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfFdoInitQueryProperty(_In_ PWDFDEVICE_INIT DeviceInit,
                                             _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                             _In_ ULONG BufferLength,
                                             _Out_writes_bytes_all_opt_(BufferLength)
                                                 PVOID PropertyBuffer,
                                             _Out_ PULONG ResultLength)
{
    return ((PFN_WDFFDOINITQUERYPROPERTY)WdfFunctions[WdfFdoInitQueryPropertyTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceProperty, BufferLength, PropertyBuffer, ResultLength);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfFdoInitAllocAndQueryProperty(
    _In_ PWDFDEVICE_INIT DeviceInit, _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty,
    _In_ POOL_TYPE PoolType, _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
    _Out_ WDFMEMORY *PropertyMemory)
{
    return ((PFN_WDFFDOINITALLOCANDQUERYPROPERTY)
                WdfFunctions[WdfFdoInitAllocAndQueryPropertyTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfFdoInitSetEventCallbacks(_In_ PWDFDEVICE_INIT DeviceInit,
                                             _In_ PWDF_FDO_EVENT_CALLBACKS FdoEventCallbacks)
{
    ((PFN_WDFFDOINITSETEVENTCALLBACKS)WdfFunctions[WdfFdoInitSetEventCallbacksTableIndex])(
        WdfDriverGlobals, DeviceInit, FdoEventCallbacks);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfFdoInitSetFilter(_In_ PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFFDOINITSETFILTER)WdfFunctions[WdfFdoInitSetFilterTableIndex])(WdfDriverGlobals,
                                                                           DeviceInit);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfFdoInitSetDefaultChildListConfig(
    _Inout_ PWDFDEVICE_INIT DeviceInit, _In_ PWDF_CHILD_LIST_CONFIG Config,
    _In_opt_ PWDF_OBJECT_ATTRIBUTES DefaultChildListAttributes)
{
    ((PFN_WDFFDOINITSETDEFAULTCHILDLISTCONFIG)
         WdfFunctions[WdfFdoInitSetDefaultChildListConfigTableIndex])(
        WdfDriverGlobals, DeviceInit, Config, DefaultChildListAttributes);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfFdoQueryForInterface(_In_ WDFDEVICE Fdo, _In_ LPCGUID InterfaceType,
                                             _Out_ PINTERFACE Interface, _In_ USHORT Size,
                                             _In_ USHORT Version,
                                             _In_opt_ PVOID InterfaceSpecificData)
{
    return ((PFN_WDFFDOQUERYFORINTERFACE)WdfFunctions[WdfFdoQueryForInterfaceTableIndex])(
        WdfDriverGlobals, Fdo, InterfaceType, Interface, Size, Version, InterfaceSpecificData);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFCHILDLIST WdfFdoGetDefaultChildList(_In_ WDFDEVICE Fdo)
{
    return ((PFN_WDFFDOGETDEFAULTCHILDLIST)WdfFunctions[WdfFdoGetDefaultChildListTableIndex])(
        WdfDriverGlobals, Fdo);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfFdoAddStaticChild(_In_ WDFDEVICE Fdo, _In_ WDFDEVICE Child)
{
    return ((PFN_WDFFDOADDSTATICCHILD)WdfFunctions[WdfFdoAddStaticChildTableIndex])(
        WdfDriverGlobals, Fdo, Child);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfFdoLockStaticChildListForIteration(_In_ WDFDEVICE Fdo)
{
    ((PFN_WDFFDOLOCKSTATICCHILDLISTFORITERATION)
         WdfFunctions[WdfFdoLockStaticChildListForIterationTableIndex])(WdfDriverGlobals, Fdo);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfFdoRetrieveNextStaticChild(_In_ WDFDEVICE Fdo,
                                                    _In_opt_ WDFDEVICE PreviousChild,
                                                    _In_ ULONG Flags)
{
    return (
        (PFN_WDFFDORETRIEVENEXTSTATICCHILD)WdfFunctions[WdfFdoRetrieveNextStaticChildTableIndex])(
        WdfDriverGlobals, Fdo, PreviousChild, Flags);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfFdoUnlockStaticChildListFromIteration(_In_ WDFDEVICE Fdo)
{
    ((PFN_WDFFDOUNLOCKSTATICCHILDLISTFROMITERATION)
         WdfFunctions[WdfFdoUnlockStaticChildListFromIterationTableIndex])(WdfDriverGlobals, Fdo);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_13
FORCEINLINE NTSTATUS WdfFdoInitQueryPropertyEx(_In_ PWDFDEVICE_INIT DeviceInit,
                                               _In_ PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                               _In_ ULONG BufferLength, _Out_ PVOID PropertyBuffer,
                                               _Out_ PULONG ResultLength, _Out_ PDEVPROPTYPE Type)
{
    return ((PFN_WDFFDOINITQUERYPROPERTYEX)WdfFunctions[WdfFdoInitQueryPropertyExTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceProperty, BufferLength, PropertyBuffer, ResultLength,
        Type);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_13
FORCEINLINE NTSTATUS WdfFdoInitAllocAndQueryPropertyEx(
    _In_ PWDFDEVICE_INIT DeviceInit, _In_ PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
    _In_ POOL_TYPE PoolType, _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
    _Out_ WDFMEMORY *PropertyMemory, _Out_ PDEVPROPTYPE Type)
{
    return ((PFN_WDFFDOINITALLOCANDQUERYPROPERTYEX)
                WdfFunctions[WdfFdoInitAllocAndQueryPropertyExTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory, Type);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
