#include "framework/api/functions.h"
#include "framework/driver/driver.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/text_objects.h"
#include "framework/support/violation.h"

namespace openkmdf::framework::api {

NTSTATUS NTAPI WdfDriverCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PDRIVER_OBJECT DriverObject,
                               PCUNICODE_STRING RegistryPath,
                               PWDF_OBJECT_ATTRIBUTES DriverAttributes,
                               PWDF_DRIVER_CONFIG DriverConfig, WDFDRIVER *Driver)
{
    Globals &globals = globals_of(DriverGlobals);
    // Documented as a bugcheck with or without the verifier.
    if (!DriverObject || !RegistryPath || !DriverConfig)
        violation(&globals, WDF_REQUIRED_PARAMETER_IS_NULL, 0,
                  reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)),
                  "WdfDriverCreate was called without a %s.",
                  !DriverObject   ? "driver object"
                  : !RegistryPath ? "registry path"
                                  : "WDF_DRIVER_CONFIG");
    if (Driver) *Driver = nullptr;
    framework::Driver *created = nullptr;
    NTSTATUS status = create_driver(globals, DriverObject, *RegistryPath, DriverAttributes,
                                    *DriverConfig, &created);
    if (NT_SUCCESS(status) && Driver) *Driver = static_cast<WDFDRIVER>(handle_of(created));
    return status;
}

PDRIVER_OBJECT NTAPI WdfDriverWdmGetDriverObject(PWDF_DRIVER_GLOBALS, WDFDRIVER Driver)
{
    return object_cast<framework::Driver>(Driver)->wdm;
}

WDFDRIVER NTAPI WdfWdmDriverGetWdfDriverHandle(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               PDRIVER_OBJECT DriverObject)
{
    Globals &globals = globals_of(DriverGlobals);
    return globals.driver_object == DriverObject ? static_cast<WDFDRIVER>(handle_of(globals.driver))
                                                 : nullptr;
}

PWSTR NTAPI WdfDriverGetRegistryPath(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDRIVER)
{
    return globals_of(DriverGlobals).registry_path.Buffer;
}

NTSTATUS NTAPI WdfDriverRetrieveVersionString(PWDF_DRIVER_GLOBALS, WDFDRIVER, WDFSTRING String)
{
    static constexpr WCHAR kVersion[] = u"Kernel Mode Driver Framework version 1.33";
    UNICODE_STRING text = {};
    text.Buffer = const_cast<WCHAR *>(kVersion);
    text.Length = sizeof kVersion - sizeof(WCHAR);
    return object_cast<framework::String>(String)->assign(text);
}

BOOLEAN NTAPI
WdfDriverIsVersionAvailable(PWDF_DRIVER_GLOBALS, WDFDRIVER,
                            PWDF_DRIVER_VERSION_AVAILABLE_PARAMS VersionAvailableParams)
{
    if (VersionAvailableParams->Size != sizeof(WDF_DRIVER_VERSION_AVAILABLE_PARAMS)) return FALSE;
    return VersionAvailableParams->MajorVersion == 1 && VersionAvailableParams->MinorVersion <= 33;
}

}  // namespace openkmdf::framework::api
