#pragma once

#include "build/request.h"
#include "cli/command.h"
#include "cli/temporary_folder.h"

#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>

// From what a user names to a module that can be loaded.

namespace openkmdf::cli {

// The compiler's words, then our sentence.
Exit build_failed(std::string_view command, const build::BuildError &error);

// Whether these inputs are sources that must be built first; else they are one finished module.
bool needs_build(const std::vector<std::filesystem::path> &inputs);

// Builds into a folder of the user's cache, or into a temporary one where there is no cache.
class DriverBuild {
public:
    // The path of the module, or how the command ends.
    std::expected<std::filesystem::path, Exit> module_of(build::BuildRequest request,
                                                         std::string_view command);

private:
    std::optional<TemporaryFolder> temporary_;
};

}  // namespace openkmdf::cli
