#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
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

// "kmdf run: sentence hint" on standard error, after the words of a compiler. With --json the one
// document on standard output says the same.
Exit complain(Exit code, std::string_view command, std::string_view sentence,
              std::string_view hint = {}, std::string_view compiler_output = {});
// For every command that has --json: its output is one document, however the command ends.
bool json_wanted();
// Prints that document.
void print_document(const nlohmann::ordered_json &document);
// For a signal handler, which must not write a second one.
bool document_begun();

// How this process was called: for starting another flavour of the program with the same words.
void remember_arguments(int argc, char **argv);
char **arguments();
// The same words for another command, as one would type them. `driver` is what was meant if none
// of them named one.
std::string same_words_for(std::string_view command, std::string_view driver);

}  // namespace openkmdf::cli
