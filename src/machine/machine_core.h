#pragma once

#include "executive/kernel.h"
#include "executive/module_registry.h"
#include "executive/pnp/pnp_manager.h"
#include "framework/support/library.h"
#include "loader/elf_module.h"
#include "loader/source_locator.h"
#include "machine/imports.h"
#include "machine/trace_reader.h"
#include "scheduler/scheduler.h"

#include <openkmdf/machine.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

// What openkmdf::Machine is made of: the composition root of one simulated computer. Lives in host
// memory; what drivers can see lives in its arena.

namespace openkmdf {

struct LoadedDriver {
    std::uint32_t ordinal = 0;
    std::string name;
    std::optional<loader::Module> module;  // none: built into the program
    executive::LoadedModule registration;
    PDRIVER_OBJECT object = nullptr;
    bool loaded = false;
};

struct MachineCore {
    explicit MachineCore(MachineOptions options);
    ~MachineCore();
    MachineCore(const MachineCore &) = delete;
    MachineCore &operator=(const MachineCore &) = delete;

    bool usable() const { return kernel && !scheduler->dead(); }
    // Runs `body` in the kernel as the calling client. False: the machine is dead, before or
    // because of it.
    template <class Body>
    bool call(Body &&body)
    {
        if (!usable()) return false;
        if (scheduler->kernel_call(scheduler->client_activity(), body)) [[likely]]
            return true;
        note_death();
        return false;
    }
    // After a call that the machine did not survive: builds the report while the modules are still
    // mapped.
    void note_death();

    LoadedDriver *driver(std::uint32_t ordinal);
    LoadedDriver *driver_of_object(PDRIVER_OBJECT object);
    // A sentence when it fails.
    std::string load(const std::string &path, Status &status);
    std::string load_built_in(std::string_view name, BuiltInEntry entry, Status &status);
    UnloadReport unload(LoadedDriver &driver);
    // Runs DriverEntry.
    std::string start(std::unique_ptr<LoadedDriver> loaded, PDRIVER_INITIALIZE entry,
                      Status &status);
    void collect_leaks(LoadedDriver &driver, UnloadReport &report);
    // The function at an address, preceded by what was inlined into it.
    std::vector<Frame> locate(std::uint64_t address, bool is_return_address);

    // Devices in order of arrival, referenced; null once removed and forgotten.
    std::vector<executive::pnp::DevNode *> devices;
    void remove_all_devices();
    void shut_down();

    MachineOptions options;
    scheduler::Arena *arena = nullptr;
    std::unique_ptr<scheduler::Scheduler> scheduler;
    executive::Kernel *kernel = nullptr;
    std::vector<std::unique_ptr<LoadedDriver>> drivers;
    std::uint32_t next_ordinal = 1;
    machine::Imports imports;
    machine::TraceReader trace;
    loader::SourceLocator locator;
    std::optional<Bugcheck> bugcheck;
    std::string replay_problem;  // MachineOptions::replay_file is no replay file
    // What every File of the machine points at: null once the machine is gone.
    std::shared_ptr<MachineCore *> live = std::make_shared<MachineCore *>(this);
    // Buffers of requests that their clients gave up while the driver had them.
    std::vector<std::pair<std::vector<std::byte>, std::vector<std::byte>>> abandoned_buffers;
};

namespace machine {

std::u16string widen(std::string_view text);
std::string narrow(std::u16string_view text);
UNICODE_STRING counted(std::u16string_view text);

// "\\.\Echo" -> "\??\Echo"; paths of the object name space stay.
std::u16string nt_path(std::string_view path);

// An earlier run: its choices, and the options that decide which choices there are. False: the file
// cannot be read, or is none.
bool read_replay(const std::string &path, scheduler::Options &options);
bool write_replay(const std::string &path, const scheduler::Options &options,
                  const std::vector<scheduler::Choice> &choices);

// Addresses of a stack that the executive stored.
std::vector<std::uint64_t> stack_frames(executive::Kernel &kernel, std::uint32_t id);

// The text of a bugcheck for a person.
std::string bugcheck_report(MachineCore &core, const Bugcheck &bugcheck);

}  // namespace machine

}  // namespace openkmdf
