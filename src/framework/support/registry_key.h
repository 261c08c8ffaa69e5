#pragma once

#include "base/function_ref.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFKEY: an open registry key.

namespace openkmdf::framework {

struct RegistryKey : Object {
    static const TypeInfo kInfo;

    HANDLE handle = nullptr;  // of the kernel; closed when the object is destroyed
};

// A key object over the handle that `open` gets. The driver is its parent unless the attributes say
// otherwise.
NTSTATUS make_registry_key(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes,
                           base::FunctionRef<NTSTATUS(HANDLE *)> open, WDFKEY *key);

}  // namespace openkmdf::framework
