#include "executive/io/device.h"
#include "executive/io/file.h"
#include "executive/ke/driver_call.h"
#include "executive/ob/object_manager.h"

// Files as kernel code uses them: by handle, with buffers that are trusted.

namespace openkmdf::executive {

namespace {

struct CreateArguments {
    PHANDLE handle;
    POBJECT_ATTRIBUTES attributes;
    PIO_STATUS_BLOCK status_block;
    io::OpenPacket packet;
};

NTSTATUS create_file(CreateArguments &arguments)
{
    *arguments.handle = nullptr;
    io::OpenPacket &packet = arguments.packet;
    packet.mode = arguments.attributes->Attributes & OBJ_FORCE_ACCESS_CHECK ? UserMode : KernelMode;
    ObjectManager &objects = *kernel().objects;
    ObjectManager::Lookup request;
    request.mode = packet.mode;
    request.access = packet.access;
    request.context = &packet;
    request.wanted = objects.type(ob::TypeIndex::File);
    void *body = nullptr;
    NTSTATUS status = objects.lookup(arguments.attributes, request, &body);
    if (NT_SUCCESS(status)) {
        NTSTATUS created = objects.create_handle(
            body, packet.granted, arguments.attributes->Attributes, KernelMode, arguments.handle);
        // Without a handle nothing would clean the file up before it is closed.
        if (!NT_SUCCESS(created)) {
            __atomic_fetch_add(&ob::header_of(body)->handles, 1, __ATOMIC_ACQ_REL);
            kernel().io->close_file(static_cast<PFILE_OBJECT>(body));
            status = created;
        } else {
            ObDereferenceObject(body);
        }
    }
    arguments.status_block->Status = status;
    arguments.status_block->Information = NT_SUCCESS(status) ? packet.information : 0;
    return status;
}

io::OpenPacket make_packet(ACCESS_MASK access, ULONG share, ULONG disposition, ULONG options)
{
    io::OpenPacket packet;
    packet.access = access;
    packet.share = static_cast<USHORT>(share);
    packet.disposition = disposition;
    packet.options = options;
    return packet;
}

bool are_options_good(ACCESS_MASK access, ULONG disposition, ULONG options)
{
    constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
    if (options & ~static_cast<ULONG>(FILE_VALID_OPTION_FLAGS)) return false;
    if (disposition > FILE_MAXIMUM_DISPOSITION) return false;
    if ((options & kSynchronous) == kSynchronous) return false;
    if ((options & kSynchronous) && !(access & (SYNCHRONIZE | GENERIC_READ | GENERIC_WRITE |
                                                GENERIC_ALL | GENERIC_EXECUTE | MAXIMUM_ALLOWED)))
        return false;
    if ((options & FILE_NO_INTERMEDIATE_BUFFERING) && (access & FILE_APPEND_DATA)) return false;
    if ((options & FILE_DELETE_ON_CLOSE) && !(access & (DELETE | GENERIC_ALL | MAXIMUM_ALLOWED)))
        return false;
    if (!(options & FILE_DIRECTORY_FILE)) return true;
    const bool keeps_data =
        disposition == FILE_CREATE || disposition == FILE_OPEN || disposition == FILE_OPEN_IF;
    return keeps_data && !(options & FILE_NON_DIRECTORY_FILE);
}

struct Target {
    PFILE_OBJECT file = nullptr;
    PKEVENT event = nullptr;

    bool is_synchronous() const { return file->Flags & FO_SYNCHRONOUS_IO; }
};

NTSTATUS open_target(HANDLE handle, HANDLE event, ACCESS_MASK access, Target &target)
{
    ObjectManager &objects = *kernel().objects;
    NTSTATUS status =
        objects.reference_by_handle(handle, access, ob::TypeIndex::File, KernelMode, &target.file);
    if (!NT_SUCCESS(status) || !event) return status;
    status = objects.reference_by_handle(event, EVENT_MODIFY_STATE, ob::TypeIndex::Event,
                                         KernelMode, &target.event);
    if (!NT_SUCCESS(status)) ObDereferenceObject(target.file);
    else KeClearEvent(target.event);
    return status;
}

// A synchronous file is used by one thread at a time and keeps a position.
NTSTATUS run_synchronous(Target &target, IoManager::Transfer &transfer, PIO_STATUS_BLOCK result,
                         bool positioned)
{
    if (positioned) transfer.offset = target.file->CurrentByteOffset.QuadPart;
    *result = kernel().io->transfer(target.file, transfer);
    const bool moves = transfer.major == IRP_MJ_READ || transfer.major == IRP_MJ_WRITE;
    if (moves && NT_SUCCESS(result->Status))
        target.file->CurrentByteOffset.QuadPart =
            transfer.offset + static_cast<LONGLONG>(result->Information);
    if (target.event) {
        KeSetEvent(target.event, IO_NO_INCREMENT, FALSE);
        ObDereferenceObject(target.event);
    }
    ObDereferenceObject(target.file);
    return result->Status;
}

NTSTATUS run(Target &target, IoManager::Transfer &transfer, PIO_STATUS_BLOCK result,
             bool positioned)
{
    transfer.mode = KernelMode;
    if (target.is_synchronous()) return run_synchronous(target, transfer, result, positioned);
    transfer.event = target.event;
    transfer.status_block = result;
    NTSTATUS status = STATUS_SUCCESS;
    if (io::IrpBlock *block = kernel().io->send(target.file, transfer, false, &status)) {
        status = kernel().io->collect(*block).Status;
    } else if (target.event) {
        ObDereferenceObject(target.event);
    }
    ObDereferenceObject(target.file);
    return status;
}

// There are no user APCs here; a kernel routine would be called in a context that it does not
// expect.
void refuse_apc(PIO_APC_ROUTINE routine, const char *function)
{
    if (routine) not_implemented(function, __builtin_return_address(0));
}

NTSTATUS read_or_write(UCHAR major, HANDLE handle, HANDLE event, PIO_STATUS_BLOCK result,
                       PVOID buffer, ULONG length, PLARGE_INTEGER offset)
{
    Target target;
    const ACCESS_MASK access = major == IRP_MJ_READ ? FILE_READ_DATA : FILE_WRITE_DATA;
    NTSTATUS status = open_target(handle, event, access, target);
    if (!NT_SUCCESS(status)) return status;
    IoManager::Transfer transfer;
    transfer.major = major;
    if (major == IRP_MJ_READ) {
        transfer.output = buffer;
        transfer.output_size = length;
    } else {
        transfer.input = buffer;
        transfer.input_size = length;
    }
    // Two special offsets mean the file's own position and its end.
    const bool positioned =
        !offset || (offset->HighPart == -1 && offset->LowPart == FILE_USE_FILE_POINTER_POSITION);
    if (offset) transfer.offset = offset->QuadPart;
    return run(target, transfer, result, positioned);
}

}  // namespace

extern "C" {

NTSTATUS NTAPI ZwCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                            PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                            ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                            ULONG EaLength)
{
    if (!are_options_good(DesiredAccess, CreateDisposition, CreateOptions))
        return STATUS_INVALID_PARAMETER;
    CreateArguments arguments = {
        FileHandle, ObjectAttributes, IoStatusBlock,
        make_packet(DesiredAccess, ShareAccess, CreateDisposition, CreateOptions)};
    arguments.packet.attributes = static_cast<USHORT>(FileAttributes);
    arguments.packet.allocation_size = AllocationSize;
    arguments.packet.ea = EaBuffer;
    arguments.packet.ea_size = EaLength;
    return create_file(arguments);
}

NTSTATUS NTAPI ZwOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                          ULONG ShareAccess, ULONG OpenOptions)
{
    return ZwCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, nullptr, 0,
                        ShareAccess, FILE_OPEN, OpenOptions, nullptr, 0);
}

NTSTATUS NTAPI IoCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                            PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                            ULONG Disposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength,
                            CREATE_FILE_TYPE CreateFileType, PVOID, ULONG Options)
{
    const bool checks = !(Options & IO_NO_PARAMETER_CHECKING);
    if (CreateFileType != CreateFileTypeNone ||
        (checks && !are_options_good(DesiredAccess, Disposition, CreateOptions)))
        return STATUS_INVALID_PARAMETER;
    CreateArguments arguments = {
        FileHandle, ObjectAttributes, IoStatusBlock,
        make_packet(DesiredAccess, ShareAccess, Disposition, CreateOptions)};
    arguments.packet.attributes = static_cast<USHORT>(FileAttributes);
    arguments.packet.allocation_size = AllocationSize;
    arguments.packet.ea = EaBuffer;
    arguments.packet.ea_size = EaLength;
    arguments.packet.stack_flags = static_cast<UCHAR>(Options);
    return create_file(arguments);
}

NTSTATUS NTAPI ZwReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID,
                          PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                          PLARGE_INTEGER ByteOffset, PULONG)
{
    refuse_apc(ApcRoutine, "ZwReadFile with an APC routine");
    return read_or_write(IRP_MJ_READ, FileHandle, Event, IoStatusBlock, Buffer, Length, ByteOffset);
}

NTSTATUS NTAPI ZwWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID,
                           PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                           PLARGE_INTEGER ByteOffset, PULONG)
{
    refuse_apc(ApcRoutine, "ZwWriteFile with an APC routine");
    return read_or_write(IRP_MJ_WRITE, FileHandle, Event, IoStatusBlock, Buffer, Length,
                         ByteOffset);
}

NTSTATUS NTAPI ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                                     PVOID, PIO_STATUS_BLOCK IoStatusBlock, ULONG IoControlCode,
                                     PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                                     ULONG OutputBufferLength)
{
    refuse_apc(ApcRoutine, "ZwDeviceIoControlFile with an APC routine");
    Target target;
    NTSTATUS status = open_target(FileHandle, Event, 0, target);
    if (!NT_SUCCESS(status)) return status;
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_DEVICE_CONTROL;
    transfer.code = IoControlCode;
    transfer.input = InputBuffer;
    transfer.input_size = InputBufferLength;
    transfer.output = OutputBuffer;
    transfer.output_size = OutputBufferLength;
    return run(target, transfer, IoStatusBlock, false);
}

NTSTATUS NTAPI ZwFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock)
{
    Target target;
    NTSTATUS status = open_target(FileHandle, nullptr, 0, target);
    if (!NT_SUCCESS(status)) return status;
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_FLUSH_BUFFERS;
    transfer.mode = KernelMode;
    return run_synchronous(target, transfer, IoStatusBlock, false);
}

NTSTATUS NTAPI ZwCancelIoFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock)
{
    Target target;
    NTSTATUS status = open_target(FileHandle, nullptr, 0, target);
    if (!NT_SUCCESS(status)) return status;
    kernel().io->cancel_file(target.file, scheduler::current.activity);
    ObDereferenceObject(target.file);
    *IoStatusBlock = {};
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoGetDeviceObjectPointer(PUNICODE_STRING ObjectName, ACCESS_MASK DesiredAccess,
                                        PFILE_OBJECT *FileObject, PDEVICE_OBJECT *DeviceObject)
{
    *FileObject = nullptr;
    *DeviceObject = nullptr;
    io::OpenPacket packet = make_packet(DesiredAccess, 0, FILE_OPEN, FILE_NON_DIRECTORY_FILE);
    packet.mode = KernelMode;
    PFILE_OBJECT file;
    NTSTATUS status = io::open_by_path(*ObjectName, packet, &file);
    if (!NT_SUCCESS(status)) return status;
    // The handle is gone by the time the caller gets the file: its clean-up comes first, its close
    // with the caller's reference.
    __atomic_fetch_add(&ob::header_of(file)->handles, 1, __ATOMIC_ACQ_REL);
    ObReferenceObject(file);
    kernel().io->close_file(file);
    *FileObject = file;
    *DeviceObject = IoGetRelatedDeviceObject(file);
    return STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
