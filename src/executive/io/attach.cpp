#include "executive/io/device.h"
#include "executive/io/file.h"
#include "executive/ob/object_manager.h"

// Device stacks.

namespace openkmdf::executive {

void device_detached(PDEVICE_OBJECT device);

namespace {

PDEVICE_OBJECT top_of(PDEVICE_OBJECT device)
{
    while (PDEVICE_OBJECT above = __atomic_load_n(&device->AttachedDevice, __ATOMIC_ACQUIRE))
        device = above;
    return device;
}

PDEVICE_OBJECT attach(PDEVICE_OBJECT source, PDEVICE_OBJECT target, PDEVICE_OBJECT *result)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    PDEVICE_OBJECT top = top_of(target);
    constexpr std::uint32_t closed =
        io::kDeviceDeletePending | io::kDeviceUnloadPending | io::kDeviceRemovePending;
    if ((io::extra_of(top).flags & closed) || top == source) return nullptr;
    io::extra_of(source).attached_to = top;
    // What is above a stack that does not take files yet does not either.
    io::extra_of(source).flags |= io::extra_of(top).flags & io::kDeviceStartPending;
    source->StackSize = static_cast<CCHAR>(top->StackSize + 1);
    source->AlignmentRequirement = top->AlignmentRequirement;
    source->SectorSize = top->SectorSize;
    if (result) *result = top;
    // Readers follow these links without the lock.
    __atomic_store_n(&top->AttachedDevice, source, __ATOMIC_RELEASE);
    return top;
}

}  // namespace

PDEVICE_OBJECT IoManager::lower_device(PDEVICE_OBJECT device)
{
    return io::extra_of(device).attached_to;
}

PDEVICE_OBJECT IoManager::lowest_device(PDEVICE_OBJECT device)
{
    while (PDEVICE_OBJECT below = io::extra_of(device).attached_to) device = below;
    return device;
}

void IoManager::mark_stack(PDEVICE_OBJECT bottom, std::uint32_t set, std::uint32_t clear)
{
    scheduler::InternalGuard guard(device_lock);
    for (PDEVICE_OBJECT device = bottom; device; device = device->AttachedDevice) {
        std::uint32_t &flags = io::extra_of(device).flags;
        flags = (flags & ~clear) | set;
    }
}

std::uint32_t IoManager::open_files(PDEVICE_OBJECT bottom)
{
    scheduler::InternalGuard guard(device_lock);
    std::uint32_t count = 0;
    for (PDEVICE_OBJECT device = bottom; device; device = device->AttachedDevice)
        count += static_cast<std::uint32_t>(device->ReferenceCount);
    return count;
}

extern "C" {

PDEVICE_OBJECT NTAPI IoAttachDeviceToDeviceStack(PDEVICE_OBJECT SourceDevice,
                                                 PDEVICE_OBJECT TargetDevice)
{
    return attach(SourceDevice, TargetDevice, nullptr);
}

NTSTATUS NTAPI IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT SourceDevice,
                                               PDEVICE_OBJECT TargetDevice,
                                               PDEVICE_OBJECT *AttachedToDeviceObject)
{
    return attach(SourceDevice, TargetDevice, AttachedToDeviceObject) ? STATUS_SUCCESS
                                                                      : STATUS_NO_SUCH_DEVICE;
}

NTSTATUS NTAPI IoAttachDevice(PDEVICE_OBJECT SourceDevice, PUNICODE_STRING TargetDevice,
                              PDEVICE_OBJECT *AttachedDevice)
{
    io::OpenPacket packet;
    packet.access = FILE_READ_ATTRIBUTES;
    packet.options = FILE_NON_DIRECTORY_FILE;
    packet.mode = KernelMode;
    PFILE_OBJECT file;
    NTSTATUS status = io::open_by_path(*TargetDevice, packet, &file);
    if (!NT_SUCCESS(status)) return status;
    __atomic_fetch_add(&ob::header_of(file)->handles, 1, __ATOMIC_ACQ_REL);
    status = IoAttachDeviceToDeviceStackSafe(SourceDevice, IoGetRelatedDeviceObject(file),
                                             AttachedDevice);
    // The source sees the file's clean-up and close: it is attached by now.
    io_manager().close_file(file);
    return status;
}

void NTAPI IoDetachDevice(PDEVICE_OBJECT TargetDevice)
{
    {
        scheduler::InternalGuard guard(io_manager().device_lock);
        PDEVICE_OBJECT upper = TargetDevice->AttachedDevice;
        if (!upper) return;
        io::extra_of(upper).attached_to = nullptr;
        __atomic_store_n(&TargetDevice->AttachedDevice, nullptr, __ATOMIC_RELEASE);
    }
    device_detached(TargetDevice);
}

PDEVICE_OBJECT NTAPI IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject)
{
    return top_of(DeviceObject);
}

PDEVICE_OBJECT NTAPI IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    PDEVICE_OBJECT top = top_of(DeviceObject);
    ObjectManager::reference(top);
    return top;
}

PDEVICE_OBJECT NTAPI IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    constexpr std::uint32_t going =
        io::kDeviceDeletePending | io::kDeviceUnloadPending | io::kDeviceRemovePending;
    PDEVICE_OBJECT below = io::extra_of(DeviceObject).attached_to;
    if (!below || (io::extra_of(below).flags & going)) return nullptr;
    ObjectManager::reference(below);
    return below;
}

PDEVICE_OBJECT NTAPI IoGetDeviceAttachmentBaseRef(PDEVICE_OBJECT DeviceObject)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    PDEVICE_OBJECT base = io_manager().lowest_device(DeviceObject);
    ObjectManager::reference(base);
    return base;
}

PDEVICE_OBJECT NTAPI IoGetRelatedDeviceObject(PFILE_OBJECT FileObject)
{
    return top_of(FileObject->DeviceObject);
}

NTSTATUS NTAPI IoEnumerateDeviceObjectList(PDRIVER_OBJECT DriverObject,
                                           PDEVICE_OBJECT *DeviceObjectList,
                                           ULONG DeviceObjectListSize,
                                           PULONG ActualNumberDeviceObjects)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    const ULONG room = DeviceObjectListSize / sizeof(PDEVICE_OBJECT);
    ULONG count = 0;
    for (PDEVICE_OBJECT device = DriverObject->DeviceObject; device; device = device->NextDevice) {
        if (count++ >= room) continue;
        ObjectManager::reference(device);
        *DeviceObjectList++ = device;
    }
    *ActualNumberDeviceObjects = count;
    return room < count ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
