// src/framework/functions.table and the headers name the same functions in the same order.
#include <ntddk.h>
#include <wdf.h>

#if defined(__cplusplus)
#define CHECK(condition, message) static_assert(condition, message)
#else
#define CHECK(condition, message) _Static_assert(condition, message)
#endif

enum Row {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) ROW_##name,
#include "functions.table"
#undef WDF_FUNCTION
    ROW_COUNT
};

#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    CHECK((int)ROW_##name == index, #name " is not in its place");                                 \
    CHECK((int)name##TableIndex == index, #name " has another slot in wdffuncenum.h");
#include "functions.table"
#undef WDF_FUNCTION

CHECK((int)ROW_COUNT == (int)WdfFunctionTableNumEntries, "a function is missing");

// The words of the last columns; an unknown one does not compile.
enum Words {
    KNOWN_public,
    KNOWN_private,
    KNOWN_declared,
    KNOWN_implemented,
};

#undef PASSIVE_LEVEL
#undef APC_LEVEL
#undef DISPATCH_LEVEL
#undef HIGH_LEVEL
enum Levels {
    KNOWN_PASSIVE_LEVEL,
    KNOWN_APC_LEVEL,
    KNOWN_DISPATCH_LEVEL,
    KNOWN_DIRQL,
    KNOWN_HIGH_LEVEL,
};

#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    CHECK(major == 1 && minor >= 0 && minor <= 33, #name " is of no known version");               \
    CHECK((int)KNOWN_##irql >= 0 && (int)KNOWN_##visibility >= 0 && (int)KNOWN_##state >= 0, #name);
#include "functions.table"
#undef WDF_FUNCTION

// The counts by which a module's version is recognised are those of the table.
#define COUNT(from_minor, name, count)                                                             \
    CHECK((int)name##TableIndex + 1 == count, "1." #from_minor " has other functions");
COUNT(1, WdfDmaEnablerWdmGetDmaAdapter, 386)
COUNT(5, WdfUsbInterfaceGetNumSettings, 387)
COUNT(9, WdfRequestForwardToParentDeviceIoQueue, 396)
COUNT(11, WdfGetTriageInfo, 432)
COUNT(13, WdfFdoInitAllocAndQueryPropertyEx, 438)
COUNT(15, WdfDeviceOpenDevicemapKey, 444)
COUNT(19, WdfCxDeviceInitSetPnpPowerEventCallbacks, 446)
COUNT(21, WdfRequestGetRequestorProcessId, 448)
COUNT(23, WdfCompanionTargetWdmGetCompanionProcess, 451)
COUNT(25, WdfDriverErrorReportApiMissing, 453)
COUNT(29, WdfPdoInitRemovePowerDependencyOnParent, 454)
COUNT(31, WdfDeviceSetDeviceInterfaceStateEx, 458)
