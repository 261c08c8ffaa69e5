#pragma once

#include <string>
#include <vector>

namespace openkmdf::cli {

struct NewFile {
    std::string name;
    std::string text;
};

// The files of a fresh driver project.
std::vector<NewFile> new_project(const std::string &name);

}  // namespace openkmdf::cli
