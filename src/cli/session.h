#pragma once

#include "cli/command.h"
#include "cli/run_options.h"
#include "cli/run_view.h"

#include <openkmdf/machine.h>

#include <filesystem>
#include <string>
#include <vector>

// A driver's life, from loading to unloading, with a client in between.

namespace openkmdf::cli {

class Session {
public:
    Session(const RunOptions &options, std::filesystem::path module, RunView &view);

    Exit run();

private:
    struct Pending {
        std::string what;
        Operation operation;
    };

    // Each of them false: the life ends here, with `code_`.
    bool load();
    bool plug_in();
    bool use();
    bool unplug();
    bool unload();

    std::vector<std::string> paths_to_open();
    File open(const std::string &path, Status &status);
    void exercise(File &file);
    void write(File &file, std::string_view text);
    void read(File &file, unsigned size);
    void control(File &file, const ControlRequest &request);
    // Waits for a request as long as a patient client would; one that stays pending is kept.
    bool wait(Operation &operation, const std::string &what, Result &result);
    void collect_pending();
    bool stopped();
    bool end(Exit code, std::string sentence);
    Exit summarize();

    const RunOptions &options_;
    std::filesystem::path path_;
    RunView &view_;
    Machine pc_;
    Driver driver_;
    Device device_;
    std::vector<Pending> pending_;
    std::vector<std::string> links_before_;
    std::vector<std::string> devices_before_;
    std::string name_;
    Exit code_ = Exit::Good;
    std::string sentence_;
};

}  // namespace openkmdf::cli
