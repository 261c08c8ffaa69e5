#include "executive/io/device.h"

#include "executive/ke/entry_guard.h"
#include "executive/ob/object_manager.h"

// Who hears that the system shuts down.

namespace openkmdf::executive {

namespace io {

struct ShutdownEntry {
    ShutdownEntry *next;
    PDEVICE_OBJECT device;  // referenced
    bool last_chance;
};

}  // namespace io

namespace {

NTSTATUS add(PDEVICE_OBJECT device, bool last_chance)
{
    auto *entry = static_cast<io::ShutdownEntry *>(
        kernel().arena->allocation_fails() ? nullptr
                                           : kernel().arena->allocate(sizeof(io::ShutdownEntry)));
    if (!entry) return STATUS_INSUFFICIENT_RESOURCES;
    IoManager &io = io_manager();
    ObReferenceObject(device);
    scheduler::InternalGuard guard(io.device_lock);
    *entry = {io.shutdown_list, device, last_chance};
    io.shutdown_list = entry;
    io::extra_of(device).in_shutdown_list = true;
    device->Flags |= DO_SHUTDOWN_REGISTERED;
    return STATUS_SUCCESS;
}

void send_shutdown(PDEVICE_OBJECT device)
{
    IoManager &io = io_manager();
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device);
    if (PIRP irp = io.allocate_irp_for_sure(top->StackSize)) {
        irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_SHUTDOWN;
        void *dispatch =
            reinterpret_cast<void *>(top->DriverObject->MajorFunction[IRP_MJ_SHUTDOWN]);
        ke::EntryGuard guard;
        io.send_and_wait(top, irp);
        ke::check_after(guard, "IRP_MJ_SHUTDOWN", dispatch);
    }
    ObDereferenceObject(top);
}

}  // namespace

// Who registered last hears first; last-chance devices come after file systems would have.
void IoManager::send_shutdowns()
{
    for (bool last_chance : {false, true}) {
        for (;;) {
            io::ShutdownEntry *found = nullptr;
            {
                scheduler::InternalGuard guard(device_lock);
                io::ShutdownEntry **link = &shutdown_list;
                while (*link && (*link)->last_chance != last_chance) link = &(*link)->next;
                found = *link;
                if (found) *link = found->next;
            }
            if (!found) break;
            send_shutdown(found->device);
            ObDereferenceObject(found->device);
            kernel_.arena->deallocate(found, sizeof *found);
        }
    }
}

extern "C" {

NTSTATUS NTAPI IoRegisterShutdownNotification(PDEVICE_OBJECT DeviceObject)
{
    return add(DeviceObject, false);
}

NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject)
{
    return add(DeviceObject, true);
}

void NTAPI IoUnregisterShutdownNotification(PDEVICE_OBJECT DeviceObject)
{
    IoManager &io = io_manager();
    for (;;) {
        io::ShutdownEntry *found;
        {
            scheduler::InternalGuard guard(io.device_lock);
            io::ShutdownEntry **link = &io.shutdown_list;
            while (*link && (*link)->device != DeviceObject) link = &(*link)->next;
            found = *link;
            if (found) *link = found->next;
            else io::extra_of(DeviceObject).in_shutdown_list = false;
        }
        if (!found) break;
        ObDereferenceObject(DeviceObject);
        kernel().arena->deallocate(found, sizeof *found);
    }
    DeviceObject->Flags &= ~static_cast<ULONG>(DO_SHUTDOWN_REGISTERED);
}

}  // extern "C"

}  // namespace openkmdf::executive
