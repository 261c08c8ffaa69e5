#include "cli/command.h"
#include "cli/interrupt.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace openkmdf::cli {
namespace {

constexpr const char *kExitCodes =
    "\nExit codes: 0 good; 1 the driver failed or broke a rule; 2 bad usage or input, or "
    "interrupted;\n3 bugcheck; 4 our own fault.\n`kmdf COMMAND --help` explains a command.";

// The sentence of a wrong command line, with where to look.
Exit usage_error(const CLI::App &app, const CLI::ParseError &error)
{
    const CLI::App *command = &app;
    for (const CLI::App *sub : app.get_subcommands()) command = sub;
    std::string text = error.what();
    while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
    const std::string name = command == &app ? "" : command->get_name();
    return complain(Exit::BadInput, name, text + ".",
                    fmt::format("See kmdf{}{} --help.", name.empty() ? "" : " ", name));
}

Exit run(int argc, char **argv)
{
    remember_arguments(argc, argv);
    CLI::App app("Windows kernel-mode drivers (KMDF), built, run and tested in a Linux process.",
                 "kmdf");
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    app.footer(kExitCodes);
    std::vector<std::unique_ptr<Command>> commands;
    for (auto *make : {make_build_command, make_run_command, make_debug_command, make_new_command,
                       make_support_command, make_version_command})
        commands.push_back(make(app));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &help) {
        app.exit(help);
        return Exit::Good;
    } catch (const CLI::ParseError &error) {
        return usage_error(app, error);
    }
    install_interrupt_handlers();
    for (const auto &command : commands)
        if (command->app().parsed()) {
            set_interrupted_command(command->app().get_name());
            return command->run();
        }
    return Exit::OurFault;
}

}  // namespace
}  // namespace openkmdf::cli

int main(int argc, char **argv)
{
    using namespace openkmdf::cli;
    try {
        const int code = static_cast<int>(run(argc, argv));
        std::fflush(stdout);
        return code;
    } catch (const std::exception &error) {
        return static_cast<int>(complain(Exit::OurFault, "", error.what(),
                                         "This is a fault of OpenKMDF or of this computer."));
    }
}
