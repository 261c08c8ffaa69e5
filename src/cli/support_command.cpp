#include "cli/command.h"
#include "cli/support_tables.h"
#include "cli/test_results.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace openkmdf::cli {
namespace {

using Names = std::set<std::string, std::less<>>;

struct Counts {
    std::size_t total = 0;
    std::size_t implemented = 0;
    std::size_t tested = 0;
};

template <class Rows>
Counts count(const Rows &rows, const Names &passed)
{
    Counts counts;
    for (const auto &row : rows) {
        ++counts.total;
        counts.implemented += row.implemented;
        counts.tested += row.implemented && passed.contains(row.name);
    }
    return counts;
}

nlohmann::ordered_json json_of(const Counts &counts)
{
    return {
        {"total", counts.total}, {"implemented", counts.implemented}, {"tested", counts.tested}};
}

// "Ke", "Io", ...: the capital and what follows it in small letters; the run-time library is one.
std::string family_of(const KernelExport &row)
{
    if (row.kind == "crt") return "C run-time library";
    std::size_t end = 1;
    while (end < row.name.size() && row.name[end] >= 'a' && row.name[end] <= 'z') ++end;
    const std::string prefix(row.name.substr(0, end));
    for (const char *known : {"Ke", "Ex", "Io", "Mm", "Ob", "Po", "Ps", "Rtl", "Se", "Zw", "Nt",
                              "Etw", "Wmi", "Cm", "Dbg", "Hal", "Interlocked", "Kf", "Vf"})
        if (prefix.starts_with(known)) return known;
    return "Others";
}

std::string framework_markdown()
{
    std::string text = "| Function | Since | Highest IRQL | State |\n| --- | --- | --- | --- |\n";
    for (const auto &row : framework_functions()) {
        if (!row.is_public) continue;
        text += fmt::format("| {} | 1.{} | {} | {} |\n", row.name, row.minor, row.irql,
                            row.implemented ? "yes" : "-");
    }
    return text;
}

std::string kernel_markdown()
{
    std::map<std::string, std::pair<std::string, std::string>> families;
    for (const auto &row : kernel_exports()) {
        auto &[there, missing] = families[family_of(row)];
        std::string &list = row.implemented ? there : missing;
        list += (list.empty() ? "" : ", ") + std::string(row.name);
    }
    std::string text;
    for (const auto &[family, lists] : families) {
        text += fmt::format("\n### {}\n", family);
        if (!lists.first.empty()) text += fmt::format("\nThere: {}.\n", lists.first);
        if (!lists.second.empty()) text += fmt::format("\nNot yet: {}.\n", lists.second);
    }
    return text;
}

std::string markdown()
{
    const Counts kmdf = count(framework_functions(), {}), kernel = count(kernel_exports(), {});
    const auto exposed =
        std::ranges::count_if(framework_functions(), &FrameworkFunction::is_public);
    return fmt::format(
        "# What is supported\n\n"
        "Made by `kmdf support --markdown` from the lists of functions; a test keeps it "
        "current.\n\n"
        "| | all | implemented |\n| --- | --- | --- |\n"
        "| KMDF 1.33 | {} | {} |\n| kernel exports | {} | {} |\n\n"
        "What is declared and not implemented compiles. A driver that imports such an export is "
        "told its name "
        "when it is\nloaded; a call of such a KMDF function is a bugcheck that names it.\n\n"
        "## KMDF\n\nThe {} public functions.\n\n{}\n## Kernel exports\n{}",
        kmdf.total, kmdf.implemented, kernel.total, kernel.implemented, exposed,
        framework_markdown(), kernel_markdown());
}

class SupportCommand : public Command {
public:
    explicit SupportCommand(CLI::App &root)
        : Command(root, "support", "Say which functions of KMDF and of the kernel there are",
                  "  kmdf support\n"
                  "  kmdf support WdfDeviceCreate KeWaitForSingleObject\n"
                  "  kmdf support --json\n"
                  "  kmdf support --markdown > docs/support.md")
    {
        app_->add_option("function", asked_, "Functions to look up");
        auto *json = app_->add_flag("--json", json_, "The counts as JSON");
        app_->add_flag("--markdown", markdown_, "The lists as a document")->excludes(json);
        app_->add_option("--results", results_, "The folder of test results (of the last ./test)");
    }

    Exit run() override
    {
        if (markdown_) {
            fmt::print("{}", markdown());
            return Exit::Good;
        }
        std::error_code error;
        if (!results_.empty() && !std::filesystem::is_directory(results_, error))
            return complain(Exit::BadInput, "support", fmt::format("{} is no folder.", results_),
                            "Name the test-results of a build.");
        const auto results = results_.empty() ? last_test_results() : test_results_in(results_);
        const Names passed = passed_functions(results);
        if (!asked_.empty()) return look_up(passed);
        const Counts kmdf = count(framework_functions(), passed);
        const Counts kernel = count(kernel_exports(), passed);
        if (json_) {
            const nlohmann::ordered_json json{{"kmdf", json_of(kmdf)},
                                              {"executive", json_of(kernel)}};
            print_document(json);
            return Exit::Good;
        }
        fmt::print("{:<16} {:>6} {:>12} {:>7}\n", "", "total", "implemented", "tested");
        for (const auto &[name, counts] :
             {std::pair{"KMDF", kmdf}, std::pair{"kernel exports", kernel}})
            fmt::print("{:<16} {:>6} {:>12} {:>7}\n", name, counts.total, counts.implemented,
                       counts.tested);
        if (results.empty()) fmt::print("No test results were found; ./test makes them.\n");
        return Exit::Good;
    }

private:
    template <class Rows>
    static bool say(const Rows &rows, const std::string &name, const Names &passed)
    {
        const auto row =
            std::ranges::find(rows, name, [](const auto &entry) { return entry.name; });
        if (row == rows.end()) return false;
        fmt::print("{}: {}{}, at most {}\n", name, row->implemented ? "implemented" : "declared",
                   passed.contains(name) ? ", tested" : "", row->irql);
        return true;
    }

    Exit look_up(const Names &passed) const
    {
        for (const auto &name : asked_)
            if (!say(framework_functions(), name, passed) && !say(kernel_exports(), name, passed))
                return complain(Exit::BadInput, "support",
                                fmt::format("Neither KMDF nor the kernel has a function {}.", name),
                                "Names are spelled as in the documentation, with their capitals.");
        return Exit::Good;
    }

    std::vector<std::string> asked_;
    std::string results_;
    bool json_ = false;
    bool markdown_ = false;
};

}  // namespace

std::unique_ptr<Command> make_support_command(CLI::App &root)
{
    return std::make_unique<SupportCommand>(root);
}

}  // namespace openkmdf::cli
