#pragma once

#include "executive/ex/slab.h"
#include "executive/kernel.h"
#include "framework/driver/globals.h"
#include "framework/object/object.h"

#include <cstdint>

// The framework of one machine: what Wdf01000.sys is on Windows. Lives in the machine's arena,
// hangs on Kernel::framework.

namespace openkmdf::framework {

inline constexpr int kSlotClasses = 20;

struct Library {
    executive::Kernel *kernel = nullptr;
    Globals *globals = nullptr;  // bound modules, newest first; guarded by lock
    Globals *unbound = nullptr;  // modules gone, but not all their objects; guarded by lock
    scheduler::InternalLock lock;
    executive::Slab *slabs[kSlotClasses] = {};                         // objects by size class
    std::uint32_t ordinals[static_cast<int>(ObjectType::Count)] = {};  // atomic
    // Objects whose disposal waits for PASSIVE_LEVEL (FIFO through next_sibling); guarded by lock.
    Object *deferred_first = nullptr;
    Object *deferred_last = nullptr;
    bool deferred_running = false;
    WORK_QUEUE_ITEM deferred_work = {};
    std::uint16_t trace_types[static_cast<int>(ObjectType::Count)] =
        {};                        // the tracer's, by ObjectType
    bool checked_default = false;  // bind drivers to the checked table

    static Library *create(executive::Kernel &kernel);
};

inline Library &library()
{
    return *static_cast<Library *>(executive::kernel().framework);
}

// WdfVersionBind & co. for one module; see driver/bind.cpp.
NTSTATUS bind_client(PDRIVER_OBJECT driver_object, PUNICODE_STRING registry_path,
                     PWDF_BIND_INFO info, PWDF_DRIVER_GLOBALS *globals);
NTSTATUS unbind_client(PWDF_BIND_INFO info, Globals &globals);

// Of a module that was unbound while objects of its were alive; nullptr: it left nothing.
Globals *leftover_globals(std::uint16_t trace_driver);

// The parent of objects that name none: the driver object; null before WdfDriverCreate.
Object *default_parent(Globals &globals);

// Deletes the driver object and all below it, when the module goes (or its DriverEntry failed).
void finish_driver(Globals &globals);

// sizeof of the structures by WDFSTRUCTENUM, for modules built for a newer framework.
std::uint32_t structure_count();
const std::size_t *structure_sizes();

// The function tables, WDFFUNC[458]: fast entries and checked ones.
const WDFFUNC *fast_table();
const WDFFUNC *checked_table();

}  // namespace openkmdf::framework
