#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Looking at a machine from outside, for tools.

namespace openkmdf {
struct MachineCore;
}

namespace openkmdf::machine {

// What is in a directory of the object name space, in the order in which it came: the names alone.
enum class NameKind { Device, SymbolicLink };
std::vector<std::string> names_in(MachineCore &core, std::u16string_view directory, NameKind kind);

// How often drivers of this process broke a rule that UndefinedBehaviorSanitizer watches.
std::uint64_t undefined_behavior_count();

// Whether a loaded driver takes plug and play devices: it has an AddDevice routine.
bool takes_devices(MachineCore &core, std::string_view driver);

}  // namespace openkmdf::machine
