// Table slots that no public header declares: class extensions use them.
#pragma once

#include "../wdffuncenum.h"
#include "../wdfobject.h"
#include "device_events.h"

WDF_EXTERN_C_START

// What these structures hold is not public.
typedef struct WDFCXDEVICE_INIT *PWDFCXDEVICE_INIT;
typedef struct _WDFCX_FILEOBJECT_CONFIG *PWDFCX_FILEOBJECT_CONFIG;
typedef struct _WDFCX_PNPPOWER_EVENT_CALLBACKS *PWDFCX_PNPPOWER_EVENT_CALLBACKS;
typedef struct _WDFCX_POWER_POLICY_EVENT_CALLBACKS *PWDFCX_POWER_POLICY_EVENT_CALLBACKS;
typedef NTSTATUS(NTAPI *PFN_WDFCXDEVICE_WDM_IRP_PREPROCESS)(WDFDEVICE Device, PIRP Irp);

// Starts a class extension's part of a device description. IRQL: PASSIVE_LEVEL.
typedef PWDFCXDEVICE_INIT(NTAPI *PFN_WDFCXDEVICEINITALLOCATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                              PWDFDEVICE_INIT DeviceInit);

// A class extension's WdfDeviceInitAssignWdmIrpPreprocessCallback. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCXDEVICEINITASSIGNWDMIRPPREPROCESSCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PFN_WDFCXDEVICE_WDM_IRP_PREPROCESS EvtCxDeviceWdmIrpPreprocess, UCHAR MajorFunction,
    PUCHAR MinorFunctions, ULONG NumMinorFunctions);

// A class extension's WdfDeviceInitSetIoInCallerContextCallback. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCXDEVICEINITSETIOINCALLERCONTEXTCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext);

// A class extension's WdfDeviceInitSetRequestAttributes. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCXDEVICEINITSETREQUESTATTRIBUTES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PWDF_OBJECT_ATTRIBUTES RequestAttributes);

// A class extension's WdfDeviceInitSetFileObjectConfig. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCXDEVICEINITSETFILEOBJECTCONFIG)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PWDFCX_FILEOBJECT_CONFIG CxFileObjectConfig, PWDF_OBJECT_ATTRIBUTES FileObjectAttributes);

// Ends the system with a bugcheck that blames an object's driver. IRQL: any.
typedef VOID(NTAPI *PFN_WDFCXVERIFIERKEBUGCHECK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFOBJECT Object, ULONG BugCheckCode,
                                                 ULONG_PTR BugCheckParameter1,
                                                 ULONG_PTR BugCheckParameter2,
                                                 ULONG_PTR BugCheckParameter3,
                                                 ULONG_PTR BugCheckParameter4);

// The target that leads back to the device itself. IRQL: <= DISPATCH_LEVEL.
typedef WDFIOTARGET(NTAPI *PFN_WDFDEVICEGETSELFIOTARGET)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFDEVICE Device);

// Gives a device a target that leads back to itself. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDEVICEINITALLOWSELFIOTARGET)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        PWDFDEVICE_INIT DeviceInit);

// Chooses the queue behind a self target. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOTARGETSELFASSIGNDEFAULTIOQUEUE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 WDFIOTARGET IoTarget,
                                                                 WDFQUEUE Queue);

// A class extension's WdfDeviceInitSetPnpPowerEventCallbacks. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCXDEVICEINITSETPNPPOWEREVENTCALLBACKS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PWDFCX_PNPPOWER_EVENT_CALLBACKS CxPnpPowerCallbacks);

// Adds a context to a device description. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCXDEVICEINITALLOCATECONTEXT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    PWDF_OBJECT_ATTRIBUTES ContextAttributes, PVOID *Context);

// The context of a type on a device description, or null. IRQL: <= DIRQL.
typedef PVOID(NTAPI *PFN_WDFCXDEVICEINITGETTYPEDCONTEXTWORKER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo);

// A class extension's WdfDeviceInitSetPowerPolicyEventCallbacks. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFCXDEVICEINITSETPOWERPOLICYEVENTCALLBACKS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFCXDEVICE_INIT CxDeviceInit,
    PWDFCX_POWER_POLICY_EVENT_CALLBACKS CxPowerPolicyCallbacks);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE PWDFCXDEVICE_INIT WdfCxDeviceInitAllocate(_In_ PWDFDEVICE_INIT DeviceInit)
{
    return ((PFN_WDFCXDEVICEINITALLOCATE)WdfFunctions[WdfCxDeviceInitAllocateTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE NTSTATUS WdfCxDeviceInitAssignWdmIrpPreprocessCallback(
    _In_ PWDFCXDEVICE_INIT CxDeviceInit,
    _In_ PFN_WDFCXDEVICE_WDM_IRP_PREPROCESS EvtCxDeviceWdmIrpPreprocess, _In_ UCHAR MajorFunction,
    _When_(NumMinorFunctions > 0, _In_reads_bytes_(NumMinorFunctions))
        _When_(NumMinorFunctions == 0, _In_opt_) PUCHAR MinorFunctions,
    _In_ ULONG NumMinorFunctions)
{
    return ((PFN_WDFCXDEVICEINITASSIGNWDMIRPPREPROCESSCALLBACK)
                WdfFunctions[WdfCxDeviceInitAssignWdmIrpPreprocessCallbackTableIndex])(
        WdfDriverGlobals, CxDeviceInit, EvtCxDeviceWdmIrpPreprocess, MajorFunction, MinorFunctions,
        NumMinorFunctions);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfCxDeviceInitSetIoInCallerContextCallback(
    _In_ PWDFCXDEVICE_INIT CxDeviceInit, _In_ PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext)
{
    ((PFN_WDFCXDEVICEINITSETIOINCALLERCONTEXTCALLBACK)
         WdfFunctions[WdfCxDeviceInitSetIoInCallerContextCallbackTableIndex])(
        WdfDriverGlobals, CxDeviceInit, EvtIoInCallerContext);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfCxDeviceInitSetRequestAttributes(_In_ PWDFCXDEVICE_INIT CxDeviceInit,
                                                     _In_ PWDF_OBJECT_ATTRIBUTES RequestAttributes)
{
    ((PFN_WDFCXDEVICEINITSETREQUESTATTRIBUTES)
         WdfFunctions[WdfCxDeviceInitSetRequestAttributesTableIndex])(
        WdfDriverGlobals, CxDeviceInit, RequestAttributes);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfCxDeviceInitSetFileObjectConfig(
    _In_ PWDFCXDEVICE_INIT CxDeviceInit, _In_ PWDFCX_FILEOBJECT_CONFIG CxFileObjectConfig,
    _In_opt_ PWDF_OBJECT_ATTRIBUTES FileObjectAttributes)
{
    ((PFN_WDFCXDEVICEINITSETFILEOBJECTCONFIG)
         WdfFunctions[WdfCxDeviceInitSetFileObjectConfigTableIndex])(
        WdfDriverGlobals, CxDeviceInit, CxFileObjectConfig, FileObjectAttributes);
}

OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfCxVerifierKeBugCheck(_In_opt_ WDFOBJECT Object, _In_ ULONG BugCheckCode,
                                         _In_ ULONG_PTR BugCheckParameter1,
                                         _In_ ULONG_PTR BugCheckParameter2,
                                         _In_ ULONG_PTR BugCheckParameter3,
                                         _In_ ULONG_PTR BugCheckParameter4)
{
    ((PFN_WDFCXVERIFIERKEBUGCHECK)WdfFunctions[WdfCxVerifierKeBugCheckTableIndex])(
        WdfDriverGlobals, Object, BugCheckCode, BugCheckParameter1, BugCheckParameter2,
        BugCheckParameter3, BugCheckParameter4);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_15
FORCEINLINE WDFIOTARGET WdfDeviceGetSelfIoTarget(_In_ WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETSELFIOTARGET)WdfFunctions[WdfDeviceGetSelfIoTargetTableIndex])(
        WdfDriverGlobals, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_15
FORCEINLINE VOID WdfDeviceInitAllowSelfIoTarget(_In_ PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFDEVICEINITALLOWSELFIOTARGET)WdfFunctions[WdfDeviceInitAllowSelfIoTargetTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_15
FORCEINLINE NTSTATUS WdfIoTargetSelfAssignDefaultIoQueue(_In_ WDFIOTARGET IoTarget,
                                                         _In_ WDFQUEUE Queue)
{
    return ((PFN_WDFIOTARGETSELFASSIGNDEFAULTIOQUEUE)
                WdfFunctions[WdfIoTargetSelfAssignDefaultIoQueueTableIndex])(WdfDriverGlobals,
                                                                             IoTarget, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_19
FORCEINLINE VOID WdfCxDeviceInitSetPnpPowerEventCallbacks(
    _In_ PWDFCXDEVICE_INIT CxDeviceInit, _In_ PWDFCX_PNPPOWER_EVENT_CALLBACKS CxPnpPowerCallbacks)
{
    ((PFN_WDFCXDEVICEINITSETPNPPOWEREVENTCALLBACKS)
         WdfFunctions[WdfCxDeviceInitSetPnpPowerEventCallbacksTableIndex])(
        WdfDriverGlobals, CxDeviceInit, CxPnpPowerCallbacks);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_31
FORCEINLINE NTSTATUS WdfCxDeviceInitAllocateContext(_In_ PWDFDEVICE_INIT DeviceInit,
                                                    _In_ PWDF_OBJECT_ATTRIBUTES ContextAttributes,
                                                    _Outptr_opt_ PVOID *Context)
{
    return (
        (PFN_WDFCXDEVICEINITALLOCATECONTEXT)WdfFunctions[WdfCxDeviceInitAllocateContextTableIndex])(
        WdfDriverGlobals, DeviceInit, ContextAttributes, Context);
}

_IRQL_requires_max_(DISPATCH_LEVEL + 1)
OPENKMDF_SINCE_KMDF_31
FORCEINLINE PVOID WdfCxDeviceInitGetTypedContextWorker(_In_ PWDFDEVICE_INIT DeviceInit,
                                                       _In_ PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo)
{
    return ((PFN_WDFCXDEVICEINITGETTYPEDCONTEXTWORKER)
                WdfFunctions[WdfCxDeviceInitGetTypedContextWorkerTableIndex])(WdfDriverGlobals,
                                                                              DeviceInit, TypeInfo);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_31
FORCEINLINE VOID WdfCxDeviceInitSetPowerPolicyEventCallbacks(
    _In_ PWDFCXDEVICE_INIT CxDeviceInit,
    _In_ PWDFCX_POWER_POLICY_EVENT_CALLBACKS CxPowerPolicyCallbacks)
{
    ((PFN_WDFCXDEVICEINITSETPOWERPOLICYEVENTCALLBACKS)
         WdfFunctions[WdfCxDeviceInitSetPowerPolicyEventCallbacksTableIndex])(
        WdfDriverGlobals, CxDeviceInit, CxPowerPolicyCallbacks);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
