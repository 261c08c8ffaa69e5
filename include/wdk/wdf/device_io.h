// How requests reach a device, its queues and its targets, and the WDM objects behind it.
#pragma once

#include "../wdffuncenum.h"
#include "device_events.h"
#include "request_types.h"

WDF_EXTERN_C_START

// The framework device that belongs to a WDM device object. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFWDMDEVICEGETWDFDEVICEHANDLE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             PDEVICE_OBJECT DeviceObject);

// The device's WDM device object. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFDEVICEWDMGETDEVICEOBJECT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFDEVICE Device);

// The next lower device object of the stack. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFDEVICEWDMGETATTACHEDDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 WDFDEVICE Device);

// The physical device object at the bottom of the stack. IRQL: <= DISPATCH_LEVEL.
typedef PDEVICE_OBJECT(NTAPI *PFN_WDFDEVICEWDMGETPHYSICALDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 WDFDEVICE Device);

// Gives an IRP back to the framework from a preprocess callback. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 WDFDEVICE Device, PIRP Irp);

// The driver object of a device. IRQL: <= DISPATCH_LEVEL.
typedef WDFDRIVER(NTAPI *PFN_WDFDEVICEGETDRIVER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFDEVICE Device);

// The local I/O target: the next lower driver. IRQL: <= DISPATCH_LEVEL.
typedef WDFIOTARGET(NTAPI *PFN_WDFDEVICEGETIOTARGET)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device);

// The framework file object that belongs to a WDM file object. IRQL: <= DISPATCH_LEVEL.
typedef WDFFILEOBJECT(NTAPI *PFN_WDFDEVICEGETFILEOBJECT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFDEVICE Device, PFILE_OBJECT FileObject);

// Sends a request, seen in the caller's process, on to its queue. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEENQUEUEREQUEST)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device, WDFREQUEST Request);

// The default queue, or null. IRQL: <= DISPATCH_LEVEL.
typedef WDFQUEUE(NTAPI *PFN_WDFDEVICEGETDEFAULTQUEUE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device);

// Sends requests of one type to a queue of the driver's choice. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICECONFIGUREREQUESTDISPATCHING)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  WDFDEVICE Device, WDFQUEUE Queue,
                                                                  WDF_REQUEST_TYPE RequestType);

// Gives an IRP back to the framework from a dispatch callback. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHIRP)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDEVICE Device, PIRP Irp,
                                                     WDFCONTEXT DispatchContext);

// Sends an IRP to a queue from a dispatch or preprocess callback. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                              WDFDEVICE Device, PIRP Irp,
                                                              WDFQUEUE Queue, ULONG Flags);

// Registers a callback that sees the IRPs of one kind first. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICECONFIGUREWDMIRPDISPATCHCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFDRIVER Driver, UCHAR MajorFunction,
    PFN_WDFDEVICE_WDM_IRP_DISPATCH EvtDeviceWdmIrpDispatch, WDFCONTEXT DriverContext);

// Sets how the device takes part in the power management framework. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMASSIGNPOWERFRAMEWORKSETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_POWER_FRAMEWORK_SETTINGS PowerFrameworkSettings);

// The target that leads to the device's companion. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICERETRIEVECOMPANIONTARGET)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                              WDFDEVICE Device,
                                                              WDFCOMPANIONTARGET *CompanionTarget);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfWdmDeviceGetWdfDeviceHandle(_In_ PDEVICE_OBJECT DeviceObject)
{
    return (
        (PFN_WDFWDMDEVICEGETWDFDEVICEHANDLE)WdfFunctions[WdfWdmDeviceGetWdfDeviceHandleTableIndex])(
        WdfDriverGlobals, DeviceObject);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfDeviceWdmGetDeviceObject(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEWDMGETDEVICEOBJECT)WdfFunctions[WdfDeviceWdmGetDeviceObjectTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfDeviceWdmGetAttachedDevice(_In_ WDFDEVICE Device)
{
    return (
        (PFN_WDFDEVICEWDMGETATTACHEDDEVICE)WdfFunctions[WdfDeviceWdmGetAttachedDeviceTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PDEVICE_OBJECT WdfDeviceWdmGetPhysicalDevice(_In_ WDFDEVICE Device)
{
    return (
        (PFN_WDFDEVICEWDMGETPHYSICALDEVICE)WdfFunctions[WdfDeviceWdmGetPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceWdmDispatchPreprocessedIrp(_In_ WDFDEVICE Device, _In_ PIRP Irp)
{
    return ((PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)
                WdfFunctions[WdfDeviceWdmDispatchPreprocessedIrpTableIndex])(WdfDriverGlobals,
                                                                             Device, Irp);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDRIVER WdfDeviceGetDriver(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDRIVER)WdfFunctions[WdfDeviceGetDriverTableIndex])(WdfDriverGlobals,
                                                                                Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFIOTARGET WdfDeviceGetIoTarget(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETIOTARGET)WdfFunctions[WdfDeviceGetIoTargetTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFFILEOBJECT WdfDeviceGetFileObject(_In_ WDFDEVICE Device,
                                                 _In_ PFILE_OBJECT FileObject)
{
    return ((PFN_WDFDEVICEGETFILEOBJECT)WdfFunctions[WdfDeviceGetFileObjectTableIndex])(
        WdfDriverGlobals, Device, FileObject);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceEnqueueRequest(_In_ WDFDEVICE Device, _In_ WDFREQUEST Request)
{
    return ((PFN_WDFDEVICEENQUEUEREQUEST)WdfFunctions[WdfDeviceEnqueueRequestTableIndex])(
        WdfDriverGlobals, Device, Request);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFQUEUE WdfDeviceGetDefaultQueue(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEFAULTQUEUE)WdfFunctions[WdfDeviceGetDefaultQueueTableIndex])(
        WdfDriverGlobals, Device);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceConfigureRequestDispatching(_In_ WDFDEVICE Device,
                                                          _In_ WDFQUEUE Queue,
                                                          _In_ WDF_REQUEST_TYPE RequestType)
{
    return ((PFN_WDFDEVICECONFIGUREREQUESTDISPATCHING)
                WdfFunctions[WdfDeviceConfigureRequestDispatchingTableIndex])(
        WdfDriverGlobals, Device, Queue, RequestType);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE NTSTATUS WdfDeviceWdmDispatchIrp(_In_ WDFDEVICE Device, _In_ PIRP Irp,
                                             _In_ WDFCONTEXT DispatchContext)
{
    return ((PFN_WDFDEVICEWDMDISPATCHIRP)WdfFunctions[WdfDeviceWdmDispatchIrpTableIndex])(
        WdfDriverGlobals, Device, Irp, DispatchContext);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE NTSTATUS WdfDeviceWdmDispatchIrpToIoQueue(_In_ WDFDEVICE Device, _In_ PIRP Irp,
                                                      _In_ WDFQUEUE Queue, _In_ ULONG Flags)
{
    return ((PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)
                WdfFunctions[WdfDeviceWdmDispatchIrpToIoQueueTableIndex])(WdfDriverGlobals, Device,
                                                                          Irp, Queue, Flags);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE NTSTATUS WdfDeviceConfigureWdmIrpDispatchCallback(
    _In_ WDFDEVICE Device, _In_opt_ WDFDRIVER Driver, _In_ UCHAR MajorFunction,
    _In_ PFN_WDFDEVICE_WDM_IRP_DISPATCH EvtDeviceWdmIrpDispatch, _In_opt_ WDFCONTEXT DriverContext)
{
    return ((PFN_WDFDEVICECONFIGUREWDMIRPDISPATCHCALLBACK)
                WdfFunctions[WdfDeviceConfigureWdmIrpDispatchCallbackTableIndex])(
        WdfDriverGlobals, Device, Driver, MajorFunction, EvtDeviceWdmIrpDispatch, DriverContext);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE NTSTATUS WdfDeviceWdmAssignPowerFrameworkSettings(
    _In_ WDFDEVICE Device, _In_ PWDF_POWER_FRAMEWORK_SETTINGS PowerFrameworkSettings)
{
    return ((PFN_WDFDEVICEWDMASSIGNPOWERFRAMEWORKSETTINGS)
                WdfFunctions[WdfDeviceWdmAssignPowerFrameworkSettingsTableIndex])(
        WdfDriverGlobals, Device, PowerFrameworkSettings);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_23
FORCEINLINE NTSTATUS WdfDeviceRetrieveCompanionTarget(_In_ WDFDEVICE Device,
                                                      _Out_ WDFCOMPANIONTARGET *CompanionTarget)
{
    return ((PFN_WDFDEVICERETRIEVECOMPANIONTARGET)
                WdfFunctions[WdfDeviceRetrieveCompanionTargetTableIndex])(WdfDriverGlobals, Device,
                                                                          CompanionTarget);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
