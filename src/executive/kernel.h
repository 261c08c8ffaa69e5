#pragma once

#include "executive/trace.h"
#include "scheduler/scheduler.h"

#include <cstdint>
#include <string_view>

// The NT executive of one machine: what its DDIs (extern "C", under their WDK names, in the folders
// beside) work on. It lives in the machine's arena and is found through the current activity.

namespace openkmdf::executive {

class Pool;           // ex/pool.h
class ObjectManager;  // ob/object_manager.h: types, name space, handle tables
class IoManager;      // io/io_manager.h
class PnpManager;     // pnp/pnp_manager.h
class Registry;       // cm/registry.h
class Processes;      // ps/processes.h
class Tracer;         // tracer.h
class StackTable;     // stack_table.h
struct KeState;       // ke/ke_state.h: dispatcher lock, DPC queues, work queues, system threads
struct MmState;       // mm/mm_state.h
struct LoadedModule;  // module_registry.h

// A bugcheck as a value. Complete before the machine dies; read by the host side.
struct BugcheckRecord {
    std::uint32_t code = 0;  // 0: none
    std::uint64_t parameters[4] = {};
    std::uint8_t irql = 0;
    std::uint8_t processor = 0;
    std::uint32_t activity = 0;
    char driver[32] = {};    // name of the driver at fault, empty: unknown
    char message[512] = {};  // one or two sentences: what the driver did, what to do
    std::uint32_t frame_count = 0;
    std::uint64_t frames[62] = {};  // return addresses, innermost first; a driver's first if any
};

struct Kernel {
    scheduler::Scheduler *scheduler = nullptr;
    scheduler::Arena *arena = nullptr;
    std::uint32_t observe = 0;  // Observe bits
    Pool *pool = nullptr;
    ObjectManager *objects = nullptr;
    IoManager *io = nullptr;
    PnpManager *pnp = nullptr;
    Registry *registry = nullptr;
    Processes *processes = nullptr;
    Tracer *tracer = nullptr;
    StackTable *stacks = nullptr;
    KeState *ke = nullptr;
    MmState *mm = nullptr;
    LoadedModule *modules = nullptr;  // in order of loading: module_registry.h
    void *framework = nullptr;        // framework::Library
    void *machine = nullptr;          // machine::MachineCore, for hooks of the host side
    std::uint32_t random_state = 1;   // of the C library's rand()
    std::uint64_t next_luid = 1000;
    struct EtwState *etw = nullptr;  // etw/etw_ddi.cpp, made at first use
    struct WmiState *wmi = nullptr;  // wmi/wmi_state.h, made at first use
    bool debugger_attached = false;  // a breakpoint is the host debugger's business
    BugcheckRecord bugcheck;

    // Where KeBugCheckEx and every detected violation ends: fills `bugcheck` (stack by frame
    // pointers from the caller on), traces it, and abandons the machine.
    [[noreturn]] void stop(std::uint32_t code, std::uint64_t p1 = 0, std::uint64_t p2 = 0,
                           std::uint64_t p3 = 0, std::uint64_t p4 = 0,
                           const char *message = nullptr);
    // The same for a fault at `instruction`, whose caller's frame is `frame`. `whose`: the activity
    // on whose kernel stack that is; null: the current one.
    [[noreturn]] void stop_at(const void *instruction, const void *frame, std::uint32_t code,
                              const std::uint64_t (&parameters)[4], const char *message,
                              const scheduler::Activity *whose = nullptr);
};

// The machine whose code runs here.
inline Kernel &kernel()
{
    return *static_cast<Kernel *>(scheduler::current.machine);
}

// Made by the machine: the parts of ke, ex, mm and the tracer, in its arena; the other subsystems
// are made by their own `create` afterwards. Tells the scheduler how to call up. nullptr: out of
// memory.
Kernel *create_kernel(scheduler::Scheduler &scheduler, scheduler::Arena &arena);

// Kernel::stop with a formatted message.
[[noreturn, gnu::format(printf, 6, 7)]] void bugcheck(std::uint32_t code, std::uint64_t p1,
                                                      std::uint64_t p2, std::uint64_t p3,
                                                      std::uint64_t p4, const char *format, ...);

inline std::uint64_t number_of(const volatile void *address)
{
    return reinterpret_cast<std::uintptr_t>(address);
}

// A DDI that exists by name only: bugcheck naming function and caller.
[[noreturn]] void not_implemented(const char *function, const void *caller);

}  // namespace openkmdf::executive
