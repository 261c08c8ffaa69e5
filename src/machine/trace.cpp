#include <openkmdf/trace.h>

#include <fmt/format.h>

#include <ostream>

namespace openkmdf {

std::string irql_name(unsigned irql)
{
    switch (irql) {
    case 0:
        return "PASSIVE";
    case 1:
        return "APC";
    case 2:
        return "DISPATCH";
    case 15:
        return "HIGH";
    default:
        return fmt::format("DIRQL {}", irql);
    }
}

namespace {

const char *arrow(EventKind kind)
{
    switch (kind) {
    case EventKind::Call:
        return "  call ";
    case EventKind::Return:
        return "  ret  ";
    case EventKind::Callback:
        return "> ";
    case EventKind::CallbackReturn:
        return "< ";
    case EventKind::DebugPrint:
        return "\" ";
    case EventKind::Irp:
        return "irp ";
    case EventKind::State:
        return "= ";
    case EventKind::Bugcheck:
        return "*** ";
    case EventKind::Note:
        break;
    }
    return "- ";
}

}  // namespace

std::string format_event(const Event &event)
{
    const std::int64_t us = event.time / 10;
    std::string line =
        fmt::format("{:>6}.{:06} {:<10} {:<8} {:{}}{}{}", us / 1000000, us % 1000000, event.driver,
                    irql_name(event.irql), "", event.depth * 2, arrow(event.kind), event.name);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    if (!event.object.empty()) line += fmt::format("  {}", event.object);
    if (event.has_status) line += fmt::format("  = {}", event.status.name());
    return line;
}

std::vector<std::string> Trace::callbacks() const
{
    std::vector<std::string> names;
    for (const Event &event : *this)
        // Those without a driver are the system's own routines.
        if (event.kind == EventKind::Callback && !event.driver.empty()) names.push_back(event.name);
    return names;
}

bool Trace::has_callbacks_in_order(const std::vector<std::string> &names) const
{
    std::size_t next = 0;
    for (const Event &event : *this)
        if (next < names.size() && event.kind == EventKind::Callback && event.name == names[next])
            ++next;
    return next == names.size();
}

std::vector<std::string> Trace::prints() const
{
    std::vector<std::string> texts;
    for (const Event &event : *this)
        if (event.kind == EventKind::DebugPrint) texts.push_back(event.name);
    return texts;
}

std::string Trace::text() const
{
    std::string all;
    for (const Event &event : *this) {
        all += format_event(event);
        all += '\n';
    }
    return all;
}

std::ostream &operator<<(std::ostream &out, const Event &event)
{
    return out << format_event(event);
}

std::ostream &operator<<(std::ostream &out, const Trace &trace)
{
    return out << trace.text();
}

}  // namespace openkmdf
