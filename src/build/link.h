#pragma once

#include "build/project.h"
#include "build/toolchain.h"

namespace openkmdf::build {

struct Linked {
    fs::path module;
    bool kmdf = false;
    int kmdf_version_minor = 0;
    std::vector<std::string> notes;
    bool linked = false;  // false: it was up to date
};

Outcome<Linked> link_module(const BuildRequest &request, const Project &project,
                            const Toolchain &tools, const fs::path &intermediate,
                            const std::vector<fs::path> &objects);

}  // namespace openkmdf::build
