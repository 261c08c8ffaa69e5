#include "machine/machine_core.h"

#include <openkmdf/machine.h>

#include <fmt/format.h>

#include <array>

namespace openkmdf {

namespace {

using executive::pnp::DevNode;

CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor_of(const Resource &resource)
{
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = {};
    descriptor.ShareDisposition = CmResourceShareDeviceExclusive;
    switch (resource.kind) {
    case Resource::Kind::Memory:
        descriptor.Type = CmResourceTypeMemory;
        descriptor.u.Memory.Start.QuadPart = static_cast<LONGLONG>(resource.start);
        descriptor.u.Memory.Length = static_cast<ULONG>(resource.length);
        break;
    case Resource::Kind::Port:
        descriptor.Type = CmResourceTypePort;
        descriptor.Flags = CM_RESOURCE_PORT_IO;
        descriptor.u.Port.Start.QuadPart = static_cast<LONGLONG>(resource.start);
        descriptor.u.Port.Length = static_cast<ULONG>(resource.length);
        break;
    case Resource::Kind::Interrupt:
        descriptor.Type = CmResourceTypeInterrupt;
        descriptor.Flags = CM_RESOURCE_INTERRUPT_LATCHED;
        descriptor.u.Interrupt.Vector = static_cast<ULONG>(resource.start);
        descriptor.u.Interrupt.Level = static_cast<ULONG>(resource.length);
        descriptor.u.Interrupt.Affinity = ~KAFFINITY{0};
        break;
    }
    return descriptor;
}

DevNode *node_of(void *node)
{
    return static_cast<DevNode *>(node);
}

}  // namespace

bool Machine::find_filters(const std::vector<Driver> &filters, void **objects)
{
    if (filters.size() > executive::pnp::kMostFilters) return false;
    for (const Driver &filter : filters) {
        LoadedDriver *loaded =
            filter.core_.lock() == core_ ? core_->driver(filter.ordinal_) : nullptr;
        if (!loaded || !loaded->loaded) return false;
        *objects++ = loaded->object;
    }
    return true;
}

Device Machine::plug_in(const Driver &driver, std::string_view hardware_id,
                        const DeviceOptions &options)
{
    Device device;
    device.core_ = core_;
    if (!core_->usable()) {
        device.status_ = kMachineStopped;
        device.error_ = "The machine has stopped.";
        return device;
    }
    LoadedDriver *loaded = driver.core_.lock() == core_ ? core_->driver(driver.ordinal_) : nullptr;
    if (!loaded || !loaded->loaded) {
        device.status_ = STATUS_INVALID_PARAMETER;
        device.error_ = "The driver is not loaded, so no device can be plugged in for it.";
        return device;
    }
    executive::pnp::DriverSet drivers;
    drivers.function = loaded->object;
    if (!find_filters(options.lower_filters, reinterpret_cast<void **>(drivers.lower)) ||
        !find_filters(options.upper_filters, reinterpret_cast<void **>(drivers.upper))) {
        device.status_ = STATUS_INVALID_PARAMETER;
        device.error_ = "A filter driver of the device is not loaded, or there are too many.";
        return device;
    }
    std::vector<CM_PARTIAL_RESOURCE_DESCRIPTOR> descriptors;
    for (const Resource &resource : options.resources)
        descriptors.push_back(descriptor_of(resource));
    const std::u16string id = machine::widen(hardware_id),
                         text = machine::widen(options.description);
    const std::array<std::u16string_view, 1> hardware_ids{id};
    DevNode *node = nullptr;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    const bool alive = core_->call([&] {
        executive::pnp::DeviceDescription description;
        description.device_id = id;
        description.hardware_ids = hardware_ids;
        description.description = text;
        description.raw_resources = descriptors;
        description.translated_resources = descriptors;
        description.drivers = drivers;
        status = core_->kernel->pnp->plug_in(description, &node);
    });
    if (!alive) {
        device.status_ = kMachineStopped;
        device.error_ = "Plugging the device in ended in a bugcheck.";
        return device;
    }
    device.status_ = status;
    if (!NT_SUCCESS(status)) {
        device.error_ =
            fmt::format("The device {} did not start: {}.", hardware_id, device.status_.name());
        return device;
    }
    device.node_ = node;
    core_->devices.push_back(node);
    return device;
}

namespace {

template <class Operation>
Status operate(const std::weak_ptr<MachineCore> &owner, void *node, Operation operation)
{
    auto core = owner.lock();
    if (!core || !node) return STATUS_DELETE_PENDING;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    return core->call([&] { status = operation(*core->kernel->pnp, *node_of(node)); })
               ? Status(status)
               : kMachineStopped;
}

}  // namespace

Status Device::remove()
{
    return operate(core_, node_, [](auto &pnp, DevNode &node) { return pnp.remove(node); });
}

void Device::surprise_remove()
{
    operate(core_, node_, [](auto &pnp, DevNode &node) { return pnp.surprise_remove(node); });
}

Status Device::stop()
{
    return operate(core_, node_, [](auto &pnp, DevNode &node) { return pnp.stop(node); });
}

Status Device::restart()
{
    return operate(core_, node_, [](auto &pnp, DevNode &node) { return pnp.restart(node); });
}

bool Device::present() const
{
    auto core = core_.lock();
    if (!core || !node_ || !core->usable()) return false;
    const auto state = node_of(node_)->state;
    return state != executive::pnp::NodeState::Removed &&
           state != executive::pnp::NodeState::SurpriseRemoved;
}

std::string Device::instance_path() const
{
    auto core = core_.lock();
    return core && node_ ? machine::narrow(node_of(node_)->instance_path.view()) : std::string();
}

std::vector<std::string> Device::interfaces() const
{
    std::vector<std::string> links;
    auto core = core_.lock();
    if (!core || !node_) return links;
    core->call([&] {
        for (std::size_t n = 0;; ++n) {
            char16_t buffer[512];
            const std::size_t length = core->kernel->pnp->interface_link(nullptr, node_of(node_), n,
                                                                         buffer, std::size(buffer));
            if (!length) return;
            // Programs write \\?\ where the object name space has \??\.
            links.push_back("\\\\?\\" + machine::narrow({buffer + 4, length - 4}));
        }
    });
    return links;
}

}  // namespace openkmdf
