#include "build/project.h"

#include "build/files.h"
#include "build/vcxproj.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace openkmdf::build {
namespace {

// The only project file of a folder.
Outcome<fs::path> project_in(const fs::path &folder)
{
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        if (lower_case(entry.path().extension().string()) == ".vcxproj") {
            found.push_back(entry.path());
        }
    }
    if (found.size() == 1) {
        return found.front();
    }
    return fail(ErrorKind::Input,
                fmt::format("The folder {} holds {} project files.", folder.string(),
                            found.empty() ? std::string("no") : std::to_string(found.size())),
                "Name the driver's .vcxproj or its source files.");
}

Outcome<Project> project_of_sources(const BuildRequest &request)
{
    Project project;
    for (const auto &input : request.inputs) {
        auto source = fs::absolute(input).lexically_normal();
        auto language = language_of(source);
        if (!language) {
            return fail(ErrorKind::Input,
                        fmt::format("{} is not a C or C++ source file.", input.string()),
                        "A driver is built from .c and .cpp files, or from a .vcxproj.");
        }
        if (std::ranges::find(project.units, source, &Unit::source) != project.units.end()) {
            return fail(ErrorKind::Input, fmt::format("{} is named twice.", input.string()),
                        "Name each source file once.");
        }
        Unit unit;
        unit.source = source;
        unit.language = *language;
        project.units.push_back(std::move(unit));
    }
    project.name = project.units.front().source.stem().string();
    if (!request.output.empty()) {
        project.name = request.output.stem().string();
    }
    return project;
}

std::string configuration_of(const BuildRequest &request)
{
    if (!request.configuration.empty()) {
        return request.configuration;
    }
    return request.debug ? "Debug" : "Release";
}

bool is_macro(std::string_view define)
{
    auto name = define.substr(0, define.find_first_of("=("));
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
           std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

// What of the request would be lost without a word, or end in something strange.
Outcome<void> check_request(const BuildRequest &request)
{
    std::error_code error;
    for (const auto &folder : request.include_directories) {
        if (!fs::is_directory(folder, error)) {
            return fail(ErrorKind::Input, fmt::format("There is no folder '{}'.", folder.string()),
                        "--include takes folders that exist.");
        }
    }
    for (const auto &define : request.defines) {
        if (!is_macro(define)) {
            return fail(ErrorKind::Input, fmt::format("'{}' is no macro.", define),
                        "--define takes NAME or NAME=VALUE.");
        }
    }
    if (request.name.find_first_of("/\\") != std::string::npos) {
        return fail(ErrorKind::Input, fmt::format("'{}' cannot be a driver's name.", request.name),
                    "It may have no slashes; name the folder with --output.");
    }
    if (!request.output.empty() &&
        (fs::is_directory(request.output, error) || !request.output.has_filename())) {
        return fail(ErrorKind::Input, fmt::format("{} is a folder.", request.output.string()),
                    "--output names the module itself, as in out/driver.so.");
    }
    return {};
}

void add_request(Project &project, const BuildRequest &request)
{
    if (!request.name.empty()) {
        project.name = request.name;
    }
    for (auto &unit : project.units) {
        for (const auto &folder : request.include_directories) {
            unit.include_directories.push_back(fs::absolute(folder).lexically_normal());
        }
        unit.defines.insert(unit.defines.end(), request.defines.begin(), request.defines.end());
    }
}

}  // namespace

Outcome<Project> read_project(const BuildRequest &request)
{
    if (request.inputs.empty()) {
        return fail(ErrorKind::Input, "Nothing to build.",
                    "Name a .vcxproj or C and C++ source files.");
    }
    std::error_code error;
    for (const auto &input : request.inputs) {
        if (!fs::exists(input, error)) {
            return fail(ErrorKind::Input, fmt::format("There is no file '{}'.", input.string()),
                        "Name a .vcxproj, its folder, or C and C++ source files.");
        }
    }
    if (auto checked = check_request(request); !checked) {
        return std::unexpected(checked.error());
    }
    auto first = request.inputs.front();
    if (fs::is_directory(first, error)) {
        auto found = project_in(first);
        if (!found) {
            return std::unexpected(found.error());
        }
        first = *found;
    }
    auto suffix = lower_case(first.extension().string());
    if (suffix == ".sln" || suffix == ".slnx") {
        return fail(ErrorKind::Input,
                    fmt::format("{} is a solution of several projects.", first.string()),
                    "Name the driver's .vcxproj.");
    }
    bool is_project = suffix == ".vcxproj";
    if (is_project && request.inputs.size() > 1) {
        return fail(ErrorKind::Input, "A project file was given together with other files.",
                    "Give the project alone, or the source files alone.");
    }
    auto project =
        is_project ? read_vcxproj(first, configuration_of(request)) : project_of_sources(request);
    if (project) {
        add_request(*project, request);
    }
    return project;
}

}  // namespace openkmdf::build
