#include "executive/pnp/dev_node.h"

#include <cstring>

namespace openkmdf::executive::pnp {

const char *name_of(NodeState state)
{
    switch (state) {
    case NodeState::Uninitialized:
        return "uninitialized";
    case NodeState::Initialized:
        return "initialized";
    case NodeState::DriversAdded:
        return "drivers added";
    case NodeState::Started:
        return "started";
    case NodeState::StopPending:
        return "stop pending";
    case NodeState::Stopped:
        return "stopped";
    case NodeState::RemovePending:
        return "remove pending";
    case NodeState::SurpriseRemoved:
        return "surprise removed";
    case NodeState::Removed:
        return "removed";
    }
    return "unknown";
}

bool Text::append(std::u16string_view text)
{
    const std::size_t bytes = (length + text.size() + 1) * sizeof(char16_t);
    if (bytes > room) {
        auto *larger = static_cast<char16_t *>(kernel().arena->allocate(bytes));
        if (!larger) return false;
        if (length) std::memcpy(larger, data, length * sizeof(char16_t));
        if (data) kernel().arena->deallocate(data, room);
        data = larger;
        room = static_cast<std::uint32_t>(bytes);
    }
    if (!text.empty()) std::memcpy(data + length, text.data(), text.size() * sizeof(char16_t));
    length += static_cast<std::uint32_t>(text.size());
    data[length] = 0;
    return true;
}

bool Text::assign(std::u16string_view text)
{
    length = 0;
    return append(text);
}

void Text::clear()
{
    if (data) kernel().arena->deallocate(data, room);
    *this = {};
}

bool same_text(std::u16string_view a, std::u16string_view b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && RtlUpcaseUnicodeChar(a[i]) != RtlUpcaseUnicodeChar(b[i])) return false;
    return true;
}

PDRIVER_OBJECT DriverSet::in_order(unsigned index) const
{
    for (PDRIVER_OBJECT driver : lower)
        if (driver && index-- == 0) return driver;
    if (function && index-- == 0) return function;
    for (PDRIVER_OBJECT driver : upper)
        if (driver && index-- == 0) return driver;
    return nullptr;
}

bool DriverSet::contains(PDRIVER_OBJECT driver) const
{
    for (unsigned index = 0; PDRIVER_OBJECT member = in_order(index); ++index)
        if (member == driver) return true;
    return false;
}

}  // namespace openkmdf::executive::pnp
