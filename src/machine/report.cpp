#include "executive/stack_table.h"
#include "machine/machine_core.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <fstream>

// What a person reads after a bugcheck, and the replay file.

namespace openkmdf::machine {

namespace {

constexpr std::size_t kEventsShown = 12;
constexpr const char *kReplayHeader = "OpenKMDF replay 2";
constexpr std::string_view kRandom = "random";
constexpr std::string_view kRunToBlock = "run-to-block";

// A name of ours without what only we could want to know: template arguments, parameters.
std::string short_name(std::string_view name)
{
    constexpr std::string_view kOwn = "openkmdf::";
    constexpr std::string_view kUnnamed = "(anonymous namespace)::";
    std::string text;
    int depth = 0;
    while (!name.empty()) {
        if (name.starts_with(kUnnamed)) {
            name.remove_prefix(kUnnamed.size());
            continue;
        }
        if (name[0] == '<') ++depth;
        if (depth == 0 && name[0] == '(' && !text.ends_with("operator")) break;
        if (depth == 0) text += name[0];
        if (name[0] == '>') --depth;
        name.remove_prefix(1);
    }
    return text.starts_with(kOwn) ? text.substr(kOwn.size()) : text;
}

std::string frame_line(const Frame &frame, std::size_t index)
{
    const char *mark = frame.in_driver ? "driver" : "      ";
    std::string name = frame.function.empty() ? fmt::format("{:#x}", frame.address)
                       : frame.in_driver      ? frame.function
                                              : short_name(frame.function);
    if (frame.file.empty()) return fmt::format("  #{:<2} {} {}\n", index, mark, name);
    std::string_view file = frame.file;
    while (!frame.in_driver && file.starts_with("../")) file.remove_prefix(3);
    return fmt::format("  #{:<2} {} {} ({}:{})\n", index, mark, name, file, frame.line);
}

}  // namespace

std::string bugcheck_report(MachineCore &core, const Bugcheck &bugcheck)
{
    std::string text =
        fmt::format("*** BUGCHECK {:#x} {} ({:#x}, {:#x}, {:#x}, {:#x})\n", bugcheck.code,
                    bugcheck.name(), bugcheck.parameters[0], bugcheck.parameters[1],
                    bugcheck.parameters[2], bugcheck.parameters[3]);
    if (!bugcheck.driver.empty()) text += fmt::format("Driver: {}\n", bugcheck.driver);
    if (!bugcheck.message.empty()) text += fmt::format("{}\n", bugcheck.message);
    text += fmt::format("Stack, at IRQL {}:\n", bugcheck.irql);
    for (std::size_t i = 0; i < bugcheck.stack.size(); ++i)
        text += frame_line(bugcheck.stack[i], i);
    const Trace &trace = core.trace.read();
    if (!trace.empty()) {
        text += "Before that:\n";
        for (std::size_t i = trace.size() > kEventsShown ? trace.size() - kEventsShown : 0;
             i < trace.size(); ++i)
            text += fmt::format("  {}\n", format_event(trace[i]));
    }
    return text;
}

std::vector<std::uint64_t> stack_frames(executive::Kernel &kernel, std::uint32_t id)
{
    std::vector<std::uint64_t> frames;
    if (id && kernel.stacks)
        for (std::uint64_t address : kernel.stacks->stack(id)) frames.push_back(address);
    return frames;
}

bool write_replay(const std::string &path, const scheduler::Options &options,
                  const std::vector<scheduler::Choice> &choices)
{
    std::ofstream out(path);
    const bool random = options.strategy == scheduler::StrategyKind::Random;
    out << kReplayHeader << '\n'
        << (random ? kRandom : kRunToBlock) << " of " << options.processors << " processors\n";
    for (const scheduler::Choice &choice : choices)
        out << static_cast<unsigned>(choice.kind) << ' ' << choice.options << ' ' << choice.chosen
            << '\n';
    out.flush();
    return out.good();
}

bool read_replay(const std::string &path, scheduler::Options &options)
{
    std::ifstream in(path);
    std::string header, strategy, of, unit;
    unsigned processors = 0;
    if (!std::getline(in, header) || header != kReplayHeader) return false;
    if (!(in >> strategy >> of >> processors >> unit) ||
        (strategy != kRandom && strategy != kRunToBlock))
        return false;
    std::vector<scheduler::Choice> choices;
    unsigned kind;
    scheduler::Choice choice{};
    while (in >> kind >> choice.options >> choice.chosen) {
        choice.kind = static_cast<scheduler::ChoiceKind>(kind);
        choices.push_back(choice);
    }
    if (!in.eof()) return false;
    options.strategy =
        strategy == kRandom ? scheduler::StrategyKind::Random : scheduler::StrategyKind::RunToBlock;
    options.processors = processors;
    options.replay = std::move(choices);
    return true;
}

}  // namespace openkmdf::machine
