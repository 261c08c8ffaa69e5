// The framework verifier's services to drivers.
#pragma once

#include "wdffuncenum.h"

WDF_EXTERN_C_START

// Breaks into the debugger. IRQL: any.
typedef VOID(NTAPI *PFN_WDFVERIFIERDBGBREAKPOINT)(PWDF_DRIVER_GLOBALS DriverGlobals);

// Ends the system with a bugcheck. IRQL: any.
typedef VOID(NTAPI *PFN_WDFVERIFIERKEBUGCHECK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                               ULONG_PTR BugCheckParameter2,
                                               ULONG_PTR BugCheckParameter3,
                                               ULONG_PTR BugCheckParameter4);

// Describes the framework's structures to crash dump tools. IRQL: any.
typedef PVOID(NTAPI *PFN_WDFGETTRIAGEINFO)(PWDF_DRIVER_GLOBALS DriverGlobals);

#if defined(OPENKMDF_DRIVER)

FORCEINLINE VOID WdfVerifierDbgBreakPoint(VOID)
{
    ((PFN_WDFVERIFIERDBGBREAKPOINT)WdfFunctions[WdfVerifierDbgBreakPointTableIndex])(
        WdfDriverGlobals);
}

FORCEINLINE VOID WdfVerifierKeBugCheck(_In_ ULONG BugCheckCode, _In_ ULONG_PTR BugCheckParameter1,
                                       _In_ ULONG_PTR BugCheckParameter2,
                                       _In_ ULONG_PTR BugCheckParameter3,
                                       _In_ ULONG_PTR BugCheckParameter4)
{
    ((PFN_WDFVERIFIERKEBUGCHECK)WdfFunctions[WdfVerifierKeBugCheckTableIndex])(
        WdfDriverGlobals, BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
        BugCheckParameter4);
}

OPENKMDF_SINCE_KMDF_11
FORCEINLINE PVOID WdfGetTriageInfo(VOID)
{
    return ((PFN_WDFGETTRIAGEINFO)WdfFunctions[WdfGetTriageInfoTableIndex])(WdfDriverGlobals);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
