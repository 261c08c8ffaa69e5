#include "build/process.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace openkmdf::build {
namespace {

struct Running {
    std::size_t index;
    pid_t pid;
    int output;
    ProcessResult result;
};

// The processes under way, for a signal handler. More than this many at once are not known to it.
constexpr std::size_t kMostKnown = 64;
std::atomic<pid_t> known[kMostKnown];
static_assert(std::atomic<pid_t>::is_always_lock_free);

void exchange_known(pid_t from, pid_t to)
{
    for (auto &entry : known) {
        pid_t expected = from;
        if (entry.compare_exchange_strong(expected, to)) {
            return;
        }
    }
}

std::vector<std::string> environment_of(const Command &command)
{
    std::vector<std::string> variables;
    for (char **entry = environ; *entry; ++entry) {
        std::string_view text = *entry;
        bool replaced = false;
        for (const auto &[name, value] : command.environment) {
            replaced =
                replaced || (text.starts_with(name) && text.substr(name.size()).starts_with('='));
        }
        if (!replaced) {
            variables.emplace_back(text);
        }
    }
    for (const auto &[name, value] : command.environment) {
        variables.push_back(name + "=" + value);
    }
    return variables;
}

std::vector<char *> pointers_to(std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    for (auto &text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

Running start(const Command &command, std::size_t index)
{
    Running running{index, -1, -1, {}};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        running.result = {127, std::string("no pipe: ") + std::strerror(errno)};
        return running;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    auto arguments = command.arguments;
    auto variables = environment_of(command);
    int error = posix_spawnp(&running.pid, arguments[0].c_str(), &actions, nullptr,
                             pointers_to(arguments).data(), pointers_to(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        running.pid = -1;
        running.result = {127, arguments[0] + ": " + std::strerror(error) + "\n"};
        return running;
    }
    running.output = ends[0];
    exchange_known(0, running.pid);
    return running;
}

// False at the end of the output.
bool read_some(Running &running)
{
    char buffer[16384];
    ssize_t got = read(running.output, buffer, sizeof buffer);
    if (got > 0) {
        running.result.output.append(buffer, static_cast<std::size_t>(got));
        return true;
    }
    return got < 0 && errno == EINTR;
}

void finish(Running &running)
{
    close(running.output);
    int status = 0;
    exchange_known(running.pid, 0);
    while (waitpid(running.pid, &status, 0) < 0 && errno == EINTR) {}
    running.result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

void run_processes(std::span<const Command> commands, unsigned jobs,
                   const std::function<void(std::size_t, ProcessResult)> &done)
{
    std::vector<Running> active;
    std::size_t next = 0;
    while (next < commands.size() || !active.empty()) {
        while (next < commands.size() && active.size() < (jobs ? jobs : 1)) {
            Running running = start(commands[next], next);
            ++next;
            if (running.pid < 0) {
                done(running.index, std::move(running.result));
            } else {
                active.push_back(std::move(running));
            }
        }
        std::vector<pollfd> waiting;
        for (const auto &running : active) {
            waiting.push_back({running.output, POLLIN, 0});
        }
        if (waiting.empty() || poll(waiting.data(), waiting.size(), -1) < 0) {
            continue;
        }
        for (std::size_t i = waiting.size(); i-- > 0;) {
            if (waiting[i].revents != 0 && !read_some(active[i])) {
                Running ended = std::move(active[i]);
                active.erase(active.begin() + static_cast<std::ptrdiff_t>(i));
                finish(ended);
                done(ended.index, std::move(ended.result));
            }
        }
    }
}

ProcessResult run_process(const Command &command)
{
    ProcessResult result;
    run_processes({&command, 1}, 1,
                  [&](std::size_t, ProcessResult ended) { result = std::move(ended); });
    return result;
}

void end_running_processes() noexcept
{
    for (auto &entry : known) {
        if (pid_t pid = entry.load(); pid > 0) {
            kill(pid, SIGTERM);
        }
    }
}

std::string shell_text(const Command &command)
{
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    std::string text;
    for (const auto &argument : command.arguments) {
        if (!text.empty()) {
            text += ' ';
        }
        if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) {
            text += argument;
            continue;
        }
        text += '\'';
        for (char c : argument) {
            text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        }
        text += '\'';
    }
    return text;
}

}  // namespace openkmdf::build
