// Physical devices: the children that a bus driver creates.
#pragma once

#include "wdfchildlist.h"
#include "wdfdriver.h"
#include "wdffuncenum.h"

WDF_EXTERN_C_START

// Stops a child from waking through the bus. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_DISABLE_WAKE_AT_BUS) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
VOID NTAPI EVT_WDF_DEVICE_DISABLE_WAKE_AT_BUS(_In_ WDFDEVICE Device);
typedef EVT_WDF_DEVICE_DISABLE_WAKE_AT_BUS *PFN_WDF_DEVICE_DISABLE_WAKE_AT_BUS;

// Ejects a child. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_EJECT) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_DEVICE_EJECT(_In_ WDFDEVICE Device);
typedef EVT_WDF_DEVICE_EJECT *PFN_WDF_DEVICE_EJECT;

// Lets a child wake through the bus. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_ENABLE_WAKE_AT_BUS) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_DEVICE_ENABLE_WAKE_AT_BUS(_In_ WDFDEVICE Device,
                                                 _In_ SYSTEM_POWER_STATE PowerState);
typedef EVT_WDF_DEVICE_ENABLE_WAKE_AT_BUS *PFN_WDF_DEVICE_ENABLE_WAKE_AT_BUS;

// A child has been reported as missing. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_REPORTED_MISSING) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
VOID NTAPI EVT_WDF_DEVICE_REPORTED_MISSING(_In_ WDFDEVICE Device);
typedef EVT_WDF_DEVICE_REPORTED_MISSING *PFN_WDF_DEVICE_REPORTED_MISSING;

// Lists the boot resources of a child. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_RESOURCES_QUERY) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_DEVICE_RESOURCES_QUERY(_In_ WDFDEVICE Device, _In_ WDFCMRESLIST Resources);
typedef EVT_WDF_DEVICE_RESOURCES_QUERY *PFN_WDF_DEVICE_RESOURCES_QUERY;

// Lists the resource requirements of a child. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI
EVT_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY(_In_ WDFDEVICE Device,
                                           _In_ WDFIORESREQLIST IoResourceRequirementsList);
typedef EVT_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY *PFN_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY;

// Locks a child against ejection, or unlocks it. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_DEVICE_SET_LOCK) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_DEVICE_SET_LOCK(_In_ WDFDEVICE Device, _In_ BOOLEAN IsLocked);
typedef EVT_WDF_DEVICE_SET_LOCK *PFN_WDF_DEVICE_SET_LOCK;

// A bus driver's callbacks for a child.
typedef struct _WDF_PDO_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_RESOURCES_QUERY EvtDeviceResourcesQuery;
    PFN_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY EvtDeviceResourceRequirementsQuery;
    PFN_WDF_DEVICE_EJECT EvtDeviceEject;
    PFN_WDF_DEVICE_SET_LOCK EvtDeviceSetLock;
    PFN_WDF_DEVICE_ENABLE_WAKE_AT_BUS EvtDeviceEnableWakeAtBus;
    PFN_WDF_DEVICE_DISABLE_WAKE_AT_BUS EvtDeviceDisableWakeAtBus;
#if KMDF_VERSION_MINOR >= 11
    PFN_WDF_DEVICE_REPORTED_MISSING EvtDeviceReportedMissing;
#endif
} WDF_PDO_EVENT_CALLBACKS, *PWDF_PDO_EVENT_CALLBACKS;

FORCEINLINE VOID WDF_PDO_EVENT_CALLBACKS_INIT(_Out_ PWDF_PDO_EVENT_CALLBACKS Callbacks)
{
    RtlZeroMemory(Callbacks, sizeof(WDF_PDO_EVENT_CALLBACKS));
    Callbacks->Size = WDF_STRUCTURE_SIZE(WDF_PDO_EVENT_CALLBACKS);
}

// Starts the description of a static child. IRQL: PASSIVE_LEVEL.
typedef PWDFDEVICE_INIT(NTAPI *PFN_WDFPDOINITALLOCATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       WDFDEVICE ParentDevice);

// Registers a bus driver's callbacks for a child. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOINITSETEVENTCALLBACKS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     PWDFDEVICE_INIT DeviceInit,
                                                     PWDF_PDO_EVENT_CALLBACKS DispatchTable);

// Sets a child's device ID. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITASSIGNDEVICEID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      PWDFDEVICE_INIT DeviceInit,
                                                      PCUNICODE_STRING DeviceID);

// Sets a child's instance ID. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITASSIGNINSTANCEID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        PWDFDEVICE_INIT DeviceInit,
                                                        PCUNICODE_STRING InstanceID);

// Adds a hardware ID; the best match comes first. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITADDHARDWAREID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     PWDFDEVICE_INIT DeviceInit,
                                                     PCUNICODE_STRING HardwareID);

// Adds a compatible ID; the best match comes first. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITADDCOMPATIBLEID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       PWDFDEVICE_INIT DeviceInit,
                                                       PCUNICODE_STRING CompatibleID);

// Adds a description and a location in one language. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITADDDEVICETEXT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     PWDFDEVICE_INIT DeviceInit,
                                                     PCUNICODE_STRING DeviceDescription,
                                                     PCUNICODE_STRING DeviceLocation,
                                                     LCID LocaleId);

// Chooses the language used when a text lacks the one asked for. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOINITSETDEFAULTLOCALE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    PWDFDEVICE_INIT DeviceInit, LCID LocaleId);

// Lets the bus driver run a child without a function driver. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITASSIGNRAWDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       PWDFDEVICE_INIT DeviceInit,
                                                       const GUID *DeviceClassGuid);

// Reports a static child as gone. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOMARKMISSING)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// Reports that a child is about to be ejected. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOREQUESTEJECT)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// The parent of a child device. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFPDOGETPARENT)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// Copies a child's identification description. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDORETRIEVEIDENTIFICATIONDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER IdentificationDescription);

// Copies a child's address description. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDORETRIEVEADDRESSDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription);

// Replaces a child's address description. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOUPDATEADDRESSDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription);

// Names a device that is ejected together with this one. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOADDEJECTIONRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);

// Takes back one ejection relation. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOREMOVEEJECTIONRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);

// Takes back every ejection relation. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOCLEAREJECTIONRELATIONSDEVICES)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFDEVICE Device);

// Sets the container ID of a child. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFPDOINITASSIGNCONTAINERID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         PWDFDEVICE_INIT DeviceInit,
                                                         PCUNICODE_STRING ContainerID);

// Allows WdfRequestForwardToParentDeviceIoQueue. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOINITALLOWFORWARDINGREQUESTTOPARENT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  PWDFDEVICE_INIT DeviceInit);

// Lets a child stay powered while its parent is not. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFPDOINITREMOVEPOWERDEPENDENCYONPARENT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 PWDFDEVICE_INIT DeviceInit);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE PWDFDEVICE_INIT WdfPdoInitAllocate(_In_ WDFDEVICE ParentDevice)
{
    return ((PFN_WDFPDOINITALLOCATE)WdfFunctions[WdfPdoInitAllocateTableIndex])(WdfDriverGlobals,
                                                                                ParentDevice);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfPdoInitSetEventCallbacks(_In_ PWDFDEVICE_INIT DeviceInit,
                                             _In_ PWDF_PDO_EVENT_CALLBACKS DispatchTable)
{
    ((PFN_WDFPDOINITSETEVENTCALLBACKS)WdfFunctions[WdfPdoInitSetEventCallbacksTableIndex])(
        WdfDriverGlobals, DeviceInit, DispatchTable);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAssignDeviceID(_In_ PWDFDEVICE_INIT DeviceInit,
                                              _In_ PCUNICODE_STRING DeviceID)
{
    return ((PFN_WDFPDOINITASSIGNDEVICEID)WdfFunctions[WdfPdoInitAssignDeviceIDTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceID);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAssignInstanceID(_In_ PWDFDEVICE_INIT DeviceInit,
                                                _In_ PCUNICODE_STRING InstanceID)
{
    return ((PFN_WDFPDOINITASSIGNINSTANCEID)WdfFunctions[WdfPdoInitAssignInstanceIDTableIndex])(
        WdfDriverGlobals, DeviceInit, InstanceID);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAddHardwareID(_In_ PWDFDEVICE_INIT DeviceInit,
                                             _In_ PCUNICODE_STRING HardwareID)
{
    return ((PFN_WDFPDOINITADDHARDWAREID)WdfFunctions[WdfPdoInitAddHardwareIDTableIndex])(
        WdfDriverGlobals, DeviceInit, HardwareID);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAddCompatibleID(_In_ PWDFDEVICE_INIT DeviceInit,
                                               _In_ PCUNICODE_STRING CompatibleID)
{
    return ((PFN_WDFPDOINITADDCOMPATIBLEID)WdfFunctions[WdfPdoInitAddCompatibleIDTableIndex])(
        WdfDriverGlobals, DeviceInit, CompatibleID);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAddDeviceText(_In_ PWDFDEVICE_INIT DeviceInit,
                                             _In_ PCUNICODE_STRING DeviceDescription,
                                             _In_ PCUNICODE_STRING DeviceLocation,
                                             _In_ LCID LocaleId)
{
    return ((PFN_WDFPDOINITADDDEVICETEXT)WdfFunctions[WdfPdoInitAddDeviceTextTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceDescription, DeviceLocation, LocaleId);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfPdoInitSetDefaultLocale(_In_ PWDFDEVICE_INIT DeviceInit, _In_ LCID LocaleId)
{
    ((PFN_WDFPDOINITSETDEFAULTLOCALE)WdfFunctions[WdfPdoInitSetDefaultLocaleTableIndex])(
        WdfDriverGlobals, DeviceInit, LocaleId);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfPdoInitAssignRawDevice(_In_ PWDFDEVICE_INIT DeviceInit,
                                               _In_ const GUID *DeviceClassGuid)
{
    return ((PFN_WDFPDOINITASSIGNRAWDEVICE)WdfFunctions[WdfPdoInitAssignRawDeviceTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceClassGuid);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfPdoMarkMissing(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFPDOMARKMISSING)WdfFunctions[WdfPdoMarkMissingTableIndex])(WdfDriverGlobals,
                                                                              Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfPdoRequestEject(_In_ WDFDEVICE Device)
{
    ((PFN_WDFPDOREQUESTEJECT)WdfFunctions[WdfPdoRequestEjectTableIndex])(WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfPdoGetParent(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFPDOGETPARENT)WdfFunctions[WdfPdoGetParentTableIndex])(WdfDriverGlobals, Device);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfPdoRetrieveIdentificationDescription(
    _In_ WDFDEVICE Device,
    _Inout_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER IdentificationDescription)
{
    return ((PFN_WDFPDORETRIEVEIDENTIFICATIONDESCRIPTION)
                WdfFunctions[WdfPdoRetrieveIdentificationDescriptionTableIndex])(
        WdfDriverGlobals, Device, IdentificationDescription);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfPdoRetrieveAddressDescription(
    _In_ WDFDEVICE Device, _Inout_ PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription)
{
    return ((PFN_WDFPDORETRIEVEADDRESSDESCRIPTION)
                WdfFunctions[WdfPdoRetrieveAddressDescriptionTableIndex])(WdfDriverGlobals, Device,
                                                                          AddressDescription);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfPdoUpdateAddressDescription(
    _In_ WDFDEVICE Device, _Inout_ PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription)
{
    return (
        (PFN_WDFPDOUPDATEADDRESSDESCRIPTION)WdfFunctions[WdfPdoUpdateAddressDescriptionTableIndex])(
        WdfDriverGlobals, Device, AddressDescription);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfPdoAddEjectionRelationsPhysicalDevice(_In_ WDFDEVICE Device,
                                                              _In_ PDEVICE_OBJECT PhysicalDevice)
{
    return ((PFN_WDFPDOADDEJECTIONRELATIONSPHYSICALDEVICE)
                WdfFunctions[WdfPdoAddEjectionRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfPdoRemoveEjectionRelationsPhysicalDevice(_In_ WDFDEVICE Device,
                                                             _In_ PDEVICE_OBJECT PhysicalDevice)
{
    ((PFN_WDFPDOREMOVEEJECTIONRELATIONSPHYSICALDEVICE)
         WdfFunctions[WdfPdoRemoveEjectionRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfPdoClearEjectionRelationsDevices(_In_ WDFDEVICE Device)
{
    ((PFN_WDFPDOCLEAREJECTIONRELATIONSDEVICES)
         WdfFunctions[WdfPdoClearEjectionRelationsDevicesTableIndex])(WdfDriverGlobals, Device);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE NTSTATUS WdfPdoInitAssignContainerID(_In_ PWDFDEVICE_INIT DeviceInit,
                                                 _In_ PCUNICODE_STRING ContainerID)
{
    return ((PFN_WDFPDOINITASSIGNCONTAINERID)WdfFunctions[WdfPdoInitAssignContainerIDTableIndex])(
        WdfDriverGlobals, DeviceInit, ContainerID);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE VOID WdfPdoInitAllowForwardingRequestToParent(_In_ PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFPDOINITALLOWFORWARDINGREQUESTTOPARENT)
         WdfFunctions[WdfPdoInitAllowForwardingRequestToParentTableIndex])(WdfDriverGlobals,
                                                                           DeviceInit);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_29
FORCEINLINE VOID WdfPdoInitRemovePowerDependencyOnParent(_In_ PWDFDEVICE_INIT DeviceInit)
{
#if defined(OPENKMDF_WDF_MAY_BE_NEWER)
    // It returns nothing, so an older framework has to be told that it was needed.
    if (!WDF_IS_FUNCTION_AVAILABLE(WdfPdoInitRemovePowerDependencyOnParent)) {
        (VOID) WdfDriverErrorReportApiMissing(WdfDriverGlobals->Driver, NULL,
                                              WdfPdoInitRemovePowerDependencyOnParentTableIndex,
                                              FALSE);
        return;
    }
#endif
    ((PFN_WDFPDOINITREMOVEPOWERDEPENDENCYONPARENT)
         WdfFunctions[WdfPdoInitRemovePowerDependencyOnParentTableIndex])(WdfDriverGlobals,
                                                                          DeviceInit);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
