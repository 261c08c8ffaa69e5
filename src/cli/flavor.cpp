#include "cli/flavor.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OPENKMDF_FLAVOR Address
#elif __has_feature(thread_sanitizer)
#define OPENKMDF_FLAVOR Thread
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define OPENKMDF_FLAVOR Address
#elif defined(__SANITIZE_THREAD__)
#define OPENKMDF_FLAVOR Thread
#endif
#ifndef OPENKMDF_FLAVOR
#define OPENKMDF_FLAVOR Plain
#endif

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

// Set for the new process: it must not look for yet another one.
constexpr const char *kMark = "OPENKMDF_FLAVOR_STARTED";

const char *preset_of(Flavor flavor)
{
    return flavor == Flavor::Address ? "asan" : "tsan";
}

void add_option(const char *variable, const char *option)
{
    const char *set = std::getenv(variable);
    const std::string name = std::string(option, std::strchr(option, '='));
    if (set && std::strstr(set, name.c_str())) return;
    setenv(variable, set && *set ? fmt::format("{}:{}", set, option).c_str() : option, 1);
}

}  // namespace

Flavor own_flavor()
{
    return Flavor::OPENKMDF_FLAVOR;
}

const char *flavor_name(Flavor flavor)
{
    switch (flavor) {
    case Flavor::Address:
        return "address";
    case Flavor::Thread:
        return "thread";
    case Flavor::Plain:
        break;
    }
    return "none";
}

Flavor flavor_for(const build::Sanitizers &sanitizers)
{
    return sanitizers.thread    ? Flavor::Thread
           : sanitizers.address ? Flavor::Address
                                : Flavor::Plain;
}

fs::path own_program()
{
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error);
}

std::optional<fs::path> find_flavor(Flavor flavor)
{
    const char *preset = preset_of(flavor);
    const fs::path folder = own_program().parent_path();
    // A build tree is build/<preset>/src/cli/kmdf.
    for (const fs::path &candidate :
         {folder / fmt::format("kmdf-{}", preset),
          folder.parent_path().parent_path().parent_path() / preset / "src/cli/kmdf"})
        if (access(candidate.c_str(), X_OK) == 0) return candidate;
    return std::nullopt;
}

void set_sanitizer_environment()
{
    // A report of the sanitizer is the driver's failure.
    add_option("ASAN_OPTIONS", "exitcode=1");
    add_option("UBSAN_OPTIONS", "print_stacktrace=1");
    add_option("TSAN_OPTIONS", "exitcode=1");
    add_option("TSAN_OPTIONS", "second_deadlock_stack=1");
}

std::optional<Exit> become_flavor(Flavor wanted, std::string_view command)
{
    if (wanted == Flavor::Plain || wanted == own_flavor()) return std::nullopt;
    const auto program = std::getenv(kMark) ? std::nullopt : find_flavor(wanted);
    if (!program)
        return complain(Exit::BadInput, command,
                        fmt::format("A driver with the {} sanitizer needs a kmdf that was built "
                                    "with it, and there is no kmdf-{} beside {}.",
                                    flavor_name(wanted), preset_of(wanted), own_program().string()),
                        fmt::format("Use ./kmdf of the source tree, which builds it, or build the "
                                    "preset '{}' there.",
                                    preset_of(wanted)));
    set_sanitizer_environment();
    setenv(kMark, "1", 1);
    std::fflush(stdout);
    char **words = arguments();
    execv(program->c_str(), words);
    return complain(
        Exit::OurFault, command,
        fmt::format("{} cannot be started: {}.", program->string(), std::strerror(errno)));
}

}  // namespace openkmdf::cli
