#pragma once

#include "build/request.h"
#include "cli/command.h"

#include <filesystem>
#include <optional>
#include <string_view>

// A driver built with AddressSanitizer or ThreadSanitizer runs only in a host that was built with
// it too: other flavours of this same program.

namespace openkmdf::cli {

enum class Flavor { Plain, Address, Thread };

Flavor own_flavor();
const char *flavor_name(Flavor flavor);  // "none", "address", "thread"
Flavor flavor_for(const build::Sanitizers &sanitizers);

// This program's file, and that of another flavour: beside it, or in the build tree it lies in.
std::filesystem::path own_program();
std::optional<std::filesystem::path> find_flavor(Flavor flavor);

// Returns only when this process may go on by itself, or with how the command ends.
std::optional<Exit> become_flavor(Flavor wanted, std::string_view command);

// What makes the sanitizer's reports end the process as our exit codes say.
void set_sanitizer_environment();

}  // namespace openkmdf::cli
