#pragma once

#include "build/request.h"

#include <set>
#include <string>

// The programs and files that a build needs beside the driver's own sources.

namespace openkmdf::build {

struct Toolchain {
    fs::path clang;
    fs::path linker;
    fs::path undname;         // may be empty
    fs::path ccache;          // may be empty
    std::string identity;     // changes when the compiler does
    fs::path wdk;             // the driver headers
    fs::path module_objects;  // what every module may need, compiled
    fs::path known_exports;   // may be empty: then every undefined symbol is an import
};

Outcome<Toolchain> find_toolchain();

// The names in an exports.table: the first argument of each row.
std::set<std::string, std::less<>> read_known_exports(const fs::path &file);

}  // namespace openkmdf::build
