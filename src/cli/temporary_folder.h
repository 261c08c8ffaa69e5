#pragma once

#include "build/unfinished.h"

#include <filesystem>

namespace openkmdf::cli {

// A folder that is removed when this object goes or a signal ends the process, unless it is kept.
// What a process left that could not clean up (SIGKILL, a power failure) goes when the next one is
// made in the same place.
class TemporaryFolder {
public:
    // In `parent`, or in the system's folder for such things. Empty path(): it cannot be made.
    explicit TemporaryFolder(const std::filesystem::path &parent = {});
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }
    // Gives the folder its final name; false if that is not possible.
    bool keep_as(const std::filesystem::path &name);

private:
    bool make_in(const std::filesystem::path &base);

    std::filesystem::path path_;
    int lock_ = -1;  // held as long as the folder has an owner
    build::Unfinished unfinished_;
};

}  // namespace openkmdf::cli
