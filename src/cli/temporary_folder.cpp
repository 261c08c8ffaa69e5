#include "cli/temporary_folder.h"

#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".kmdf-";
constexpr int kAttempts = 8;

// The folder, locked; -1: it has an owner, or is none of ours.
int lock_folder(const fs::path &path)
{
    const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return -1;
    struct stat mine = {};
    if (fstat(folder, &mine) == 0 && mine.st_uid == geteuid() &&
        flock(folder, LOCK_EX | LOCK_NB) == 0)
        return folder;
    close(folder);
    return -1;
}

// Whether the path still leads to the folder that was opened.
bool is_at(int folder, const fs::path &path)
{
    struct stat opened = {}, found = {};
    return fstat(folder, &opened) == 0 && lstat(path.c_str(), &found) == 0 &&
           opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

void remove_abandoned(const fs::path &base)
{
    std::error_code error;
    for (fs::directory_iterator entry(base, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->path().filename().string().starts_with(kPrefix)) continue;
        const int folder = lock_folder(entry->path());
        if (folder < 0) continue;
        std::error_code ignored;
        fs::remove_all(entry->path(), ignored);
        close(folder);
    }
}

}  // namespace

TemporaryFolder::TemporaryFolder(const fs::path &parent)
{
    std::error_code error;
    const auto base = parent.empty() ? fs::temp_directory_path(error) : parent;
    if (error) return;
    remove_abandoned(base);
    for (int i = 0; i < kAttempts && path_.empty(); ++i)
        if (!make_in(base)) return;
}

// False: it is no use to try again.
bool TemporaryFolder::make_in(const fs::path &base)
{
    std::string name = (base / (std::string(kPrefix) + "XXXXXX")).string();
    if (!mkdtemp(name.data())) return false;
    lock_ = lock_folder(name);
    // Another process may have taken it for an abandoned one before it was locked.
    if (lock_ >= 0 && is_at(lock_, name)) {
        path_ = name;
        unfinished_ = build::Unfinished(path_);
    } else if (lock_ >= 0) {
        close(lock_);
        lock_ = -1;
    }
    return true;
}

TemporaryFolder::~TemporaryFolder()
{
    if (!path_.empty()) {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    if (lock_ >= 0) close(lock_);
}

bool TemporaryFolder::keep_as(const fs::path &name)
{
    // RENAME_NOREPLACE: somebody else may have made that folder meanwhile.
    if (syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), 1) != 0)
        return false;
    unfinished_.finished();
    path_.clear();
    constexpr mode_t kFolderMode = 0755;
    chmod(name.c_str(), kFolderMode);
    return true;
}

}  // namespace openkmdf::cli
