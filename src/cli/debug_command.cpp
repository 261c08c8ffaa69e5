#include "build/process.h"
#include "cli/command.h"
#include "cli/flavor.h"
#include "cli/run_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace openkmdf::cli {
namespace {

class DebugCommand : public Command {
public:
    explicit DebugCommand(CLI::App &root)
        : Command(root, "debug", "Run a driver under gdb, with breakpoints in its sources",
                  "  kmdf debug driver.vcxproj --break queue.c:40\n"
                  "  kmdf debug driver.vcxproj --break EvtIoRead --print\n"
                  "  kmdf debug driver.so --break queue.c:40 --command bt --batch")
    {
        auto *debugger = app_->add_option_group("The debugger");
        debugger->add_option("-b,--break", breakpoints_, "Stop at FILE:LINE or FUNCTION")
            ->allow_extra_args(false);
        debugger->add_option("-x,--command", commands_, "A command of gdb, after the first stop")
            ->allow_extra_args(false);
        debugger->add_flag("--batch", batch_, "End after the commands, ask nothing");
        debugger->add_flag("--print", print_,
                           "Print the command that starts gdb, and do not start it");
        debugger->add_option("--gdb", gdb_, "The debugger to use (gdb)");
        options_.emplace(*app_);
    }

    Exit run() override
    {
        if (auto wrong = options_->check("debug")) return *wrong;
        const auto request = options_->build_options().request();
        std::optional<std::filesystem::path> program = own_program();
        const Flavor flavor = flavor_for(request->sanitizers);
        if (flavor != Flavor::Plain && flavor != own_flavor()) program = find_flavor(flavor);
        if (!program) return *become_flavor(flavor, "debug");
        const auto module = options_->module("debug");
        if (!module) return module.error();
        const auto command = gdb_command(*program, std::filesystem::absolute(*module));
        if (print_) {
            fmt::print("{}\n", build::shell_text(command));
            return Exit::Good;
        }
        return start(command);
    }

private:
    build::Command gdb_command(const std::filesystem::path &program,
                               const std::filesystem::path &module) const
    {
        build::Command command;
        auto &words = command.arguments;
        const auto tell = [&](const std::string &text) {
            words.insert(words.end(), {"-ex", text});
        };
        words = {gdb_, "-q"};
        if (batch_) words.emplace_back("-batch");
        // The module is not there before it is loaded.
        tell("set breakpoint pending on");
        for (const auto &place : breakpoints_) tell("break " + place);
        if (!breakpoints_.empty() || batch_) tell("run");
        for (const auto &text : commands_) tell(text);
        words.emplace_back("--args");
        words.push_back(program.string());
        for (auto &word : options_->words(module)) words.push_back(std::move(word));
        return command;
    }

    static Exit start(const build::Command &command)
    {
        std::vector<char *> words;
        auto arguments = command.arguments;
        for (auto &argument : arguments) words.push_back(argument.data());
        words.push_back(nullptr);
        execvp(words.front(), words.data());
        return complain(Exit::BadInput, "debug",
                        fmt::format("{} cannot be started: {}.", command.arguments.front(),
                                    std::strerror(errno)),
                        "Install the package gdb, or name a debugger with --gdb.");
    }

    std::optional<RunCommandLine> options_;
    std::vector<std::string> breakpoints_;
    std::vector<std::string> commands_;
    std::string gdb_ = "gdb";
    bool batch_ = false;
    bool print_ = false;
};

}  // namespace

std::unique_ptr<Command> make_debug_command(CLI::App &root)
{
    return std::make_unique<DebugCommand>(root);
}

}  // namespace openkmdf::cli
