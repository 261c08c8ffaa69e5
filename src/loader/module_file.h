#pragma once

#include "loader/elf_module.h"

#include <optional>
#include <span>

// What can be known of a module before it is mapped. Nothing of a file runs, not even what the
// dynamic linker would run, before the file is known to be a driver module.

namespace openkmdf::loader {

struct ModuleFile {
    std::uint64_t features = 0;
    std::uint64_t image_begin = 0;  // as linked
    std::uint64_t image_end = 0;
    std::string build_id;
};

std::expected<ModuleFile, LoadError> inspect_module(const std::filesystem::path &path);

// A copy of the file in a folder of its own, with the file's name; nothing on failure. The folder
// goes at the latest when the process does.
struct PrivateCopy {
    std::filesystem::path folder;
    std::filesystem::path file;
};
std::optional<PrivateCopy> make_private_copy(const std::filesystem::path &path);
void remove_private_copy(const std::filesystem::path &folder);

}  // namespace openkmdf::loader
