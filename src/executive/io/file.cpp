#include "executive/io/file.h"

#include "executive/io/device.h"
#include "executive/io/trace_client.h"
#include "executive/ke/entry_guard.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/pnp_manager.h"
#include "executive/ps/processes.h"
#include "executive/se/access_check.h"

#include <cstring>

// File objects: create, cleanup, close.

namespace openkmdf::executive {

void device_deleted(void *body);
void driver_deleted(void *body);

namespace {

constexpr ULONG kFileNameTag = 'mNoI';
constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;

NTSTATUS check_access(PDEVICE_OBJECT device, const UNICODE_STRING &rest, io::OpenPacket &packet)
{
    ob::ObjectHeader *header = ob::header_of(device);
    // A driver that has a name space of its own guards what is in it, unless it says otherwise.
    const bool guarded = !rest.Length || (device->Characteristics & FILE_DEVICE_SECURE_OPEN);
    se::AccessRequest request;
    request.descriptor = guarded ? header->security : nullptr;
    request.token = kernel().processes->current()->token;
    request.desired = packet.access;
    request.mapping = &header->type->mapping;
    request.mode = packet.mode;
    return se::check_access(request, &packet.granted);
}

ULONG file_flags(const io::OpenPacket &packet)
{
    struct Row {
        ULONG option;
        ULONG flag;
    };
    static constexpr Row kRows[] = {
        {kSynchronous, FO_SYNCHRONOUS_IO},
        {FILE_SYNCHRONOUS_IO_ALERT, FO_ALERTABLE_IO},
        {FILE_NO_INTERMEDIATE_BUFFERING, FO_NO_INTERMEDIATE_BUFFERING},
        {FILE_WRITE_THROUGH, FO_WRITE_THROUGH},
        {FILE_SEQUENTIAL_ONLY, FO_SEQUENTIAL_ONLY},
        {FILE_RANDOM_ACCESS, FO_RANDOM_ACCESS},
    };
    ULONG flags = 0;
    for (const Row &row : kRows)
        if (packet.options & row.option) flags |= row.flag;
    return flags;
}

NTSTATUS create_file_object(PDEVICE_OBJECT device, const UNICODE_STRING &rest,
                            const io::OpenPacket &packet, PFILE_OBJECT *created)
{
    PFILE_OBJECT file;
    NTSTATUS status = kernel().objects->create_object(ob::TypeIndex::File, &file);
    if (!NT_SUCCESS(status)) return status;
    file->Type = IO_TYPE_FILE;
    file->Size = sizeof(FILE_OBJECT);
    file->Flags = file_flags(packet);
    file->RelatedFileObject = packet.related;
    KeInitializeEvent(&file->Lock, SynchronizationEvent, FALSE);
    KeInitializeEvent(&file->Event, NotificationEvent, FALSE);
    InitializeListHead(&file->IrpList);
    if (rest.Length) {
        const auto room = static_cast<USHORT>(rest.Length + sizeof(WCHAR));
        auto *text = static_cast<PWCH>(ExAllocatePoolWithTag(NonPagedPoolNx, room, kFileNameTag));
        if (!text) {
            ObDereferenceObject(file);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        std::memcpy(text, rest.Buffer, rest.Length);
        text[rest.Length / sizeof(WCHAR)] = 0;
        file->FileName = {rest.Length, room, text};
    }
    // Who may append may write, at the end.
    ACCESS_MASK granted = packet.granted;
    if (granted & FILE_APPEND_DATA) granted |= FILE_WRITE_DATA;
    file->FileObjectExtension = reinterpret_cast<PVOID>(std::uintptr_t{granted});
    // Last: a file without a device has nothing to close.
    file->DeviceObject = device;
    file->Vpb = device->Vpb;
    *created = file;
    return STATUS_SUCCESS;
}

PIRP make_file_irp(PFILE_OBJECT file, PDEVICE_OBJECT top, UCHAR major, ULONG flags,
                   KPROCESSOR_MODE mode, PIRP irp)
{
    irp->Flags = flags | IRP_SYNCHRONOUS_API;
    irp->RequestorMode = mode;
    irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
    irp->Tail.Overlay.OriginalFileObject = file;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = major;
    location->FileObject = file;
    location->DeviceObject = top;
    return irp;
}

NTSTATUS send_create(PFILE_OBJECT file, PDEVICE_OBJECT top, io::OpenPacket &packet)
{
    IoManager &io = io_manager();
    PIRP irp = io.allocate_irp(top->StackSize);
    if (!irp) return STATUS_INSUFFICIENT_RESOURCES;
    make_file_irp(file, top, IRP_MJ_CREATE, IRP_CREATE_OPERATION | IRP_DEFER_IO_COMPLETION,
                  packet.mode, irp);
    ACCESS_STATE access = {};
    access.PreviouslyGrantedAccess = packet.granted;
    access.OriginalDesiredAccess = packet.access;
    access.SubjectSecurityContext.PrimaryToken = kernel().processes->current()->token;
    access.SecurityDescriptor = ob::header_of(file->DeviceObject)->security;
    IO_SECURITY_CONTEXT security = {};
    security.AccessState = &access;
    security.DesiredAccess = packet.granted;
    security.FullCreateOptions = packet.options;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->Flags = packet.stack_flags;
    location->Parameters.Create.SecurityContext = &security;
    location->Parameters.Create.Options =
        packet.disposition << 24 | (packet.options & FILE_VALID_OPTION_FLAGS);
    location->Parameters.Create.FileAttributes = packet.attributes;
    location->Parameters.Create.ShareAccess = packet.share;
    location->Parameters.Create.EaLength = packet.ea_size;
    irp->AssociatedIrp.SystemBuffer = packet.ea;
    if (packet.allocation_size) irp->Overlay.AllocationSize = *packet.allocation_size;
    ke::EntryGuard guard;
    NTSTATUS status = io.send_and_wait(top, irp, &packet.information);
    ke::check_after(guard, "IRP_MJ_CREATE",
                    reinterpret_cast<void *>(top->DriverObject->MajorFunction[IRP_MJ_CREATE]));
    return status;
}

// Neither can fail, nor what they say change anything.
void send_to_end(PFILE_OBJECT file, UCHAR major, ULONG flags)
{
    IoManager &io = io_manager();
    PDEVICE_OBJECT top = IoGetRelatedDeviceObject(file);
    PIRP irp = io.allocate_irp_for_sure(top->StackSize);
    if (!irp)
        kernel().stop(NO_MORE_IRP_STACK_LOCATIONS, 0, 0, 0, 0,
                      "The machine has no memory left to close a file.");
    void *dispatch = reinterpret_cast<void *>(top->DriverObject->MajorFunction[major]);
    ke::EntryGuard guard;
    io.send_and_wait(top, make_file_irp(file, top, major, flags, KernelMode, irp));
    ke::check_after(guard, major == IRP_MJ_CLEANUP ? "IRP_MJ_CLEANUP" : "IRP_MJ_CLOSE", dispatch);
}

void clean_up(PFILE_OBJECT file)
{
    if (!file->DeviceObject || (file->Flags & FO_CLEANUP_COMPLETE)) return;
    send_to_end(file, IRP_MJ_CLEANUP, 0);
    file->Flags |= FO_CLEANUP_COMPLETE;
}

// The last handle of all processes is closed.
void file_handle_closed(PEPROCESS, void *body, ACCESS_MASK, std::int64_t handles_left)
{
    if (handles_left == 0) clean_up(static_cast<PFILE_OBJECT>(body));
}

void file_deleted(void *body)
{
    auto *file = static_cast<PFILE_OBJECT>(body);
    if (PDEVICE_OBJECT device = file->DeviceObject) {
        send_to_end(file, IRP_MJ_CLOSE, IRP_CLOSE_OPERATION);
        io::release_device(device);
    }
    if (file->FileName.Buffer) ExFreePool(file->FileName.Buffer);
}

NTSTATUS parse_device(void *body, ob::ParseRequest &request)
{
    auto *device = static_cast<PDEVICE_OBJECT>(body);
    if (!request.context) {
        if (request.rest.Length) return STATUS_OBJECT_TYPE_MISMATCH;
        ObjectManager::reference(device);
        request.body = device;
        return STATUS_SUCCESS;
    }
    auto &packet = *static_cast<io::OpenPacket *>(request.context);
    packet.reached = true;
    PFILE_OBJECT file;
    NTSTATUS status = io::open_on_device(device, request.rest, packet, &file);
    if (NT_SUCCESS(status)) request.body = file;
    return status;
}

// A path that is relative to an open file belongs to its device.
NTSTATUS parse_file(void *body, ob::ParseRequest &request)
{
    auto *file = static_cast<PFILE_OBJECT>(body);
    if (!request.context || !file->DeviceObject) return STATUS_OBJECT_TYPE_MISMATCH;
    auto &packet = *static_cast<io::OpenPacket *>(request.context);
    packet.related = file;
    return parse_device(file->DeviceObject, request);
}

}  // namespace

void IoManager::set_object_procedures()
{
    ObjectManager &objects = *kernel_.objects;
    objects.set_procedures(ob::TypeIndex::Device, {device_deleted, nullptr, parse_device});
    objects.set_procedures(ob::TypeIndex::Driver, {driver_deleted, nullptr, nullptr});
    objects.set_procedures(ob::TypeIndex::File, {file_deleted, file_handle_closed, parse_file});
}

namespace io {

NTSTATUS open_on_device(PDEVICE_OBJECT device, const UNICODE_STRING &rest, OpenPacket &packet,
                        PFILE_OBJECT *file)
{
    *file = nullptr;
    NTSTATUS status = check_access(device, rest, packet);
    if (NT_SUCCESS(status)) status = claim_device(device, packet.related != nullptr);
    if (!NT_SUCCESS(status)) return status;
    PFILE_OBJECT created;
    status = create_file_object(device, rest, packet, &created);
    if (!NT_SUCCESS(status)) {
        release_device(device);
        return status;
    }
    status = send_create(created, IoGetRelatedDeviceObject(created), packet);
    if (kernel().observe) [[unlikely]]
        trace_file("open", device, view(rest), status);
    // What STATUS_REPARSE asks for is done by file systems only.
    if (status == STATUS_REPARSE) status = STATUS_IO_REPARSE_TAG_NOT_HANDLED;
    if (!NT_SUCCESS(status)) {
        created->DeviceObject = nullptr;
        ObDereferenceObject(created);
        release_device(device);
        return status;
    }
    created->Flags |= FO_HANDLE_CREATED;
    *file = created;
    return status;
}

NTSTATUS open_by_path(const UNICODE_STRING &path, OpenPacket &packet, PFILE_OBJECT *file)
{
    *file = nullptr;
    ObjectManager::Lookup request;
    request.path = path;
    request.mode = packet.mode;
    request.access = packet.access;
    request.context = &packet;
    request.wanted = kernel().objects->type(ob::TypeIndex::File);
    void *body = nullptr;
    NTSTATUS status = kernel().objects->lookup(request, &body);
    if (NT_SUCCESS(status)) *file = static_cast<PFILE_OBJECT>(body);
    else if (kernel().observe && !packet.reached) trace_open_failure(view(path), status);
    return status;
}

}  // namespace io

namespace {

io::OpenPacket client_packet(ACCESS_MASK access, ULONG share, ULONG options)
{
    io::OpenPacket packet;
    packet.access = access;
    packet.share = static_cast<USHORT>(share);
    packet.options = options;
    packet.attributes = FILE_ATTRIBUTE_NORMAL;
    return packet;
}

// A client's file counts as one handle, so that IRP_MJ_CLEANUP comes when it and all real ones are
// closed.
NTSTATUS hand_to_client(NTSTATUS status, PFILE_OBJECT file, const io::OpenPacket &packet,
                        ULONG_PTR *information)
{
    if (!NT_SUCCESS(status)) return status;
    __atomic_fetch_add(&ob::header_of(file)->handles, 1, __ATOMIC_ACQ_REL);
    if (information) *information = packet.information;
    return status;
}

}  // namespace

NTSTATUS IoManager::open_file(const UNICODE_STRING &path, ACCESS_MASK access, ULONG share,
                              ULONG options, PFILE_OBJECT *file, ULONG_PTR *information)
{
    io::OpenPacket packet = client_packet(access, share, options);
    const NTSTATUS status = io::open_by_path(path, packet, file);
    return hand_to_client(status, *file, packet, information);
}

NTSTATUS IoManager::open_device(PDEVICE_OBJECT device, const UNICODE_STRING &rest,
                                ACCESS_MASK access, ULONG share, ULONG options, PFILE_OBJECT *file,
                                ULONG_PTR *information)
{
    io::OpenPacket packet = client_packet(access, share, options);
    const NTSTATUS status = io::open_on_device(device, rest, packet, file);
    return hand_to_client(status, *file, packet, information);
}

void IoManager::close_file(PFILE_OBJECT file)
{
    if (kernel_.observe) [[unlikely]]
        io::trace_file("close", file->DeviceObject, io::view(file->FileName), STATUS_SUCCESS);
    if (__atomic_sub_fetch(&ob::header_of(file)->handles, 1, __ATOMIC_ACQ_REL) == 0) clean_up(file);
    ObDereferenceObject(file);
    kernel_.pnp->wait_for_removals();
}

}  // namespace openkmdf::executive
