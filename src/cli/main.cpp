#include "cli/command.h"
#include "cli/interrupt.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>
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

// CLI11 takes an unknown command for a missing one.
std::string unknown_command(int argc, char **argv)
{
    if (argc < 2) return "There is no command.";
    for (int i = 1; i < argc; ++i)
        if (argv[i][0] != '-') return fmt::format("There is no command '{}'.", argv[i]);
    return fmt::format("{} is no option of kmdf itself.", argv[1]);
}

Exit run(int argc, char **argv)
{
    remember_arguments(argc, argv);
    CLI::App app("Windows kernel-mode drivers (KMDF), built, run and tested in a Linux process.",
                 "kmdf");
    app.require_subcommand(1);
    app.set_version_flag("--version", "kmdf " OPENKMDF_VERSION, "Print the version");
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
        if (app.get_subcommands().empty())
            return complain(
                Exit::BadInput, "", unknown_command(argc, argv),
                "The commands are build, run, debug, new, support and version; see kmdf --help.");
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

// A file that we open must not become our standard output because that was closed.
void open_standard_streams()
{
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) std::_Exit(4);
}

Exit output_lost()
{
    fmt::print(stderr,
               "kmdf: The output cannot be written: {}. Send it elsewhere; it is not complete.\n",
               std::strerror(errno));
    return Exit::BadInput;
}

}  // namespace
}  // namespace openkmdf::cli

int main(int argc, char **argv)
{
    using namespace openkmdf::cli;
    open_standard_streams();
    try {
        const Exit code = run(argc, argv);
        const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout);
        return static_cast<int>(lost ? output_lost() : code);
    } catch (const std::exception &error) {
        if (std::ferror(stdout)) return static_cast<int>(output_lost());
        return static_cast<int>(complain(Exit::OurFault, "", error.what(),
                                         "This is a fault of OpenKMDF or of this computer."));
    }
}
