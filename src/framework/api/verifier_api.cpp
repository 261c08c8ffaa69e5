#include "framework/api/functions.h"
#include "framework/driver/globals.h"

namespace openkmdf::framework::api {

VOID NTAPI WdfVerifierDbgBreakPoint(PWDF_DRIVER_GLOBALS DriverGlobals)
{
    if (globals_of(DriverGlobals).breaks_on_error && !KdRefreshDebuggerNotPresent())
        DbgBreakPoint();
}

VOID NTAPI WdfVerifierKeBugCheck(PWDF_DRIVER_GLOBALS, ULONG BugCheckCode,
                                 ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                                 ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
    KeBugCheckEx(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                 BugCheckParameter4);
}

// "The WdfObjectQuery method is not implemented."
NTSTATUS NTAPI WdfObjectQuery(PWDF_DRIVER_GLOBALS, WDFOBJECT, CONST GUID *, ULONG, PVOID)
{
    return STATUS_NOT_IMPLEMENTED;
}

}  // namespace openkmdf::framework::api
