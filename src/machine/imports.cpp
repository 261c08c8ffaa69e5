#include "machine/imports.h"

#include "executive/exports.h"
#include "executive/kernel.h"
#include "framework/driver/bind_exports.h"

#include <ntdef.h>

namespace openkmdf::machine {

namespace {

// Behind an interlocked operation of driver code: others may run here.
void NTAPI choice_point()
{
    scheduler::current.scheduler->point(scheduler::Point::Interlocked);
}

}  // namespace

void *Imports::resolve(std::string_view name)
{
    if (name == "__drv_choice_point") return reinterpret_cast<void *>(&choice_point);
    if (void *entry = framework::find_loader_export(name)) return entry;
    return executive::find_export(*kernel_, name, checked_);
}

}  // namespace openkmdf::machine
