#include "framework/driver/bind_exports.h"
#include "framework/driver/globals.h"
#include "framework/support/library.h"

#include "executive/cm/registry.h"
#include "executive/module_registry.h"
#include "executive/tracer.h"

#include <cstring>
#include <optional>
#include <string_view>

// WdfVersionBind and WdfVersionUnbind: what WDFLDR.SYS and Wdf01000.sys agree on with a module's
// entry stub.

namespace openkmdf::framework {

namespace {

constexpr ULONG kNewestMinor = 33;
constexpr ULONG kLastCountWithClientTable = 438;
constexpr ULONG kFunctionCount = 458;

struct Release {
    std::uint16_t minor;
    std::uint16_t functions;
};
constexpr Release kReleases[] = {
    {0, 383},  {1, 386},  {5, 387},  {7, 387},  {9, 396},  {11, 432},
    {13, 438}, {15, 444}, {17, 444}, {19, 446}, {21, 448}, {23, 451},
    {25, 453}, {27, 453}, {29, 454}, {31, 458}, {33, 458},
};

bool is_released_count(ULONG functions)
{
    for (const Release &release : kReleases)
        if (release.functions == functions) return true;
    return false;
}

// Why a module cannot be bound, for the machine's report; the status is what Windows returns.
NTSTATUS refuse(const WDF_BIND_INFO &info, NTSTATUS status, const char *why)
{
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL,
               "OpenKMDF: the driver asks for KMDF %u.%u with %u functions: %s\n",
               info.Version.Major, info.Version.Minor, info.FuncCount, why);
    return status;
}

NTSTATUS check_version(const WDF_BIND_INFO &info)
{
    static constexpr char16_t kLibraryName[] = u"KmdfLibrary";
    if (!info.Component || std::memcmp(info.Component, kLibraryName, sizeof kLibraryName) != 0)
        return refuse(info, STATUS_OBJECT_NAME_NOT_FOUND,
                      "there is no such library; only KmdfLibrary exists here");
    const bool second_form = info.Size == sizeof(WDF_BIND_INFO2);
    if (!second_form && info.Size != sizeof(WDF_BIND_INFO))
        return refuse(info, STATUS_INVALID_PARAMETER, "its WDF_BIND_INFO has an unknown size");
    if (info.Version.Major != 1)
        return refuse(info, STATUS_OBJECT_NAME_NOT_FOUND, "only major version 1 exists");
    ULONG needed = info.Version.Minor;
    if (second_form) {
        auto &second = reinterpret_cast<const WDF_BIND_INFO2 &>(info);
        if (second.MinimumVersionRequired && *second.MinimumVersionRequired < needed)
            needed = *second.MinimumVersionRequired;
    }
    if (needed > kNewestMinor)
        return refuse(info, STATUS_INVALID_DEVICE_REQUEST,
                      "the newest version here is 1.33; build the driver for KMDF_VERSION_MINOR 33 "
                      "or lower, or set "
                      "KMDF_MINIMUM_VERSION_REQUIRED");
    const bool newer = info.Version.Minor > kNewestMinor;
    if (!newer && (info.FuncCount > kFunctionCount || !is_released_count(info.FuncCount)))
        return refuse(info, STATUS_INVALID_PARAMETER,
                      "no version of KMDF has that number of functions");
    return STATUS_SUCCESS;
}

void give_table(WDF_BIND_INFO &info, const WDFFUNC *table)
{
    if (info.FuncCount <= kLastCountWithClientTable) {
        std::memcpy(info.FuncTable, table, info.FuncCount * sizeof(WDFFUNC));
        return;
    }
    // FuncTable is the address of the module's table pointer.
    *reinterpret_cast<WDFFUNC **>(info.FuncTable) = const_cast<WDFFUNC *>(table);
}

// A module built for a newer framework that runs with this one may ask what it has.
void give_counts(WDF_BIND_INFO &info)
{
    if (info.Size != sizeof(WDF_BIND_INFO2)) return;
    auto &second = reinterpret_cast<WDF_BIND_INFO2 &>(info);
    const bool higher = info.Version.Minor > kNewestMinor;
    if (second.ClientVersionHigherThanFramework) *second.ClientVersionHigherThanFramework = higher;
    if (second.FuncCountPtr) *second.FuncCountPtr = kFunctionCount;
    if (second.StructCountPtr) *second.StructCountPtr = structure_count();
    if (second.StructTable)
        *reinterpret_cast<size_t **>(second.StructTable) = const_cast<size_t *>(structure_sizes());
}

void copy_name(Globals &globals, PDRIVER_OBJECT driver_object)
{
    // "\Driver\echo" -> "echo", narrowed: names are ASCII in the trace.
    const UNICODE_STRING &full = driver_object->DriverName;
    std::size_t length = full.Length / sizeof(WCHAR), start = 0;
    for (std::size_t i = 0; i < length; ++i)
        if (full.Buffer[i] == u'\\') start = i + 1;
    std::size_t out = 0;
    for (std::size_t i = start; i < length && out + 1 < sizeof globals.name; ++i)
        globals.name[out++] = full.Buffer[i] < 128 ? static_cast<char>(full.Buffer[i]) : '?';
}

// A value of the service's "Parameters\\Wdf" key, if there is one.
std::optional<std::uint32_t> debugging_value(const UNICODE_STRING &registry_path,
                                             std::u16string_view name)
{
    constexpr std::u16string_view kSubkey = u"\\Parameters\\Wdf";
    char16_t path[320];
    const std::u16string_view service(registry_path.Buffer, registry_path.Length / sizeof(WCHAR));
    if (service.size() + kSubkey.size() > std::size(path)) return std::nullopt;
    service.copy(path, service.size());
    kSubkey.copy(path + service.size(), kSubkey.size());
    ULONG type = 0;
    std::uint32_t value = 0;
    std::size_t size = 0;
    NTSTATUS status = executive::registry().query_value({path, service.size() + kSubkey.size()},
                                                        name, &type, &value, sizeof value, &size);
    if (!NT_SUCCESS(status) || type != REG_DWORD || size != sizeof value) return std::nullopt;
    return value;
}

// In the order in which the page of WdfVerifierDbgBreakPoint names them.
bool breaks_on_error(const Globals &globals)
{
    if (const auto value = debugging_value(globals.registry_path, u"DbgBreakOnError"))
        return *value != 0;
    if (const auto value = debugging_value(globals.registry_path, u"VerifierOn"))
        return *value != 0;
    return globals.checked && (globals.version.Major > 1 || globals.version.Minor >= 9);
}

}  // namespace

Library *Library::create(executive::Kernel &kernel)
{
    auto *library = kernel.arena->make<Library>();
    if (!library) return nullptr;
    library->kernel = &kernel;
    kernel.framework = library;
    for (int type = 1; type < static_cast<int>(ObjectType::Count); ++type)
        library->trace_types[type] = kernel.tracer->type(type_name(static_cast<ObjectType>(type)));
    return library;
}

NTSTATUS bind_client(PDRIVER_OBJECT driver_object, PUNICODE_STRING registry_path,
                     PWDF_BIND_INFO info, PWDF_DRIVER_GLOBALS *result)
{
    if (!driver_object || !registry_path || !info || !info->FuncTable || !result)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = check_version(*info);
    if (!NT_SUCCESS(status)) return status;
    Library &owner = library();
    Globals *globals =
        owner.kernel->arena->allocation_fails() ? nullptr : owner.kernel->arena->make<Globals>();
    if (!globals) return STATUS_INSUFFICIENT_RESOURCES;
    globals->library = &owner;
    globals->driver_object = driver_object;
    globals->registry_path = *registry_path;
    globals->version = info->Version;
    globals->function_count = info->FuncCount;
    globals->checked = owner.checked_default;
    globals->client.DisplaceDriverUnload = TRUE;
    globals->breaks_on_error = breaks_on_error(*globals);
    copy_name(*globals, driver_object);
    if (auto *module = executive::find_module(reinterpret_cast<std::uintptr_t>(info->FuncTable)))
        globals->trace_driver = module->ordinal;
    {
        scheduler::InternalGuard guard(owner.lock);
        globals->next = owner.globals;
        owner.globals = globals;
    }
    give_table(*info, globals->checked ? checked_table() : fast_table());
    give_counts(*info);
    *result = &globals->client;
    return STATUS_SUCCESS;
}

NTSTATUS unbind_client(PWDF_BIND_INFO, Globals &globals)
{
    Library &owner = *globals.library;
    finish_driver(globals);
    {
        scheduler::InternalGuard guard(owner.lock);
        for (Globals **link = &owner.globals; *link; link = &(*link)->next) {
            if (*link != &globals) continue;
            *link = globals.next;
            break;
        }
    }
    // Objects that somebody still holds a reference to are in the leak report and keep their
    // globals.
    if (__atomic_load_n(&globals.live_objects, __ATOMIC_ACQUIRE) == 0) {
        owner.kernel->arena->drop(&globals);
        return STATUS_SUCCESS;
    }
    scheduler::InternalGuard guard(owner.lock);
    globals.next = owner.unbound;
    owner.unbound = &globals;
    return STATUS_SUCCESS;
}

Globals *leftover_globals(std::uint16_t trace_driver)
{
    Library &owner = library();
    scheduler::InternalGuard guard(owner.lock);
    for (Globals *globals = owner.unbound; globals; globals = globals->next)
        if (globals->trace_driver == trace_driver) return globals;
    return nullptr;
}

extern "C" {

NTSTATUS NTAPI WdfVersionBind(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath,
                              PWDF_BIND_INFO BindInfo, PWDF_COMPONENT_GLOBALS *ComponentGlobals)
{
    return bind_client(DriverObject, RegistryPath, BindInfo, ComponentGlobals);
}

NTSTATUS NTAPI WdfVersionUnbind(PUNICODE_STRING, PWDF_BIND_INFO BindInfo,
                                PWDF_COMPONENT_GLOBALS ComponentGlobals)
{
    if (!BindInfo || !ComponentGlobals) return STATUS_INVALID_PARAMETER;
    return unbind_client(BindInfo, globals_of(ComponentGlobals));
}

}  // extern "C"

void *find_loader_export(std::string_view name)
{
    if (name == "WdfVersionBind") return reinterpret_cast<void *>(&WdfVersionBind);
    if (name == "WdfVersionUnbind") return reinterpret_cast<void *>(&WdfVersionUnbind);
    return nullptr;
}

}  // namespace openkmdf::framework
