#pragma once

#include <string_view>

namespace openkmdf::framework {

// WdfVersionBind and what else a module's entry stub imports from WDFLDR.SYS; nullptr: not one of
// them.
void *find_loader_export(std::string_view name);

}  // namespace openkmdf::framework
