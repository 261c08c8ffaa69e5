#include "cli/interrupt.h"

#include "build/process.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace openkmdf::cli {
namespace {

constexpr int kSlots = 8;
constexpr int kDeepest = 16;
constexpr std::size_t kLongestPath = 4096;
constexpr int kInterrupted = 2;

// Written before `used` is set and left alone after, so a handler may read them.
struct Slot {
    char path[kLongestPath];
    volatile std::sig_atomic_t used;
};
Slot slots[kSlots];
char command_name[32];

// What getdents64 fills in; the C library's opendir is not for signal handlers.
struct DirectoryEntry {
    std::uint64_t inode;
    std::int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

void remove_entries(int folder, int depth);

void remove_at(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || depth >= kDeepest) return;
    const int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return;
    remove_entries(folder, depth + 1);
    close(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void remove_entries(int folder, int depth)
{
    alignas(DirectoryEntry) char buffer[2048];
    bool again = true;
    while (again) {
        again = false;
        const long size = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
        for (long at = 0; at < size;) {
            auto *entry = reinterpret_cast<DirectoryEntry *>(buffer + at);
            if (std::strcmp(entry->name, ".") != 0 && std::strcmp(entry->name, "..") != 0)
                remove_at(folder, entry->name, depth);
            at += entry->size;
            again = true;
        }
    }
}

void say(const char *text)
{
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

void interrupted(int signal)
{
    const int kept = errno;
    build::end_running_processes();
    for (Slot &slot : slots)
        if (slot.used) remove_at(AT_FDCWD, slot.path, 0);
    say("\nkmdf ");
    say(command_name);
    say(signal == SIGINT ? ": stopped by Ctrl-C" : ": stopped by a signal");
    say("; nothing is left behind. Start it again when you like.\n");
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
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
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

TemporaryFolder::TemporaryFolder(const std::filesystem::path &parent)
{
    std::error_code error;
    const auto base = parent.empty() ? std::filesystem::temp_directory_path(error) : parent;
    for (int i = 0; i < kSlots && slot_ < 0; ++i)
        if (!slots[i].used) slot_ = i;
    std::string name = (base / ".kmdf-XXXXXX").string();
    if (error || slot_ < 0 || name.size() >= kLongestPath || !mkdtemp(name.data())) {
        slot_ = -1;
        return;
    }
    path_ = name;
    std::memcpy(slots[slot_].path, name.c_str(), name.size() + 1);
    slots[slot_].used = 1;
}

TemporaryFolder::~TemporaryFolder()
{
    if (path_.empty()) return;
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    forget();
}

bool TemporaryFolder::keep_as(const std::filesystem::path &name)
{
    // RENAME_NOREPLACE: somebody else may have made that folder meanwhile.
    if (syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), 1) != 0) return false;
    forget();
    constexpr mode_t kFolderMode = 0755;
    chmod(name.c_str(), kFolderMode);
    return true;
}

void TemporaryFolder::forget()
{
    slots[slot_].used = 0;
    path_.clear();
}

}  // namespace openkmdf::cli
