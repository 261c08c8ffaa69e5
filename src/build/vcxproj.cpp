#include "build/vcxproj.h"

#include "build/files.h"
#include "build/msbuild.h"
#include "build/solution.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>

namespace openkmdf::build {
namespace {

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> names)
{
    return std::ranges::any_of(names, [&](auto name) { return equal_ignoring_case(value, name); });
}

std::string metadata_of(const MsbuildItem &item, std::string_view name)
{
    auto found = item.metadata.find(name);
    return found == item.metadata.end() ? std::string() : found->second;
}

class Reader {
public:
    // The driver's project; those of its libraries go into `libraries`.
    Reader(const fs::path &file, const std::string &configuration, std::set<fs::path> &libraries)
        : file_(fs::absolute(file).lexically_normal()), configuration_(configuration),
          libraries_(libraries), project_(file_, configuration, "x64")
    {
    }

    Outcome<Project> read()
    {
        if (auto evaluated = project_.evaluate(); !evaluated) {
            return std::unexpected(evaluated.error());
        }
        if (auto checked = check_driver(); !checked) {
            return std::unexpected(checked.error());
        }
        result_.name = project_.property("TargetName");
        result_.files = project_.files();
        read_version();
        for (const auto &item : project_.items()) {
            if (equal_ignoring_case(item.type, "ProjectReference")) {
                add_reference(item);
            } else if (equal_ignoring_case(item.type, "ClCompile")) {
                if (auto added = add_unit(item); !added) {
                    return std::unexpected(added.error());
                }
            } else {
                note_item(item);
            }
        }
        add_named_libraries();
        if (result_.units.empty()) {
            return fail(ErrorKind::Input, fmt::format("{} names no source files.", file_.string()));
        }
        note_imports();
        return std::move(result_);
    }

private:
    Outcome<void> check_driver()
    {
        auto type = project_.property("DriverType");
        auto output = project_.property("ConfigurationType");
        auto toolset = project_.property("PlatformToolset");
        bool kernel = is_one_of(type, {"KMDF", "WDM"}) || equal_ignoring_case(output, "Driver") ||
                      lower_case(toolset).starts_with("windowskernelmodedriver");
        auto name = file_.filename().string();
        if (is_one_of(type, {"UMDF"}) || lower_case(toolset).starts_with("windowsusermodedriver")) {
            return fail(ErrorKind::Input, fmt::format("{} builds a user-mode (UMDF) driver.", name),
                        "OpenKMDF runs kernel-mode drivers: KMDF and WDM.");
        }
        if (!kernel) {
            return fail(
                ErrorKind::Input,
                fmt::format("{} is not a driver project: it builds {}.", name,
                            output.empty() ? "nothing for x64" : "ConfigurationType " + output),
                "Name the project whose DriverType is KMDF or WDM.");
        }
        bool library = equal_ignoring_case(output, "StaticLibrary");
        if (is_library_ && !library) {
            return fail(ErrorKind::Input, fmt::format("{} builds no library.", name));
        }
        if (!is_library_ && library) {
            return fail(ErrorKind::Input, fmt::format("{} builds a library, not a driver.", name),
                        "Name the project of the driver that uses it.");
        }
        result_.kmdf = !equal_ignoring_case(type, "WDM");
        return {};
    }

    static int number(const std::string &text, int otherwise)
    {
        int value = otherwise;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }

    void read_version()
    {
        result_.kmdf_version_minor = number(project_.property("KMDF_VERSION_MINOR"), -1);
        result_.kmdf_minimum_version =
            number(project_.property("KMDF_MINIMUM_VERSION_REQUIRED"), 0);
    }

    Outcome<void> add_unit(const MsbuildItem &item)
    {
        if (equal_ignoring_case(metadata_of(item, "ExcludedFromBuild"), "true")) {
            return {};
        }
        std::error_code error;
        if (!fs::is_regular_file(item.path, error)) {
            return fail(ErrorKind::Input, fmt::format("{} names {}, which does not exist.",
                                                      file_.filename().string(), item.identity));
        }
        Unit unit;
        unit.source = item.path;
        auto compile_as = metadata_of(item, "CompileAs");
        auto language = language_of(item.path);
        if (is_one_of(compile_as, {"CompileAsC"})) {
            language = Language::C;
        } else if (is_one_of(compile_as, {"CompileAsCpp"})) {
            language = Language::Cxx;
        }
        if (!language) {
            return fail(ErrorKind::Input,
                        fmt::format("{} is not a C or C++ source file.", item.identity));
        }
        unit.language = *language;
        unit.defines = MsbuildProject::split(metadata_of(item, "PreprocessorDefinitions"));
        unit.undefines =
            MsbuildProject::split(metadata_of(item, "UndefinePreprocessorDefinitions"));
        for (const auto &folder :
             MsbuildProject::split(metadata_of(item, "AdditionalIncludeDirectories"))) {
            add_folder(unit, folder);
        }
        for (const auto &forced : MsbuildProject::split(metadata_of(item, "ForcedIncludeFiles"))) {
            unit.forced_includes.push_back(with_slashes(forced));
        }
        read_standard(unit, item);
        read_options(unit, metadata_of(item, "AdditionalOptions"));
        // The project's "VC++ directories", searched after those of its compiler settings.
        for (const auto &folder : MsbuildProject::split(project_.property("IncludePath"))) {
            add_folder(unit, folder);
        }
        if (equal_ignoring_case(metadata_of(item, "WppEnabled"), "true")) {
            note(
                "WPP trace messages are compiled and not shown: no trace session is enabled here.");
        }
        read_trace_functions(item);
        result_.units.push_back(std::move(unit));
        return {};
    }

    void read_trace_functions(const MsbuildItem &item)
    {
        auto add = [&](std::string_view declaration) {
            std::string text(declaration);
            if (!text.empty() &&
                std::ranges::find(result_.trace_functions, text) == result_.trace_functions.end()) {
                result_.trace_functions.push_back(std::move(text));
            }
        };
        for (const auto &declaration :
             MsbuildProject::split(metadata_of(item, "WppTraceFunction"))) {
            add(declaration);
        }
        constexpr std::string_view kOption = "-func:";
        auto options = metadata_of(item, "WppAdditionalOptions");
        for (auto at = options.find(kOption); at != options.npos;
             at = options.find(kOption, at + 1)) {
            auto rest = std::string_view(options).substr(at + kOption.size());
            auto end = rest.find(')');
            add(rest.substr(0, end == rest.npos ? rest.size() : end + 1));
        }
    }

    void add_folder(Unit &unit, const std::string &written)
    {
        auto path = fs::path(with_slashes(written));
        auto found = find_ignoring_case(path.is_absolute() ? path : file_.parent_path() / path);
        std::error_code error;
        if (!found || !fs::is_directory(*found, error)) {
            skipped_folders_.push_back(written);
            return;
        }
        auto folder = found->has_filename() ? *found : found->parent_path();
        if (std::ranges::find(unit.include_directories, folder) == unit.include_directories.end()) {
            unit.include_directories.push_back(folder);
        }
    }

    static void read_standard(Unit &unit, const MsbuildItem &item)
    {
        auto cxx = lower_case(metadata_of(item, "LanguageStandard"));
        auto c = lower_case(metadata_of(item, "LanguageStandard_C"));
        if (cxx == "stdcpp20" || cxx == "stdcpplatest") {
            unit.cxx_standard = cxx == "stdcpp20" ? "c++20" : "c++23";
        }
        if (c == "stdc11") {
            unit.c_standard = "c11";
        }
    }

    // The options that change what the sources mean.
    void read_options(Unit &unit, std::string_view options)
    {
        std::vector<std::string> words;
        for (auto &word : MsbuildProject::split(blanks_to_semicolons(options))) {
            words.push_back(std::move(word));
        }
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (words[i].size() < 2 || (words[i][0] != '/' && words[i][0] != '-')) {
                continue;
            }
            auto option = std::string_view(words[i]).substr(1);
            for (std::string_view letter : {"FI", "D", "U", "I"}) {
                if (!option.starts_with(letter)) {
                    continue;
                }
                auto value = std::string(option.substr(letter.size()));
                if (value.empty() && i + 1 < words.size()) {
                    value = words[++i];
                }
                std::erase(value, '"');
                if (letter == "D") {
                    unit.defines.push_back(value);
                } else if (letter == "U") {
                    unit.undefines.push_back(value);
                } else if (letter == "I") {
                    add_folder(unit, value);
                } else {
                    unit.forced_includes.push_back(with_slashes(value));
                }
                break;
            }
        }
    }

    static std::string blanks_to_semicolons(std::string_view text)
    {
        std::string result(text);
        std::ranges::replace(result, ' ', ';');
        return result;
    }

    void add_reference(const MsbuildItem &item)
    {
        std::error_code error;
        if (!fs::is_regular_file(item.path, error) || !add_library(item.path, item.identity)) {
            note(fmt::format("The reference to {} is skipped.", item.identity));
        }
    }

    // Projects name libraries as files, too, which another project of the solution has made before:
    // those whose project stands in a solution near by. The others are the WDK's.
    void add_named_libraries()
    {
        auto names = MsbuildProject::split(project_.setting("Link", "AdditionalDependencies"));
        for (auto &name :
             MsbuildProject::split(project_.setting("Lib", "AdditionalDependencies"))) {
            names.push_back(std::move(name));
        }
        if (names.empty()) {
            return;
        }
        const auto projects = projects_of_solutions(file_);
        for (const auto &name : names) {
            auto file = fs::path(with_slashes(name));
            if (!equal_ignoring_case(file.extension().string(), ".lib")) {
                continue;
            }
            for (const auto &project : projects) {
                if (makes(project, file.stem().string()) && add_library(project, name)) {
                    break;
                }
            }
        }
    }

    bool makes(const fs::path &project, const std::string &library) const
    {
        if (project == file_) {
            return false;
        }
        if (equal_ignoring_case(project.stem().string(), library)) {
            return true;
        }
        // A name of its own stands in the file; most need not be evaluated.
        auto text = read_file(project);
        if (!text || lower_case(*text).find(lower_case(library)) == std::string::npos) {
            return false;
        }
        MsbuildProject other(project, configuration_, "x64");
        return other.evaluate() && equal_ignoring_case(other.property("TargetName"), library);
    }

    // A static library of the driver's own: its sources become the driver's. False: it is none.
    bool add_library(const fs::path &file, const std::string &name)
    {
        // References may form a loop, and a library may be named by several others.
        if (file == file_) {
            return false;
        }
        if (!libraries_.insert(file).second) {
            return true;
        }
        Reader reader(file, configuration_, libraries_);
        reader.is_library_ = true;
        auto library = reader.read();
        if (!library) {
            libraries_.erase(file);
            return false;
        }
        note(fmt::format("The sources of {} are built with the driver.", name));
        for (auto &unit : library->units) {
            if (std::ranges::find(result_.units, unit.source, &Unit::source) ==
                result_.units.end()) {
                result_.units.push_back(std::move(unit));
            }
        }
        std::ranges::move(library->files, std::back_inserter(result_.files));
        std::ranges::move(library->skipped_steps, std::back_inserter(result_.skipped_steps));
        std::ranges::for_each(library->notes, [&](auto &text) { note(std::move(text)); });
        for (auto &function : library->trace_functions) {
            result_.trace_functions.push_back(std::move(function));
        }
        return true;
    }

    void note_item(const MsbuildItem &item)
    {
        if (is_one_of(item.type, {"MASM", "MessageCompile", "Mofcomp", "Midl", "CustomBuild"})) {
            note(fmt::format("{} is skipped: {} does not run here.", item.identity, item.type));
            result_.skipped_steps.push_back(fmt::format("{} of {}", item.type, item.identity));
        }
    }

    void note_imports()
    {
        std::vector<std::string> own;
        for (const auto &written : project_.missing_imports()) {
            bool tools = written.find("$(VCTargetsPath)") != std::string::npos ||
                         written.find("$(UserRootDir)") != std::string::npos ||
                         written.find("$(WDK") != std::string::npos ||
                         written.find("packages") != std::string::npos;
            if (!tools) {
                own.push_back(written);
            }
        }
        if (own.size() < project_.missing_imports().size()) {
            note("Imports of Visual Studio and the WDK are skipped.");
        }
        for (const auto &written : own) {
            note(fmt::format("The import of {} is skipped: there is no such file.", written));
        }
        std::ranges::sort(skipped_folders_);
        auto repeated = std::ranges::unique(skipped_folders_);
        skipped_folders_.erase(repeated.begin(), repeated.end());
        if (!skipped_folders_.empty()) {
            note(fmt::format("Include folders that do not exist here are skipped: {}.",
                             fmt::join(skipped_folders_, ", ")));
        }
    }

    void note(std::string text)
    {
        if (std::ranges::find(result_.notes, text) == result_.notes.end()) {
            result_.notes.push_back(std::move(text));
        }
    }

    fs::path file_;
    std::string configuration_;
    bool is_library_ = false;
    std::set<fs::path> &libraries_;
    MsbuildProject project_;
    Project result_;
    std::vector<std::string> skipped_folders_;
};

}  // namespace

Outcome<Project> read_vcxproj(const fs::path &file, const std::string &configuration)
{
    std::set<fs::path> libraries;
    return Reader(file, configuration, libraries).read();
}

std::optional<Language> language_of(const fs::path &source)
{
    auto suffix = lower_case(source.extension().string());
    if (suffix == ".c") {
        return Language::C;
    }
    if (is_one_of(suffix, {".cpp", ".cxx", ".cc"})) {
        return Language::Cxx;
    }
    return std::nullopt;
}

}  // namespace openkmdf::build
