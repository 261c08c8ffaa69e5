#pragma once

#include <cstddef>
#include <cstdint>

// Which loaded driver an address belongs to. Filled by the machine when it loads a module; asked by
// bugchecks, traces and the callback invoker.

namespace openkmdf::executive {

struct Kernel;

struct LoadedModule {
    LoadedModule *next = nullptr;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint16_t ordinal = 0;      // 1, 2, ... in order of loading
    char name[32] = {};             // "echo"
    void *driver_object = nullptr;  // DRIVER_OBJECT *
    void *host = nullptr;           // loader::Module *
};

// The module's memory is the caller's, and stays valid until remove_module. Called while no driver
// code runs.
void add_module(Kernel &kernel, LoadedModule &module);
void remove_module(Kernel &kernel, LoadedModule &module);

// Of the current machine; nullptr: the address is in no driver. Callable from a fault handler.
LoadedModule *find_module(std::uint64_t address);
LoadedModule *find_module(const Kernel &kernel, std::uint64_t address);
LoadedModule *module_by_ordinal(const Kernel &kernel, std::uint16_t ordinal);

// Writes what an address is for a person: "echo+0x1234", "12 bytes into a 64 byte block of pool
// 'Echo'", "the kernel stack", ... Never touches the address. Returns `buffer`.
const char *describe_address(std::uint64_t address, char *buffer, std::size_t size);

}  // namespace openkmdf::executive
