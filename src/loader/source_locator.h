#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Which source line an address of this process was compiled from, in driver modules and in the
// program itself.

namespace openkmdf::loader {

struct SourceFrame {
    std::string function;  // qualified; empty: not known
    std::string file;      // as the compiler was told it; empty: no debug information
    int line = 0;
    int column = 0;
};

struct SourceLocation {
    std::string module;               // path of the mapped file
    std::vector<SourceFrame> frames;  // the innermost inlined function first; never empty
};

class SourceLocator {
public:
    // Thread safe. Debug information is read once per file and process; modules loaded or unloaded
    // in between are noticed. The copy stays valid after its module is gone.
    SourceLocation locate(std::uintptr_t address);

    // The call that returns to this address: what a stack consists of beyond its first frame.
    SourceLocation locate_call(std::uintptr_t return_address) { return locate(return_address - 1); }
};

// "function (file:line)", the innermost frame; "0x1234 in module" if nothing is known.
std::string describe(const SourceLocation &location, std::uintptr_t address);

}  // namespace openkmdf::loader
