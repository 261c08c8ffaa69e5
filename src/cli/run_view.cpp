#include "cli/run_view.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace openkmdf::cli {

enum class RunView::Kind {
    Step,
    Outcome,
    Callback,
    CallbackReturn,
    Call,
    CallReturn,
    Print,
    Note,
    Irp,
    State,
    Bugcheck
};

struct RunView::Line {
    Kind kind = Kind::Note;
    std::int64_t time = 0;   // 100 ns
    bool has_place = false;  // IRQL is known
    unsigned irql = 0;
    unsigned depth = 0;
    std::string driver;
    std::string text;
    std::string object;
    std::optional<Status> status;
};

namespace {

constexpr std::size_t kTextWidth = 46;
constexpr std::size_t kObjectWidth = 22;
constexpr std::int64_t kUnitsPerSecond = 10'000'000;

constexpr const char *kReset = "\033[0m", *kBold = "\033[1m", *kDim = "\033[2m", *kRed = "\033[31m",
                     *kGreen = "\033[32m", *kYellow = "\033[33m", *kBlue = "\033[34m",
                     *kCyan = "\033[36m";

std::string time_text(std::int64_t time)
{
    return fmt::format("{}.{:07}", time / kUnitsPerSecond, time % kUnitsPerSecond);
}

// Never throws, as fmt::print would: the machine may be in the middle of something. main() asks the
// stream in the end whether all of it went out.
void put_text(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

// One line: a driver's print ends with a new line, and may have others within.
std::string one_line(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    std::string line;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') line += "\\n";
        else if (c == '\t') line += ' ';
        else if (byte < ' ' || byte == 0x7F) line += fmt::format("\\x{:02x}", byte);
        else line += c;
    }
    return line;
}

// Notes of the system that a first look can do without: about our client, of which we speak
// ourselves, and the questions that every device is asked.
bool is_minor_note(const Event &event)
{
    if (event.has_status && !event.status.ok()) return false;
    for (const char *beginning : {"client ", "open ", "close ", "IRP_MN_QUERY_", "IRP_MN_FILTER_"})
        if (event.name.starts_with(beginning)) return true;
    return false;
}

// What macros and inline functions of the driver headers call, which no source line spells out.
bool is_hidden_call(const Event &event)
{
    return event.name == "WdfObjectGetTypedContextWorker" || event.name == "KeGetCurrentIrql";
}

}  // namespace

RunView::RunView(const ViewOptions &options)
    : options_(options), json_(std::make_unique<nlohmann::ordered_json>())
{
    (*json_)["steps"] = nlohmann::ordered_json::array();
    if (options_.json) return;
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    const std::string head =
        fmt::format("{:>10}  {:<10} {:<8} {:<{}} {:<{}} {}", "time (s)", "driver", "IRQL", "step",
                    kTextWidth, "object", kObjectWidth, "status");
    put_text(
        fmt::format("{}{}{}\n", options_.color ? kDim : "", head, options_.color ? kReset : ""));
}

RunView::~RunView() = default;

bool RunView::shown(const Event &event) const
{
    switch (event.kind) {
    case EventKind::DebugPrint:
    case EventKind::Bugcheck:
        return true;
    case EventKind::Callback:
    case EventKind::CallbackReturn:
        // Without a driver it is the framework's own routine.
        return options_.detail >= Detail::Verbose ||
               (options_.detail == Detail::Normal && !event.driver.empty());
    case EventKind::Call:
    case EventKind::Return:
        return options_.detail >= Detail::Verbose ||
               (options_.detail == Detail::Normal && !is_hidden_call(event));
    case EventKind::Note:
        return options_.detail >= Detail::Verbose ||
               (options_.detail == Detail::Normal && !is_minor_note(event));
    case EventKind::Irp:
    case EventKind::State:
        break;
    }
    return options_.detail >= Detail::Verbose;
}

RunView::Line RunView::line_of(const Event &event) const
{
    Line line;
    line.time = event.time;
    line.has_place = true;
    line.irql = event.irql;
    line.depth = event.depth;
    line.driver = event.driver;
    // Only drivers' calls are events; those of the kernel's exports do not say whose.
    if (line.driver.empty() && (event.kind == EventKind::Call || event.kind == EventKind::Return))
        line.driver = last_driver_;
    line.text = one_line(event.name);
    line.object = event.object;
    if (event.has_status) line.status = event.status;
    switch (event.kind) {
    case EventKind::Call:
        line.kind = Kind::Call;
        break;
    case EventKind::Return:
        line.kind = Kind::CallReturn;
        break;
    case EventKind::Callback:
        line.kind = Kind::Callback;
        break;
    case EventKind::CallbackReturn:
        line.kind = Kind::CallbackReturn;
        break;
    case EventKind::DebugPrint:
        line.kind = Kind::Print;
        break;
    case EventKind::Irp:
        line.kind = Kind::Irp;
        break;
    case EventKind::State:
        line.kind = Kind::State;
        break;
    case EventKind::Bugcheck:
        line.kind = Kind::Bugcheck;
        break;
    case EventKind::Note:
        line.kind = Kind::Note;
        break;
    }
    return line;
}

void RunView::event(const Event &event)
{
    callbacks_ += event.kind == EventKind::Callback;
    driver_callbacks_ += event.kind == EventKind::Callback && !event.driver.empty();
    calls_ += event.kind == EventKind::Call;
    prints_ += event.kind == EventKind::DebugPrint;
    if (!event.driver.empty()) last_driver_ = event.driver;
    if (!shown(event)) return;
    if (held_) {
        const bool returns =
            (held_event_.kind == EventKind::Call && event.kind == EventKind::Return) ||
            (held_event_.kind == EventKind::Callback && event.kind == EventKind::CallbackReturn);
        if (returns && event.name == held_event_.name && event.processor == held_event_.processor) {
            if (event.has_status) held_->status = event.status;
            flush();
            return;
        }
        flush();
    }
    Line line = line_of(event);
    if (event.kind == EventKind::Call || event.kind == EventKind::Callback) {
        held_ = std::make_unique<Line>(std::move(line));
        held_event_ = event;
        return;
    }
    // A return is worth a line of its own only for what it returned.
    if ((event.kind == EventKind::Return || event.kind == EventKind::CallbackReturn) &&
        !event.has_status)
        return;
    put(line);
}

void RunView::flush()
{
    if (!held_) return;
    auto line = std::move(held_);
    put(*line);
}

void RunView::put(const Line &line)
{
    if (!options_.json) {
        print(line);
        return;
    }
    static constexpr const char *kNames[] = {"step", "outcome", "callback", "callback_return",
                                             "call", "return",  "print",    "note",
                                             "irp",  "state",   "bugcheck"};
    nlohmann::ordered_json json{{"time_us", static_cast<double>(line.time) / 10},
                                {"kind", kNames[static_cast<int>(line.kind)]},
                                {"name", line.text}};
    if (!line.driver.empty()) json["driver"] = line.driver;
    if (!line.object.empty()) json["object"] = line.object;
    if (line.has_place) json["irql"] = irql_name(line.irql);
    if (line.status) json["status"] = line.status->name();
    (*json_)["steps"].push_back(std::move(json));
}

struct RunView::Look {
    const char *mark;
    const char *color;
};

RunView::Look RunView::look_of(Kind kind)
{
    switch (kind) {
    case Kind::Step:
        return {"", kBold};
    case Kind::Outcome:
    case Kind::Call:
        return {"  ", ""};
    case Kind::Callback:
        return {"> ", kBlue};
    case Kind::CallbackReturn:
        return {"< ", kBlue};
    case Kind::CallReturn:
        return {"  = ", ""};
    case Kind::Print:
        return {"\" ", kYellow};
    case Kind::Note:
        return {"- ", kDim};
    case Kind::Irp:
        return {"~ ", kDim};
    case Kind::State:
        return {". ", kDim};
    case Kind::Bugcheck:
        return {"*** ", kRed};
    }
    return {"", ""};
}

void RunView::print(const Line &line) const
{
    const Look look = look_of(line.kind);
    const bool colored = options_.color;
    const auto paint = [&](const char *with, const std::string &text) {
        return colored && *with && !text.empty() ? with + text + kReset : text;
    };
    constexpr unsigned kDeepestShown = 8;
    std::string what(2 * std::min(line.depth, kDeepestShown), ' ');
    what += look.mark;
    what += line.text;
    std::string text = paint(kDim, fmt::format("{:>10}", time_text(line.time))) + "  ";
    text += paint(kCyan, fmt::format("{:<10}", line.driver)) + ' ';
    text += fmt::format("{:<8} ", line.has_place ? irql_name(line.irql) : "");
    text += paint(look.color, what);
    // What is too long for its column takes room from the next.
    std::size_t width = what.size();
    const auto pad_to = [&](std::size_t column) {
        const std::size_t spaces = width < column ? column - width : 1;
        text.append(spaces, ' ');
        width += spaces;
    };
    if (!line.object.empty()) {
        pad_to(kTextWidth + 1);
        text += line.object;
        width += line.object.size();
    }
    if (line.status) {
        const Status status = *line.status;
        const char *shade = status == STATUS_PENDING ? kYellow : status.ok() ? kGreen : kRed;
        pad_to(kTextWidth + kObjectWidth + 2);
        text += paint(shade, status.name());
    }
    put_text(text + '\n');
}

void RunView::step(std::int64_t time, std::string_view what)
{
    flush();
    Line line;
    line.kind = Kind::Step;
    line.time = time;
    line.text = what;
    put(line);
}

void RunView::outcome(std::int64_t time, std::string_view what, Status status)
{
    flush();
    Line line;
    line.kind = Kind::Outcome;
    line.time = time;
    line.text = what;
    line.status = status;
    put(line);
}

void RunView::remark(std::string_view text)
{
    flush();
    if (options_.json) (*json_)["remarks"].push_back(text);
    else put_text(fmt::format("{}\n", text));
}

void RunView::report(std::string_view text)
{
    flush();
    if (options_.json) return;
    put_text(fmt::format("\n{}{}", text, text.ends_with('\n') ? "" : "\n"));
}

void RunView::finish(std::string_view sentence, bool good)
{
    flush();
    if (options_.json) {
        (*json_)[good ? "summary" : "error"] = sentence;
        return;
    }
    const char *shade = !options_.color ? "" : good ? kGreen : kRed;
    put_text(fmt::format("\n{}{}{}\n", shade, sentence, options_.color ? kReset : ""));
}

bool wants_color(std::string_view choice)
{
    if (choice != "auto") return choice == "always";
    const char *none = std::getenv("NO_COLOR");
    const char *terminal = std::getenv("TERM");
    return !(none && *none) && isatty(STDOUT_FILENO) &&
           !(terminal && std::string_view(terminal) == "dumb");
}

}  // namespace openkmdf::cli
