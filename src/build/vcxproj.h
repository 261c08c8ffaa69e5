#pragma once

#include "build/project.h"

#include <optional>
#include <string>

namespace openkmdf::build {

// A Visual Studio driver project, in the x64 flavour of this configuration.
Outcome<Project> read_vcxproj(const fs::path &file, const std::string &configuration);

// By the file's suffix; nothing if it is no C or C++ source file.
std::optional<Language> language_of(const fs::path &source);

}  // namespace openkmdf::build
