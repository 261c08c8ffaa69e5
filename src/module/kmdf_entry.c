// The entry of a KMDF module: binds it to the framework, then calls its DriverEntry. Compiled once
// for all versions; what depends on the version the link step gives it in variables.

#define WDF_STUB
#include <ntddk.h>
#include <wdf.h>
#include <wdfldr.h>
#include <wdfminiport.h>

// Clients up to this count have a table of their own, which the framework fills; later ones a
// pointer to the framework's.
enum { LAST_CLIENT_TABLE = 438 };
enum { FIRST_MINOR_WITH_BIND_INFO_2 = 25 };
enum { REGISTRY_PATH_CAPACITY = 512 };

// Made by the link step.
extern WDFFUNC *__drv_kmdf_functions;
extern const ULONG __drv_kmdf_minor;
extern const ULONG __drv_kmdf_function_count;
extern char *__drv_context_types_begin;
extern char *__drv_context_types_end;

DRIVER_INITIALIZE DriverEntry;

PWDF_DRIVER_GLOBALS WdfDriverGlobals;
WDFFUNC WdfDriverMiniportUnloadOverride;
BOOLEAN WdfClientVersionHigherThanFramework;
ULONG WdfFunctionCount;
ULONG WdfStructureCount;
WDF_STRUCT_INFO WdfStructures;

static WCHAR component_name[] = L"KmdfLibrary";
static WCHAR registry_path_buffer[REGISTRY_PATH_CAPACITY];
static UNICODE_STRING registry_path;
static PDRIVER_UNLOAD displaced_unload;
static WDF_BIND_INFO2 bind_info;

// The caller's string is gone by the time of the unload.
static NTSTATUS keep_registry_path(PCUNICODE_STRING path)
{
    if (path->Length > sizeof(registry_path_buffer) - sizeof(WCHAR)) {
        return STATUS_NAME_TOO_LONG;
    }
    for (ULONG i = 0; i < path->Length / sizeof(WCHAR); ++i) {
        registry_path_buffer[i] = path->Buffer[i];
    }
    registry_path.Buffer = registry_path_buffer;
    registry_path.Length = path->Length;
    registry_path.MaximumLength = sizeof(registry_path_buffer);
    return STATUS_SUCCESS;
}

static void describe_client(void)
{
    BOOLEAN second_form = __drv_kmdf_minor >= FIRST_MINOR_WITH_BIND_INFO_2;
    WDF_BIND_INFO *first = &bind_info.V1;
    first->Size = second_form ? sizeof(WDF_BIND_INFO2) : sizeof(WDF_BIND_INFO);
    first->Component = component_name;
    first->Version.Major = 1;
    first->Version.Minor = __drv_kmdf_minor;
    first->Version.Build = 0;
    first->FuncCount = __drv_kmdf_function_count;
    first->FuncTable = __drv_kmdf_functions;
    if (second_form) {
        bind_info.MinimumVersionRequired = &WdfMinimumVersionRequired;
        bind_info.ClientVersionHigherThanFramework = &WdfClientVersionHigherThanFramework;
        bind_info.FuncCountPtr = &WdfFunctionCount;
        bind_info.StructCountPtr = &WdfStructureCount;
        bind_info.StructTable = &WdfStructures;
    }
}

static void unbind(void)
{
    WdfVersionUnbind(&registry_path, &bind_info.V1, WdfDriverGlobals);
}

static VOID unload(PDRIVER_OBJECT driver)
{
    if (displaced_unload) {
        displaced_unload(driver);
    }
    unbind();
}

// A miniport's port driver owns DriverUnload, so the miniport says itself when it goes.
static VOID miniport_unload(PWDF_DRIVER_GLOBALS globals, WDFDRIVER driver)
{
    WDFFUNC *table = __drv_kmdf_function_count <= LAST_CLIENT_TABLE
                         ? __drv_kmdf_functions
                         : *(WDFFUNC **)__drv_kmdf_functions;
    ((PFN_WDFDRIVERMINIPORTUNLOAD)table[WdfDriverMiniportUnloadTableIndex])(globals, driver);
    unbind();
}

// A context type that images share takes its identity from the image that owns it.
static void adopt_shared_context_types(void)
{
    WDF_OBJECT_CONTEXT_TYPE_INFO *type = (WDF_OBJECT_CONTEXT_TYPE_INFO *)__drv_context_types_begin;
    for (; (char *)type < __drv_context_types_end; ++type) {
        if (type->Size == sizeof(*type) && type->EvtDriverGetUniqueContextType) {
            type->UniqueType = type->EvtDriverGetUniqueContextType();
        }
    }
}

NTSTATUS __drv_kmdf_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    NTSTATUS status = keep_registry_path(path);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    describe_client();
    status = WdfVersionBind(driver, &registry_path, &bind_info.V1, &WdfDriverGlobals);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    adopt_shared_context_types();
    status = DriverEntry(driver, path);
    if (!NT_SUCCESS(status)) {
        unbind();
        return status;
    }
    if (WdfDriverGlobals->DisplaceDriverUnload) {
        displaced_unload = driver->DriverUnload;
        driver->DriverUnload = unload;
    } else {
        WdfDriverMiniportUnloadOverride = (WDFFUNC)miniport_unload;
    }
    return status;
}
