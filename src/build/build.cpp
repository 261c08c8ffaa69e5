#include "build/request.h"

#include "build/compile.h"
#include "build/files.h"
#include "build/link.h"
#include "build/module_source.h"
#include "build/project.h"
#include "build/toolchain.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace openkmdf::build {
namespace {

constexpr int kNewestKmdfMinor = 33;

// Held while a build writes into its folder: two of the same driver take turns.
class FolderLock {
public:
    explicit FolderLock(const fs::path &folder)
        : file_(open((folder / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666))
    {
        if (file_ >= 0) {
            flock(file_, LOCK_EX);
        }
    }
    ~FolderLock()
    {
        if (file_ >= 0) {
            close(file_);
        }
    }
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

private:
    int file_;
};

fs::path user_cache()
{
    if (const char *folder = std::getenv("XDG_CACHE_HOME"); folder && *folder) {
        return folder;
    }
    if (const char *home = std::getenv("HOME"); home && *home) {
        return fs::path(home) / ".cache";
    }
    return fs::temp_directory_path();
}

// A folder for each set of inputs and settings that give other objects.
fs::path default_intermediate(const BuildRequest &request, const Project &project)
{
    std::string key =
        fmt::format("{}{}{}{}{}{}{}", request.sanitizers.address, request.sanitizers.undefined,
                    request.sanitizers.thread, request.coverage, request.debug,
                    static_cast<int>(request.optimization), project.kmdf_version_minor);
    for (const auto &unit : project.units) {
        key += "\n" + unit.source.string();
    }
    return user_cache() / "openkmdf" / fmt::format("{}-{:016x}", project.name, stable_hash(key));
}

std::string depfile_name(const fs::path &file)
{
    std::string text;
    for (char c : file.string()) {
        text += c == ' ' || c == '#' ? std::string{'\\', c} : c == '$' ? "$$" : std::string{c};
    }
    return text;
}

bool write_depfile(const fs::path &file, const fs::path &target,
                   const std::vector<fs::path> &dependencies)
{
    std::string text = depfile_name(target) + ":";
    for (const auto &dependency : dependencies) {
        text += " \\\n  " + depfile_name(dependency);
    }
    return write_file(file, text + "\n");
}

Outcome<void> choose_version(const BuildRequest &request, Project &project)
{
    if (request.wdm) {
        project.kmdf = false;
    }
    if (request.kmdf_version_minor >= 0) {
        project.kmdf_version_minor = request.kmdf_version_minor;
    } else if (project.kmdf_version_minor < 0) {
        project.kmdf_version_minor = kNewestKmdfMinor;
    }
    if (project.kmdf && !kmdf_function_count(project.kmdf_version_minor)) {
        return fail(ErrorKind::Input,
                    fmt::format("There is no KMDF version 1.{}.", project.kmdf_version_minor),
                    "The versions are 1.0, 1.1, 1.5, 1.7, 1.9 and then every odd one to 1.33.");
    }
    return {};
}

Outcome<void> prepare_folders(const BuildRequest &request)
{
    for (const auto &folder : {request.intermediate, fs::absolute(request.output).parent_path()}) {
        std::error_code error;
        fs::create_directories(folder, error);
        if (error || access(folder.c_str(), W_OK) != 0) {
            return fail(ErrorKind::Input,
                        fmt::format("The folder {} cannot be written to.", folder.string()),
                        "Choose another one with --output and --intermediate.");
        }
    }
    return {};
}

}  // namespace

Outcome<BuildResult> build_driver(const BuildRequest &given)
{
    BuildRequest request = given;
    if (request.sanitizers.address && request.sanitizers.thread) {
        return fail(ErrorKind::Input, "AddressSanitizer and ThreadSanitizer cannot work together.",
                    "Ask for one of them.");
    }
    auto tools = find_toolchain();
    if (!tools) {
        return std::unexpected(tools.error());
    }
    auto project = read_project(request);
    if (!project) {
        return std::unexpected(project.error());
    }
    if (auto chosen = choose_version(request, *project); !chosen) {
        return std::unexpected(chosen.error());
    }
    if (request.output.empty()) {
        request.output = project->name + ".so";
    }
    request.output = fs::absolute(request.output).lexically_normal();
    if (request.intermediate.empty()) {
        request.intermediate = default_intermediate(request, *project);
    }
    request.intermediate = fs::absolute(request.intermediate).lexically_normal();
    if (auto prepared = prepare_folders(request); !prepared) {
        return std::unexpected(prepared.error());
    }
    FolderLock lock(request.intermediate);

    auto compiled = compile_units(request, *project, *tools, request.intermediate);
    if (!compiled) {
        return std::unexpected(compiled.error());
    }
    auto linked = link_module(request, *project, *tools, request.intermediate, compiled->objects);
    if (!linked) {
        return std::unexpected(linked.error());
    }
    BuildResult result{.module = linked->module,
                       .name = project->name,
                       .kmdf = linked->kmdf,
                       .kmdf_version_minor = linked->kmdf_version_minor,
                       .notes = project->notes,
                       .compiler_output = compiled->output,
                       .dependencies = compiled->dependencies,
                       .compiled = compiled->compiled,
                       .linked = linked->linked};
    std::ranges::move(linked->notes, std::back_inserter(result.notes));
    std::ranges::move(project->files, std::back_inserter(result.dependencies));
    if (!request.depfile.empty() &&
        !write_depfile(request.depfile, given.output, result.dependencies)) {
        return fail(ErrorKind::Input,
                    fmt::format("{} cannot be written.", request.depfile.string()));
    }
    return result;
}

}  // namespace openkmdf::build
