#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace openkmdf::cli {

namespace {
char **saved_arguments;
}

Command::Command(CLI::App &root, const std::string &name, const std::string &description,
                 const std::string &examples)
    : app_(root.add_subcommand(name, description))
{
    app_->footer("\nExamples:\n" + examples);
}

Exit complain(Exit code, std::string_view command, std::string_view sentence, std::string_view hint)
{
    std::fflush(stdout);
    fmt::print(stderr, "kmdf{}{}: {}{}{}\n", command.empty() ? "" : " ", command, sentence,
               hint.empty() ? "" : " ", hint);
    return code;
}

void remember_arguments(int, char **argv)
{
    saved_arguments = argv;
}

char **arguments()
{
    return saved_arguments;
}

}  // namespace openkmdf::cli
