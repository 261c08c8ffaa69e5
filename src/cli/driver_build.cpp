#include "cli/driver_build.h"

#include "build/files.h"
#include "build/project.h"
#include "build/vcxproj.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

// One folder for each set of inputs and settings: two runs of different drivers share nothing.
std::string folder_name(const build::BuildRequest &request, const std::string &driver)
{
    std::string key = fmt::format(
        "{} {} {} {} {} {} {} {}", request.sanitizers.address, request.sanitizers.undefined,
        request.sanitizers.thread, request.coverage, request.debug,
        static_cast<int>(request.optimization), request.kmdf_version_minor, request.wdm);
    std::error_code error;
    for (const auto &list : {request.inputs, request.include_directories})
        for (const auto &path : list)
            key += "\n" + fs::absolute(path, error).lexically_normal().string();
    for (const auto &list : {request.defines, request.c_flags, request.cxx_flags})
        for (const auto &text : list) key += "\n" + text;
    return fmt::format("{}-{:016x}", driver, build::stable_hash(key));
}

fs::path user_cache()
{
    if (const char *folder = std::getenv("XDG_CACHE_HOME"); folder && *folder) return folder;
    if (const char *home = std::getenv("HOME"); home && *home) return fs::path(home) / ".cache";
    return {};
}

bool make_folder(const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    return !error && access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

Exit build_failed(std::string_view command, const build::BuildError &error)
{
    const Exit code = error.kind == build::ErrorKind::Tool ? Exit::OurFault : Exit::BadInput;
    return complain(code, command, error.sentence, error.hint, error.compiler_output);
}

bool needs_build(const std::vector<fs::path> &inputs)
{
    if (inputs.size() != 1) return true;
    const fs::path &input = inputs.front();
    std::error_code error;
    return fs::is_directory(input, error) || build::language_of(input) ||
           build::equal_ignoring_case(input.extension().string(), ".vcxproj");
}

std::expected<fs::path, Exit> DriverBuild::module_of(build::BuildRequest request,
                                                     std::string_view command)
{
    if (request.output.empty() || request.intermediate.empty()) {
        auto project = build::read_project(request);
        if (!project) return std::unexpected(build_failed(command, project.error()));
        fs::path folder;
        if (const fs::path cache = user_cache(); !cache.empty())
            folder = cache / "openkmdf" / "run" / folder_name(request, project->name);
        if (folder.empty() || !make_folder(folder)) {
            temporary_.emplace();
            folder = temporary_->path();
            // The compiler's cache is in that same place.
            setenv("CCACHE_DISABLE", "1", 0);
        }
        if (folder.empty())
            return std::unexpected(complain(Exit::BadInput, command,
                                            "There is no folder to build the driver in.",
                                            "Name one with --output and --intermediate."));
        if (request.output.empty()) request.output = folder / (project->name + ".so");
        if (request.intermediate.empty()) request.intermediate = folder;
    }
    auto result = build::build_driver(request);
    if (!result) return std::unexpected(build_failed(command, result.error()));
    std::fputs(result->compiler_output.c_str(), stderr);
    return result->module;
}

}  // namespace openkmdf::cli
