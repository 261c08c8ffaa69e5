#include "framework/target/remote_target.h"

#include "executive/ob/object_manager.h"
#include "executive/pnp/pnp_manager.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/violation.h"
#include "framework/target/target_io.h"

#include <cstring>
#include <wdmguid.h>

// Opening and closing remote targets, and what their devices' removal does to them.

namespace openkmdf::framework {

namespace {

scheduler::Arena &arena_of(const IoTarget &target)
{
    return *target.globals->library->kernel->arena;
}

bool is_open(IoTarget &target)
{
    const WDF_IO_TARGET_STATE state = target_state(target);
    return state == WdfIoTargetStarted || state == WdfIoTargetStopped || state == WdfIoTargetPurged;
}

void forget_name(IoTarget &target)
{
    RemoteTarget &remote = *target.remote;
    free_string(arena_of(target), remote.name);
    if (remote.ea) arena_of(target).deallocate(remote.ea, remote.params.EaBufferLength);
    remote.ea = nullptr;
    remote.opened_by_name = false;
}

// What a reopen needs. The driver's structure and what it points at need not live on.
NTSTATUS remember_name(IoTarget &target, const WDF_IO_TARGET_OPEN_PARAMS &params)
{
    RemoteTarget &remote = *target.remote;
    forget_name(target);
    if (!params.TargetDeviceName.Buffer || !params.TargetDeviceName.Length)
        return STATUS_INVALID_PARAMETER;
    scheduler::Arena &arena = arena_of(target);
    if (!copy_string(arena, params.TargetDeviceName, remote.name))
        return STATUS_INSUFFICIENT_RESOURCES;
    remote.params = params;
    remote.params.EaBufferLength = 0;
    if (params.EaBuffer && params.EaBufferLength) {
        remote.ea = arena.allocation_fails() ? nullptr : arena.allocate(params.EaBufferLength);
        if (!remote.ea) return STATUS_INSUFFICIENT_RESOURCES;
        std::memcpy(remote.ea, params.EaBuffer, params.EaBufferLength);
        remote.params.EaBufferLength = params.EaBufferLength;
    }
    remote.has_allocation_size = params.AllocationSize != nullptr;
    if (params.AllocationSize) remote.allocation_size = *params.AllocationSize;
    remote.opened_by_name = true;
    return STATUS_SUCCESS;
}

// --- What the target holds -------------------------------------------------------------------

void find_physical(RemoteTarget &remote, PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT base = IoGetDeviceAttachmentBaseRef(device);
    if (executive::PnpManager::node_of(base)) remote.physical = base;
    else ObDereferenceObject(base);
}

void release_device(RemoteTarget &remote)
{
    if (remote.physical) ObDereferenceObject(remote.physical);
    if (remote.device) ObDereferenceObject(remote.device);
    if (remote.file) ObDereferenceObject(remote.file);
    if (remote.handle) ZwClose(remote.handle);
    remote.physical = nullptr;
    remote.device = nullptr;
    remote.file = nullptr;
    remote.handle = nullptr;
}

void stop_notification(RemoteTarget &remote)
{
    void *notification = remote.notification;
    remote.notification = nullptr;
    if (notification) IoUnregisterPlugPlayNotification(notification);
}

// --- The device's removal --------------------------------------------------------------------

// The registration names the target by its handle: a call that was under way while the target
// closed finds that it is gone.
IoTarget *reference_target(void *handle)
{
    if (judge_handle(handle, ObjectType::IoTarget) != HandleVerdict::Good) return nullptr;
    auto *target = object_cast<IoTarget>(handle);
    std::uint32_t count = __atomic_load_n(&target->references, __ATOMIC_RELAXED);
    do {
        if (!count) return nullptr;
    } while (!__atomic_compare_exchange_n(&target->references, &count, count + 1, false,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return target;
}

NTSTATUS query_removal(IoTarget &target)
{
    const auto callback = target.remote->params.EvtIoTargetQueryRemove;
    if (callback)
        return invoke(CallbackId::EvtIoTargetQueryRemove, target, callback, target_handle(target));
    close_for_query_remove(target);
    return STATUS_SUCCESS;
}

void removal_canceled(IoTarget &target)
{
    const auto callback = target.remote->params.EvtIoTargetRemoveCanceled;
    if (callback) {
        invoke(CallbackId::EvtIoTargetRemoveCanceled, target, callback, target_handle(target));
        return;
    }
    // The framework closed it, so the framework opens it again.
    if (target.remote->params.EvtIoTargetQueryRemove ||
        target_state(target) != WdfIoTargetClosedForQueryRemove)
        return;
    WDF_IO_TARGET_OPEN_PARAMS params;
    WDF_IO_TARGET_OPEN_PARAMS_INIT_REOPEN(&params);
    open_remote_target(target, params);
}

void removal_complete(IoTarget &target)
{
    const auto callback = target.remote->params.EvtIoTargetRemoveComplete;
    if (callback)
        invoke(CallbackId::EvtIoTargetRemoveComplete, target, callback, target_handle(target));
    else close_remote_target(target);
}

bool is_event(const GUID &event, const GUID &which)
{
    return std::memcmp(&event, &which, sizeof event) == 0;
}

NTSTATUS NTAPI target_device_changed(PVOID structure, PVOID context)
{
    const GUID event = static_cast<PTARGET_DEVICE_REMOVAL_NOTIFICATION>(structure)->Event;
    IoTarget *target = reference_target(context);
    if (!target) return STATUS_SUCCESS;
    NTSTATUS status = STATUS_SUCCESS;
    if (target->remote->notification) {
        if (is_event(event, GUID_TARGET_DEVICE_QUERY_REMOVE)) status = query_removal(*target);
        else if (is_event(event, GUID_TARGET_DEVICE_REMOVE_CANCELLED)) removal_canceled(*target);
        else if (is_event(event, GUID_TARGET_DEVICE_REMOVE_COMPLETE)) removal_complete(*target);
    }
    dereference(*target);
    return status;
}

void start_notification(IoTarget &target)
{
    RemoteTarget &remote = *target.remote;
    stop_notification(remote);
    if (!remote.physical || !remote.file) return;
    IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, remote.file,
                                   target.globals->driver_object, target_device_changed,
                                   target_handle(target), &remote.notification);
}

// --- Opening ---------------------------------------------------------------------------------

NTSTATUS create_file(RemoteTarget &remote, ULONG_PTR *information)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &remote.name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                               nullptr, nullptr);
    const WDF_IO_TARGET_OPEN_PARAMS &params = remote.params;
    LARGE_INTEGER allocation;
    allocation.QuadPart = remote.allocation_size;
    IO_STATUS_BLOCK result = {};
    const NTSTATUS status =
        ZwCreateFile(&remote.handle, params.DesiredAccess, &attributes, &result,
                     remote.has_allocation_size ? &allocation : nullptr, params.FileAttributes,
                     params.ShareAccess, params.CreateDisposition, params.CreateOptions, remote.ea,
                     params.EaBufferLength);
    *information = result.Information;
    // What WdfIoTargetOpen is documented to return for a name that is not there.
    if (status == STATUS_OBJECT_NAME_NOT_FOUND || status == STATUS_OBJECT_PATH_NOT_FOUND)
        return STATUS_NOT_FOUND;
    return status;
}

NTSTATUS open_by_name(IoTarget &target, ULONG_PTR *information)
{
    RemoteTarget &remote = *target.remote;
    NTSTATUS status = create_file(remote, information);
    if (!NT_SUCCESS(status)) {
        remote.handle = nullptr;
        return status;
    }
    status = executive::kernel().objects->reference_by_handle(
        remote.handle, 0, executive::ob::TypeIndex::File, KernelMode, &remote.file);
    if (!NT_SUCCESS(status)) {
        release_device(remote);
        return status;
    }
    remote.device = IoGetRelatedDeviceObject(remote.file);
    ObReferenceObject(remote.device);
    find_physical(remote, remote.file->DeviceObject);
    open_target_io(target, remote.device, remote.file);
    start_notification(target);
    return STATUS_SUCCESS;
}

NTSTATUS open_existing(IoTarget &target, const WDF_IO_TARGET_OPEN_PARAMS &params)
{
    PFILE_OBJECT file = params.TargetFileObject;
    if (!params.TargetDeviceObject) return STATUS_INVALID_PARAMETER;
    if (file && (file->Type != IO_TYPE_FILE || !file->DeviceObject)) return STATUS_NO_SUCH_DEVICE;
    RemoteTarget &remote = *target.remote;
    forget_name(target);
    remote.params = params;
    remote.params.EaBufferLength = 0;
    remote.device = params.TargetDeviceObject;
    ObReferenceObject(remote.device);
    remote.file = file;
    if (file) ObReferenceObject(file);
    find_physical(remote, remote.device);
    open_target_io(target, remote.device, file);
    // Who watches the file that the driver opened itself is told by the driver's callbacks.
    if (params.EvtIoTargetQueryRemove || params.EvtIoTargetRemoveCanceled ||
        params.EvtIoTargetRemoveComplete)
        start_notification(target);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS open_remote_target(IoTarget &target, WDF_IO_TARGET_OPEN_PARAMS &params)
{
    if (params.Size != sizeof params) return STATUS_INFO_LENGTH_MISMATCH;
    if (!target.remote || is_open(target)) return STATUS_INVALID_DEVICE_STATE;
    NTSTATUS status;
    switch (params.Type) {
    case WdfIoTargetOpenByName:
        status = remember_name(target, params);
        if (!NT_SUCCESS(status)) {
            forget_name(target);
            return status;
        }
        break;
    case WdfIoTargetOpenReopen:
        if (!target.remote->opened_by_name) return STATUS_INVALID_DEVICE_STATE;
        break;
    case WdfIoTargetOpenUseExistingDevice:
        return open_existing(target, params);
    default:
        return STATUS_INVALID_PARAMETER;
    }
    ULONG_PTR information = 0;
    status = open_by_name(target, &information);
    params.FileInformation = static_cast<ULONG>(information);
    return status;
}

void close_for_query_remove(IoTarget &target)
{
    if (!target.remote || !is_open(target)) return;
    close_target_io(target, WdfIoTargetClosedForQueryRemove);
    release_device(*target.remote);
}

void close_remote_target(IoTarget &target)
{
    if (!target.remote) return;
    stop_notification(*target.remote);
    close_target_io(target, WdfIoTargetClosed);
    release_device(*target.remote);
}

void forget_open_parameters(IoTarget &target)
{
    forget_name(target);
}

PDEVICE_OBJECT physical_device(const IoTarget &target)
{
    return target.is_local ? target.device->physical : target.remote->physical;
}

}  // namespace openkmdf::framework
