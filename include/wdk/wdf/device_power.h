// A device's PnP and power management.
#pragma once

#include "../wdffuncenum.h"
#include "device_events.h"
#include "device_settings.h"
#include "device_states.h"

WDF_EXTERN_C_START

// Reads the PnP state bits that the driver has set. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICEGETDEVICESTATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState);

// Sets PnP state bits and tells the PnP manager. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETDEVICESTATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState);

// Names a device that this one's special files depend on. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEADDDEPENDENTUSAGEDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT DependentDevice);

// Names a device that must go when this one goes. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEADDREMOVALRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);

// Takes back one removal relation. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICEREMOVEREMOVALRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);

// Takes back every removal relation. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICECLEARREMOVALRELATIONSDEVICES)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFDEVICE Device);

// The PnP machine's present state, inside its state callbacks. IRQL: <= DISPATCH_LEVEL.
typedef WDF_DEVICE_PNP_STATE(NTAPI *PFN_WDFDEVICEGETDEVICEPNPSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// The power machine's present state, inside its state callbacks. IRQL: <= DISPATCH_LEVEL.
typedef WDF_DEVICE_POWER_STATE(NTAPI *PFN_WDFDEVICEGETDEVICEPOWERSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// The power policy machine's present state, inside its state callbacks. IRQL: <= DISPATCH_LEVEL.
typedef WDF_DEVICE_POWER_POLICY_STATE(NTAPI *PFN_WDFDEVICEGETDEVICEPOWERPOLICYSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);

// Sets when and how the device goes to sleep in a working system. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEASSIGNS0IDLESETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings);

// Sets whether and how the device wakes a sleeping system. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEASSIGNSXWAKESETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings);

// Says whether the device takes paging, hibernation or dump files. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETSPECIALFILESUPPORT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        WDFDEVICE Device,
                                                        WDF_SPECIAL_FILE_TYPE FileType,
                                                        BOOLEAN FileTypeIsSupported);

// Sets the device object's characteristics. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETCHARACTERISTICS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device, ULONG DeviceCharacteristics);

// The device object's characteristics. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFDEVICEGETCHARACTERISTICS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device);

// The alignment that the device needs for transfers, as a mask. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFDEVICEGETALIGNMENTREQUIREMENT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                           WDFDEVICE Device);

// Sets the alignment that the device needs for transfers. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETALIGNMENTREQUIREMENT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                          WDFDEVICE Device,
                                                          ULONG AlignmentRequirement);

// Says whether the device may be stopped and removed. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETSTATICSTOPREMOVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device, BOOLEAN Stoppable);

// Reports PnP capabilities. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETPNPCAPABILITIES)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device,
                                                     PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities);

// Reports power capabilities. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETPOWERCAPABILITIES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities);

// Sets the bus information that children report. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETBUSINFORMATIONFORCHILDREN)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFDEVICE Device,
                                                               PPNP_BUS_INFORMATION BusInformation);

// Completes a pending wait/wake: the device woke, or did not. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEINDICATEWAKESTATUS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFDEVICE Device, NTSTATUS WaitWakeStatus);

// Reports a failed device, to be restarted or not. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICESETFAILED)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                            WDF_DEVICE_FAILED_ACTION FailedAction);

// WdfDeviceStopIdle without a record for the debugger. IRQL: <= DISPATCH_LEVEL, less for some
// arguments.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICESTOPIDLENOTRACK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device, BOOLEAN WaitForD0);

// WdfDeviceResumeIdle without a record for the debugger. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICERESUMEIDLENOTRACK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFDEVICE Device);

// Takes back one dependency of the special files. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICEREMOVEDEPENDENTUSAGEDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT DependentDevice);

// The system's power action that is under way. IRQL: <= DISPATCH_LEVEL.
typedef POWER_ACTION(NTAPI *PFN_WDFDEVICEGETSYSTEMPOWERACTION)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFDEVICE Device);

// Takes a power reference; drivers call WdfDeviceStopIdle. IRQL: <= DISPATCH_LEVEL, less for some
// arguments.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICESTOPIDLEACTUAL)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device, BOOLEAN WaitForD0, PVOID Tag,
                                                     LONG Line, PCCH File);

// Drops a power reference; drivers call WdfDeviceResumeIdle. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICERESUMEIDLEACTUAL)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFDEVICE Device, PVOID Tag, LONG Line,
                                                   PCCH File);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceGetDeviceState(_In_ WDFDEVICE Device,
                                         _Inout_ PWDF_DEVICE_STATE DeviceState)
{
    ((PFN_WDFDEVICEGETDEVICESTATE)WdfFunctions[WdfDeviceGetDeviceStateTableIndex])(
        WdfDriverGlobals, Device, DeviceState);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetDeviceState(_In_ WDFDEVICE Device, _In_ PWDF_DEVICE_STATE DeviceState)
{
    ((PFN_WDFDEVICESETDEVICESTATE)WdfFunctions[WdfDeviceSetDeviceStateTableIndex])(
        WdfDriverGlobals, Device, DeviceState);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAddDependentUsageDeviceObject(_In_ WDFDEVICE Device,
                                                            _In_ PDEVICE_OBJECT DependentDevice)
{
    return ((PFN_WDFDEVICEADDDEPENDENTUSAGEDEVICEOBJECT)
                WdfFunctions[WdfDeviceAddDependentUsageDeviceObjectTableIndex])(
        WdfDriverGlobals, Device, DependentDevice);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAddRemovalRelationsPhysicalDevice(_In_ WDFDEVICE Device,
                                                                _In_ PDEVICE_OBJECT PhysicalDevice)
{
    return ((PFN_WDFDEVICEADDREMOVALRELATIONSPHYSICALDEVICE)
                WdfFunctions[WdfDeviceAddRemovalRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceRemoveRemovalRelationsPhysicalDevice(_In_ WDFDEVICE Device,
                                                               _In_ PDEVICE_OBJECT PhysicalDevice)
{
    ((PFN_WDFDEVICEREMOVEREMOVALRELATIONSPHYSICALDEVICE)
         WdfFunctions[WdfDeviceRemoveRemovalRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceClearRemovalRelationsDevices(_In_ WDFDEVICE Device)
{
    ((PFN_WDFDEVICECLEARREMOVALRELATIONSDEVICES)
         WdfFunctions[WdfDeviceClearRemovalRelationsDevicesTableIndex])(WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_DEVICE_PNP_STATE WdfDeviceGetDevicePnpState(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPNPSTATE)WdfFunctions[WdfDeviceGetDevicePnpStateTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_DEVICE_POWER_STATE WdfDeviceGetDevicePowerState(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPOWERSTATE)WdfFunctions[WdfDeviceGetDevicePowerStateTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_DEVICE_POWER_POLICY_STATE WdfDeviceGetDevicePowerPolicyState(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPOWERPOLICYSTATE)
                WdfFunctions[WdfDeviceGetDevicePowerPolicyStateTableIndex])(WdfDriverGlobals,
                                                                            Device);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAssignS0IdleSettings(
    _In_ WDFDEVICE Device, _In_ PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings)
{
    return (
        (PFN_WDFDEVICEASSIGNS0IDLESETTINGS)WdfFunctions[WdfDeviceAssignS0IdleSettingsTableIndex])(
        WdfDriverGlobals, Device, Settings);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceAssignSxWakeSettings(
    _In_ WDFDEVICE Device, _In_ PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings)
{
    return (
        (PFN_WDFDEVICEASSIGNSXWAKESETTINGS)WdfFunctions[WdfDeviceAssignSxWakeSettingsTableIndex])(
        WdfDriverGlobals, Device, Settings);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetSpecialFileSupport(_In_ WDFDEVICE Device,
                                                _In_ WDF_SPECIAL_FILE_TYPE FileType,
                                                _In_ BOOLEAN FileTypeIsSupported)
{
    ((PFN_WDFDEVICESETSPECIALFILESUPPORT)WdfFunctions[WdfDeviceSetSpecialFileSupportTableIndex])(
        WdfDriverGlobals, Device, FileType, FileTypeIsSupported);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetCharacteristics(_In_ WDFDEVICE Device,
                                             _In_ ULONG DeviceCharacteristics)
{
    ((PFN_WDFDEVICESETCHARACTERISTICS)WdfFunctions[WdfDeviceSetCharacteristicsTableIndex])(
        WdfDriverGlobals, Device, DeviceCharacteristics);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfDeviceGetCharacteristics(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETCHARACTERISTICS)WdfFunctions[WdfDeviceGetCharacteristicsTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfDeviceGetAlignmentRequirement(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETALIGNMENTREQUIREMENT)
                WdfFunctions[WdfDeviceGetAlignmentRequirementTableIndex])(WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetAlignmentRequirement(_In_ WDFDEVICE Device,
                                                  _In_ ULONG AlignmentRequirement)
{
    ((PFN_WDFDEVICESETALIGNMENTREQUIREMENT)
         WdfFunctions[WdfDeviceSetAlignmentRequirementTableIndex])(WdfDriverGlobals, Device,
                                                                   AlignmentRequirement);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetStaticStopRemove(_In_ WDFDEVICE Device, _In_ BOOLEAN Stoppable)
{
    ((PFN_WDFDEVICESETSTATICSTOPREMOVE)WdfFunctions[WdfDeviceSetStaticStopRemoveTableIndex])(
        WdfDriverGlobals, Device, Stoppable);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetPnpCapabilities(_In_ WDFDEVICE Device,
                                             _In_ PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities)
{
    ((PFN_WDFDEVICESETPNPCAPABILITIES)WdfFunctions[WdfDeviceSetPnpCapabilitiesTableIndex])(
        WdfDriverGlobals, Device, PnpCapabilities);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetPowerCapabilities(
    _In_ WDFDEVICE Device, _In_ PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities)
{
    ((PFN_WDFDEVICESETPOWERCAPABILITIES)WdfFunctions[WdfDeviceSetPowerCapabilitiesTableIndex])(
        WdfDriverGlobals, Device, PowerCapabilities);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetBusInformationForChildren(_In_ WDFDEVICE Device,
                                                       _In_ PPNP_BUS_INFORMATION BusInformation)
{
    ((PFN_WDFDEVICESETBUSINFORMATIONFORCHILDREN)
         WdfFunctions[WdfDeviceSetBusInformationForChildrenTableIndex])(WdfDriverGlobals, Device,
                                                                        BusInformation);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceIndicateWakeStatus(_In_ WDFDEVICE Device,
                                                 _In_ NTSTATUS WaitWakeStatus)
{
    return ((PFN_WDFDEVICEINDICATEWAKESTATUS)WdfFunctions[WdfDeviceIndicateWakeStatusTableIndex])(
        WdfDriverGlobals, Device, WaitWakeStatus);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceSetFailed(_In_ WDFDEVICE Device,
                                    _In_ WDF_DEVICE_FAILED_ACTION FailedAction)
{
    ((PFN_WDFDEVICESETFAILED)WdfFunctions[WdfDeviceSetFailedTableIndex])(WdfDriverGlobals, Device,
                                                                         FailedAction);
}

_Must_inspect_result_ _When_(WaitForD0 == 0, _IRQL_requires_max_(DISPATCH_LEVEL))
_When_(WaitForD0 != 0, _IRQL_requires_max_(PASSIVE_LEVEL))
FORCEINLINE NTSTATUS WdfDeviceStopIdleNoTrack(_In_ WDFDEVICE Device, _In_ BOOLEAN WaitForD0)
{
    return ((PFN_WDFDEVICESTOPIDLENOTRACK)WdfFunctions[WdfDeviceStopIdleNoTrackTableIndex])(
        WdfDriverGlobals, Device, WaitForD0);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDeviceResumeIdleNoTrack(_In_ WDFDEVICE Device)
{
    ((PFN_WDFDEVICERESUMEIDLENOTRACK)WdfFunctions[WdfDeviceResumeIdleNoTrackTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE VOID WdfDeviceRemoveDependentUsageDeviceObject(_In_ WDFDEVICE Device,
                                                           _In_ PDEVICE_OBJECT DependentDevice)
{
    ((PFN_WDFDEVICEREMOVEDEPENDENTUSAGEDEVICEOBJECT)
         WdfFunctions[WdfDeviceRemoveDependentUsageDeviceObjectTableIndex])(
        WdfDriverGlobals, Device, DependentDevice);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE POWER_ACTION WdfDeviceGetSystemPowerAction(_In_ WDFDEVICE Device)
{
    return (
        (PFN_WDFDEVICEGETSYSTEMPOWERACTION)WdfFunctions[WdfDeviceGetSystemPowerActionTableIndex])(
        WdfDriverGlobals, Device);
}

_Must_inspect_result_ _When_(WaitForD0 == 0, _IRQL_requires_max_(DISPATCH_LEVEL))
_When_(WaitForD0 != 0, _IRQL_requires_max_(PASSIVE_LEVEL))
OPENKMDF_SINCE_KMDF_15
FORCEINLINE NTSTATUS WdfDeviceStopIdleActual(_In_ WDFDEVICE Device, _In_ BOOLEAN WaitForD0,
                                             _In_opt_ PVOID Tag, _In_ LONG Line, _In_z_ PCCH File)
{
    return ((PFN_WDFDEVICESTOPIDLEACTUAL)WdfFunctions[WdfDeviceStopIdleActualTableIndex])(
        WdfDriverGlobals, Device, WaitForD0, Tag, Line, File);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_15
FORCEINLINE VOID WdfDeviceResumeIdleActual(_In_ WDFDEVICE Device, _In_opt_ PVOID Tag,
                                           _In_ LONG Line, _In_z_ PCCH File)
{
    ((PFN_WDFDEVICERESUMEIDLEACTUAL)WdfFunctions[WdfDeviceResumeIdleActualTableIndex])(
        WdfDriverGlobals, Device, Tag, Line, File);
}

#endif  // OPENKMDF_DRIVER

#if defined(OPENKMDF_DRIVER)
// The power reference keeps the device in its working state. Debuggers see who took it, and the
// tag if one was given.
#if KMDF_VERSION_MINOR >= 15
#define WdfDeviceStopIdleWithTag(Device, WaitForD0, Tag)                                           \
    WdfDeviceStopIdleActual(Device, WaitForD0, Tag, __LINE__, __FILE__)
#define WdfDeviceResumeIdleWithTag(Device, Tag)                                                    \
    WdfDeviceResumeIdleActual(Device, Tag, __LINE__, __FILE__)
#define WdfDeviceStopIdle(Device, WaitForD0) WdfDeviceStopIdleWithTag(Device, WaitForD0, NULL)
#define WdfDeviceResumeIdle(Device) WdfDeviceResumeIdleWithTag(Device, NULL)
#else
#define WdfDeviceStopIdle(Device, WaitForD0) WdfDeviceStopIdleNoTrack(Device, WaitForD0)
#define WdfDeviceResumeIdle(Device) WdfDeviceResumeIdleNoTrack(Device)
#endif
#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
