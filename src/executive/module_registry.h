#pragma once

#include <cstdint>

// Which loaded driver an address belongs to. Filled by the machine when it loads a module; asked by bugchecks,
// traces and the callback invoker.

namespace openkmdf::executive {

struct LoadedModule {
    LoadedModule *next = nullptr;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint16_t ordinal = 0;     // 1, 2, ... in order of loading
    char name[32] = {};            // "echo"
    void *driver_object = nullptr; // DRIVER_OBJECT *
    void *host = nullptr;          // loader::Module *
};

LoadedModule *find_module(std::uint64_t address);

}  // namespace openkmdf::executive
