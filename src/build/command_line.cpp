#include "build/command_line.h"

#include "build/module_source.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <fmt/format.h>

namespace openkmdf::build {

struct BuildCommandLine::Values {
    BuildRequest request;
    std::string kmdf_version;
    bool release = false;
    bool debug = false;
    bool optimize = false;
    bool verbose = false;
    bool quiet = false;
};

BuildCommandLine::BuildCommandLine(CLI::App &command, bool with_inputs)
    : values_(std::make_unique<Values>())
{
    auto &request = values_->request;
    if (with_inputs) {
        command.add_option("input", request.inputs, "C and C++ files, a .vcxproj, or its folder")
            ->required();
    }
    command.add_option("-o,--output", request.output, "The module to write (<name>.so)");
    command.add_option("--name", request.name, "The driver's name (the output's)");
    command.add_option("-I,--include", request.include_directories, "A folder of headers")
        ->allow_extra_args(false);
    command.add_option("-D,--define", request.defines, "A macro, NAME or NAME=VALUE")
        ->allow_extra_args(false);
    command.add_option("--kmdf-version", values_->kmdf_version,
                       "1.0 to 1.33 (the project's, or 1.33)");
    command.add_flag("--wdm", request.wdm, "A driver without KMDF");
    command.add_flag("--asan", request.sanitizers.address, "With AddressSanitizer");
    command.add_flag("--ubsan", request.sanitizers.undefined, "With UndefinedBehaviorSanitizer");
    command.add_flag("--tsan", request.sanitizers.thread, "With ThreadSanitizer");
    command.add_flag("--coverage", request.coverage, "With counters for llvm-cov");
    auto *debug = command.add_flag("--debug", values_->debug, "The Debug configuration (default)");
    command.add_flag("--release", values_->release, "The Release configuration, optimised")
        ->excludes(debug);
    command.add_option("--configuration", request.configuration,
                       "The project's configuration by name (Debug or Release)");
    command.add_flag("-O,--optimize", values_->optimize,
                     "Optimised also in the Debug configuration");
    command.add_flag("-W,--warnings", request.warnings, "Show the compiler's warnings");
    command.add_option("--c-flag", request.c_flags, "A flag for every compilation")
        ->allow_extra_args(false);
    command.add_option("--cxx-flag", request.cxx_flags, "A flag for C++ compilations")
        ->allow_extra_args(false);
    command.add_flag("--allow-unknown-imports", request.allow_unknown_imports,
                     "Leave names that no kernel exports to the loader");
    command.add_option("-j,--jobs", request.jobs, "Compilers at a time (one per processor)");
    command.add_option("--intermediate", request.intermediate, "The folder for objects");
    command.add_option("--depfile", request.depfile, "Write a make rule for the module here");
    command.add_flag("-v,--verbose", values_->verbose, "Show the commands");
    command.add_flag("-q,--quiet", values_->quiet, "Only say what went wrong");
}

BuildCommandLine::~BuildCommandLine() = default;

bool BuildCommandLine::verbose() const
{
    return values_->verbose;
}

bool BuildCommandLine::quiet() const
{
    return values_->quiet;
}

Outcome<BuildRequest> BuildCommandLine::request() const
{
    auto request = values_->request;
    request.debug = !values_->release;
    request.optimization =
        values_->release || values_->optimize ? Optimization::Speed : Optimization::None;
    if (!values_->kmdf_version.empty()) {
        auto minor = parse_kmdf_version(values_->kmdf_version);
        if (!minor) {
            return fail(ErrorKind::Input,
                        fmt::format("'{}' is no KMDF version.", values_->kmdf_version),
                        "The versions are 1.0, 1.1, 1.5, 1.7, 1.9 and then every odd one to 1.33.");
        }
        request.kmdf_version_minor = *minor;
    }
    if (values_->verbose) {
        request.progress = [](const std::string &line) { std::puts(line.c_str()); };
    }
    return request;
}

std::optional<int> parse_kmdf_version(std::string_view text)
{
    if (text.starts_with("1.")) {
        text.remove_prefix(2);
    }
    int minor = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
    if (error != std::errc() || end != text.data() + text.size() || !kmdf_function_count(minor)) {
        return std::nullopt;
    }
    return minor;
}

std::string describe(const BuildError &error)
{
    auto text = error.compiler_output;
    if (!text.empty() && !text.ends_with('\n')) {
        text += '\n';
    }
    text += "kmdf build: " + error.sentence;
    if (!error.hint.empty()) {
        text += " " + error.hint;
    }
    return text + "\n";
}

int run_build(const BuildCommandLine &command_line)
{
    constexpr int kBuilt = 0;
    constexpr int kBadInput = 2;
    auto request = command_line.request();
    auto result =
        request ? build_driver(*request) : Outcome<BuildResult>(std::unexpected(request.error()));
    if (!result) {
        std::fputs(describe(result.error()).c_str(), stderr);
        return kBadInput;
    }
    std::fputs(result->compiler_output.c_str(), stderr);
    if (command_line.quiet()) {
        return kBuilt;
    }
    for (const auto &note : result->notes) {
        fmt::print("note: {}\n", note);
    }
    auto framework = result->kmdf ? fmt::format("KMDF 1.{}", result->kmdf_version_minor) : "WDM";
    bool fresh = result->compiled > 0 || result->linked;
    fmt::print("{}: {} driver, {}\n", result->module.string(), framework,
               fresh ? fmt::format("{} of its files compiled", result->compiled) : "up to date");
    return kBuilt;
}

}  // namespace openkmdf::build
