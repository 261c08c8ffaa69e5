#pragma once

#include <filesystem>
#include <vector>

namespace openkmdf::build {

// The Visual Studio solutions in the folder of `project` and above it, the nearest first.
std::vector<std::filesystem::path> solutions_of(const std::filesystem::path &project);

// The C and C++ project files that those solutions name, in their order.
std::vector<std::filesystem::path> projects_of_solutions(const std::filesystem::path &project);

}  // namespace openkmdf::build
