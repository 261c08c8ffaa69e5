#include "machine/machine_core.h"

#include "executive/cm/registry.h"
#include "executive/ex/pool.h"
#include "executive/io/io_manager.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "framework/support/library.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace openkmdf {

namespace {

scheduler::Options scheduler_options(const MachineOptions &options, std::string &problem)
{
    scheduler::Options result;
    result.mode =
        options.mode == Mode::Threaded ? scheduler::Mode::Threaded : scheduler::Mode::Deterministic;
    static_assert(kMostProcessors == scheduler::kMaximumProcessors);
    result.processors = options.processors;
    result.strategy = options.strategy == Strategy::Random ? scheduler::StrategyKind::Random
                                                           : scheduler::StrategyKind::RunToBlock;
    result.seed = options.seed;
    result.watchdog_ms = options.watchdog.count();
    if (!options.replay_file.empty() && !machine::read_replay(options.replay_file, result))
        problem = fmt::format("{} cannot be read as a replay file", options.replay_file);
    return result;
}

// A debugger of this process stops at a driver's breakpoints as a kernel debugger does on Windows.
// Asked once: whoever attaches later finds them to be bugchecks.
bool is_debugged()
{
    static const bool traced = [] {
        std::ifstream status("/proc/self/status");
        for (std::string word; status >> word;)
            if (word == "TracerPid:") return status >> word && word != "0";
        return false;
    }();
    return traced;
}

// A machine that cannot even be made is the host's problem: no memory or no address range.
[[noreturn]] void cannot_make(const char *what)
{
    fmt::print(stderr, "OpenKMDF: cannot make a machine: {}\n", what);
    std::abort();
}

bool make_subsystems(executive::Kernel &kernel, bool checked)
{
    kernel.objects = executive::ObjectManager::create(kernel);
    if (!kernel.objects) return false;
    kernel.processes = executive::Processes::create(kernel);
    if (!kernel.processes) return false;
    kernel.registry = executive::Registry::create(kernel);
    if (!kernel.registry) return false;
    kernel.io = executive::IoManager::create(kernel);
    if (!kernel.io) return false;
    kernel.pnp = executive::PnpManager::create(kernel);
    if (!kernel.pnp) return false;
    framework::Library *library = framework::Library::create(kernel);
    if (!library) return false;
    library->checked_default = checked;
    return true;
}

}  // namespace

MachineCore::MachineCore(MachineOptions wanted) : options(std::move(wanted))
{
    arena = scheduler::Arena::create();
    if (!arena)
        cannot_make("no slot of the kernel address range is free (too many machines at once?)");
    scheduler = scheduler::Scheduler::create(*arena, scheduler_options(options, replay_problem));
    const bool checked = options.checks == Checks::On;
    kernel = executive::create_kernel(*scheduler, *arena);
    if (!kernel) cannot_make("out of memory");
    kernel->machine = this;
    kernel->debugger_attached = is_debugged();
    if (options.trace) kernel->observe |= executive::kObserveTrace;
    bool made = false;
    scheduler->kernel_call(scheduler->client_activity(),
                           [&] { made = make_subsystems(*kernel, checked); });
    if (!made) cannot_make("out of memory");
    kernel->pool->set_checking(checked);
    imports.attach(*kernel, checked);
    trace.attach(*kernel);
    if (options.on_event) trace.show(options.on_event);
}

MachineCore::~MachineCore()
{
    if (usable()) shut_down();
    *live = nullptr;
    // A dead machine's drivers run no more code: their modules are unmapped after the last thread
    // is gone.
    scheduler.reset();
    drivers.clear();
    scheduler::Arena::destroy(arena);
}

void MachineCore::remove_all_devices()
{
    for (executive::pnp::DevNode *&node : devices) {
        if (!node) continue;
        call([&] {
            if (node->state != executive::pnp::NodeState::Removed)
                kernel->pnp->surprise_remove(*node);
            kernel->pnp->release(*node);
        });
        node = nullptr;
        if (!usable()) return;
    }
    devices.clear();
}

void MachineCore::shut_down()
{
    remove_all_devices();
    for (auto &driver : drivers)
        if (driver->loaded && usable()) unload(*driver);
}

LoadedDriver *MachineCore::driver(std::uint32_t ordinal)
{
    for (auto &driver : drivers)
        if (driver->ordinal == ordinal) return driver.get();
    return nullptr;
}

LoadedDriver *MachineCore::driver_of_object(PDRIVER_OBJECT object)
{
    for (auto &driver : drivers)
        if (driver->object == object) return driver.get();
    return nullptr;
}

std::vector<Frame> MachineCore::locate(std::uint64_t address, bool is_return_address)
{
    const bool in_driver = executive::find_module(*kernel, address) != nullptr;
    const loader::SourceLocation location =
        is_return_address ? locator.locate_call(address) : locator.locate(address);
    std::vector<Frame> frames;
    for (const loader::SourceFrame &source : location.frames) {
        // The wrappers of the driver headers are inlined everywhere; nobody looks for a mistake
        // there.
        const bool wrapper = source.file.find("include/wdk/") != std::string::npos;
        if (wrapper && &source != &location.frames.back()) continue;
        frames.push_back(
            {address, source.function, source.file, static_cast<unsigned>(source.line), in_driver});
    }
    if (frames.empty()) frames.push_back({address, {}, {}, 0, in_driver});
    return frames;
}

void MachineCore::note_death()
{
    if (bugcheck || !kernel || !kernel->bugcheck.code) return;
    const executive::BugcheckRecord &record = kernel->bugcheck;
    Bugcheck result;
    result.code = record.code;
    std::copy(std::begin(record.parameters), std::end(record.parameters), result.parameters);
    result.driver = record.driver;
    result.message = record.message;
    result.irql = record.irql;
    for (std::uint32_t i = 0; i < record.frame_count; ++i)
        for (Frame &frame : locate(record.frames[i], i > 0))
            result.stack.push_back(std::move(frame));
    trace.read();
    result.report = machine::bugcheck_report(*this, result);
    bugcheck = std::move(result);
}

}  // namespace openkmdf
