#include "build/unfinished.h"

#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace openkmdf::build {
namespace {

constexpr int kSlots = 8;
constexpr int kDeepest = 16;
constexpr std::size_t kLongestPath = 4096;

// Written before `used` is set and left alone after, so a handler may read them.
struct Slot {
    char path[kLongestPath];
    volatile std::sig_atomic_t used;
};
Slot slots[kSlots];

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

}  // namespace

Unfinished::Unfinished(const std::filesystem::path &path)
{
    const std::string text = path.string();
    if (text.size() >= kLongestPath) return;
    for (int i = 0; i < kSlots && slot_ < 0; ++i)
        if (!slots[i].used) slot_ = i;
    if (slot_ < 0) return;
    std::memcpy(slots[slot_].path, text.c_str(), text.size() + 1);
    slots[slot_].used = 1;
}

Unfinished::Unfinished(Unfinished &&other) noexcept : slot_(std::exchange(other.slot_, -1))
{
}

Unfinished &Unfinished::operator=(Unfinished &&other) noexcept
{
    std::swap(slot_, other.slot_);
    return *this;
}

void Unfinished::finished() noexcept
{
    if (slot_ >= 0) slots[slot_].used = 0;
    slot_ = -1;
}

void remove_unfinished() noexcept
{
    for (Slot &slot : slots)
        if (slot.used) remove_at(AT_FDCWD, slot.path, 0);
}

}  // namespace openkmdf::build
