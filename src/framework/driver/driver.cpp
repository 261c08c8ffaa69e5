#include "framework/driver/driver.h"

#include "framework/device/device.h"
#include "framework/device/device_init.h"
#include "framework/device/dispatch.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"

#include <cstring>

namespace openkmdf::framework {

const TypeInfo Driver::kInfo = {
    ObjectType::Driver, "WDFDRIVER", sizeof(Driver), false, true, nullptr, nullptr};

namespace {

NTSTATUS check_config(const WDF_DRIVER_CONFIG &config)
{
    // Without DriverPoolTag in version 1.0 to 1.7.
    constexpr ULONG kOldSize = offsetof(WDF_DRIVER_CONFIG, DriverPoolTag);
    if (config.Size != sizeof(WDF_DRIVER_CONFIG) && config.Size != kOldSize)
        return STATUS_INFO_LENGTH_MISMATCH;
    if ((config.DriverInitFlags & WdfDriverInitNonPnpDriver) && config.EvtDriverDeviceAdd)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

// "The first four characters of the service name, or the four after a leading WDF."
ULONG default_pool_tag(const char *name)
{
    const bool prefixed = (name[0] | 32) == 'w' && (name[1] | 32) == 'd' && (name[2] | 32) == 'f';
    const char *from = prefixed ? name + 3 : name;
    if (std::strlen(from) < 4) return 'rDxF';
    ULONG tag;
    std::memcpy(&tag, from, sizeof tag);
    return tag;
}

void NTAPI unload_driver(PDRIVER_OBJECT driver_object)
{
    Driver *driver = driver_of(driver_object);
    if (driver && driver->config.EvtDriverUnload)
        invoke(CallbackId::EvtDriverUnload, *driver, driver->config.EvtDriverUnload,
               static_cast<WDFDRIVER>(handle_of(driver)));
}

void take_over(PDRIVER_OBJECT driver_object, const Driver &driver)
{
    if (!(driver.config.DriverInitFlags & WdfDriverInitNoDispatchOverride)) {
        set_dispatch_routines(driver_object);
        if (driver.is_pnp()) driver_object->DriverExtension->AddDevice = add_device;
    }
    // A non-PnP driver without EvtDriverUnload stays until the system shuts down.
    if (driver.is_pnp() || driver.config.EvtDriverUnload)
        driver_object->DriverUnload = unload_driver;
}

}  // namespace

Driver *driver_of(PDRIVER_OBJECT driver_object)
{
    Library &owner = library();
    scheduler::InternalGuard guard(owner.lock);
    for (Globals *globals = owner.globals; globals; globals = globals->next)
        if (globals->driver_object == driver_object) return globals->driver;
    return nullptr;
}

NTSTATUS create_driver(Globals &globals, PDRIVER_OBJECT driver_object, const UNICODE_STRING &,
                       const WDF_OBJECT_ATTRIBUTES *attributes, const WDF_DRIVER_CONFIG &config,
                       Driver **result)
{
    NTSTATUS status = check_config(config);
    if (!NT_SUCCESS(status)) return status;
    if (globals.driver) return STATUS_DRIVER_INTERNAL_ERROR;
    status = check_attributes(
        attributes, {.parent_allowed = false, .scope_allowed = true, .level_allowed = true});
    if (!NT_SUCCESS(status)) return status;
    Driver *driver = create_object<Driver>(globals, attributes, nullptr);
    if (!driver) return STATUS_INSUFFICIENT_RESOURCES;
    driver->wdm = driver_object;
    std::memcpy(&driver->config, &config, config.Size);
    driver->flags |= kObjectNoDelete;
    status = publish(*driver);
    if (!NT_SUCCESS(status)) {
        discard_object(*driver);
        return status;
    }
    driver->pool_tag = driver->config.DriverPoolTag ? driver->config.DriverPoolTag
                                                    : default_pool_tag(globals.name);
    globals.driver = driver;
    globals.client.Driver = static_cast<WDFDRIVER>(handle_of(driver));
    globals.client.DriverTag = driver->pool_tag;
    globals.client.DisplaceDriverUnload =
        !(config.DriverInitFlags & WdfDriverInitNoDispatchOverride);
    std::memcpy(globals.client.DriverName, globals.name, sizeof globals.client.DriverName);
    take_over(driver_object, *driver);
    *result = driver;
    return STATUS_SUCCESS;
}

Object *default_parent(Globals &globals)
{
    return globals.driver;
}

void finish_driver(Globals &globals)
{
    Driver *driver = globals.driver;
    if (!driver) return;
    globals.driver = nullptr;
    delete_object(*driver);
}

NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver_object, PDEVICE_OBJECT physical)
{
    Driver *driver = driver_of(driver_object);
    if (!driver || !driver->config.EvtDriverDeviceAdd) return STATUS_SUCCESS;
    WDFDEVICE_INIT init;
    init.driver = driver;
    init.kind = DeviceInitKind::Function;
    init.physical = physical;
    NTSTATUS status =
        invoke(CallbackId::EvtDriverDeviceAdd, *driver, driver->config.EvtDriverDeviceAdd,
               static_cast<WDFDRIVER>(handle_of(driver)), &init);
    Device *created = init.created;
    const bool is_filter = init.is_filter;
    release_device_init(init);
    if (NT_SUCCESS(status)) {
        if (created) device_added(*created);
        return status;
    }
    if (created) delete_device(*created);
    // The stack is built without a filter that refuses.
    return is_filter ? STATUS_SUCCESS : status;
}

}  // namespace openkmdf::framework
