#include "build/wpp.h"

#include "build/files.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace openkmdf::build {
namespace {

constexpr std::string_view kSuffix = ".tmh";
constexpr std::string_view kCommonHeader = "openkmdf_trace_functions.h";
constexpr std::string_view kMessage = "MSG";

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    auto first = text.find_first_not_of(kBlanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_name(std::string_view text)
{
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; }) &&
           !std::isdigit(static_cast<unsigned char>(text[0]));
}

std::vector<std::string> elements(std::string_view list)
{
    std::vector<std::string> result;
    while (!list.empty()) {
        auto element = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), element.size() + 1));
        if (auto text = trimmed(element); !text.empty()) {
            result.emplace_back(text);
        }
    }
    return result;
}

// What stands between the brackets at the front, which it takes off.
std::string_view take_bracketed(std::string_view &text, char open, char close)
{
    text = trimmed(text);
    auto end = text.find(close);
    if (!text.starts_with(open) || end == text.npos) {
        return {};
    }
    auto inner = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return inner;
}

}  // namespace

// "Trace{FLAG=ALL_INFO}(LEVEL, MSG, ...)": the names of its conditions, the constant ones first,
// make up those of its macros, WPP_FLAG_LEVEL_PRE(FLAG, LEVEL) and so on ("What are Pre/Post
// macros?").
bool TraceHeaders::add_function(std::string_view declaration)
{
    auto rest = trimmed(declaration);
    auto name = trimmed(rest.substr(0, rest.find_first_of("({")));
    rest.remove_prefix(std::min(rest.size(), rest.find_first_of("({")));
    if (!is_name(name)) {
        return false;
    }
    Function function;
    std::vector<std::string> conditions;
    for (const auto &constant : elements(take_bracketed(rest, '{', '}'))) {
        auto equals = constant.find('=');
        conditions.emplace_back(trimmed(constant.substr(0, equals)));
        function.arguments.emplace_back(
            equals == constant.npos ? "" : trimmed(std::string_view(constant).substr(equals + 1)));
    }
    if (!trimmed(rest).starts_with('(')) {
        return false;
    }
    auto parameters = take_bracketed(rest, '(', ')');
    // "Hexdump((LEVEL, MSG, ...))": called with all of them as one.
    function.bracketed = trimmed(parameters).starts_with('(');
    if (function.bracketed) {
        parameters = trimmed(parameters).substr(1);
    }
    function.parameters = elements(parameters);
    for (const auto &parameter : function.parameters) {
        if (parameter != "..." && !is_name(parameter)) {
            return false;
        }
        if (parameter != "..." && parameter != kMessage) {
            conditions.push_back(parameter);
            function.arguments.push_back(parameter);
        }
    }
    function.conditions = fmt::format("{}", fmt::join(conditions, "_"));
    functions_.insert_or_assign(std::string(name), std::move(function));
    return true;
}

void TraceHeaders::read_configuration(std::string_view source)
{
    constexpr std::string_view kBegin = "begin_wpp config";
    constexpr std::string_view kEnd = "end_wpp";
    constexpr std::string_view kFunction = "FUNC ";
    while (true) {
        auto begin = source.find(kBegin);
        if (begin == source.npos) {
            return;
        }
        source.remove_prefix(begin + kBegin.size());
        auto block = source.substr(0, source.find(kEnd));
        source.remove_prefix(block.size());
        while (!block.empty()) {
            auto line = block.substr(0, block.find('\n'));
            block.remove_prefix(std::min(block.size(), line.size() + 1));
            auto text = trimmed(line);
            text.remove_prefix(std::min(text.size(), text.find_first_not_of("/* \t")));
            if (text.starts_with(kFunction)) {
                add_function(text.substr(kFunction.size()));
            }
        }
    }
}

void TraceHeaders::note_include(std::string_view name)
{
    auto file = fs::path(with_slashes(name)).filename().string();
    if (lower_case(file).ends_with(kSuffix)) {
        names_.insert(file);
    }
}

std::string TraceHeaders::text() const
{
    auto functions = functions_;
    if (!functions.contains("DoTraceMessage")) {
        functions.emplace("DoTraceMessage",
                          Function{{"LEVEL", "MSG", "..."}, "LEVEL", {"LEVEL"}, false});
    }
    // Without a guard: a later one may come after more definitions.
    std::string text = "#include <openkmdf_wpp.h>\n";
    for (const auto &[name, function] : functions) {
        auto arguments = fmt::format("{}", fmt::join(function.arguments, ", "));
        for (std::string_view step : {"PRE", "POST"}) {
            auto macro = fmt::format("WPP_{}_{}", function.conditions, step);
            text += fmt::format("#ifndef {0}\n#define {0}(...)\n#endif\n", macro);
        }
        bool message =
            std::ranges::find(function.parameters, kMessage) != function.parameters.end();
        bool more = !function.parameters.empty() && function.parameters.back() == "...";
        text += fmt::format("#undef {0}\n", name);
        if (function.bracketed) {
            text += fmt::format("#define {0}(all) __drv_wpp_{0} all\n#undef __drv_wpp_{0}\n", name);
        }
        text += fmt::format("#define {6}{0}({1}) WPP_{2}_PRE({3}) __drv_wpp_off({4}{5}) "
                            "WPP_{2}_POST({3})\n",
                            name, fmt::join(function.parameters, ", "), function.conditions,
                            arguments, message ? "MSG" : "0", more ? ", ##__VA_ARGS__" : "",
                            function.bracketed ? "__drv_wpp_" : "");
    }
    return text;
}

Outcome<void> TraceHeaders::write(const fs::path &folder) const
{
    std::error_code error;
    fs::create_directories(folder, error);
    bool written = write_file_if_changed(folder / kCommonHeader, text());
    for (const auto &name : names_) {
        written = written && write_file_if_changed(folder / name,
                                                   fmt::format("#include \"{}\"\n", kCommonHeader));
    }
    if (!written) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", folder.string()));
    }
    return {};
}

}  // namespace openkmdf::build
