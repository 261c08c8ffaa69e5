#include "machine/imports.h"

#include "executive/exports.h"
#include "executive/kernel.h"
#include "framework/driver/bind_exports.h"

namespace openkmdf::machine {

void *Imports::resolve(std::string_view name)
{
    if (void *entry = framework::find_loader_export(name)) return entry;
    return executive::find_export(*kernel_, name, checked_);
}

}  // namespace openkmdf::machine
