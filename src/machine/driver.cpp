#include "machine/machine_core.h"

#include <openkmdf/machine.h>

namespace openkmdf {

std::string Driver::name() const
{
    auto core = core_.lock();
    LoadedDriver *driver = core ? core->driver(ordinal_) : nullptr;
    return driver ? driver->name : std::string();
}

template <class Load>
Driver Machine::load_with(Load load)
{
    Driver driver;
    driver.core_ = core_;
    driver.ordinal_ = core_->next_ordinal;
    if (!core_->usable()) {
        driver.status_ = kMachineStopped;
        driver.error_ = "The machine has stopped.";
        return driver;
    }
    Status status;
    driver.error_ = load(status);
    driver.status_ = status;
    return driver;
}

Driver Machine::load(const std::string &path)
{
    return load_with([&](Status &status) { return core_->load(path, status); });
}

Driver Machine::load_built_in(std::string_view name, BuiltInEntry entry)
{
    return load_with([&](Status &status) { return core_->load_built_in(name, entry, status); });
}

UnloadReport Machine::unload(Driver &driver)
{
    UnloadReport report;
    LoadedDriver *loaded = driver.core_.lock() == core_ ? core_->driver(driver.ordinal_) : nullptr;
    if (!core_->usable()) {
        report.status = kMachineStopped;
        return report;
    }
    if (!loaded || !loaded->loaded) {
        report.status = STATUS_INVALID_PARAMETER;
        return report;
    }
    // The devices that the driver serves go first, top of the list last.
    for (executive::pnp::DevNode *&node : core_->devices) {
        if (!node || !node->drivers.contains(loaded->object)) continue;
        core_->call([&] {
            if (node->state != executive::pnp::NodeState::Removed &&
                node->state != executive::pnp::NodeState::SurpriseRemoved &&
                !NT_SUCCESS(core_->kernel->pnp->remove(*node)))
                core_->kernel->pnp->surprise_remove(*node);
        });
        if (!core_->usable()) {
            report.status = kMachineStopped;
            return report;
        }
    }
    return core_->unload(*loaded);
}

}  // namespace openkmdf
