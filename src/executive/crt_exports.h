#pragma once

#include <string_view>

namespace openkmdf::executive {

// The C run-time function that drivers import under a name, or nullptr.
const void *find_crt_export(std::string_view name);

}  // namespace openkmdf::executive
