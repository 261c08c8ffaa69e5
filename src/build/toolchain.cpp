#include "build/toolchain.h"

#include "build/files.h"

#include <cctype>
#include <cstdlib>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>
#include <unistd.h>

namespace openkmdf::build {
namespace {

constexpr int kOldestClang = 19;
constexpr int kNewestClangTried = 29;

fs::path find_program(std::string_view name)
{
    if (name.find('/') != std::string_view::npos) {
        return access(std::string(name).c_str(), X_OK) == 0 ? fs::path(name) : fs::path();
    }
    const char *path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        auto folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        fs::path candidate = fs::path(folder) / name;
        if (!folder.empty() && access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

// `base` with the version suffix of the distribution's packages, oldest first: a build must not
// change because a newer compiler was installed beside.
fs::path find_versioned(std::string_view base, const char *variable)
{
    if (const char *chosen = std::getenv(variable)) {
        return find_program(chosen);
    }
    for (int version = kOldestClang; version <= kNewestClangTried; ++version) {
        if (auto program = find_program(fmt::format("{}-{}", base, version)); !program.empty()) {
            return program;
        }
    }
    return {};
}

std::string identity_of(const fs::path &program)
{
    std::error_code error;
    auto real = fs::canonical(program, error);
    return fmt::format("{} {} {}", real.string(), fs::file_size(real, error),
                       fs::last_write_time(real, error).time_since_epoch().count());
}

// The first of the places that exists: chosen by the user, beside an installed program, in the
// build tree.
fs::path find_data(const char *variable, const char *installed, const char *in_tree)
{
    std::error_code error;
    if (const char *chosen = std::getenv(variable)) {
        return chosen;
    }
    auto self = fs::read_symlink("/proc/self/exe", error);
    for (const auto &candidate :
         {self.parent_path().parent_path() / installed, fs::path(in_tree)}) {
        if (fs::exists(candidate, error)) {
            return candidate;
        }
    }
    return {};
}

}  // namespace

Outcome<Toolchain> find_toolchain()
{
    Toolchain tools;
    tools.clang = find_versioned("clang", "OPENKMDF_CLANG");
    tools.linker = find_versioned("ld.lld", "OPENKMDF_LLD");
    tools.undname = find_versioned("llvm-undname", "OPENKMDF_UNDNAME");
    if (tools.clang.empty()) {
        return fail(ErrorKind::Tool, "Clang 19 or later, which compiles drivers, is not installed.",
                    "Install the package clang-19, or name the program in OPENKMDF_CLANG.");
    }
    if (tools.linker.empty()) {
        return fail(ErrorKind::Tool, "The linker ld.lld 19 or later is not installed.",
                    "Install the package lld-19, or name the program in OPENKMDF_LLD.");
    }
    if (!std::getenv("OPENKMDF_NO_CCACHE")) {
        tools.ccache = find_program("ccache");
    }
    tools.identity = identity_of(tools.clang);
    tools.wdk = find_data("OPENKMDF_WDK", OPENKMDF_INSTALLED_WDK, OPENKMDF_TREE_WDK);
    tools.module_objects =
        find_data("OPENKMDF_MODULE_OBJECTS", OPENKMDF_INSTALLED_MODULE, OPENKMDF_TREE_MODULE);
    tools.known_exports =
        find_data("OPENKMDF_EXPORTS", OPENKMDF_INSTALLED_EXPORTS, OPENKMDF_TREE_EXPORTS);
    if (tools.wdk.empty()) {
        return fail(ErrorKind::Tool, "The driver headers of this installation were not found.",
                    "Install OpenKMDF again, or name their folder in OPENKMDF_WDK.");
    }
    if (tools.module_objects.empty()) {
        return fail(ErrorKind::Tool,
                    "The module support objects of this installation were not found.",
                    "Install OpenKMDF again, or name their folder in OPENKMDF_MODULE_OBJECTS.");
    }
    return tools;
}

std::set<std::string, std::less<>> read_known_exports(const fs::path &file)
{
    std::set<std::string, std::less<>> names;
    auto text = read_file(file);
    if (!text) {
        return names;
    }
    std::string_view rest = *text;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        auto open = line.find('(');
        auto first = line.find_first_not_of(" \t");
        if (open == std::string_view::npos || line[first] == '/' || line[first] == '#') {
            continue;
        }
        auto begin = line.find_first_not_of(" \t\"", open + 1);
        auto end = begin;
        while (end < line.size() &&
               (std::isalnum(static_cast<unsigned char>(line[end])) || line[end] == '_')) {
            ++end;
        }
        if (begin != std::string_view::npos && end > begin) {
            names.emplace(line.substr(begin, end - begin));
        }
    }
    return names;
}

}  // namespace openkmdf::build
