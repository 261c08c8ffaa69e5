#include "build/link.h"

#include "build/files.h"
#include "build/link_failure.h"
#include "build/module_source.h"
#include "build/object_file.h"
#include "build/process.h"
#include "build/unfinished.h"
#include "module/module_descriptor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>

namespace openkmdf::build {
namespace {

constexpr std::string_view kImportPrefix = "__imp_";
constexpr std::string_view kStartPrefix = "__start_";
constexpr std::string_view kStopPrefix = "__stop_";
constexpr std::string_view kTablePrefix = "WdfFunctions_010";

// The framework's loader is no part of the kernel's own list.
constexpr std::array<std::string_view, 5> kBindingImports = {
    "WdfVersionBind", "WdfVersionUnbind", "WdfVersionBindClass", "WdfVersionUnbindClass",
    "__drv_choice_point"};

// Served by our loader from the host's own runtime.
constexpr std::array<std::string_view, 4> kRuntimePrefixes = {"__asan_", "__ubsan_", "__tsan_",
                                                              "__sanitizer_"};

template <class Range>
bool has(const Range &range, std::string_view value)
{
    return std::ranges::find(range, value) != range.end();
}

bool is_runtime(std::string_view name)
{
    return std::ranges::any_of(kRuntimePrefixes,
                               [&](auto prefix) { return name.starts_with(prefix); });
}

// All symbols of the objects that make up the module so far.
struct SymbolTable {
    NameSet defined;
    NameSet undefined;
    NameSet weak;
    NameSet sections;
    std::vector<std::string> dynamic_initialisers;

    void add(ObjectSymbols symbols)
    {
        defined.merge(symbols.defined);
        undefined.merge(symbols.undefined);
        weak.merge(symbols.weak);
        sections.merge(symbols.sections);
        std::ranges::move(symbols.dynamic_initialisers, std::back_inserter(dynamic_initialisers));
    }
    NameSet missing() const
    {
        NameSet names;
        std::ranges::set_difference(undefined, defined, std::inserter(names, names.end()));
        return names;
    }
};

class Linker {
public:
    Linker(const BuildRequest &request, const Project &project, const Toolchain &tools,
           fs::path intermediate, std::vector<fs::path> objects)
        : request_(request), project_(project), tools_(tools),
          intermediate_(std::move(intermediate)), objects_(std::move(objects))
    {
    }

    Outcome<Linked> run();

private:
    Outcome<void> read_objects();
    Outcome<void> check_entry();
    Outcome<void> choose_framework();
    Outcome<void> add_support();
    void redirect_memory_functions();
    void add_imports();
    void add_section_bounds();
    void note_dynamic_initialisers();
    std::uint64_t features() const;
    Outcome<void> assemble(const fs::path &source, const fs::path &object);
    Command link_command(const fs::path &own_object, const fs::path &exports) const;
    bool up_to_date(const std::string &stamp) const;

    const BuildRequest &request_;
    const Project &project_;
    const Toolchain &tools_;
    fs::path intermediate_;
    std::vector<fs::path> objects_;
    std::size_t driver_objects_ = 0;
    SymbolTable symbols_;
    ModuleSource source_;
    Linked result_;
};

Outcome<void> Linker::read_objects()
{
    for (const auto &object : objects_) {
        auto symbols = read_object(object);
        if (!symbols) {
            return std::unexpected(symbols.error());
        }
        symbols_.add(std::move(*symbols));
    }
    driver_objects_ = objects_.size();
    return {};
}

Outcome<void> Linker::check_entry()
{
    if (symbols_.defined.contains("DriverEntry")) {
        return {};
    }
    for (const auto &name : symbols_.defined) {
        if (name.starts_with("?DriverEntry~~")) {
            return fail(ErrorKind::Link,
                        "DriverEntry has a C++ name, which Windows would not find.",
                        "Declare it extern \"C\".");
        }
    }
    return fail(ErrorKind::Input, fmt::format("{} has no DriverEntry.", project_.name),
                "Give all source files of the driver, or its .vcxproj.");
}

// A driver is a KMDF driver when it uses the framework's function table, whose symbol carries the
// version that the driver was compiled for.
Outcome<void> Linker::choose_framework()
{
    std::vector<int> minors;
    for (const auto &name : symbols_.missing()) {
        if (name.starts_with(kTablePrefix)) {
            int minor = 0;
            std::from_chars(name.data() + kTablePrefix.size(), name.data() + name.size(), minor);
            minors.push_back(minor);
        }
    }
    if (minors.size() > 1) {
        return fail(
            ErrorKind::Link,
            fmt::format("The driver's sources are compiled for different KMDF versions: 1.{}.",
                        fmt::join(minors, ", 1.")),
            "Define KMDF_VERSION_MINOR once for all of them.");
    }
    // Every unit that includes wdf.h defines this variable.
    source_.kmdf = !minors.empty() || symbols_.defined.contains("WdfMinimumVersionRequired");
    if (source_.kmdf && request_.wdm) {
        return fail(ErrorKind::Link, "The driver calls KMDF, but was to be built without it.",
                    "Leave out --wdm.");
    }
    if (source_.kmdf) {
        source_.kmdf_version_minor = minors.empty() ? project_.kmdf_version_minor : minors.front();
    }
    result_.kmdf = source_.kmdf;
    result_.kmdf_version_minor = source_.kmdf_version_minor;
    return {};
}

// Freestanding code calls these by name; the sanitizers want to see the memory that they touch.
void Linker::redirect_memory_functions()
{
    const char *runtime = request_.sanitizers.address  ? "__asan_"
                          : request_.sanitizers.thread ? "__tsan_"
                                                       : nullptr;
    if (!runtime) {
        return;
    }
    for (const char *name : {"memcpy", "memmove", "memset"}) {
        if (symbols_.undefined.contains(name) && !symbols_.defined.contains(name)) {
            source_.functions.emplace(name, std::string(runtime) + name);
            symbols_.defined.insert(name);
        }
    }
}

// Takes from the support objects those that something asks for, as from an archive.
Outcome<void> Linker::add_support()
{
    std::map<std::string, fs::path, std::less<>> providers;
    std::map<fs::path, ObjectSymbols> support;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(tools_.module_objects, error)) {
        if (entry.path().extension() != ".o") {
            continue;
        }
        auto symbols = read_object(entry.path());
        if (!symbols) {
            return std::unexpected(symbols.error());
        }
        for (const auto &name : symbols->defined) {
            providers.emplace(name, entry.path());
        }
        support.emplace(entry.path(), std::move(*symbols));
    }
    if (source_.kmdf) {
        symbols_.undefined.insert("__drv_kmdf_entry");
        for (const char *name :
             {"__drv_kmdf_functions", "__drv_kmdf_minor", "__drv_kmdf_function_count",
              "__drv_context_types_begin", "__drv_context_types_end"}) {
            symbols_.defined.insert(name);
        }
        symbols_.defined.insert(fmt::format("{}{:02}", kTablePrefix, source_.kmdf_version_minor));
    }
    redirect_memory_functions();
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto &name : symbols_.missing()) {
            auto provider = providers.find(name);
            if (provider != providers.end() && support.contains(provider->second)) {
                objects_.push_back(provider->second);
                symbols_.add(support.extract(provider->second).mapped());
                grown = true;
            }
        }
    }
    return {};
}

void Linker::add_imports()
{
    auto known = request_.allow_unknown_imports || tools_.known_exports.empty()
                     ? NameSet()
                     : read_known_exports(tools_.known_exports);
    auto is_import = [&](const std::string &name) {
        if (has(kBindingImports, name) || is_runtime(name)) {
            return true;
        }
        return explanation_of(name).empty() &&
               (known.empty() || known.contains(original_name(name)));
    };
    for (const auto &name : symbols_.missing()) {
        if (name.starts_with(kStartPrefix) || name.starts_with(kStopPrefix)) {
            continue;
        }
        bool cell = name.starts_with(kImportPrefix);
        auto target = cell ? name.substr(kImportPrefix.size()) : name;
        if (is_import(target)) {
            if (cell) {
                source_.data.insert(target);
            } else {
                source_.functions.emplace(target, target);
            }
        }
    }
    add_section_bounds();
}

// The linker gives sections that exist the symbols of their bounds.
void Linker::add_section_bounds()
{
    for (const auto &name : symbols_.weak) {
        for (std::string_view prefix : {kStartPrefix, kStopPrefix}) {
            if (name.starts_with(prefix) &&
                !symbols_.sections.contains(name.substr(prefix.size()))) {
                source_.absent.insert(name);
            }
        }
    }
}

void Linker::note_dynamic_initialisers()
{
    std::vector<std::string> names;
    for (const auto &symbol : symbols_.dynamic_initialisers) {
        auto text = readable_name(tools_, symbol);
        // "void `dynamic initializer for 'name''(void)"
        auto quote = text.find('\'');
        auto end = text.find("''", quote + 1);
        if (quote != std::string::npos && end != std::string::npos) {
            text = text.substr(quote + 1, end - quote - 1);
        }
        names.push_back(std::move(text));
    }
    if (names.empty() && symbols_.sections.contains(kDynamicInit)) {
        names.push_back("an object without a name");
    }
    std::ranges::sort(names);
    source_.dynamic_names = fmt::format("{}", fmt::join(names, "\n"));
    if (!names.empty()) {
        result_.notes.push_back(fmt::format("The constructors of these globals do not run, as on "
                                            "Windows, where a driver has no C++ "
                                            "start-up code: {}.",
                                            fmt::join(names, ", ")));
    }
}

std::uint64_t Linker::features() const
{
    std::uint64_t bits = 0;
    bits |= request_.sanitizers.address ? DRV_SANITIZER_ADDRESS : 0;
    bits |= request_.sanitizers.undefined ? DRV_SANITIZER_UNDEFINED : 0;
    bits |= request_.sanitizers.thread ? DRV_SANITIZER_THREAD : 0;
    bits |= request_.coverage ? DRV_COVERAGE : 0;
    return bits;
}

Outcome<void> Linker::assemble(const fs::path &source, const fs::path &object)
{
    auto result = run_process({{tools_.clang.string(), "--target=x86_64-unknown-linux-gnu", "-c",
                                source.string(), "-o", object.string()},
                               {}});
    if (!result.ok()) {
        return fail(ErrorKind::Tool, "The module's import thunks could not be assembled.", {},
                    result.output);
    }
    return {};
}

Command Linker::link_command(const fs::path &own_object, const fs::path &exports) const
{
    Command command;
    command.arguments = {tools_.linker.string(),
                         "-shared",
                         "-nostdlib",
                         "--no-undefined",
                         "-Bsymbolic",
                         "--eh-frame-hdr",
                         "--build-id=sha1",
                         "--no-dependent-libraries",
                         "-z",
                         "now",
                         "-z",
                         "noexecstack",
                         "--hash-style=gnu",
                         "--error-limit=0",
                         "--no-color-diagnostics",
                         fmt::format("--image-base={:#x}", image_base(source_.name)),
                         "--version-script=" + exports.string(),
                         "-soname",
                         source_.name + ".so",
                         "-o",
                         result_.module.string() + ".new",
                         own_object.string()};
    for (const auto &object : objects_) {
        command.arguments.push_back(object.string());
    }
    return command;
}

bool Linker::up_to_date(const std::string &stamp) const
{
    std::error_code error;
    auto made = fs::last_write_time(result_.module, error);
    if (error || read_file(intermediate_ / "link.command") != stamp) {
        return false;
    }
    return std::ranges::all_of(objects_, [&](const fs::path &object) {
        return fs::last_write_time(object, error) <= made && !error;
    });
}

Outcome<Linked> Linker::run()
{
    result_.module = request_.output;
    source_.name = project_.name;
    source_.features = features();
    for (auto step : {&Linker::read_objects, &Linker::check_entry, &Linker::choose_framework,
                      &Linker::add_support}) {
        if (auto done = (this->*step)(); !done) {
            return std::unexpected(done.error());
        }
    }
    add_imports();
    note_dynamic_initialisers();
    source_.sections = symbols_.sections;
    source_.defined = symbols_.defined;

    auto source = intermediate_ / "module.s";
    auto object = intermediate_ / "module.o";
    auto exports = intermediate_ / "module.exports";
    auto text = source_.text();
    auto command = link_command(object, exports);
    auto stamp = tools_.identity + "\n" + shell_text(command) + "\n" + text;
    if (up_to_date(stamp)) {
        return result_;
    }
    if (!write_file(source, text) ||
        !write_file(exports, "{ global: " DRV_MODULE_SYMBOL "; local: *; };\n")) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", source.string()));
    }
    if (auto assembled = assemble(source, object); !assembled) {
        return std::unexpected(assembled.error());
    }
    if (request_.progress) {
        request_.progress(shell_text(command));
    }
    Unfinished unfinished(result_.module.string() + ".new");
    auto linked = run_process(command);
    std::error_code error;
    if (!linked.ok()) {
        fs::remove(result_.module.string() + ".new", error);
        return std::unexpected(describe_link_failure(tools_, project_.name, linked.output));
    }
    if (auto restored = restore_names(result_.module.string() + ".new"); !restored) {
        return std::unexpected(restored.error());
    }
    fs::rename(result_.module.string() + ".new", result_.module, error);
    if (error || !write_file(intermediate_ / "link.command", stamp)) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", result_.module.string()));
    }
    result_.linked = true;
    return result_;
}

}  // namespace

Outcome<Linked> link_module(const BuildRequest &request, const Project &project,
                            const Toolchain &tools, const fs::path &intermediate,
                            const std::vector<fs::path> &objects)
{
    return Linker(request, project, tools, intermediate, objects).run();
}

}  // namespace openkmdf::build
