// WMI providers and instances.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// What a client controls.
typedef enum _WDF_WMI_PROVIDER_CONTROL {
    WdfWmiControlInvalid = 0,
    WdfWmiEventControl = 1,
    WdfWmiInstanceControl = 2,
} WDF_WMI_PROVIDER_CONTROL, *PWDF_WMI_PROVIDER_CONTROL;

// Properties of a provider.
typedef enum _WDF_WMI_PROVIDER_FLAGS {
    WdfWmiProviderEventOnly = 1,
    WdfWmiProviderExpensive = 2,
    WdfWmiProviderTracing = 4,
    WdfWmiProviderValidFlags = 7,
} WDF_WMI_PROVIDER_FLAGS, *PWDF_WMI_PROVIDER_FLAGS;

// Runs a WMI method. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_WMI_INSTANCE_EXECUTE_METHOD) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_WMI_INSTANCE_EXECUTE_METHOD(
    _In_ WDFWMIINSTANCE WmiInstance, _In_ ULONG MethodId, _In_ ULONG InBufferSize,
    _In_ ULONG OutBufferSize,
    _When_(InBufferSize >= OutBufferSize, _Inout_updates_bytes_(InBufferSize))
        _When_(InBufferSize < OutBufferSize, _Inout_updates_bytes_(OutBufferSize)) PVOID Buffer,
    _Out_ PULONG BufferUsed);
typedef EVT_WDF_WMI_INSTANCE_EXECUTE_METHOD *PFN_WDF_WMI_INSTANCE_EXECUTE_METHOD;

// Copies instance data to a client. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_WMI_INSTANCE_QUERY_INSTANCE) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_WMI_INSTANCE_QUERY_INSTANCE(_In_ WDFWMIINSTANCE WmiInstance,
                                                   _In_ ULONG OutBufferSize,
                                                   _Out_writes_bytes_to_(OutBufferSize, *BufferUsed)
                                                       PVOID OutBuffer,
                                                   _Out_ PULONG BufferUsed);
typedef EVT_WDF_WMI_INSTANCE_QUERY_INSTANCE *PFN_WDF_WMI_INSTANCE_QUERY_INSTANCE;

// Takes instance data from a client. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_WMI_INSTANCE_SET_INSTANCE) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_WMI_INSTANCE_SET_INSTANCE(_In_ WDFWMIINSTANCE WmiInstance,
                                                 _In_ ULONG InBufferSize,
                                                 _In_reads_bytes_(InBufferSize) PVOID InBuffer);
typedef EVT_WDF_WMI_INSTANCE_SET_INSTANCE *PFN_WDF_WMI_INSTANCE_SET_INSTANCE;

// Takes one item of instance data from a client. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_WMI_INSTANCE_SET_ITEM) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_WMI_INSTANCE_SET_ITEM(_In_ WDFWMIINSTANCE WmiInstance, _In_ ULONG DataItemId,
                                             _In_ ULONG InBufferSize,
                                             _In_reads_bytes_(InBufferSize) PVOID InBuffer);
typedef EVT_WDF_WMI_INSTANCE_SET_ITEM *PFN_WDF_WMI_INSTANCE_SET_ITEM;

// A client enables or disables events or expensive data. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_WMI_PROVIDER_FUNCTION_CONTROL) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_WMI_PROVIDER_FUNCTION_CONTROL(_In_ WDFWMIPROVIDER WmiProvider,
                                                     _In_ WDF_WMI_PROVIDER_CONTROL Control,
                                                     _In_ BOOLEAN Enable);
typedef EVT_WDF_WMI_PROVIDER_FUNCTION_CONTROL *PFN_WDF_WMI_PROVIDER_FUNCTION_CONTROL;

// How a WMI provider works.
typedef struct _WDF_WMI_PROVIDER_CONFIG {
    ULONG Size;
    GUID Guid;
    ULONG Flags;
    ULONG MinInstanceBufferSize;
    PFN_WDF_WMI_PROVIDER_FUNCTION_CONTROL EvtWmiProviderFunctionControl;
} WDF_WMI_PROVIDER_CONFIG, *PWDF_WMI_PROVIDER_CONFIG;

// How a WMI instance works.
typedef struct _WDF_WMI_INSTANCE_CONFIG {
    ULONG Size;
    WDFWMIPROVIDER Provider;
    PWDF_WMI_PROVIDER_CONFIG ProviderConfig;
    BOOLEAN UseContextForQuery;
    BOOLEAN Register;
    PFN_WDF_WMI_INSTANCE_QUERY_INSTANCE EvtWmiInstanceQueryInstance;
    PFN_WDF_WMI_INSTANCE_SET_INSTANCE EvtWmiInstanceSetInstance;
    PFN_WDF_WMI_INSTANCE_SET_ITEM EvtWmiInstanceSetItem;
    PFN_WDF_WMI_INSTANCE_EXECUTE_METHOD EvtWmiInstanceExecuteMethod;
} WDF_WMI_INSTANCE_CONFIG, *PWDF_WMI_INSTANCE_CONFIG;

// Writes a string as WMI wants it: its length in bytes, then its text.
FORCEINLINE NTSTATUS WDF_WMI_BUFFER_APPEND_STRING(_Out_writes_bytes_(BufferLength) PVOID Buffer,
                                                  _In_ ULONG BufferLength,
                                                  _In_ PCUNICODE_STRING String,
                                                  _Out_ PULONG RequiredSize)
{
    *RequiredSize = (ULONG)String->Length + sizeof(USHORT);
    if (BufferLength < *RequiredSize) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    RtlCopyMemory(Buffer, &String->Length, sizeof(USHORT));
    RtlCopyMemory((UCHAR *)Buffer + sizeof(USHORT), String->Buffer, String->Length);
    return STATUS_SUCCESS;
}

FORCEINLINE VOID WDF_WMI_INSTANCE_CONFIG_INIT_PROVIDER(_Out_ PWDF_WMI_INSTANCE_CONFIG Config,
                                                       _In_ WDFWMIPROVIDER Provider)
{
    RtlZeroMemory(Config, sizeof(WDF_WMI_INSTANCE_CONFIG));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_WMI_INSTANCE_CONFIG);
    Config->Provider = Provider;
}

FORCEINLINE VOID WDF_WMI_INSTANCE_CONFIG_INIT_PROVIDER_CONFIG(
    _Out_ PWDF_WMI_INSTANCE_CONFIG Config, _In_ PWDF_WMI_PROVIDER_CONFIG ProviderConfig)
{
    RtlZeroMemory(Config, sizeof(WDF_WMI_INSTANCE_CONFIG));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_WMI_INSTANCE_CONFIG);
    Config->ProviderConfig = ProviderConfig;
}

FORCEINLINE VOID WDF_WMI_PROVIDER_CONFIG_INIT(_Out_ PWDF_WMI_PROVIDER_CONFIG Config,
                                              _In_ const GUID *Guid)
{
    RtlZeroMemory(Config, sizeof(WDF_WMI_PROVIDER_CONFIG));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_WMI_PROVIDER_CONFIG);
    Config->Guid = *Guid;
}

// Creates a provider of WMI data. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFWMIPROVIDERCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                  WDFDEVICE Device,
                                                  PWDF_WMI_PROVIDER_CONFIG WmiProviderConfig,
                                                  PWDF_OBJECT_ATTRIBUTES ProviderAttributes,
                                                  WDFWMIPROVIDER *WmiProvider);

// The device of a provider. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFWMIPROVIDERGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFWMIPROVIDER WmiProvider);

// Tells whether a client has enabled instances or events. IRQL: <= DISPATCH_LEVEL.
typedef BOOLEAN(NTAPI *PFN_WDFWMIPROVIDERISENABLED)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFWMIPROVIDER WmiProvider,
                                                    WDF_WMI_PROVIDER_CONTROL ProviderControl);

// The handle for event tracing. IRQL: <= DISPATCH_LEVEL.
typedef ULONGLONG(NTAPI *PFN_WDFWMIPROVIDERGETTRACINGHANDLE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFWMIPROVIDER WmiProvider);

// Creates an instance of a provider's data. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFWMIINSTANCECREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                  WDFDEVICE Device,
                                                  PWDF_WMI_INSTANCE_CONFIG InstanceConfig,
                                                  PWDF_OBJECT_ATTRIBUTES InstanceAttributes,
                                                  WDFWMIINSTANCE *Instance);

// Makes an instance visible to clients. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFWMIINSTANCEREGISTER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFWMIINSTANCE WmiInstance);

// Hides an instance from clients. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFWMIINSTANCEDEREGISTER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                  WDFWMIINSTANCE WmiInstance);

// The device of an instance. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFWMIINSTANCEGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFWMIINSTANCE WmiInstance);

// The provider of an instance. IRQL: <= DISPATCH_LEVEL.
typedef WDFWMIPROVIDER(NTAPI *PFN_WDFWMIINSTANCEGETPROVIDER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFWMIINSTANCE WmiInstance);

// Sends an event to the clients of an instance. IRQL: <= APC_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFWMIINSTANCEFIREEVENT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFWMIINSTANCE WmiInstance,
                                                     ULONG EventDataSize, PVOID EventData);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfWmiProviderCreate(_In_ WDFDEVICE Device,
                                          _In_ PWDF_WMI_PROVIDER_CONFIG WmiProviderConfig,
                                          _In_opt_ PWDF_OBJECT_ATTRIBUTES ProviderAttributes,
                                          _Out_ WDFWMIPROVIDER *WmiProvider)
{
    return ((PFN_WDFWMIPROVIDERCREATE)WdfFunctions[WdfWmiProviderCreateTableIndex])(
        WdfDriverGlobals, Device, WmiProviderConfig, ProviderAttributes, WmiProvider);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfWmiProviderGetDevice(_In_ WDFWMIPROVIDER WmiProvider)
{
    return ((PFN_WDFWMIPROVIDERGETDEVICE)WdfFunctions[WdfWmiProviderGetDeviceTableIndex])(
        WdfDriverGlobals, WmiProvider);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BOOLEAN WdfWmiProviderIsEnabled(_In_ WDFWMIPROVIDER WmiProvider,
                                            _In_ WDF_WMI_PROVIDER_CONTROL ProviderControl)
{
    return ((PFN_WDFWMIPROVIDERISENABLED)WdfFunctions[WdfWmiProviderIsEnabledTableIndex])(
        WdfDriverGlobals, WmiProvider, ProviderControl);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONGLONG WdfWmiProviderGetTracingHandle(_In_ WDFWMIPROVIDER WmiProvider)
{
    return (
        (PFN_WDFWMIPROVIDERGETTRACINGHANDLE)WdfFunctions[WdfWmiProviderGetTracingHandleTableIndex])(
        WdfDriverGlobals, WmiProvider);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfWmiInstanceCreate(_In_ WDFDEVICE Device,
                                          _In_ PWDF_WMI_INSTANCE_CONFIG InstanceConfig,
                                          _In_opt_ PWDF_OBJECT_ATTRIBUTES InstanceAttributes,
                                          _Out_opt_ WDFWMIINSTANCE *Instance)
{
    return ((PFN_WDFWMIINSTANCECREATE)WdfFunctions[WdfWmiInstanceCreateTableIndex])(
        WdfDriverGlobals, Device, InstanceConfig, InstanceAttributes, Instance);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfWmiInstanceRegister(_In_ WDFWMIINSTANCE WmiInstance)
{
    return ((PFN_WDFWMIINSTANCEREGISTER)WdfFunctions[WdfWmiInstanceRegisterTableIndex])(
        WdfDriverGlobals, WmiInstance);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfWmiInstanceDeregister(_In_ WDFWMIINSTANCE WmiInstance)
{
    ((PFN_WDFWMIINSTANCEDEREGISTER)WdfFunctions[WdfWmiInstanceDeregisterTableIndex])(
        WdfDriverGlobals, WmiInstance);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfWmiInstanceGetDevice(_In_ WDFWMIINSTANCE WmiInstance)
{
    return ((PFN_WDFWMIINSTANCEGETDEVICE)WdfFunctions[WdfWmiInstanceGetDeviceTableIndex])(
        WdfDriverGlobals, WmiInstance);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFWMIPROVIDER WdfWmiInstanceGetProvider(_In_ WDFWMIINSTANCE WmiInstance)
{
    return ((PFN_WDFWMIINSTANCEGETPROVIDER)WdfFunctions[WdfWmiInstanceGetProviderTableIndex])(
        WdfDriverGlobals, WmiInstance);
}

_Must_inspect_result_ _IRQL_requires_max_(APC_LEVEL)
FORCEINLINE NTSTATUS WdfWmiInstanceFireEvent(_In_ WDFWMIINSTANCE WmiInstance,
                                             _In_opt_ ULONG EventDataSize,
                                             _In_reads_bytes_opt_(EventDataSize) PVOID EventData)
{
    return ((PFN_WDFWMIINSTANCEFIREEVENT)WdfFunctions[WdfWmiInstanceFireEventTableIndex])(
        WdfDriverGlobals, WmiInstance, EventDataSize, EventData);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
