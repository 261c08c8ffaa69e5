#pragma once

#include "executive/kernel.h"

#include <string_view>

namespace openkmdf::executive {

// The machine's variable behind a data export; nullptr: there is none.
void *find_data_export(Kernel &kernel, std::string_view name);

}  // namespace openkmdf::executive
