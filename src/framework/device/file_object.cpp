#include "framework/device/file_object.h"

#include "framework/device/device_details.h"
#include "framework/device/dispatch.h"
#include "framework/queue/queue.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"

// IRP_MJ_CREATE, IRP_MJ_CLEANUP and IRP_MJ_CLOSE.

namespace openkmdf::framework {

const TypeInfo FileObject::kInfo = {
    ObjectType::FileObject, "WDFFILEOBJECT", sizeof(FileObject), false, false, nullptr, nullptr};

namespace {

// Where the driver lets the framework keep the handle; nullptr: nowhere.
PVOID *handle_slot(const Device &device, PFILE_OBJECT file)
{
    switch (file ? file_class_of(device.file_config) : WdfFileObjectNotRequired) {
    case WdfFileObjectWdfCanUseFsContext:
        return &file->FsContext;
    case WdfFileObjectWdfCanUseFsContext2:
        return &file->FsContext2;
    default:
        return nullptr;
    }
}

// An exclusive device whose driver keeps the framework off the file's contexts gets its one file
// object even for a create without a WDM file object ("Framework File Objects").
bool needs_file_object(const Device &device, PFILE_OBJECT file)
{
    if (!device.uses_file_objects) return false;
    return file || (device.is_exclusive &&
                    file_class_of(device.file_config) == WdfFileObjectWdfCannotUseFsContexts);
}

FileObject *make_file_object(Device &device, PFILE_OBJECT file)
{
    const WDF_OBJECT_ATTRIBUTES *attributes =
        device.file_attributes.Size ? &device.file_attributes : nullptr;
    auto *object = create_object<FileObject>(*device.globals, attributes, &device);
    if (!object) return nullptr;
    object->wdm = file;
    object->device = &device;
    object->flags |= kObjectNoDelete;
    if (!NT_SUCCESS(publish(*object))) {
        discard_object(*object);
        return nullptr;
    }
    // Somebody who is there already stays; the list finds the object as well.
    if (PVOID *slot = handle_slot(device, file); slot && !*slot) *slot = handle_of(object);
    scheduler::InternalGuard guard(device.details->lock);
    object->next = device.details->files;
    device.details->files = object;
    return object;
}

FileObject *take_file_object(Device &device, PFILE_OBJECT file)
{
    scheduler::InternalGuard guard(device.details->lock);
    for (FileObject **link = &device.details->files; *link; link = &(*link)->next) {
        if ((*link)->wdm != file) continue;
        FileObject *object = *link;
        *link = object->next;
        if (PVOID *slot = handle_slot(device, file); slot && *slot == handle_of(object))
            *slot = nullptr;
        return object;
    }
    return nullptr;
}

// The lock that serialises the callbacks of the device's files: its files' scope is the device's
// unless their attributes say otherwise. They run at PASSIVE_LEVEL.
CallbackLock *files_lock(const Device &device)
{
    const WDF_OBJECT_ATTRIBUTES &attributes = device.file_attributes;
    if (attributes.Size && attributes.SynchronizationScope == WdfSynchronizationScopeNone)
        return nullptr;
    return device.scope_lock && device.scope_lock->level() == LockLevel::Passive ? device.scope_lock
                                                                                 : nullptr;
}

// Also of creates that the driver does not handle itself (WDF_FILEOBJECT_CONFIG).
bool forwards_file_requests(const Device &device)
{
    switch (device.file_config.AutoForwardCleanupClose) {
    case WdfTrue:
        return device.lower != nullptr;
    case WdfFalse:
        return false;
    default:
        return device.role == DeviceRole::Filter;
    }
}

bool is_open_allowed(const Device &device)
{
    if (device.route & kRouteRemoved) return false;
    return device.role != DeviceRole::Control || device.details->control_finished;
}

// No callback and no queue takes the create, and it goes no further: the client is let in.
NTSTATUS finish_create(PIRP irp)
{
    irp->IoStatus.Information = FILE_OPENED;
    return complete_irp(irp, STATUS_SUCCESS);
}

// The file object of an open that fails is not the client's: it goes when the create completes. A
// request that carries the create remembers it by its completion.
NTSTATUS NTAPI create_completed(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    auto *file = static_cast<FileObject *>(context);
    if (!NT_SUCCESS(irp->IoStatus.Status) && take_file_object(*file->device, file->wdm))
        delete_object(*file);
    return STATUS_SUCCESS;
}

Queue *create_queue_of(const Device &device)
{
    return device.queues[static_cast<int>(RouteType::Create)];
}

NTSTATUS deliver_create(Device &device, PIRP irp, FileObject *file)
{
    Request *request = make_request(device, irp);
    if (!request) {
        if (file && take_file_object(device, file->wdm)) delete_object(*file);
        return complete_irp(irp, STATUS_INSUFFICIENT_RESOURCES);
    }
    request->request_flags |= kRequestCreateType;
    request->create_file = file;
    IoMarkIrpPending(irp);
    if (device.file_config.EvtDeviceFileCreate) {
        request->request_state = RequestState::Driver;
        CallbackLockGuard scope(files_lock(device));
        invoke(CallbackId::EvtDeviceFileCreate, device, device.file_config.EvtDeviceFileCreate,
               static_cast<WDFDEVICE>(handle_of(&device)), request_handle(*request),
               static_cast<WDFFILEOBJECT>(handle_of(file)));
    } else {
        queue_request(*create_queue_of(device), *request, Arrival::New);
    }
    return STATUS_PENDING;
}

}  // namespace

FileObject *find_file_object(Device &device, PFILE_OBJECT file)
{
    if (!needs_file_object(device, file)) return nullptr;
    scheduler::InternalGuard guard(device.details->lock);
    for (FileObject *object = device.details->files; object; object = object->next)
        if (object->wdm == file) return object;
    return nullptr;
}

void create_refused(Request &request)
{
    FileObject *file = request.create_file;
    if (file && take_file_object(*file->device, file->wdm)) delete_object(*file);
}

NTSTATUS dispatch_create(Device &device, PIRP irp)
{
    if (!is_open_allowed(device))
        return complete_irp(irp, device.role == DeviceRole::Control ? STATUS_NO_SUCH_DEVICE
                                                                    : STATUS_DELETE_PENDING);
    PFILE_OBJECT wdm = IoGetCurrentIrpStackLocation(irp)->FileObject;
    FileObject *file = nullptr;
    if (needs_file_object(device, wdm)) {
        file = make_file_object(device, wdm);
        if (!file) return complete_irp(irp, STATUS_INSUFFICIENT_RESOURCES);
    }
    if (device.file_config.EvtDeviceFileCreate || create_queue_of(device))
        return deliver_create(device, irp, file);
    if (!forwards_file_requests(device)) return finish_create(irp);
    if (!file) return pass_down(device, irp);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, create_completed, file, TRUE, TRUE, TRUE);
    return IoCallDriver(device.lower, irp);
}

NTSTATUS dispatch_cleanup(Device &device, PIRP irp)
{
    PFILE_OBJECT wdm = IoGetCurrentIrpStackLocation(irp)->FileObject;
    FileObject *file = find_file_object(device, wdm);
    if (file && device.file_config.EvtFileCleanup) {
        CallbackLockGuard scope(files_lock(device));
        invoke(CallbackId::EvtFileCleanup, *file, device.file_config.EvtFileCleanup,
               static_cast<WDFFILEOBJECT>(handle_of(file)));
    }
    cancel_queued_of_file(device, wdm);
    if (forwards_file_requests(device)) return pass_down(device, irp);
    return complete_irp(irp, STATUS_SUCCESS);
}

NTSTATUS dispatch_close(Device &device, PIRP irp)
{
    FileObject *file = take_file_object(device, IoGetCurrentIrpStackLocation(irp)->FileObject);
    if (file) {
        if (device.file_config.EvtFileClose) {
            CallbackLockGuard scope(files_lock(device));
            invoke(CallbackId::EvtFileClose, *file, device.file_config.EvtFileClose,
                   static_cast<WDFFILEOBJECT>(handle_of(file)));
        }
        delete_object(*file);
    }
    if (forwards_file_requests(device)) return pass_down(device, irp);
    return complete_irp(irp, STATUS_SUCCESS);
}

}  // namespace openkmdf::framework
