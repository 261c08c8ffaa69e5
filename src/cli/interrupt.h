#pragma once

#include "build/unfinished.h"

#include <filesystem>
#include <string_view>

// Ctrl-C and its kin: the process ends at once with a sentence, and what it made on the way is
// removed. A driver may be in an endless loop then, so all of it happens in the signal handler.

namespace openkmdf::cli {

void install_interrupt_handlers();
// Who says the sentence.
void set_interrupted_command(std::string_view name);

// A folder that is removed when this object goes or a signal ends the process, unless it is kept.
class TemporaryFolder {
public:
    // Beside `near`, or in the system's folder for such things. Empty path(): it cannot be made.
    explicit TemporaryFolder(const std::filesystem::path &parent = {});
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }
    // Gives the folder its final name; false if that is not possible.
    bool keep_as(const std::filesystem::path &name);

private:
    std::filesystem::path path_;
    build::Unfinished unfinished_;
};

}  // namespace openkmdf::cli
