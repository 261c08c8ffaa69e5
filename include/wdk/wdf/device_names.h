// A device's names, interfaces, properties and registry keys.
#pragma once

#include "../wdfdriver.h"
#include "../wdffuncenum.h"
#include "../wdfobject.h"
#include "device_settings.h"

WDF_EXTERN_C_START

// Stores the device object's name in a string object. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICERETRIEVEDEVICENAME)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFDEVICE Device, WDFSTRING String);

// Registers the MOF resource that describes the driver's WMI data. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEASSIGNMOFRESOURCENAME)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFDEVICE Device,
                                                            PCUNICODE_STRING MofResourceName);

// Opens the device's hardware or software key. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEOPENREGISTRYKEY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device, ULONG DeviceInstanceKeyType,
                                                      ACCESS_MASK DesiredAccess,
                                                      PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                                      WDFKEY *Key);

// Creates a device interface of a class. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICECREATEDEVICEINTERFACE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFDEVICE Device,
                                                            const GUID *InterfaceClassGUID,
                                                            PCUNICODE_STRING ReferenceString);

// Enables or disables a device interface. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETDEVICEINTERFACESTATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                          WDFDEVICE Device,
                                                          const GUID *InterfaceClassGUID,
                                                          PCUNICODE_STRING ReferenceString,
                                                          BOOLEAN IsInterfaceEnabled);

// Stores an interface's symbolic link name in a string object. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICERETRIEVEDEVICEINTERFACESTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, const GUID *InterfaceClassGUID,
    PCUNICODE_STRING ReferenceString, WDFSTRING String);

// Creates a symbolic link to the device object's name. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICECREATESYMBOLICLINK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFDEVICE Device,
                                                         PCUNICODE_STRING SymbolicLinkName);

// Copies a device property into the caller's buffer. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEQUERYPROPERTY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFDEVICE Device,
                                                    DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                                    ULONG BufferLength, PVOID PropertyBuffer,
                                                    PULONG ResultLength);

// Copies a device property into a new memory object. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEALLOCANDQUERYPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty,
    POOL_TYPE PoolType, PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory);

// Copies a property named by its key into the caller's buffer. IRQL: <= APC_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEQUERYPROPERTYEX)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device,
                                                      PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                                      ULONG BufferLength, PVOID PropertyBuffer,
                                                      PULONG RequiredSize, PDEVPROPTYPE Type);

// Copies a property named by its key into a new memory object. IRQL: <= APC_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEALLOCANDQUERYPROPERTYEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
    POOL_TYPE PoolType, PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory,
    PDEVPROPTYPE Type);

// Sets a property named by its key. IRQL: <= APC_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEASSIGNPROPERTY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device,
                                                     PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                                     DEVPROPTYPE Type, ULONG Size, PVOID Data);

// Opens a key below the registry's DEVICEMAP. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEOPENDEVICEMAPKEY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       WDFDEVICE Device, PCUNICODE_STRING KeyName,
                                                       ACCESS_MASK DesiredAccess,
                                                       PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                                       WDFKEY *Key);

// WdfDeviceSetDeviceInterfaceState, with the interface named by class and string. IRQL:
// PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETDEVICEINTERFACESTATEEX)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFDEVICE Device,
                                                            const GUID *InterfaceClassGUID,
                                                            PCUNICODE_STRING ReferenceString,
                                                            BOOLEAN IsInterfaceEnabled);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceRetrieveDeviceName(_In_ WDFDEVICE Device, _In_ WDFSTRING String)
{
    return ((PFN_WDFDEVICERETRIEVEDEVICENAME)WdfFunctions[WdfDeviceRetrieveDeviceNameTableIndex])(
        WdfDriverGlobals, Device, String);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAssignMofResourceName(_In_ WDFDEVICE Device,
                                                    _In_ PCUNICODE_STRING MofResourceName)
{
    return (
        (PFN_WDFDEVICEASSIGNMOFRESOURCENAME)WdfFunctions[WdfDeviceAssignMofResourceNameTableIndex])(
        WdfDriverGlobals, Device, MofResourceName);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceOpenRegistryKey(_In_ WDFDEVICE Device,
                                              _In_ ULONG DeviceInstanceKeyType,
                                              _In_ ACCESS_MASK DesiredAccess,
                                              _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                              _Out_ WDFKEY *Key)
{
    return ((PFN_WDFDEVICEOPENREGISTRYKEY)WdfFunctions[WdfDeviceOpenRegistryKeyTableIndex])(
        WdfDriverGlobals, Device, DeviceInstanceKeyType, DesiredAccess, KeyAttributes, Key);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceCreateDeviceInterface(_In_ WDFDEVICE Device,
                                                    _In_ const GUID *InterfaceClassGUID,
                                                    _In_opt_ PCUNICODE_STRING ReferenceString)
{
    return (
        (PFN_WDFDEVICECREATEDEVICEINTERFACE)WdfFunctions[WdfDeviceCreateDeviceInterfaceTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfDeviceSetDeviceInterfaceState(_In_ WDFDEVICE Device,
                                                  _In_ const GUID *InterfaceClassGUID,
                                                  _In_opt_ PCUNICODE_STRING ReferenceString,
                                                  _In_ BOOLEAN IsInterfaceEnabled)
{
    ((PFN_WDFDEVICESETDEVICEINTERFACESTATE)
         WdfFunctions[WdfDeviceSetDeviceInterfaceStateTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceRetrieveDeviceInterfaceString(
    _In_ WDFDEVICE Device, _In_ const GUID *InterfaceClassGUID,
    _In_opt_ PCUNICODE_STRING ReferenceString, _In_ WDFSTRING String)
{
    return ((PFN_WDFDEVICERETRIEVEDEVICEINTERFACESTRING)
                WdfFunctions[WdfDeviceRetrieveDeviceInterfaceStringTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, String);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceCreateSymbolicLink(_In_ WDFDEVICE Device,
                                                 _In_ PCUNICODE_STRING SymbolicLinkName)
{
    return ((PFN_WDFDEVICECREATESYMBOLICLINK)WdfFunctions[WdfDeviceCreateSymbolicLinkTableIndex])(
        WdfDriverGlobals, Device, SymbolicLinkName);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceQueryProperty(
    _In_ WDFDEVICE Device, _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty, _In_ ULONG BufferLength,
    _Out_writes_bytes_all_(BufferLength) PVOID PropertyBuffer, _Out_ PULONG ResultLength)
{
    return ((PFN_WDFDEVICEQUERYPROPERTY)WdfFunctions[WdfDeviceQueryPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, BufferLength, PropertyBuffer, ResultLength);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAllocAndQueryProperty(
    _In_ WDFDEVICE Device, _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty, _In_ POOL_TYPE PoolType,
    _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, _Out_ WDFMEMORY *PropertyMemory)
{
    return (
        (PFN_WDFDEVICEALLOCANDQUERYPROPERTY)WdfFunctions[WdfDeviceAllocAndQueryPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory);
}

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
OPENKMDF_SINCE_KMDF_13
FORCEINLINE NTSTATUS WdfDeviceQueryPropertyEx(_In_ WDFDEVICE Device,
                                              _In_ PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                              _In_ ULONG BufferLength, _Out_ PVOID PropertyBuffer,
                                              _Out_ PULONG RequiredSize, _Out_ PDEVPROPTYPE Type)
{
    return ((PFN_WDFDEVICEQUERYPROPERTYEX)WdfFunctions[WdfDeviceQueryPropertyExTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, BufferLength, PropertyBuffer, RequiredSize, Type);
}

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
OPENKMDF_SINCE_KMDF_13
FORCEINLINE NTSTATUS WdfDeviceAllocAndQueryPropertyEx(
    _In_ WDFDEVICE Device, _In_ PWDF_DEVICE_PROPERTY_DATA DeviceProperty, _In_ POOL_TYPE PoolType,
    _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, _Out_ WDFMEMORY *PropertyMemory,
    _Out_ PDEVPROPTYPE Type)
{
    return ((PFN_WDFDEVICEALLOCANDQUERYPROPERTYEX)
                WdfFunctions[WdfDeviceAllocAndQueryPropertyExTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory, Type);
}

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
OPENKMDF_SINCE_KMDF_13
FORCEINLINE NTSTATUS WdfDeviceAssignProperty(_In_ WDFDEVICE Device,
                                             _In_ PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
                                             _In_ DEVPROPTYPE Type, _In_ ULONG Size,
                                             _In_opt_ PVOID Data)
{
    return ((PFN_WDFDEVICEASSIGNPROPERTY)WdfFunctions[WdfDeviceAssignPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, Type, Size, Data);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_15
FORCEINLINE NTSTATUS WdfDeviceOpenDevicemapKey(_In_ WDFDEVICE Device, _In_ PCUNICODE_STRING KeyName,
                                               _In_ ACCESS_MASK DesiredAccess,
                                               _In_opt_ PWDF_OBJECT_ATTRIBUTES KeyAttributes,
                                               _Out_ WDFKEY *Key)
{
    return ((PFN_WDFDEVICEOPENDEVICEMAPKEY)WdfFunctions[WdfDeviceOpenDevicemapKeyTableIndex])(
        WdfDriverGlobals, Device, KeyName, DesiredAccess, KeyAttributes, Key);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_31
FORCEINLINE VOID WdfDeviceSetDeviceInterfaceStateEx(_In_ WDFDEVICE Device,
                                                    _In_ const GUID *InterfaceClassGUID,
                                                    _In_opt_ PCUNICODE_STRING ReferenceString,
                                                    _In_ BOOLEAN IsInterfaceEnabled)
{
#if defined(OPENKMDF_WDF_MAY_BE_NEWER)
    // It returns nothing, so an older framework has to be told that it was needed.
    if (!WDF_IS_FUNCTION_AVAILABLE(WdfDeviceSetDeviceInterfaceStateEx)) {
        (VOID) WdfDriverErrorReportApiMissing(WdfDriverGlobals->Driver, NULL,
                                              WdfDeviceSetDeviceInterfaceStateExTableIndex, FALSE);
        return;
    }
#endif
    ((PFN_WDFDEVICESETDEVICEINTERFACESTATEEX)
         WdfFunctions[WdfDeviceSetDeviceInterfaceStateExTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
