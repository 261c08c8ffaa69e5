#pragma once

#include "module/module_descriptor.h"

#include <filesystem>

namespace openkmdf::loader {

// A module's coverage counters as a raw profile that llvm-profdata of LLVM 19 reads. False if the
// file cannot be written.
bool write_profile(const DrvModule &module, const std::filesystem::path &file);

}  // namespace openkmdf::loader
