#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Other programs, run to their end with all they print captured.

namespace openkmdf::build {

struct Command {
    std::vector<std::string> arguments;  // the first is the program, found by PATH
    std::vector<std::pair<std::string, std::string>> environment;  // added to ours
};

struct ProcessResult {
    int exit_code = -1;  // 128 + signal when a signal ended it, 127 when it could not be started
    std::string output;  // standard output and standard error in the order written

    bool ok() const { return exit_code == 0; }
};

ProcessResult run_process(const Command &command);

// At most `jobs` at a time; `done` is called on this thread, in the order in which they end.
void run_processes(std::span<const Command> commands, unsigned jobs,
                   const std::function<void(std::size_t, ProcessResult)> &done);

// Asks every process under way to end. May be called by a signal handler.
void end_running_processes() noexcept;

// As one would type it into a shell.
std::string shell_text(const Command &command);

}  // namespace openkmdf::build
