#pragma once

#include <cstdint>

// Values and their names, sorted by value; made by tools/generate_names.py from the driver headers.

namespace openkmdf::machine {

struct ValueName {
    std::uint32_t value;
    const char *name;
};

extern const ValueName kStatusNames[];
extern const unsigned kStatusNamesCount;
extern const ValueName kBugcheckNames[];
extern const unsigned kBugcheckNamesCount;

}  // namespace openkmdf::machine
