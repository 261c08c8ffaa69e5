#include "executive/io/io_manager.h"

#include "executive/io/device.h"
#include "executive/io/file.h"
#include "executive/io/trace_client.h"
#include "executive/ke/thread.h"
#include "executive/mm/mm_state.h"
#include "scheduler/user_memory.h"

#include <cstring>

// The client's side of a request: what NtReadFile, NtWriteFile and NtDeviceIoControlFile do around
// the device stack. The path without observers takes no lock and allocates one block.

namespace openkmdf::executive {

namespace {

enum class BufferMethod : std::uint8_t { Buffered, InDirect, OutDirect, Neither };

BufferMethod method_of(const IoManager::Transfer &transfer, PDEVICE_OBJECT top)
{
    if (transfer.major == IRP_MJ_DEVICE_CONTROL || transfer.major == IRP_MJ_INTERNAL_DEVICE_CONTROL)
        return static_cast<BufferMethod>(transfer.code & 3);
    if (transfer.major == IRP_MJ_QUERY_INFORMATION || transfer.major == IRP_MJ_SET_INFORMATION)
        return BufferMethod::Buffered;
    if (top->Flags & DO_BUFFERED_IO) return BufferMethod::Buffered;
    if (top->Flags & DO_DIRECT_IO)
        return transfer.major == IRP_MJ_READ ? BufferMethod::OutDirect : BufferMethod::InDirect;
    return BufferMethod::Neither;
}

// Only addresses are judged; whether there is memory shows when it is touched. Once per request, so
// the loaded modules are not looked through as for a driver's probe (mm::is_user_range): what a
// client has of a driver's image, it has by being linked to it.
bool is_user_memory(const void *buffer, std::uint32_t size)
{
    constexpr std::uintptr_t kLowestUser = 0x10000;
    const auto low = reinterpret_cast<std::uintptr_t>(buffer);
    const std::uintptr_t high = low + size;
    return low >= kLowestUser && high >= low &&
           (high <= scheduler::Arena::kKernelLow || low >= scheduler::Arena::kKernelHigh);
}

// What the system service probes before it looks at the driver's method; METHOD_NEITHER is left to
// the driver.
bool are_probes_good(const IoManager::Transfer &transfer, BufferMethod method, bool control)
{
    if (control && method == BufferMethod::Neither) return true;
    return (!transfer.input_size || is_user_memory(transfer.input, transfer.input_size)) &&
           (!transfer.output_size || is_user_memory(transfer.output, transfer.output_size));
}

// The client's data, and a look whether there is room for the driver's: the driver must not see a
// request whose buffers are not there.
bool copy_in(const IoManager::Transfer &transfer, void *buffer, std::uint32_t output_size)
{
    if (transfer.mode == KernelMode) {
        if (transfer.input_size) std::memcpy(buffer, transfer.input, transfer.input_size);
        return true;
    }
    return scheduler::copy_user_memory(buffer, transfer.input, transfer.input_size) &&
           scheduler::probe_user_memory(transfer.output, output_size);
}

// Reads carry their buffer as output, writes as input; control codes have both.
NTSTATUS lock_direct_buffer(PIRP irp, void *buffer, std::uint32_t size, LOCK_OPERATION operation)
{
    if (!size) return STATUS_SUCCESS;
    PMDL mdl = IoAllocateMdl(buffer, size, FALSE, FALSE, irp);
    if (!mdl) return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS status = mm::lock_pages(mdl, irp->RequestorMode, operation);
    if (NT_SUCCESS(status)) return status;
    irp->MdlAddress = nullptr;
    IoFreeMdl(mdl);
    return status;
}

// What the client may do with its file; drivers that check for themselves find it in the flags.
ACCESS_MASK grant_access(PFILE_OBJECT file, IO_STACK_LOCATION &location)
{
    const ACCESS_MASK granted = io::granted_access(file);
    location.Flags = static_cast<UCHAR>((granted & FILE_READ_DATA ? SL_READ_ACCESS_GRANTED : 0) |
                                        (granted & FILE_WRITE_DATA ? SL_WRITE_ACCESS_GRANTED : 0));
    return granted;
}

}  // namespace

NTSTATUS IoManager::attach_buffers(PIRP irp, PDEVICE_OBJECT top, const Transfer &transfer)
{
    io::IrpBlock &block = *io::block_of(irp);
    const BufferMethod method = method_of(transfer, top);
    const bool control =
        transfer.major == IRP_MJ_DEVICE_CONTROL || transfer.major == IRP_MJ_INTERNAL_DEVICE_CONTROL;
    if (transfer.mode == UserMode && !are_probes_good(transfer, method, control)) [[unlikely]]
        return STATUS_ACCESS_VIOLATION;
    const bool shares_input =
        method == BufferMethod::Buffered || (control && method != BufferMethod::Neither);
    if (shares_input) {
        const std::uint32_t out = method == BufferMethod::Buffered ? transfer.output_size : 0;
        const std::uint32_t size = transfer.input_size > out ? transfer.input_size : out;
        if (size) {
            if (size <= io::kSmallBufferSize) {
                irp->AssociatedIrp.SystemBuffer = block.small_buffer();
            } else {
                irp->AssociatedIrp.SystemBuffer =
                    ExAllocatePoolWithTag(NonPagedPoolNx, size, 'BsoI');
                if (!irp->AssociatedIrp.SystemBuffer) return STATUS_INSUFFICIENT_RESOURCES;
                block.flags |= io::kBlockOwnBuffer;
            }
            block.output_size = out;
            if (!copy_in(transfer, irp->AssociatedIrp.SystemBuffer, out)) [[unlikely]]
                return STATUS_ACCESS_VIOLATION;
            // What the driver does not write must not carry an earlier request's data to the
            // client.
            if (size > transfer.input_size)
                std::memset(static_cast<std::byte *>(irp->AssociatedIrp.SystemBuffer) +
                                transfer.input_size,
                            0, size - transfer.input_size);
            irp->Flags |= IRP_BUFFERED_IO;
            if (out) irp->Flags |= IRP_INPUT_OPERATION;
        }
    }
    switch (method) {
    case BufferMethod::Buffered:
        irp->UserBuffer = transfer.output;
        return STATUS_SUCCESS;
    case BufferMethod::InDirect:
        if (!control)
            return lock_direct_buffer(irp, const_cast<void *>(transfer.input), transfer.input_size,
                                      IoReadAccess);
        return lock_direct_buffer(irp, transfer.output, transfer.output_size, IoReadAccess);
    case BufferMethod::OutDirect:
        return lock_direct_buffer(irp, transfer.output, transfer.output_size, IoWriteAccess);
    case BufferMethod::Neither:
        irp->UserBuffer =
            transfer.major == IRP_MJ_WRITE ? const_cast<void *>(transfer.input) : transfer.output;
        if (control)
            IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.Type3InputBuffer =
                const_cast<void *>(transfer.input);
        return STATUS_SUCCESS;
    }
    return STATUS_INVALID_PARAMETER;
}

PIRP IoManager::build(PFILE_OBJECT file, PDEVICE_OBJECT top, const Transfer &transfer,
                      NTSTATUS *failure)
{
    PIRP irp = allocate_irp(top->StackSize);
    if (!irp) [[unlikely]] {
        *failure = STATUS_INSUFFICIENT_RESOURCES;
        return nullptr;
    }
    irp->RequestorMode = transfer.mode;
    irp->Tail.Overlay.OriginalFileObject = file;
    irp->Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(ke::current_thread());
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = transfer.major;
    location->FileObject = file;
    ACCESS_MASK needed = 0;
    switch (transfer.major) {
    case IRP_MJ_READ:
        location->Parameters.Read.Length = transfer.output_size;
        location->Parameters.Read.ByteOffset.QuadPart = transfer.offset;
        irp->Flags |= IRP_READ_OPERATION;
        needed = FILE_READ_DATA;
        break;
    case IRP_MJ_WRITE:
        location->Parameters.Write.Length = transfer.input_size;
        location->Parameters.Write.ByteOffset.QuadPart = transfer.offset;
        irp->Flags |= IRP_WRITE_OPERATION;
        needed = FILE_WRITE_DATA;
        break;
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        location->Parameters.DeviceIoControl.IoControlCode = transfer.code;
        location->Parameters.DeviceIoControl.InputBufferLength = transfer.input_size;
        location->Parameters.DeviceIoControl.OutputBufferLength = transfer.output_size;
        // The access bits of a control code are the rights to read and write data.
        needed = transfer.code >> 14 & (FILE_READ_DATA | FILE_WRITE_DATA);
        break;
    case IRP_MJ_QUERY_INFORMATION:
        location->Parameters.QueryFile.Length = transfer.output_size;
        location->Parameters.QueryFile.FileInformationClass =
            static_cast<FILE_INFORMATION_CLASS>(transfer.code);
        break;
    case IRP_MJ_SET_INFORMATION:
        location->Parameters.SetFile.Length = transfer.input_size;
        location->Parameters.SetFile.FileInformationClass =
            static_cast<FILE_INFORMATION_CLASS>(transfer.code);
        break;
    default:
        break;
    }
    NTSTATUS status = STATUS_ACCESS_DENIED;
    if (transfer.mode == KernelMode || !(needed & ~grant_access(file, *location))) [[likely]]
        status = attach_buffers(irp, top, transfer);
    if (!NT_SUCCESS(status)) [[unlikely]] {
        free_irp(irp);
        *failure = status;
        return nullptr;
    }
    return irp;
}

io::IrpBlock *IoManager::send(PFILE_OBJECT file, const Transfer &transfer, bool synchronous,
                              NTSTATUS *failure)
{
    PDEVICE_OBJECT top = IoGetRelatedDeviceObject(file);
    PIRP irp = build(file, top, transfer, failure);
    if (!irp) [[unlikely]]
        return nullptr;
    io::IrpBlock &block = *io::block_of(irp);
    block.flags |= io::kBlockClient;
    if (synchronous) {
        block.flags |= io::kBlockSynchronous;
    } else {
        block.flags |= io::kBlockFileCounted;
        ObReferenceObject(file);
        KeClearEvent(&file->Event);
        irp->UserIosb = transfer.status_block;
        irp->UserEvent = transfer.event;
        if (transfer.event) block.flags |= io::kBlockEventCounted;
    }
    NTSTATUS status = IofCallDriver(top, irp);
    // Only what stays pending can be cancelled by its file or thread: until here, a cancel request
    // of somebody else counts as having come before this one.
    if (status == STATUS_PENDING && !is_done(block)) list_irp(block);
    return &block;
}

bool IoManager::wait(io::IrpBlock &block, std::int64_t deadline)
{
    if (is_done(block)) return true;
    __atomic_store_n(&block.issuer, scheduler::current.activity, __ATOMIC_RELAXED);
    __atomic_fetch_or(&block.flags, io::kBlockSynchronous, __ATOMIC_ACQ_REL);
    const scheduler::WaitReason reason{"I/O completion", block.irp(), nullptr};
    while (!is_done(block)) {
        if (kernel_.scheduler->park(reason, deadline) != scheduler::ParkResult::TimedOut) continue;
        // Whoever completes it later must not look for a thread which may have ended.
        const std::uint32_t before =
            __atomic_fetch_and(&block.flags, ~io::kBlockSynchronous, __ATOMIC_ACQ_REL);
        return before & io::kBlockDone;
    }
    return true;
}

IO_STATUS_BLOCK IoManager::collect(io::IrpBlock &block)
{
    const std::uint32_t flags = __atomic_load_n(&block.flags, __ATOMIC_ACQUIRE);
    IO_STATUS_BLOCK result = {};
    if ((flags & (io::kBlockDone | io::kBlockListed)) == io::kBlockDone) [[likely]] {
        result = block.irp()->IoStatus;
        free_irp(block.irp());
        return result;
    }
    if (flags & io::kBlockDone) result = block.irp()->IoStatus;
    else result.Status = STATUS_PENDING;
    const std::uint32_t before =
        __atomic_fetch_or(&block.flags, io::kBlockCollected, __ATOMIC_ACQ_REL);
    if (io::is_last_use(before | io::kBlockCollected)) {
        result = block.irp()->IoStatus;
        free_irp(block.irp());
    }
    return result;
}

IO_STATUS_BLOCK IoManager::transfer(PFILE_OBJECT file, const Transfer &transfer)
{
    IO_STATUS_BLOCK result = {};
    NTSTATUS failure = STATUS_SUCCESS;
    io::IrpBlock *block = send(file, transfer, true, &failure);
    if (block) [[likely]] {
        wait(*block);
        result = collect(*block);
    } else {
        result.Status = failure;
    }
    if (kernel_.observe) [[unlikely]]
        io::trace_transfer(file, transfer, result);
    return result;
}

}  // namespace openkmdf::executive
