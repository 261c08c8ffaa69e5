#pragma once

#include "build/project.h"
#include "build/toolchain.h"

#include <string>
#include <vector>

namespace openkmdf::build {

struct Compiled {
    std::vector<fs::path> objects;       // in the order of the units
    std::vector<fs::path> dependencies;  // sources and headers
    std::string output;
    std::size_t compiled = 0;
};

// Compiles what is not up to date: an object is when it is newer than all it was made of and was
// made by the same command.
Outcome<Compiled> compile_units(const BuildRequest &request, const Project &project,
                                const Toolchain &tools, const fs::path &intermediate);

// The files that a make rule names behind its colon.
std::vector<fs::path> parse_depfile(std::string_view text);

}  // namespace openkmdf::build
