#pragma once

#include "build/toolchain.h"

#include <string>
#include <string_view>

// What the linker says, in the driver author's words.

namespace openkmdf::build {

// Why a driver cannot have this symbol, for those that drivers reach without writing their name;
// empty for all others.
std::string_view explanation_of(std::string_view symbol);

// A C++ symbol as it stands in the sources, if the tool that knows is installed.
std::string readable_name(const Toolchain &tools, std::string_view symbol);

BuildError describe_link_failure(const Toolchain &tools, std::string_view driver,
                                 const std::string &output);

}  // namespace openkmdf::build
