#include "cli/interrupt.h"

#include "build/process.h"
#include "build/unfinished.h"
#include "cli/command.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace openkmdf::cli {
namespace {

constexpr int kInterrupted = 2;

char command_name[32];

void say(int to, const char *text)
{
    [[maybe_unused]] const ssize_t written = write(to, text, std::strlen(text));
}

void interrupted(int signal)
{
    const int kept = errno;
    build::end_running_processes();
    build::remove_unfinished();
    // Whoever read the output has enough (`| head`): nothing is wrong, nobody listens.
    if (signal == SIGPIPE) _exit(kInterrupted);
    const char *how = signal == SIGINT ? ": stopped by Ctrl-C" : ": stopped by a signal";
    if (json_wanted() && !document_begun()) {
        say(STDOUT_FILENO, "{\n  \"exit_code\": 2,\n  \"error\": \"kmdf ");
        say(STDOUT_FILENO, command_name);
        say(STDOUT_FILENO, how);
        say(STDOUT_FILENO, "\"\n}\n");
    }
    say(STDERR_FILENO, "\nkmdf ");
    say(STDERR_FILENO, command_name);
    say(STDERR_FILENO, how);
    say(STDERR_FILENO, "; nothing is left behind. Start it again when you like.\n");
    errno = kept;
    _exit(kInterrupted);
}

}  // namespace

void install_interrupt_handlers()
{
    struct sigaction action {};
    action.sa_handler = interrupted;
    action.sa_flags = SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        struct sigaction before {};
        // A parent that ignores it (nohup) meant it.
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signal, &action, nullptr);
    }
}

void set_interrupted_command(std::string_view name)
{
    const std::size_t size = std::min(name.size(), sizeof command_name - 1);
    std::memcpy(command_name, name.data(), size);
    command_name[size] = 0;
}

}  // namespace openkmdf::cli
