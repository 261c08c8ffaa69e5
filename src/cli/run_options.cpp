// Before the driver headers, some of whose macros have names of its functions.
#include <CLI/CLI.hpp>

#include "cli/run_options.h"

#include "base/hex.h"
#include "base/text.h"
#include "cli/driver_build.h"
#include "cli/flavor.h"

#include <openkmdf/machine.h>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestHardwareId = 200;
// Names a driver for `kmdf run` without one; ./run of the source tree sets it.
constexpr const char *kDefaultDriver = "OPENKMDF_DEFAULT_DRIVER";

void add_run_options(CLI::App &command, RunOptions &options)
{
    command.add_option("driver", options.inputs,
                       "A .vcxproj or its folder, C and C++ files, or a module of kmdf build");
    auto *client = command.add_option_group("The client");
    client
        ->add_option("--open", options.open,
                     "Open this path (\\\\.\\Name, \\Device\\Name) instead of what the driver made")
        ->allow_extra_args(false);
    client->add_option("--write", options.write, "Text to write (hello)");
    client->add_option("--read", options.read, "Bytes to read (as many as were written)");
    client
        ->add_option("--ioctl", options.ioctl,
                     "A control code and its input: 0x222000 or 0x222004:48656c6c6f")
        ->allow_extra_args(false);
    client->add_option("--hardware-id", options.hardware_id, "The device's id (ROOT\\NAME)");
    client->add_flag("--no-remove", options.no_remove,
                     "Do not pull the plug: remove the device in the orderly way");
    auto *machine = command.add_option_group("The machine");
    auto *threaded =
        machine->add_flag("--threaded", options.threaded, "Host threads and the real clock");
    machine->add_option("--processors", options.processors, "Virtual processors (2)");
    machine->add_flag("--random", options.random, "Choose what runs next at random")
        ->excludes(threaded);
    machine->add_option("--seed", options.seed, "Of the random choices; implies --random")
        ->check([](const std::string &text) {
            // The conversion would take it for a very large number.
            return std::string(text.starts_with('-') ? "a seed is 0, 1, 2 and so on" : "");
        })
        ->excludes(threaded);
    machine->add_option("--replay", options.replay, "Take the choices from this file")
        ->excludes(threaded);
    machine->add_option("--save-replay", options.save_replay, "Write the choices to this file")
        ->excludes(threaded);
    machine->add_flag("--fast", options.fast, "Without checks of IRQL, handles and parameters");
    auto *output = command.add_option_group("The output");
    output->add_flag("--json", options.json, "One JSON document at the end");
    output->add_option("--color", options.color, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
}

// Empty: good. ENUMERATOR\ID, printable ASCII without spaces and commas.
std::string hardware_id_problem(std::string_view id)
{
    const std::size_t separator = id.find('\\');
    if (separator == 0 || separator == std::string_view::npos || separator + 1 == id.size() ||
        id.find('\\', separator + 1) != std::string_view::npos)
        return "it must name a bus and a device, as in ROOT\\ECHO";
    if (id.size() > kLongestHardwareId) return "it is longer than 200 characters";
    for (unsigned char c : id)
        if (c <= ' ' || c > '~' || c == ',')
            return "it may have no spaces, commas or special characters";
    return {};
}

bool is_replay_file(const fs::path &file)
{
    std::ifstream in(file);
    std::string header;
    return std::getline(in, header) && header.starts_with("OpenKMDF replay ");
}

}  // namespace

class RunCommandLine::DriverBuildHolder : public DriverBuild {};

RunCommandLine::RunCommandLine(CLI::App &command) : builder_(std::make_shared<DriverBuildHolder>())
{
    add_run_options(command, options_);
    build_.emplace(*command.add_option_group("The build"), false);
}

std::optional<Exit> RunCommandLine::check(std::string_view command)
{
    const auto bad = [&](std::string_view sentence, std::string_view hint) {
        return complain(Exit::BadInput, command, sentence, hint);
    };
    const char *standard = std::getenv(kDefaultDriver);
    const bool by_default = options_.inputs.empty() && standard && *standard;
    if (by_default) options_.inputs.emplace_back(standard);
    options_.debug_command = same_words_for("debug", by_default ? standard : "");
    if (options_.inputs.empty())
        return bad("There is no driver to run.", "Name a .vcxproj, source files or a module.");
    std::error_code error;
    for (const auto &input : options_.inputs)
        if (!fs::exists(input, error))
            return bad(fmt::format("{} does not exist.", input.empty() ? "''" : input.string()),
                       "Name a .vcxproj, source files or a module.");
    const auto request = build_->request();
    if (!request) return build_failed(command, request.error());
    if (request->sanitizers.address && request->sanitizers.thread)
        return bad("AddressSanitizer and ThreadSanitizer cannot work together.",
                   "Ask for one of them.");
    if (options_.processors < 1 || options_.processors > kMostProcessors)
        return bad(fmt::format("A machine cannot have {} processors.", options_.processors),
                   fmt::format("Ask for 1 to {}.", kMostProcessors));
    if (!options_.hardware_id.empty())
        if (auto problem = hardware_id_problem(options_.hardware_id); !problem.empty())
            return bad(fmt::format("'{}' is no hardware id: {}.", options_.hardware_id, problem),
                       "Give one like ROOT\\ECHO.");
    for (const auto &text : options_.ioctl) {
        auto control = parse_control(text);
        if (!control)
            return bad(control.error(), "Write CODE or CODE:HEX, as in 0x222004:48656c6c6f.");
        options_.controls.push_back(std::move(*control));
    }
    if (!options_.replay.empty() && !is_replay_file(options_.replay))
        return bad(fmt::format("{} is no replay file.", options_.replay),
                   "Make one with kmdf run --save-replay FILE.");
    options_.random = options_.random || options_.seed;
    return std::nullopt;
}

std::expected<fs::path, Exit> RunCommandLine::module(std::string_view command)
{
    auto request = build_->request();
    if (!needs_build(options_.inputs)) return options_.inputs.front();
    request->inputs = options_.inputs;
    request->progress = nullptr;
    return builder_->module_of(*request, command);
}

std::vector<std::string> RunCommandLine::words(const fs::path &module) const
{
    std::vector<std::string> words{"run", module.string()};
    const auto flag = [&](bool on, const char *name) {
        if (on) words.emplace_back(name);
    };
    const auto value = [&](const std::string &text, const char *name) {
        if (!text.empty()) words.insert(words.end(), {name, text});
    };
    flag(options_.threaded, "--threaded");
    if (options_.processors != 2) value(std::to_string(options_.processors), "--processors");
    if (options_.seed) value(std::to_string(*options_.seed), "--seed");
    else flag(options_.random, "--random");
    value(options_.replay, "--replay");
    value(options_.save_replay, "--save-replay");
    value(options_.hardware_id, "--hardware-id");
    for (const auto &path : options_.open) value(path, "--open");
    if (options_.write) words.insert(words.end(), {"--write", *options_.write});
    if (options_.read) value(std::to_string(*options_.read), "--read");
    for (const auto &text : options_.ioctl) value(text, "--ioctl");
    flag(options_.no_remove, "--no-remove");
    flag(options_.fast, "--fast");
    flag(options_.json, "--json");
    if (options_.color != "auto") value(options_.color, "--color");
    flag(build_->verbose(), "--verbose");
    flag(build_->quiet(), "--quiet");
    return words;
}

std::expected<ControlRequest, std::string> parse_control(std::string_view text)
{
    const std::size_t colon = text.find(':');
    const std::string_view number = text.substr(0, colon);
    ControlRequest control;
    const auto code = base::parse_number(number);
    if (!code) return std::unexpected(fmt::format("'{}' is no control code.", number));
    if (*code > 0xFFFFFFFF)
        return std::unexpected(fmt::format("The control code '{}' has more than 32 bits.", number));
    control.code = static_cast<std::uint32_t>(*code);
    if (colon == std::string_view::npos) return control;
    const std::string_view digits = text.substr(colon + 1);
    auto bytes = base::parse_hex_bytes(digits);
    if (!bytes)
        return std::unexpected(fmt::format("'{}' is not hexadecimal: {} at character {}.", digits,
                                           bytes.error().problem, bytes.error().position + 1));
    control.input = std::move(*bytes);
    return control;
}

}  // namespace openkmdf::cli
