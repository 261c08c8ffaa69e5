#pragma once

#include "build/object_file.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

// The assembly source of a module's own part: its descriptor, a cell and a thunk for each import,
// and the variables that the KMDF binding needs.

namespace openkmdf::build {

using NameMap = std::map<std::string, std::string, std::less<>>;

struct ModuleSource {
    std::string name;
    bool kmdf = false;
    int kmdf_version_minor = 0;
    std::uint64_t features = 0;  // DRV_SANITIZER_*, DRV_COVERAGE
    NameMap functions;           // thunks: the symbol called, the import it leads to
    NameSet data;                // used as *__imp_X: a cell
    NameSet absent;              // weak references to what is not there
    NameSet sections;            // of all objects
    NameSet defined;             // by the driver or a support object
    std::string dynamic_names;   // what the driver's own constructors would make

    std::string text() const;
    NameSet imports() const;
};

// How many functions a KMDF version has; nothing for a version that was never released.
std::optional<unsigned> kmdf_function_count(int minor);

// Where a module wants to be mapped: the same place in every process, spread by name.
std::uint64_t image_base(std::string_view module_name);

}  // namespace openkmdf::build
