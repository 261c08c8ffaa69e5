#pragma once

#include "executive/pnp/dev_node.h"

#include <ntddk.h>

// Where devices are in the registry. Keys are made when somebody first opens them.

namespace openkmdf::executive::pnp {

// "{4d36e97d-...}"
bool append_guid(Text &text, const GUID &guid);
// "{class}\0003", the device's key below Control\Class
bool append_driver_key(Text &text, DevNode &node);

// Opens a key by its full path and makes what is missing of it below `\Registry\Machine\System`.
NTSTATUS open_key(const Text &path, ACCESS_MASK access, HANDLE *key, ULONG *disposition = nullptr);

}  // namespace openkmdf::executive::pnp
