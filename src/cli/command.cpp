#include "cli/command.h"

#include "build/process.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>

namespace openkmdf::cli {

namespace {
char **saved_arguments;
bool saved_json;
volatile std::sig_atomic_t document_was_begun;
}  // namespace

Command::Command(CLI::App &root, const std::string &name, const std::string &description,
                 const std::string &examples)
    : app_(root.add_subcommand(name, description))
{
    app_->footer("\nExamples:\n" + examples);
}

Exit complain(Exit code, std::string_view command, std::string_view sentence, std::string_view hint,
              std::string_view compiler_output)
{
    if (json_wanted()) {
        nlohmann::ordered_json json{{"exit_code", static_cast<int>(code)}, {"error", sentence}};
        if (!hint.empty()) json["hint"] = hint;
        if (!compiler_output.empty()) json["compiler_output"] = compiler_output;
        print_document(json);
    }
    std::fflush(stdout);
    if (!compiler_output.empty())
        fmt::print(stderr, "{}{}", compiler_output, compiler_output.ends_with('\n') ? "" : "\n");
    fmt::print(stderr, "kmdf{}{}: {}{}{}\n", command.empty() ? "" : " ", command, sentence,
               hint.empty() ? "" : " ", hint);
    return code;
}

void remember_arguments(int count, char **argv)
{
    saved_arguments = argv;
    // Before the parse, which may be what fails.
    for (int i = 1; i < count && std::string_view(argv[i]) != "--"; ++i)
        saved_json = saved_json || std::string_view(argv[i]) == "--json";
}

bool json_wanted()
{
    return saved_json;
}

void print_document(const nlohmann::ordered_json &document)
{
    const std::string text = document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    document_was_begun = 1;
    fmt::print("{}\n", text);
    std::fflush(stdout);
}

bool document_begun()
{
    return document_was_begun != 0;
}

char **arguments()
{
    return saved_arguments;
}

std::string same_words_for(std::string_view command, std::string_view driver)
{
    build::Command line{{"kmdf", std::string(command)}, {}};
    if (!driver.empty()) line.arguments.emplace_back(driver);
    // After the program and its command.
    for (char **word = saved_arguments + 2; word[-1] && *word; ++word)
        if (std::string_view(*word) != "--json") line.arguments.emplace_back(*word);
    return build::shell_text(line);
}

}  // namespace openkmdf::cli
