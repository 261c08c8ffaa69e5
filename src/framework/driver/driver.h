#pragma once

#include "framework/driver/globals.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFDRIVER: what DriverEntry makes with WdfDriverCreate.

namespace openkmdf::framework {

struct Driver : Object {
    static const TypeInfo kInfo;

    WDF_DRIVER_CONFIG config = {};
    PDRIVER_OBJECT wdm = nullptr;
    ULONG pool_tag = 0;

    bool is_pnp() const { return !(config.DriverInitFlags & WdfDriverInitNonPnpDriver); }
};

NTSTATUS create_driver(Globals &globals, PDRIVER_OBJECT driver_object,
                       const UNICODE_STRING &registry_path, const WDF_OBJECT_ATTRIBUTES *attributes,
                       const WDF_DRIVER_CONFIG &config, Driver **driver);

// DRIVER_OBJECT::DriverExtension->AddDevice of every PnP driver of ours.
NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver_object, PDEVICE_OBJECT physical);

// The driver behind a driver object; null: not bound to this framework.
Driver *driver_of(PDRIVER_OBJECT driver_object);

}  // namespace openkmdf::framework
