#pragma once

#include "build/command_line.h"
#include "cli/command.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// What `kmdf run` and `kmdf debug` are told.

namespace openkmdf::cli {

struct ControlRequest {
    std::uint32_t code = 0;
    std::vector<std::byte> input;
};

struct RunOptions {
    std::vector<std::filesystem::path> inputs;
    bool threaded = false;
    unsigned processors = 2;
    std::optional<std::uint64_t> seed;
    bool random = false;
    std::string replay;
    std::string save_replay;
    std::string hardware_id;
    std::vector<std::string> open;
    std::optional<std::string> write;
    std::optional<unsigned> read;
    std::vector<std::string> ioctl;
    bool no_remove = false;
    bool fast = false;
    bool json = false;
    std::string color = "auto";

    // By check(): from `ioctl`; and what shows the same run in a debugger.
    std::vector<ControlRequest> controls;
    std::string debug_command;
};

class RunCommandLine {
public:
    // Adds inputs, options of a run and options of a build to a command.
    explicit RunCommandLine(CLI::App &command);

    // After the parse. Complains about what is wrong.
    std::optional<Exit> check(std::string_view command);
    const RunOptions &options() const { return options_; }
    const build::BuildCommandLine &build_options() const { return *build_; }

    // The module to run: built first if sources were named.
    std::expected<std::filesystem::path, Exit> module(std::string_view command);

    // The words that repeat this run for a module.
    std::vector<std::string> words(const std::filesystem::path &module) const;

private:
    RunOptions options_;
    std::optional<build::BuildCommandLine> build_;
    class DriverBuildHolder;
    std::shared_ptr<DriverBuildHolder> builder_;
};

// "0x222000", "0x222000:01 02", "2236416:". A sentence if it is not like that.
std::expected<ControlRequest, std::string> parse_control(std::string_view text);

}  // namespace openkmdf::cli
