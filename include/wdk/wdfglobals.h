// What a driver module shares with the framework: its globals and its function table.
#pragma once

#include "wdftypes.h"

WDF_EXTERN_C_START

#define WDF_DRIVER_GLOBALS_NAME_LEN (32)

// The first argument of every table call. The framework allocates it when the module is bound;
// Driver, DriverTag and DriverName have a meaning from WdfDriverCreate on.
typedef struct _WDF_DRIVER_GLOBALS {
    WDFDRIVER Driver;
    // WDF_DRIVER_INIT_FLAGS
    ULONG DriverFlags;
    ULONG DriverTag;
    CHAR DriverName[WDF_DRIVER_GLOBALS_NAME_LEN];
    // TRUE: the module's entry stub puts itself in front of DRIVER_OBJECT.DriverUnload.
    BOOLEAN DisplaceDriverUnload;
} WDF_DRIVER_GLOBALS, *PWDF_DRIVER_GLOBALS;

// A slot of the function table, before it is cast to its PFN_WDF... type.
typedef VOID(NTAPI *WDFFUNC)(VOID);

// Structure sizes of the running framework, by WDFSTRUCTENUM.
typedef size_t *WDF_STRUCT_INFO;

// The module's variables. The entry stub that the driver build links in defines them and hands
// them to WdfVersionBind. The table's symbol carries the version, so that objects built for
// different versions do not link with each other.
#define OPENKMDF_WDF_PASTE_(Left, Right) Left##Right
#define OPENKMDF_WDF_PASTE(Left, Right) OPENKMDF_WDF_PASTE_(Left, Right)
#if KMDF_VERSION_MINOR < 10
#define WdfFunctions OPENKMDF_WDF_PASTE(WdfFunctions_0100, KMDF_VERSION_MINOR)
#else
#define WdfFunctions OPENKMDF_WDF_PASTE(WdfFunctions_010, KMDF_VERSION_MINOR)
#endif

#if defined(OPENKMDF_DRIVER)

#if defined(OPENKMDF_WDF_TABLE_IN_MODULE)
extern WDFFUNC WdfFunctions[OPENKMDF_WDF_FUNCTION_COUNT];
#else
extern const WDFFUNC *WdfFunctions;
#endif

extern PWDF_DRIVER_GLOBALS WdfDriverGlobals;

// What WdfDriverMiniportUnload calls.
extern WDFFUNC WdfDriverMiniportUnloadOverride;

#if KMDF_VERSION_MINOR >= 25
// TRUE when the running framework is older than the one that the module was built for. Only then
// have the three others a meaning.
extern BOOLEAN WdfClientVersionHigherThanFramework;
extern ULONG WdfFunctionCount;
extern ULONG WdfStructureCount;
extern WDF_STRUCT_INFO WdfStructures;
#endif

// Every unit of a module defines it alike; the linker keeps one.
#if defined(WDF_STUB)
extern ULONG WdfMinimumVersionRequired;
#elif defined(KMDF_MINIMUM_VERSION_REQUIRED)
__declspec(selectany) ULONG WdfMinimumVersionRequired = KMDF_MINIMUM_VERSION_REQUIRED;
#else
__declspec(selectany) ULONG WdfMinimumVersionRequired = KMDF_VERSION_MINOR;
#endif

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
