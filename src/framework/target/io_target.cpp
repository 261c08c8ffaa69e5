#include "framework/target/io_target.h"

namespace openkmdf::framework {

const TypeInfo IoTarget::kInfo = {ObjectType::IoTarget, "WDFIOTARGET", sizeof(IoTarget), true, true, nullptr, nullptr};

IoTarget *create_local_target(Device &device)
{
    auto *target = create_object<IoTarget>(*device.globals, nullptr, &device);
    if (!target) return nullptr;
    target->device = &device;
    target->target = device.lower;
    target->flags |= kObjectNoDelete;
    if (NT_SUCCESS(publish(*target))) return target;
    discard_object(*target);
    return nullptr;
}

}  // namespace openkmdf::framework
