// Targets that lead to a device's companion.
#pragma once

#include "wdffuncenum.h"
#include "wdfmemory.h"

WDF_EXTERN_C_START

// "CART", the tag of companion traces.
#define WDF_TRACE_ID (0x54524143)

// Options of WdfCompanionTargetSendTaskSynchronously.
typedef enum _WDF_TASK_SEND_OPTIONS_FLAGS {
    WDF_TASK_SEND_OPTION_TIMEOUT = 1,
    WDF_TASK_SEND_OPTION_SYNCHRONOUS = 2,
} WDF_TASK_SEND_OPTIONS_FLAGS, *PWDF_TASK_SEND_OPTIONS_FLAGS;

// How a task is sent to a companion.
typedef struct _WDF_TASK_SEND_OPTIONS {
    ULONG Size;
    ULONG Flags;
    LONGLONG Timeout;
} WDF_TASK_SEND_OPTIONS, *PWDF_TASK_SEND_OPTIONS;

FORCEINLINE VOID WDF_TASK_SEND_OPTIONS_INIT(_Out_ PWDF_TASK_SEND_OPTIONS Options, _In_ ULONG Flags)
{
    RtlZeroMemory(Options, sizeof(WDF_TASK_SEND_OPTIONS));
    Options->Size = WDF_STRUCTURE_SIZE(WDF_TASK_SEND_OPTIONS);
    Options->Flags = Flags;
}

// Sends a task to the device's companion and waits for its answer. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFCOMPANIONTARGETSENDTASKSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOMPANIONTARGET CompanionTarget,
    USHORT TaskQueueIdentifier, ULONG TaskOperationCode, PWDF_MEMORY_DESCRIPTOR InputBuffer,
    PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_TASK_SEND_OPTIONS TaskOptions,
    PULONG_PTR BytesReturned);

// The process in which the companion runs. IRQL: <= DISPATCH_LEVEL.
typedef PEPROCESS(NTAPI *PFN_WDFCOMPANIONTARGETWDMGETCOMPANIONPROCESS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOMPANIONTARGET CompanionTarget);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_23
FORCEINLINE NTSTATUS WdfCompanionTargetSendTaskSynchronously(
    _In_ WDFCOMPANIONTARGET CompanionTarget, _In_ USHORT TaskQueueIdentifier,
    _In_ ULONG TaskOperationCode, _In_opt_ PWDF_MEMORY_DESCRIPTOR InputBuffer,
    _In_opt_ PWDF_MEMORY_DESCRIPTOR OutputBuffer, _In_opt_ PWDF_TASK_SEND_OPTIONS TaskOptions,
    _Out_ PULONG_PTR BytesReturned)
{
    return ((PFN_WDFCOMPANIONTARGETSENDTASKSYNCHRONOUSLY)
                WdfFunctions[WdfCompanionTargetSendTaskSynchronouslyTableIndex])(
        WdfDriverGlobals, CompanionTarget, TaskQueueIdentifier, TaskOperationCode, InputBuffer,
        OutputBuffer, TaskOptions, BytesReturned);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_23
FORCEINLINE PEPROCESS
WdfCompanionTargetWdmGetCompanionProcess(_In_ WDFCOMPANIONTARGET CompanionTarget)
{
    return ((PFN_WDFCOMPANIONTARGETWDMGETCOMPANIONPROCESS)
                WdfFunctions[WdfCompanionTargetWdmGetCompanionProcessTableIndex])(WdfDriverGlobals,
                                                                                  CompanionTarget);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
