#include "executive/ex/pool.h"
#include "executive/io/io_manager.h"
#include "machine/machine_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

// Loading and unloading driver modules, and what a driver left behind.

// Where the linker puts the program.
extern "C" const char __executable_start;
extern "C" const char end;

namespace openkmdf {

namespace {

Status status_of(loader::LoadFailure failure)
{
    switch (failure) {
    case loader::LoadFailure::NotFound:
        return STATUS_OBJECT_NAME_NOT_FOUND;
    case loader::LoadFailure::NotADriver:
    case loader::LoadFailure::PeImage:
        return STATUS_INVALID_IMAGE_FORMAT;
    case loader::LoadFailure::WrongVersion:
        return STATUS_REVISION_MISMATCH;
    case loader::LoadFailure::UnresolvedImports:
        return STATUS_DRIVER_ENTRYPOINT_NOT_FOUND;
    case loader::LoadFailure::SanitizerMismatch:
    case loader::LoadFailure::OutOfResources:
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_UNSUCCESSFUL;
}

std::string last_print(MachineCore &core)
{
    const auto prints = core.trace.read().prints();
    if (prints.empty()) return {};
    std::string text = prints.back();
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text.empty() ? text : fmt::format(" It last printed: \"{}\".", text);
}

std::string tag_text(std::uint32_t tag)
{
    std::string text(reinterpret_cast<const char *>(&tag), 4);
    for (char &c : text)
        if (c < 32 || c > 126) c = '.';
    return text;
}

}  // namespace

std::string MachineCore::load(const std::string &path, Status &status)
{
    auto module = loader::Module::open(path, {}, imports);
    if (!module) {
        status = status_of(module.error().kind);
        return module.error().sentence;
    }
    auto loaded = std::make_unique<LoadedDriver>();
    loaded->name = std::string(module->name());
    loaded->module = std::move(*module);
    loaded->module->set_choice_points(!scheduler->threaded());
    loaded->registration.low = loaded->module->range().begin;
    loaded->registration.high = loaded->module->range().end;
    auto entry = reinterpret_cast<PDRIVER_INITIALIZE>(loaded->module->entry());
    return start(std::move(loaded), entry, status);
}

std::string MachineCore::load_built_in(std::string_view name, BuiltInEntry entry, Status &status)
{
    auto loaded = std::make_unique<LoadedDriver>();
    loaded->name = std::string(name);
    loaded->registration.low = reinterpret_cast<std::uintptr_t>(&__executable_start);
    loaded->registration.high = reinterpret_cast<std::uintptr_t>(&end);
    return start(std::move(loaded), reinterpret_cast<PDRIVER_INITIALIZE>(entry), status);
}

std::string MachineCore::start(std::unique_ptr<LoadedDriver> loaded, PDRIVER_INITIALIZE entry,
                               Status &status)
{
    loaded->ordinal = next_ordinal++;
    executive::LoadedModule &registration = loaded->registration;
    registration.ordinal = static_cast<std::uint16_t>(loaded->ordinal);
    loaded->name.copy(registration.name, sizeof registration.name - 1);
    executive::add_module(*kernel, registration);
    NTSTATUS result = STATUS_UNSUCCESSFUL;
    const std::u16string name = machine::widen(loaded->name);
    LoadedDriver &driver = *loaded;
    drivers.push_back(std::move(loaded));
    const bool alive = call([&] {
        executive::pnp::LoadRequest request;
        request.name = name;
        request.entry = entry;
        request.image = reinterpret_cast<void *>(driver.registration.low);
        request.image_size =
            static_cast<std::uint32_t>(driver.registration.high - driver.registration.low);
        result = kernel->pnp->load_driver(request, &driver.object);
    });
    if (!alive) {
        status = kMachineStopped;
        return fmt::format("DriverEntry of {} ended in a bugcheck.", driver.name);
    }
    status = result;
    if (NT_SUCCESS(result)) {
        driver.loaded = true;
        registration.driver_object = driver.object;
        return {};
    }
    const std::string sentence = fmt::format("DriverEntry of {} returned {}.{}", driver.name,
                                             status.name(), last_print(*this));
    executive::remove_module(*kernel, driver.registration);
    std::erase_if(drivers, [&](const auto &entry) { return entry.get() == &driver; });
    return sentence;
}

void MachineCore::collect_leaks(LoadedDriver &driver, UnloadReport &report)
{
    struct Collector {
        MachineCore &core;
        std::uint16_t ordinal;
        std::map<std::pair<std::uint32_t, std::uint32_t>, Leak> by_tag_and_stack;
    } collector{*this, static_cast<std::uint16_t>(driver.ordinal), {}};
    kernel->pool->for_each(
        [](void *context, const executive::PoolBlock &block) {
            auto &collector = *static_cast<Collector *>(context);
            if (block.driver != collector.ordinal || block.freed) return;
            Leak &leak = collector.by_tag_and_stack[{block.tag, block.stack}];
            leak.what = fmt::format("pool '{}'", tag_text(block.tag));
            ++leak.count;
            leak.bytes += block.size;
        },
        &collector);
    for (auto &[key, leak] : collector.by_tag_and_stack) {
        for (std::uint64_t address : machine::stack_frames(*kernel, key.second))
            for (Frame &frame : locate(address, true))
                leak.allocated_at.push_back(std::move(frame));
        report.leaks.push_back(std::move(leak));
    }
}

UnloadReport MachineCore::unload(LoadedDriver &driver)
{
    UnloadReport report;
    report.status = kMachineStopped;
    framework::Globals *globals = nullptr;
    std::uint32_t objects = 0;
    executive::pnp::UnloadReport leftovers;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    const bool alive = call([&] {
        status = kernel->pnp->unload(driver.object, &leftovers);
        kernel->pnp->drain();
        globals = framework::leftover_globals(driver.registration.ordinal);
        objects = globals ? globals->live_objects : 0;
        if (NT_SUCCESS(status)) kernel->pool->check();
    });
    if (!alive) return report;
    report.status = status;
    if (!NT_SUCCESS(status)) return report;
    for (unsigned i = 0; i < leftovers.count && i < executive::pnp::UnloadReport::kMost; ++i)
        report.leaks.push_back({leftovers.leftovers[i].name, leftovers.leftovers[i].count, 0, {}});
    if (objects) report.leaks.push_back({"framework objects", objects, 0, {}});
    collect_leaks(driver, report);
    report.stack_used = scheduler->stack_high_water();
    trace.read();
    executive::remove_module(*kernel, driver.registration);
    driver.loaded = false;
    driver.object = nullptr;
    driver.module.reset();
    return report;
}

}  // namespace openkmdf
