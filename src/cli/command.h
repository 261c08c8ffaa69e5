#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

// The subcommands of `kmdf`, and how they end.

namespace openkmdf::cli {

enum class Exit : int {
    Good = 0,
    DriverFailed = 1,  // or broke a rule
    BadInput = 2,      // usage, files, an interrupted run
    Bugcheck = 3,
    OurFault = 4,
};

class Command {
public:
    virtual ~Command() = default;
    // After the parse.
    virtual Exit run() = 0;
    const CLI::App &app() const { return *app_; }

protected:
    Command(CLI::App &root, const std::string &name, const std::string &description,
            const std::string &examples);
    CLI::App *app_;
};

std::unique_ptr<Command> make_build_command(CLI::App &root);
std::unique_ptr<Command> make_run_command(CLI::App &root);
std::unique_ptr<Command> make_debug_command(CLI::App &root);
std::unique_ptr<Command> make_new_command(CLI::App &root);
std::unique_ptr<Command> make_support_command(CLI::App &root);
std::unique_ptr<Command> make_version_command(CLI::App &root);

// "kmdf run: sentence hint" on standard error.
Exit complain(Exit code, std::string_view command, std::string_view sentence,
              std::string_view hint = {});

// How this process was called: for starting another flavour of the program with the same words.
void remember_arguments(int argc, char **argv);
char **arguments();

}  // namespace openkmdf::cli
