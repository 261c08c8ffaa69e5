#include "executive/module_registry.h"

#include "executive/ex/pool.h"
#include "executive/kernel.h"
#include "executive/tracer.h"
#include "scheduler/sanitizer.h"

#include <cstdio>

namespace openkmdf::executive {

void add_module(Kernel &kernel, LoadedModule &module)
{
    LoadedModule **end = &kernel.modules;
    while (*end) end = &(*end)->next;
    module.next = nullptr;
    __atomic_store_n(end, &module, __ATOMIC_RELEASE);
}

void remove_module(Kernel &kernel, LoadedModule &module)
{
    for (LoadedModule **at = &kernel.modules; *at; at = &(*at)->next) {
        if (*at == &module) {
            __atomic_store_n(at, module.next, __ATOMIC_RELEASE);
            return;
        }
    }
}

// The watchdog's signal asks here.
OPENKMDF_UNINSTRUMENTED LoadedModule *find_module(const Kernel &kernel, std::uint64_t address)
{
    LoadedModule *module = __atomic_load_n(&kernel.modules, __ATOMIC_ACQUIRE);
    while (module && (address < module->low || address >= module->high))
        module = __atomic_load_n(&module->next, __ATOMIC_ACQUIRE);
    return module;
}

LoadedModule *find_module(std::uint64_t address)
{
    void *machine = scheduler::current.machine;
    return machine ? find_module(*static_cast<Kernel *>(machine), address) : nullptr;
}

LoadedModule *module_by_ordinal(const Kernel &kernel, std::uint16_t ordinal)
{
    LoadedModule *module = kernel.modules;
    while (module && module->ordinal != ordinal) module = module->next;
    return module;
}

namespace {

void print_tag(std::uint32_t tag, char (&text)[5])
{
    for (int i = 0; i < 4; i++) {
        const char c = static_cast<char>(tag >> (8 * i));
        text[i] = c >= ' ' && c < 0x7F ? c : '.';
    }
    text[4] = 0;
}

bool describe_pool(const Kernel &kernel, std::uint64_t address, char *buffer, std::size_t size)
{
    PoolBlock block;
    if (!kernel.pool || !kernel.pool->find(reinterpret_cast<void *>(address), block)) return false;
    char tag[5];
    print_tag(block.tag, tag);
    std::snprintf(buffer, size, "%lld bytes into a %s%llu byte block of %s pool '%s'",
                  static_cast<long long>(address - number_of(block.address)),
                  block.freed ? "freed " : "", static_cast<unsigned long long>(block.size),
                  block.paged ? "paged" : "nonpaged", tag);
    return true;
}

}  // namespace

const char *describe_address(std::uint64_t address, char *buffer, std::size_t size)
{
    const Kernel &own = kernel();
    if (LoadedModule *module = find_module(own, address)) {
        std::snprintf(buffer, size, "%s+0x%llx", module->name,
                      static_cast<unsigned long long>(address - module->low));
        return buffer;
    }
    if (address < 0x10000) {
        std::snprintf(buffer, size, address ? "null plus %llu" : "a null pointer",
                      static_cast<unsigned long long>(address));
        return buffer;
    }
    if (describe_pool(own, address, buffer, size)) return buffer;
    const auto *pointer = reinterpret_cast<const void *>(address);
    if (own.arena->region(scheduler::RegionKind::Stacks).contains(pointer)) {
        std::snprintf(buffer, size, "on a kernel stack");
        return buffer;
    }
    if (own.arena->contains(pointer)) {
        TraceObject named = own.tracer ? own.tracer->find(pointer) : TraceObject{};
        if (named.type)
            std::snprintf(buffer, size, "%s #%u", own.tracer->type_name(named.type), named.ordinal);
        else
            std::snprintf(buffer, size, "kernel memory at 0x%llx",
                          static_cast<unsigned long long>(address));
        return buffer;
    }
    std::snprintf(buffer, size, "user memory");
    return buffer;
}

}  // namespace openkmdf::executive
