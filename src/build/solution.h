#pragma once

#include <filesystem>
#include <vector>

namespace openkmdf::build {

// The C and C++ project files that the Visual Studio solutions name which stand in the folder of
// `project` or above it; those of the nearest solution first.
std::vector<std::filesystem::path> projects_of_solutions(const std::filesystem::path &project);

}  // namespace openkmdf::build
