#pragma once

#include <filesystem>

// Files and folders that must not outlive the process half made. A signal handler removes them.

namespace openkmdf::build {

class Unfinished {
public:
    Unfinished() = default;
    // What stands at the path is removed if the process is stopped before finished(). At most
    // eight at a time: more are not known.
    explicit Unfinished(const std::filesystem::path &path);
    ~Unfinished() { finished(); }
    Unfinished(Unfinished &&other) noexcept;
    Unfinished &operator=(Unfinished &&other) noexcept;

    void finished() noexcept;

private:
    int slot_ = -1;
};

// May be called by a signal handler.
void remove_unfinished() noexcept;

}  // namespace openkmdf::build
