#include "build/compile.h"

#include "build/files.h"
#include "build/header_overlay.h"
#include "build/object_file.h"
#include "build/process.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <string_view>
#include <thread>

namespace openkmdf::build {
namespace {

using Strings = std::vector<std::string>;

void append(Strings &to, std::initializer_list<std::string_view> more)
{
    to.insert(to.end(), more.begin(), more.end());
}

// Windows x64 in ELF: 32-bit long, 16-bit wchar_t, Microsoft's layout and calls.
void add_target(Strings &arguments)
{
    append(arguments, {"--target=x86_64-pc-windows-msvc-elf", "-ffreestanding",
                       "-fvisibility=hidden", "-mcx16", "-fms-extensions", "-fms-compatibility"});
    // Sources and stacks, for debuggers, reports and unwinders. gdb cannot read Microsoft's mangled
    // names; without them it shows qualified ones.
    append(arguments, {"-g", "-gdwarf-aranges", "-mllvm", "-dwarf-linkage-names=Abstract",
                       "-fasynchronous-unwind-tables", "-fno-omit-frame-pointer",
                       "-mno-omit-leaf-frame-pointer"});
    // Rules of the C standard that MSVC does not use and drivers break.
    append(arguments, {"-fno-strict-aliasing", "-fno-delete-null-pointer-checks"});
}

// MSVC takes with a warning, or without one, what Clang refuses.
void add_diagnostics(Strings &arguments, bool warnings)
{
    if (warnings) {
        append(arguments, {"-Wall", "-Wno-unknown-pragmas", "-Wno-microsoft", "-Wno-pragma-pack",
                           "-Wno-ignored-pragma-intrinsic", "-Wno-nonportable-include-path",
                           "-Wno-macro-redefined", "-Wno-missing-braces", "-Wno-multichar"});
    } else {
        append(arguments, {"-Wno-everything"});
    }
    append(arguments,
           {"-Wno-error", "-Wno-error=implicit-function-declaration", "-Wno-error=implicit-int",
            "-Wno-error=int-conversion", "-Wno-error=incompatible-function-pointer-types",
            "-Wno-error=incompatible-pointer-types", "-Wno-error=c++11-narrowing",
            "-Wimplicit-function-declaration", "-fno-color-diagnostics", "-ferror-limit=20"});
}

// What the WDK's own build passes.
void add_wdk_defines(Strings &arguments, const BuildRequest &request, const Project &project)
{
    append(arguments,
           {"-D_WIN64", "-D_AMD64_", "-DAMD64", "-DWINNT=1", "-D_WIN32_WINNT=0x0A00",
            "-DWINVER=0x0A00", "-DNTDDI_VERSION=0x0A00000B", "-DDEPRECATE_DDK_FUNCTIONS=1",
            "-D_UNICODE", "-DUNICODE", "-D_KERNEL_MODE=1"});  // the compiler's own, from /kernel
    append(arguments, request.debug
                          ? std::initializer_list<std::string_view>{"-DDBG=1", "-DMSC_NOOPT"}
                          : std::initializer_list<std::string_view>{"-DNDEBUG"});
    if (project.kmdf) {
        arguments.push_back("-DKMDF_VERSION_MAJOR=1");
        arguments.push_back(fmt::format("-DKMDF_VERSION_MINOR={}", project.kmdf_version_minor));
        if (project.kmdf_minimum_version) {
            arguments.push_back(
                fmt::format("-DKMDF_MINIMUM_VERSION_REQUIRED={}", project.kmdf_minimum_version));
        }
    }
}

void add_instrumentation(Strings &arguments, const BuildRequest &request)
{
    if (!request.sanitizers.address) {
        arguments.push_back("-fstack-protector");  // the WDK's /GS
    } else {
        append(arguments, {"-fsanitize=address", "-fsanitize-address-use-after-return=never"});
    }
    if (request.sanitizers.undefined) {
        // Drivers lay structures over unaligned buffers and wrap pointers on purpose; both are
        // defined for their compiler and processor.
        append(arguments, {"-fsanitize=undefined",
                           "-fno-sanitize=function,vptr,alignment,null,pointer-overflow"});
    } else {
        arguments.push_back("-fwrapv");  // as MSVC's code does
    }
    if (request.sanitizers.thread) {
        append(arguments, {"-Xclang", "-fsanitize=thread"});
    }
    if (request.coverage) {
        append(arguments, {"-fprofile-instr-generate", "-fcoverage-mapping"});
    }
}

void add_language(Strings &arguments, const Unit &unit)
{
    if (unit.language == Language::Cxx) {
        append(arguments, {"-x", "c++", "-fno-rtti", "-fno-exceptions", "-fno-threadsafe-statics",
                           "-fno-sized-deallocation"});
        arguments.push_back("-std=" + unit.cxx_standard);
    } else {
        // MSVC merges the variables without a value that a header defines in many source files.
        append(arguments, {"-x", "c", "-fcommon"});
        arguments.push_back("-std=gnu" + unit.c_standard.substr(1));
    }
}

// Of the headers that WPP would have written.
fs::path trace_folder(const fs::path &intermediate)
{
    return intermediate / "wpp";
}

void add_search_paths(Strings &arguments, const Unit &unit, const Toolchain &tools,
                      const fs::path &intermediate)
{
    for (const auto &folder : unit.include_directories) {
        append(arguments, {"-I", folder.string()});
    }
    append(arguments, {"-I", trace_folder(intermediate).string()});
    append(arguments, {"-nostdlibinc", "-isystem", tools.wdk.string(), "-isystem",
                       (tools.wdk / "crt").string()});
    for (const auto &file : unit.forced_includes) {
        append(arguments, {"-include", file.string()});
    }
}

struct Job {
    const Unit *unit;
    fs::path object;
    fs::path depfile;
    fs::path stamp;  // the command that made the object
    Command command;
    std::string stamp_text;
};

Job make_job(const Unit &unit, const BuildRequest &request, const Project &project,
             const Toolchain &tools, const fs::path &intermediate, const fs::path &overlay)
{
    auto stem = fmt::format("{}-{:08x}", unit.source.filename().string(),
                            stable_hash(unit.source.string()) & 0xffffffff);
    Job job{&unit,
            intermediate / (stem + ".o"),
            intermediate / (stem + ".d"),
            intermediate / (stem + ".command"),
            {},
            {}};
    Strings arguments;
    if (!tools.ccache.empty()) {
        arguments.push_back(tools.ccache.string());
        const char *sloppiness = std::getenv("CCACHE_SLOPPINESS");
        job.command.environment = {
            {"CCACHE_SLOPPINESS",
             sloppiness ? fmt::format("{},ivfsoverlay", sloppiness) : "ivfsoverlay"}};
    }
    arguments.push_back(tools.clang.string());
    add_target(arguments);
    arguments.push_back(request.optimization == Optimization::Speed ? "-O2" : "-O0");
    add_language(arguments, unit);
    add_diagnostics(arguments, request.warnings);
    add_instrumentation(arguments, request);
    add_wdk_defines(arguments, request, project);
    for (const auto &define : unit.defines) {
        arguments.push_back("-D" + define);
    }
    for (const auto &name : unit.undefines) {
        arguments.push_back("-U" + name);
    }
    add_search_paths(arguments, unit, tools, intermediate);
    append(arguments, {"-ivfsoverlay", overlay.string()});
    arguments.push_back("-fdebug-compilation-dir=" + unit.source.parent_path().string());
    arguments.insert(arguments.end(), request.c_flags.begin(), request.c_flags.end());
    if (unit.language == Language::Cxx) {
        arguments.insert(arguments.end(), request.cxx_flags.begin(), request.cxx_flags.end());
    }
    append(arguments, {"-MD", "-MF", job.depfile.string(), "-MT", "object", "-c",
                       unit.source.string(), "-o", job.object.string() + ".new"});
    job.command.arguments = std::move(arguments);
    job.stamp_text = tools.identity + "\n" + shell_text(job.command) + "\n";
    return job;
}

bool up_to_date(const Job &job)
{
    std::error_code error;
    auto made = fs::last_write_time(job.object, error);
    if (error || read_file(job.stamp) != job.stamp_text) {
        return false;
    }
    auto rule = read_file(job.depfile);
    if (!rule) {
        return false;
    }
    for (const auto &file : parse_depfile(*rule)) {
        auto changed = fs::last_write_time(file, error);
        if (error || changed > made) {
            return false;
        }
    }
    return true;
}

std::string first_error(std::string_view output)
{
    std::size_t at = output.find("error: ");
    if (at == std::string_view::npos) {
        return {};
    }
    auto begin = output.rfind('\n', at);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    return std::string(output.substr(begin, output.find('\n', at) - begin));
}

std::string hint_for(std::string_view output, const Project &project)
{
    if (output.find("file not found") != std::string_view::npos) {
        if (!project.skipped_steps.empty()) {
            return fmt::format(
                "If a step of the project writes it that does not run here ({}), put "
                "the file beside the sources.",
                fmt::join(project.skipped_steps, ", "));
        }
        return "Name the header's folder with -I, or in the project's "
               "AdditionalIncludeDirectories.";
    }
    if (output.find("__try") != std::string_view::npos) {
        return "Build without structured exception handling; a handler that never catches would be "
               "worse than none.";
    }
    return "The compiler's own words are above.";
}

BuildError compile_error(const Job &job, const ProcessResult &result, const Project &project)
{
    BuildError error{ErrorKind::Compile, {}, hint_for(result.output, project), result.output};
    auto file = job.unit->source.filename().string();
    if (result.exit_code == 127) {
        error.kind = ErrorKind::Tool;
    }
    auto first = first_error(result.output);
    if (result.exit_code > 128) {
        error.sentence =
            fmt::format("The compiler was ended by signal {} on {}.", result.exit_code - 128, file);
    } else if (first.empty()) {
        error.sentence = fmt::format("{} does not compile.", file);
    } else {
        error.sentence = fmt::format("{} does not compile: {}", file, first);
    }
    return error;
}

std::vector<fs::path> search_folders(const Project &project)
{
    std::set<fs::path> folders;
    for (const auto &unit : project.units) {
        folders.insert(unit.include_directories.begin(), unit.include_directories.end());
    }
    return {folders.begin(), folders.end()};
}

Outcome<fs::path> make_overlay(const Project &project, const Toolchain &tools,
                               const fs::path &intermediate)
{
    HeaderOverlay overlay(intermediate);
    auto search = search_folders(project);
    for (const auto &unit : project.units) {
        overlay.add_sources(unit.source.parent_path(), search);
    }
    for (const auto &folder : search) {
        overlay.add_sources(folder, search);
    }
    auto &trace_headers = overlay.trace_headers();
    for (const auto &function : project.trace_functions) {
        trace_headers.add_function(function);
    }
    if (trace_headers.needed()) {
        auto folder = trace_folder(intermediate);
        if (auto written = trace_headers.write(folder); !written) {
            return std::unexpected(written.error());
        }
        overlay.add_headers(folder);
    }
    overlay.add_headers(tools.wdk);
    return overlay.write();
}

Outcome<void> finish_job(const Job &job)
{
    fs::path fresh = job.object.string() + ".new";
    if (auto adapted = adapt_object(fresh); !adapted) {
        return adapted;
    }
    std::error_code error;
    fs::rename(fresh, job.object, error);
    if (error || !write_file(job.stamp, job.stamp_text)) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", job.object.string()));
    }
    return {};
}

}  // namespace

std::vector<fs::path> parse_depfile(std::string_view text)
{
    std::vector<fs::path> files;
    auto colon = text.find(": ");
    std::string name;
    auto flush = [&] {
        if (!name.empty()) {
            files.emplace_back(name);
            name.clear();
        }
    };
    for (std::size_t i = colon == std::string_view::npos ? text.size() : colon + 1; i < text.size();
         ++i) {
        char c = text[i];
        char next = i + 1 < text.size() ? text[i + 1] : '\n';
        if (c == '\\' && (next == ' ' || next == '#')) {
            name += next;
            ++i;
        } else if (c == '$' && next == '$') {
            name += '$';
            ++i;
        } else if (c == '\n' || c == ' ' || (c == '\\' && next == '\n')) {
            flush();
        } else {
            name += c;
        }
    }
    flush();
    return files;
}

Outcome<Compiled> compile_units(const BuildRequest &request, const Project &project,
                                const Toolchain &tools, const fs::path &intermediate)
{
    auto overlay = make_overlay(project, tools, intermediate);
    if (!overlay) {
        return std::unexpected(overlay.error());
    }
    Compiled result;
    std::vector<Job> stale;
    std::vector<Job> jobs;
    for (const auto &unit : project.units) {
        jobs.push_back(make_job(unit, request, project, tools, intermediate, *overlay));
        result.objects.push_back(jobs.back().object);
        if (!up_to_date(jobs.back())) {
            stale.push_back(jobs.back());
        }
    }
    std::vector<Command> commands;
    for (const auto &job : stale) {
        commands.push_back(job.command);
        if (request.progress) {
            request.progress(shell_text(job.command));
        }
    }
    unsigned parallel =
        request.jobs ? request.jobs : std::max(1u, std::thread::hardware_concurrency());
    std::vector<ProcessResult> ended(stale.size());
    run_processes(commands, parallel,
                  [&](std::size_t i, ProcessResult process) { ended[i] = std::move(process); });
    std::optional<BuildError> failure;
    for (std::size_t i = 0; i < stale.size(); ++i) {
        result.output += ended[i].output;
        if (!ended[i].ok()) {
            failure = failure ? std::move(failure) : compile_error(stale[i], ended[i], project);
        } else if (auto finished = finish_job(stale[i]); !finished) {
            return std::unexpected(finished.error());
        }
    }
    if (failure) {
        failure->compiler_output = result.output;
        return std::unexpected(std::move(*failure));
    }
    result.compiled = stale.size();
    std::set<fs::path> dependencies;
    for (const auto &job : jobs) {
        for (auto &file : parse_depfile(read_file(job.depfile).value_or(""))) {
            dependencies.insert(std::move(file));
        }
    }
    result.dependencies.assign(dependencies.begin(), dependencies.end());
    return result;
}

}  // namespace openkmdf::build
