// The life of a target.
#pragma once

#include "../wdffuncenum.h"
#include "../wdfobject.h"
#include "iotarget_types.h"

WDF_EXTERN_C_START

// Creates a target for another device stack. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                               PWDF_OBJECT_ATTRIBUTES IoTargetAttributes,
                                               WDFIOTARGET *IoTarget);

// Opens a target. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETOPEN)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             WDFIOTARGET IoTarget,
                                             PWDF_IO_TARGET_OPEN_PARAMS OpenParams);

// Closes a target whose device asks to be removed. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOTARGETCLOSEFORQUERYREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        WDFIOTARGET IoTarget);

// Closes a target. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOTARGETCLOSE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget);

// Lets requests through to a target. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETSTART)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                              WDFIOTARGET IoTarget);

// Holds requests back; the action decides about those already sent. IRQL: <= DISPATCH_LEVEL, less
// for some arguments.
typedef VOID(NTAPI *PFN_WDFIOTARGETSTOP)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget,
                                         WDF_IO_TARGET_SENT_IO_ACTION Action);

// The state of a target. IRQL: <= DISPATCH_LEVEL.
typedef WDF_IO_TARGET_STATE(NTAPI *PFN_WDFIOTARGETGETSTATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFIOTARGET IoTarget);

// The device that owns a target. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFIOTARGETGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFIOTARGET IoTarget);

// Copies a property of the target's device into the caller's buffer. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETQUERYTARGETPROPERTY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFIOTARGET IoTarget,
                                                            DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                                            ULONG BufferLength,
                                                            PVOID PropertyBuffer,
                                                            PULONG ResultLength);

// Copies a property of the target's device into a new memory object. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETALLOCANDQUERYTARGETPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget,
    DEVICE_REGISTRY_PROPERTY DeviceProperty, POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory);

// Asks the target's stack for a driver-defined interface. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETQUERYFORINTERFACE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget, LPCGUID InterfaceType,
    PINTERFACE Interface, USHORT Size, USHORT Version, PVOID InterfaceSpecificData);

// The device object that requests are sent to. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFIOTARGETWDMGETTARGETDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget);

// The physical device object of the target's stack. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFIOTARGETWDMGETTARGETPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget);

// The file object of a target. IRQL: <= DISPATCH_LEVEL.
typedef PFILE_OBJECT(NTAPI *PFN_WDFIOTARGETWDMGETTARGETFILEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget);

// The file handle of a target opened by name. IRQL: <= DISPATCH_LEVEL.
typedef HANDLE(NTAPI *PFN_WDFIOTARGETWDMGETTARGETFILEHANDLE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFIOTARGET IoTarget);

// Cancels what a target holds and refuses more. IRQL: <= DISPATCH_LEVEL, less for some arguments.
typedef VOID(NTAPI *PFN_WDFIOTARGETPURGE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFIOTARGET IoTarget,
                                          WDF_IO_TARGET_PURGE_IO_ACTION Action);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetCreate(_In_ WDFDEVICE Device,
                                       _In_opt_ PWDF_OBJECT_ATTRIBUTES IoTargetAttributes,
                                       _Out_ WDFIOTARGET *IoTarget)
{
    return ((PFN_WDFIOTARGETCREATE)WdfFunctions[WdfIoTargetCreateTableIndex])(
        WdfDriverGlobals, Device, IoTargetAttributes, IoTarget);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetOpen(_In_ WDFIOTARGET IoTarget,
                                     _In_ PWDF_IO_TARGET_OPEN_PARAMS OpenParams)
{
    return ((PFN_WDFIOTARGETOPEN)WdfFunctions[WdfIoTargetOpenTableIndex])(WdfDriverGlobals,
                                                                          IoTarget, OpenParams);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfIoTargetCloseForQueryRemove(_In_ WDFIOTARGET IoTarget)
{
    ((PFN_WDFIOTARGETCLOSEFORQUERYREMOVE)WdfFunctions[WdfIoTargetCloseForQueryRemoveTableIndex])(
        WdfDriverGlobals, IoTarget);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfIoTargetClose(_In_ WDFIOTARGET IoTarget)
{
    ((PFN_WDFIOTARGETCLOSE)WdfFunctions[WdfIoTargetCloseTableIndex])(WdfDriverGlobals, IoTarget);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetStart(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETSTART)WdfFunctions[WdfIoTargetStartTableIndex])(WdfDriverGlobals,
                                                                            IoTarget);
}

_When_(Action == 3, _IRQL_requires_max_(DISPATCH_LEVEL))
_When_(Action == 0 || Action == 1 || Action == 2, _IRQL_requires_max_(PASSIVE_LEVEL))
FORCEINLINE VOID WdfIoTargetStop(_In_ WDFIOTARGET IoTarget,
                                 _In_ WDF_IO_TARGET_SENT_IO_ACTION Action)
{
    ((PFN_WDFIOTARGETSTOP)WdfFunctions[WdfIoTargetStopTableIndex])(WdfDriverGlobals, IoTarget,
                                                                   Action);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_IO_TARGET_STATE WdfIoTargetGetState(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETGETSTATE)WdfFunctions[WdfIoTargetGetStateTableIndex])(WdfDriverGlobals,
                                                                                  IoTarget);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfIoTargetGetDevice(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETGETDEVICE)WdfFunctions[WdfIoTargetGetDeviceTableIndex])(
        WdfDriverGlobals, IoTarget);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetQueryTargetProperty(
    _In_ WDFIOTARGET IoTarget, _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty,
    _In_ ULONG BufferLength,
    _When_(BufferLength != 0, _Out_writes_bytes_to_opt_(BufferLength, *ResultLength))
        _When_(BufferLength == 0, _Out_opt_) PVOID PropertyBuffer,
    _Deref_out_range_(<=, BufferLength) PULONG ResultLength)
{
    return (
        (PFN_WDFIOTARGETQUERYTARGETPROPERTY)WdfFunctions[WdfIoTargetQueryTargetPropertyTableIndex])(
        WdfDriverGlobals, IoTarget, DeviceProperty, BufferLength, PropertyBuffer, ResultLength);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetAllocAndQueryTargetProperty(
    _In_ WDFIOTARGET IoTarget, _In_ DEVICE_REGISTRY_PROPERTY DeviceProperty,
    _In_ POOL_TYPE PoolType, _In_opt_ PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes,
    _Out_ WDFMEMORY *PropertyMemory)
{
    return ((PFN_WDFIOTARGETALLOCANDQUERYTARGETPROPERTY)
                WdfFunctions[WdfIoTargetAllocAndQueryTargetPropertyTableIndex])(
        WdfDriverGlobals, IoTarget, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfIoTargetQueryForInterface(_In_ WDFIOTARGET IoTarget,
                                                  _In_ LPCGUID InterfaceType,
                                                  _Out_ PINTERFACE Interface, _In_ USHORT Size,
                                                  _In_ USHORT Version,
                                                  _In_opt_ PVOID InterfaceSpecificData)
{
    return ((PFN_WDFIOTARGETQUERYFORINTERFACE)WdfFunctions[WdfIoTargetQueryForInterfaceTableIndex])(
        WdfDriverGlobals, IoTarget, InterfaceType, Interface, Size, Version, InterfaceSpecificData);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfIoTargetWdmGetTargetDeviceObject(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETWDMGETTARGETDEVICEOBJECT)
                WdfFunctions[WdfIoTargetWdmGetTargetDeviceObjectTableIndex])(WdfDriverGlobals,
                                                                             IoTarget);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfIoTargetWdmGetTargetPhysicalDevice(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETWDMGETTARGETPHYSICALDEVICE)
                WdfFunctions[WdfIoTargetWdmGetTargetPhysicalDeviceTableIndex])(WdfDriverGlobals,
                                                                               IoTarget);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PFILE_OBJECT WdfIoTargetWdmGetTargetFileObject(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETWDMGETTARGETFILEOBJECT)
                WdfFunctions[WdfIoTargetWdmGetTargetFileObjectTableIndex])(WdfDriverGlobals,
                                                                           IoTarget);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE HANDLE WdfIoTargetWdmGetTargetFileHandle(_In_ WDFIOTARGET IoTarget)
{
    return ((PFN_WDFIOTARGETWDMGETTARGETFILEHANDLE)
                WdfFunctions[WdfIoTargetWdmGetTargetFileHandleTableIndex])(WdfDriverGlobals,
                                                                           IoTarget);
}

_When_(Action == 2, _IRQL_requires_max_(DISPATCH_LEVEL))
_When_(Action == 0 || Action == 1, _IRQL_requires_max_(PASSIVE_LEVEL))
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfIoTargetPurge(_In_ WDFIOTARGET IoTarget,
                                  _In_ WDF_IO_TARGET_PURGE_IO_ACTION Action)
{
    ((PFN_WDFIOTARGETPURGE)WdfFunctions[WdfIoTargetPurgeTableIndex])(WdfDriverGlobals, IoTarget,
                                                                     Action);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
