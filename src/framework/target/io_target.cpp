#include "framework/target/io_target.h"

#include "executive/io/io_manager.h"
#include "framework/support/library.h"
#include "framework/target/remote_target.h"
#include "framework/target/target_io.h"

namespace openkmdf::framework {

namespace {

scheduler::Arena &arena_of(const IoTarget &target)
{
    return *target.globals->library->kernel->arena;
}

void dispose_target(Object &object)
{
    auto &target = static_cast<IoTarget &>(object);
    if (!target.io) return;
    if (target.remote) close_remote_target(target);
    else if (target_state(target) != WdfIoTargetDeleted)
        close_target_io(target, WdfIoTargetDeleted);
}

void destroy_target(Object &object)
{
    auto &target = static_cast<IoTarget &>(object);
    if (target.remote) forget_open_parameters(target);
    arena_of(target).drop(target.remote);
    arena_of(target).drop(target.io);
}

}  // namespace

const TypeInfo IoTarget::kInfo = {ObjectType::IoTarget, "WDFIOTARGET", sizeof(IoTarget), true, true,
                                  dispose_target,       destroy_target};

IoTarget *create_local_target(Device &device)
{
    auto *target = create_object<IoTarget>(*device.globals, nullptr, &device);
    if (!target) return nullptr;
    target->device = &device;
    target->flags |= kObjectNoDelete;
    target->io = make_target_io(arena_of(*target));
    if (target->io && NT_SUCCESS(publish(*target))) {
        open_target_io(*target, device.lower, nullptr);
        return target;
    }
    discard_object(*target);
    return nullptr;
}

void remove_local_target(Device &device)
{
    if (device.default_target) close_target_io(*device.default_target, WdfIoTargetDeleted);
}

NTSTATUS create_remote_target(Device &device, const WDF_OBJECT_ATTRIBUTES *attributes,
                              IoTarget **result)
{
    NTSTATUS status = check_attributes(attributes, {});
    if (!NT_SUCCESS(status)) return status;
    if (attributes && attributes->ParentObject) {
        Object *up = object_of(attributes->ParentObject);
        while (up && up != &device) up = up->parent;
        if (!up) return STATUS_INVALID_DEVICE_REQUEST;
    }
    auto *target = create_object<IoTarget>(*device.globals, attributes, &device);
    if (!target) return STATUS_INSUFFICIENT_RESOURCES;
    scheduler::Arena &arena = arena_of(*target);
    target->device = &device;
    target->is_local = false;
    target->io = make_target_io(arena);
    if (target->io && !arena.allocation_fails()) target->remote = arena.make<RemoteTarget>();
    status = target->remote ? publish(*target) : STATUS_INSUFFICIENT_RESOURCES;
    if (!NT_SUCCESS(status)) {
        discard_object(*target);
        return status;
    }
    *result = target;
    return STATUS_SUCCESS;
}

NTSTATUS query_interface(PDEVICE_OBJECT device, const GUID &type, PINTERFACE interface, USHORT size,
                         USHORT version, PVOID specific)
{
    executive::IoManager &io = executive::io_manager();
    PIRP irp = io.allocate_irp(device->StackSize);
    if (!irp) return STATUS_INSUFFICIENT_RESOURCES;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = IRP_MJ_PNP;
    location->MinorFunction = IRP_MN_QUERY_INTERFACE;
    auto &query = location->Parameters.QueryInterface;
    query.InterfaceType = &type;
    query.Size = size;
    query.Version = version;
    query.Interface = interface;
    query.InterfaceSpecificData = specific;
    return io.send_and_wait(device, irp);
}

}  // namespace openkmdf::framework
