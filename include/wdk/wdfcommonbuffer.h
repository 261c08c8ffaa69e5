// Common buffers: memory that driver and DMA device share.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// How a common buffer is made.
typedef struct _WDF_COMMON_BUFFER_CONFIG {
    ULONG Size;
    ULONG AlignmentRequirement;
} WDF_COMMON_BUFFER_CONFIG, *PWDF_COMMON_BUFFER_CONFIG;

FORCEINLINE VOID WDF_COMMON_BUFFER_CONFIG_INIT(_Out_ PWDF_COMMON_BUFFER_CONFIG Config,
                                               _In_ ULONG AlignmentRequirement)
{
    RtlZeroMemory(Config, sizeof(WDF_COMMON_BUFFER_CONFIG));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_COMMON_BUFFER_CONFIG);
    Config->AlignmentRequirement = AlignmentRequirement;
}

// Allocates memory that both driver and DMA device can reach. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCOMMONBUFFERCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFDMAENABLER DmaEnabler, size_t Length,
                                                   PWDF_OBJECT_ATTRIBUTES Attributes,
                                                   WDFCOMMONBUFFER *CommonBuffer);

// The aligned address at which the driver sees the buffer. IRQL: <= DISPATCH_LEVEL.
typedef PVOID(NTAPI *PFN_WDFCOMMONBUFFERGETALIGNEDVIRTUALADDRESS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  WDFCOMMONBUFFER CommonBuffer);

// The aligned address at which the device sees the buffer. IRQL: <= DISPATCH_LEVEL.
typedef PHYSICAL_ADDRESS(NTAPI *PFN_WDFCOMMONBUFFERGETALIGNEDLOGICALADDRESS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOMMONBUFFER CommonBuffer);

// The length that was asked for. IRQL: <= DISPATCH_LEVEL.
typedef size_t(NTAPI *PFN_WDFCOMMONBUFFERGETLENGTH)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFCOMMONBUFFER CommonBuffer);

// WdfCommonBufferCreate with an alignment of the caller's choice. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCOMMONBUFFERCREATEWITHCONFIG)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFDMAENABLER DmaEnabler,
                                                             size_t Length,
                                                             PWDF_COMMON_BUFFER_CONFIG Config,
                                                             PWDF_OBJECT_ATTRIBUTES Attributes,
                                                             WDFCOMMONBUFFER *CommonBuffer);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfCommonBufferCreate(_In_ WDFDMAENABLER DmaEnabler, _In_ size_t Length,
                                           _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
                                           _Out_ WDFCOMMONBUFFER *CommonBuffer)
{
    return ((PFN_WDFCOMMONBUFFERCREATE)WdfFunctions[WdfCommonBufferCreateTableIndex])(
        WdfDriverGlobals, DmaEnabler, Length, Attributes, CommonBuffer);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PVOID WdfCommonBufferGetAlignedVirtualAddress(_In_ WDFCOMMONBUFFER CommonBuffer)
{
    return ((PFN_WDFCOMMONBUFFERGETALIGNEDVIRTUALADDRESS)
                WdfFunctions[WdfCommonBufferGetAlignedVirtualAddressTableIndex])(WdfDriverGlobals,
                                                                                 CommonBuffer);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PHYSICAL_ADDRESS
WdfCommonBufferGetAlignedLogicalAddress(_In_ WDFCOMMONBUFFER CommonBuffer)
{
    return ((PFN_WDFCOMMONBUFFERGETALIGNEDLOGICALADDRESS)
                WdfFunctions[WdfCommonBufferGetAlignedLogicalAddressTableIndex])(WdfDriverGlobals,
                                                                                 CommonBuffer);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE size_t WdfCommonBufferGetLength(_In_ WDFCOMMONBUFFER CommonBuffer)
{
    return ((PFN_WDFCOMMONBUFFERGETLENGTH)WdfFunctions[WdfCommonBufferGetLengthTableIndex])(
        WdfDriverGlobals, CommonBuffer);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_1
FORCEINLINE NTSTATUS WdfCommonBufferCreateWithConfig(_In_ WDFDMAENABLER DmaEnabler,
                                                     _In_ size_t Length,
                                                     _In_ PWDF_COMMON_BUFFER_CONFIG Config,
                                                     _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
                                                     _Out_ WDFCOMMONBUFFER *CommonBuffer)
{
    return ((PFN_WDFCOMMONBUFFERCREATEWITHCONFIG)
                WdfFunctions[WdfCommonBufferCreateWithConfigTableIndex])(
        WdfDriverGlobals, DmaEnabler, Length, Config, Attributes, CommonBuffer);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
