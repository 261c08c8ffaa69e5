#pragma once

#include "scheduler/internal_lock.h"

#include <ntddk.h>
#include <wdf.h>
#include <wdfldr.h>

#include <cstddef>
#include <cstdint>

// What the framework knows of one bound driver module. The driver holds the address of `client`.

namespace openkmdf::framework {

struct Driver;
struct Library;

struct Globals {
    WDF_DRIVER_GLOBALS client = {};  // first: what WdfDriverGlobals of the module points at
    Library *library = nullptr;
    Driver *driver = nullptr;  // after WdfDriverCreate
    PDRIVER_OBJECT driver_object = nullptr;
    UNICODE_STRING registry_path = {};
    WDF_VERSION version = {};  // what the module asked for
    std::uint32_t function_count = 0;
    bool checked = false;  // checked table entries
    // WdfVerifierDbgBreakPoint breaks: as the service's registry values say, else where Driver
    // Verifier is on.
    bool breaks_on_error = false;
    std::uint16_t trace_driver = 0;  // executive::LoadedModule::ordinal
    Globals *next = nullptr;         // Library::globals
    std::uint32_t live_objects = 0;  // atomic; for the leak report at unbind
    char name[32] = {};
};

inline Globals &globals_of(PWDF_DRIVER_GLOBALS client)
{
    return *reinterpret_cast<Globals *>(client);
}

}  // namespace openkmdf::framework
