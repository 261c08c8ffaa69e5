#include <openkmdf/status.h>

#include "machine/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>

namespace openkmdf {

namespace {

std::string name_in(std::span<const machine::ValueName> table, std::uint32_t value)
{
    auto found = std::lower_bound(
        table.begin(), table.end(), value,
        [](const machine::ValueName &entry, std::uint32_t wanted) { return entry.value < wanted; });
    if (found != table.end() && found->value == value) return found->name;
    return fmt::format("{:#010x}", value);
}

}  // namespace

std::string status_name(std::int32_t status)
{
    return name_in({machine::kStatusNames, machine::kStatusNamesCount},
                   static_cast<std::uint32_t>(status));
}

std::string bugcheck_name(std::uint32_t code)
{
    // Some codes are statuses, as when a driver calls what is not there.
    std::string name = name_in({machine::kBugcheckNames, machine::kBugcheckNamesCount}, code);
    return name.starts_with("0x") ? status_name(static_cast<std::int32_t>(code)) : name;
}

std::ostream &operator<<(std::ostream &out, Status status)
{
    return out << status.name();
}

std::ostream &operator<<(std::ostream &out, const Result &result)
{
    return out << result.status().name() << ", " << result.information() << " bytes";
}

}  // namespace openkmdf
