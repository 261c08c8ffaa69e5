#include "cli/session.h"

#include "base/hex.h"
#include "base/text.h"
#include "build/files.h"
#include "machine/name_space.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace openkmdf::cli {
namespace {

constexpr std::u16string_view kLinks = u"\\??";
constexpr std::u16string_view kDevices = u"\\Device";
constexpr const char *kWin32Prefix = "\\\\.\\";
constexpr std::size_t kDevicePrefixSize = 4;  // of \\.\ and \\?\ alike

// What most drivers' first control code is: CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED,
// FILE_ANY_ACCESS).
constexpr std::uint32_t kUsualControl = 0x222000;
constexpr std::size_t kControlOutput = 4096;
constexpr unsigned kMostRead = 64 * 1024 * 1024;
constexpr std::size_t kMostShown = 48;

MachineOptions machine_options(const RunOptions &options, RunView &view)
{
    MachineOptions machine;
    machine.mode = options.threaded ? Mode::Threaded : Mode::Deterministic;
    machine.processors = options.processors;
    machine.strategy = options.random ? Strategy::Random : Strategy::RunToBlock;
    machine.seed = options.seed.value_or(0);
    machine.checks = options.fast ? Checks::Off : Checks::On;
    machine.replay_file = options.replay;
    machine.on_event = [&view](const Event &event) { view.event(event); };
    return machine;
}

// "hello" in quotes, or bytes in hexadecimal.
std::string shown(std::span<const std::byte> data)
{
    const std::string_view text(reinterpret_cast<const char *>(data.data()), data.size());
    const bool printable = std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= ' ' && byte != 0x7F;
    });
    const bool whole = data.size() <= kMostShown;
    if (printable && base::is_well_formed(text.substr(0, whole ? text.size() : kMostShown)))
        return fmt::format("\"{}\"{}", text.substr(0, kMostShown), whole ? "" : "...");
    return base::hex_bytes(data.first(std::min(data.size(), kMostShown / 2))) +
           (data.size() > kMostShown / 2 ? " ..." : "");
}

std::string bytes(std::uint64_t count)
{
    return fmt::format("{} byte{}", count, count == 1 ? "" : "s");
}

std::vector<std::string> added(const std::vector<std::string> &before,
                               const std::vector<std::string> &now)
{
    std::vector<std::string> names;
    for (const auto &name : now)
        if (std::ranges::find(before, name) == before.end()) names.push_back(name);
    return names;
}

std::string upper_case(std::string text)
{
    for (char &c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        else if (c <= ' ' || c > '~' || c == ',' || c == '\\') c = '_';
    return text;
}

}  // namespace

Session::Session(const RunOptions &options, std::filesystem::path module, RunView &view)
    : options_(options), path_(std::move(module)), view_(view), pc_(machine_options(options, view))
{
}

Exit Session::run()
{
    if (load() && plug_in() && use() && unplug()) unload();
    return summarize();
}

bool Session::end(Exit code, std::string sentence)
{
    code_ = code;
    sentence_ = std::move(sentence);
    return false;
}

// After each step: a bugcheck ends the life. True then.
bool Session::stopped()
{
    if (!pc_.stopped()) return false;
    end(Exit::Bugcheck,
        fmt::format("{} stopped the machine with a bugcheck. See it happen in gdb: `{}`.", name_,
                    options_.debug_command));
    return true;
}

bool Session::load()
{
    MachineCore &core = pc_.core();
    links_before_ = machine::names_in(core, kLinks, machine::NameKind::SymbolicLink);
    devices_before_ = machine::names_in(core, kDevices, machine::NameKind::Device);
    view_.step(pc_.now(), fmt::format("load {}", path_.filename().string()));
    name_ = path_.stem().string();
    driver_ = pc_.load(path_.string());
    if (stopped()) return false;
    if (driver_.ok()) {
        name_ = driver_.name();
        return true;
    }
    // Whatever the file is, none of its code has run.
    if (!view_.saw_driver_code()) return end(Exit::BadInput, driver_.error());
    return end(
        Exit::DriverFailed,
        fmt::format("{} Look at the last call above that did not succeed.", driver_.error()));
}

bool Session::plug_in()
{
    if (!machine::takes_devices(pc_.core(), name_)) {
        if (!options_.hardware_id.empty())
            return end(
                Exit::BadInput,
                fmt::format("{} takes no plug and play devices (it has no EvtDriverDeviceAdd), so "
                            "{} cannot be plugged in. Leave --hardware-id out.",
                            name_, options_.hardware_id));
        return true;
    }
    const std::string id =
        options_.hardware_id.empty() ? "ROOT\\" + upper_case(name_) : options_.hardware_id;
    view_.step(pc_.now(), fmt::format("plug in {}", id));
    device_ = pc_.plug_in(driver_, id);
    if (stopped()) return false;
    if (device_.ok()) return true;
    return end(Exit::DriverFailed,
               fmt::format("{} Look at the first callback or call above that did not succeed.",
                           device_.error()));
}

// The device by each of its interfaces and links; without any, by its object's name.
std::vector<std::string> Session::paths_to_open()
{
    if (!options_.open.empty()) return options_.open;
    MachineCore &core = pc_.core();
    std::vector<std::string> paths = device_.interfaces();
    const std::size_t interfaces = paths.size();
    for (const auto &link :
         added(links_before_, machine::names_in(core, kLinks, machine::NameKind::SymbolicLink))) {
        const bool is_interface =
            std::any_of(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(interfaces),
                        [&](const auto &path) {
                            return build::equal_ignoring_case(path.substr(kDevicePrefixSize), link);
                        });
        // Of an interface that is not enabled, or of somebody else's.
        const bool looks_like_one = link.find("#{") != std::string::npos;
        if (!is_interface && !looks_like_one) paths.push_back(kWin32Prefix + link);
    }
    if (!paths.empty()) return paths;
    const auto devices =
        added(devices_before_, machine::names_in(core, kDevices, machine::NameKind::Device));
    if (!devices.empty()) paths.push_back("\\Device\\" + devices.back());
    return paths;
}

File Session::open(const std::string &path, Status &status)
{
    view_.step(pc_.now(), fmt::format("open {}", path));
    File file = pc_.open(path);
    status = file.status();
    if (!pc_.stopped()) view_.outcome(pc_.now(), "open", status);
    return file;
}

bool Session::use()
{
    const auto paths = paths_to_open();
    if (paths.empty()) {
        view_.remark("The driver made no device that a client could open.");
        return true;
    }
    bool opened = false;
    const auto callbacks_before = view_.driver_callbacks();
    Status status;
    for (const auto &path : paths) {
        File file = open(path, status);
        if (stopped()) return false;
        if (!file) continue;
        opened = true;
        if (&path == &paths.back()) exercise(file);
        if (stopped()) return false;
        view_.step(pc_.now(), "close");
        file.close();
        if (stopped()) return false;
        collect_pending();
    }
    if (opened) return true;
    if (!options_.open.empty() &&
        (status == STATUS_OBJECT_NAME_NOT_FOUND || status == STATUS_OBJECT_PATH_NOT_FOUND))
        return end(
            Exit::BadInput,
            fmt::format("There is no device {}: {}. Leave --open out, and kmdf finds what the "
                        "driver made.",
                        paths.back(), status.name()));
    if (view_.driver_callbacks() == callbacks_before) {
        view_.remark(fmt::format(
            "{} was not asked: {} comes from the device below it, which has no driver here. "
            "So it is with a filter driver.",
            name_, status.name()));
        return true;
    }
    // The driver may mean it; the rest of its life is still to be seen.
    code_ = Exit::DriverFailed;
    sentence_ = fmt::format("{} let no client open its device: {}.", name_, status.name());
    return true;
}

void Session::exercise(File &file)
{
    const std::string text = options_.write.value_or("hello");
    write(file, text);
    if (pc_.stopped()) return;
    const unsigned size = options_.read.value_or(static_cast<unsigned>(text.size()));
    read(file, std::min(size, kMostRead));
    if (options_.controls.empty() && !pc_.stopped()) control(file, {kUsualControl, {}});
    for (const ControlRequest &request : options_.controls)
        if (!pc_.stopped()) control(file, request);
}

bool Session::wait(Operation &operation, const std::string &what, Result &result)
{
    using namespace std::chrono_literals;
    // Virtual time costs nothing, real time does.
    result = operation.wait_for(options_.threaded ? 1s : 60s);
    if (pc_.stopped()) return false;
    if (!operation.done()) {
        view_.outcome(pc_.now(), fmt::format("{}: still pending", what), STATUS_PENDING);
        pending_.push_back({what, std::move(operation)});
        return false;
    }
    return true;
}

void Session::write(File &file, std::string_view text)
{
    view_.step(pc_.now(), fmt::format("write {}", shown(std::as_bytes(std::span(text)))));
    Operation operation = file.write_async(text);
    Result result;
    if (wait(operation, "write", result))
        view_.outcome(pc_.now(), fmt::format("write: {}", bytes(result.information())),
                      result.status());
}

void Session::read(File &file, unsigned size)
{
    view_.step(pc_.now(), fmt::format("read {}", bytes(size)));
    Operation operation = file.read_async(size);
    Result result;
    if (!wait(operation, "read", result)) return;
    const auto data = operation.data();
    view_.outcome(pc_.now(),
                  data.empty() ? fmt::format("read: {}", bytes(result.information()))
                               : fmt::format("read: {}, {}", bytes(data.size()), shown(data)),
                  result.status());
}

void Session::control(File &file, const ControlRequest &request)
{
    const std::string code = "0x" + base::to_hex(request.code, 8).substr(2);
    view_.step(pc_.now(), request.input.empty()
                              ? fmt::format("ioctl {}", code)
                              : fmt::format("ioctl {} with {}", code, shown(request.input)));
    Operation operation = file.ioctl_async(request.code, request.input, kControlOutput);
    Result result;
    if (!wait(operation, "ioctl", result)) return;
    const auto data = operation.data();
    view_.outcome(pc_.now(),
                  data.empty() ? fmt::format("ioctl: {}", bytes(result.information()))
                               : fmt::format("ioctl: {}, {}", bytes(data.size()), shown(data)),
                  result.status());
}

// What closing the file or removing the device has ended.
void Session::collect_pending()
{
    std::erase_if(pending_, [&](Pending &pending) {
        if (!pending.operation.done()) return false;
        const Result result = pending.operation.wait();
        if (!pc_.stopped())
            view_.outcome(pc_.now(),
                          fmt::format("{}: {}", pending.what, bytes(result.information())),
                          result.status());
        return true;
    });
}

bool Session::unplug()
{
    if (!device_.ok() || options_.no_remove) return true;
    view_.step(pc_.now(), fmt::format("surprise removal of {}", device_.instance_path()));
    device_.surprise_remove();
    if (stopped()) return false;
    collect_pending();
    return true;
}

bool Session::unload()
{
    view_.step(pc_.now(), fmt::format("unload {}", name_));
    const UnloadReport report = pc_.unload(driver_);
    if (stopped()) return false;
    collect_pending();
    if (report.status == STATUS_INVALID_DEVICE_REQUEST) {
        view_.remark(
            fmt::format("{} has no unload routine, so it stays loaded, as on Windows.", name_));
        return true;
    }
    view_.outcome(pc_.now(), report.leaks.empty() ? "unload: nothing left behind" : "unload",
                  report.status);
    if (report.clean()) return true;
    view_.report(report.text());
    auto &json = view_.json();
    for (const Leak &leak : report.leaks)
        json["leaks"].push_back(
            {{"what", leak.what}, {"count", leak.count}, {"bytes", leak.bytes}});
    if (!report.status.ok())
        return end(Exit::DriverFailed,
                   fmt::format("{} could not be unloaded: {}.", name_, report.status.name()));
    return end(
        Exit::DriverFailed,
        fmt::format("{} left {} kind{} of things behind; the list above says where they come from.",
                    name_, report.leaks.size(), report.leaks.size() == 1 ? "" : "s"));
}

Exit Session::summarize()
{
    auto &json = view_.json();
    if (const auto bugcheck = pc_.bugcheck()) {
        view_.report(bugcheck->report);
        json["debug"] = options_.debug_command;
        json["bugcheck"] = {{"code", bugcheck->code},
                            {"name", bugcheck->name()},
                            {"parameters", bugcheck->parameters},
                            {"driver", bugcheck->driver},
                            {"message", bugcheck->message},
                            {"report", bugcheck->report}};
    }
    if (const std::string mismatch = pc_.replay_mismatch(); !mismatch.empty())
        end(Exit::BadInput,
            fmt::format("{} does not fit this run: {}. Make it again with --save-replay.",
                        options_.replay, mismatch));
    else if (const std::size_t left = pc_.replay_left(); code_ == Exit::Good && left > 0)
        end(Exit::BadInput,
            fmt::format("{} does not fit this run: it has {} choice{} more than the run asked for. "
                        "Make it again with --save-replay.",
                        options_.replay, left, left == 1 ? "" : "s"));
    if (!options_.save_replay.empty() && !pc_.save_replay(options_.save_replay))
        end(Exit::BadInput,
            fmt::format("{} cannot be written. Name another file.", options_.save_replay));
    if (const auto count = machine::undefined_behavior_count(); code_ == Exit::Good && count > 0)
        end(Exit::DriverFailed, fmt::format("{} has undefined behavior, met {} time{}; the "
                                            "sanitizer's words on standard error name "
                                            "the lines.",
                                            name_, count, count == 1 ? "" : "s"));
    if (sentence_.empty())
        sentence_ = fmt::format(
            "{}: good. {} callbacks, {} calls, {} prints in {:.3f} ms of {} time.", name_,
            view_.callbacks(), view_.calls(), view_.prints(), static_cast<double>(pc_.now()) / 1e4,
            options_.threaded ? "real" : "virtual");
    if (code_ != Exit::Good && options_.random)
        sentence_ += fmt::format(" Repeat this run with --seed {}.", options_.seed.value_or(0));
    json["driver"] = name_;
    json["exit_code"] = static_cast<int>(code_);
    const bool good = code_ == Exit::Good;
    if (!good && options_.json) fmt::print(stderr, "kmdf run: {}\n", sentence_);
    view_.finish(good || options_.json ? sentence_ : "kmdf run: " + sentence_, good);
    return code_;
}

}  // namespace openkmdf::cli
