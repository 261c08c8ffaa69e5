// File objects.
#pragma once

#include "wdffuncenum.h"

WDF_EXTERN_C_START

// The name that follows the device's name, or null. IRQL: PASSIVE_LEVEL.
typedef PUNICODE_STRING(NTAPI *PFN_WDFFILEOBJECTGETFILENAME)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFFILEOBJECT FileObject);

// The WDM file object's flags. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFFILEOBJECTGETFLAGS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                WDFFILEOBJECT FileObject);

// The device that a file is open on. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFFILEOBJECTGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFFILEOBJECT FileObject);

// The WDM file object. IRQL: <= DISPATCH_LEVEL.
typedef PFILE_OBJECT(NTAPI *PFN_WDFFILEOBJECTWDMGETFILEOBJECT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                               WDFFILEOBJECT FileObject);

// The process on whose behalf the file was opened. IRQL: <= DISPATCH_LEVEL.
typedef ULONG(NTAPI *PFN_WDFFILEOBJECTGETINITIATORPROCESSID)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFFILEOBJECT FileObject);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE PUNICODE_STRING WdfFileObjectGetFileName(_In_ WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETFILENAME)WdfFunctions[WdfFileObjectGetFileNameTableIndex])(
        WdfDriverGlobals, FileObject);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE ULONG WdfFileObjectGetFlags(_In_ WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETFLAGS)WdfFunctions[WdfFileObjectGetFlagsTableIndex])(
        WdfDriverGlobals, FileObject);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfFileObjectGetDevice(_In_ WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETDEVICE)WdfFunctions[WdfFileObjectGetDeviceTableIndex])(
        WdfDriverGlobals, FileObject);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE PFILE_OBJECT WdfFileObjectWdmGetFileObject(_In_ WDFFILEOBJECT FileObject)
{
    return (
        (PFN_WDFFILEOBJECTWDMGETFILEOBJECT)WdfFunctions[WdfFileObjectWdmGetFileObjectTableIndex])(
        WdfDriverGlobals, FileObject);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_21
FORCEINLINE ULONG WdfFileObjectGetInitiatorProcessId(_In_ WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETINITIATORPROCESSID)
                WdfFunctions[WdfFileObjectGetInitiatorProcessIdTableIndex])(WdfDriverGlobals,
                                                                            FileObject);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
