#include "build/link_failure.h"

#include "build/object_file.h"
#include "build/process.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace openkmdf::build {
namespace {

struct Explanation {
    std::string_view symbol;
    std::string_view sentence;
};

// What the kernel does not have, and drivers can reach without writing its name.
constexpr std::array<Explanation, 8> kExplanations = {{
    {"__tls_get_addr", "Thread-local variables (__declspec(thread)) do not exist in a driver."},
    {"atexit",
     "A global object with a destructor needs a C++ run-time, which a driver does not have."},
    {"??2~YAPEAX_K~Z", "A driver has no operator new of its own accord; it must define one."},
    {"??_U~YAPEAX_K~Z", "A driver has no operator new[] of its own accord; it must define one."},
    {"??3~YAXPEAX~Z", "A driver has no operator delete of its own accord; it must define one."},
    {"??3~YAXPEAX_K~Z", "A driver has no operator delete of its own accord; it must define one."},
    {"??_V~YAXPEAX~Z", "A driver has no operator delete[] of its own accord; it must define one."},
    {"_tls_index", "Thread-local variables (__declspec(thread)) do not exist in a driver."},
}};

}  // namespace

std::string_view explanation_of(std::string_view symbol)
{
    auto *found = std::ranges::find(kExplanations, symbol, &Explanation::symbol);
    return found == kExplanations.end() ? std::string_view() : found->sentence;
}

std::string readable_name(const Toolchain &tools, std::string_view symbol)
{
    auto name = original_name(symbol);
    if (!name.starts_with('?') || tools.undname.empty()) {
        return name;
    }
    auto result = run_process({{tools.undname.string(), "--no-calling-convention",
                                "--no-access-specifier", "--no-member-type", name},
                               {}});
    // The tool repeats the mangled name on a line of its own.
    auto text = std::string_view(result.output);
    auto newline = text.find('\n');
    if (!result.ok() || newline == std::string_view::npos) {
        return name;
    }
    text.remove_prefix(newline + 1);
    return std::string(text.substr(0, text.find('\n')));
}

BuildError describe_link_failure(const Toolchain &tools, std::string_view driver,
                                 const std::string &output)
{
    BuildError error{ErrorKind::Link, {}, {}, output};
    constexpr std::string_view kUndefined = "undefined symbol: ";
    constexpr std::string_view kReference = ">>> referenced by ";
    std::string_view text = output;
    std::vector<std::string> missing;
    while (true) {
        auto at = text.find(kUndefined);
        if (at == std::string_view::npos) {
            break;
        }
        text.remove_prefix(at + kUndefined.size());
        auto symbol = text.substr(0, text.find('\n'));
        if (auto explanation = explanation_of(symbol); !explanation.empty()) {
            error.hint = explanation;
        }
        auto where = text.find(kReference);
        auto next = text.find(kUndefined);
        std::string place;
        if (where < next) {
            auto rest = text.substr(where + kReference.size());
            place = fmt::format(" ({})", rest.substr(0, rest.find_first_of(" \n")));
        }
        missing.push_back(readable_name(tools, symbol) + place);
    }
    if (missing.empty() && output.find("cannot open output file") != std::string::npos) {
        error.kind = ErrorKind::Input;
        error.sentence = fmt::format("The module of {} cannot be written there.", driver);
        error.hint = "Choose another place with --output.";
        return error;
    }
    if (missing.empty()) {
        auto first = output.substr(0, output.find('\n'));
        error.sentence = fmt::format("{} does not link: {}", driver, first);
        return error;
    }
    error.sentence = fmt::format("{} uses what neither its sources nor the kernel define: {}.",
                                 driver, fmt::join(missing, ", "));
    if (error.hint.empty()) {
        error.hint = "Add the source file that defines it, or the library's sources.";
    }
    return error;
}

}  // namespace openkmdf::build
