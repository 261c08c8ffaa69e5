#include "framework/request/buffers.h"

#include "executive/mm/mm_state.h"

namespace openkmdf::framework {

namespace {

struct Extent {
    std::size_t size;
    bool direct;  // described by the IRP's MDL
    bool neither;
    void *neither_address;
};

bool is_control(std::uint8_t major)
{
    return major == IRP_MJ_DEVICE_CONTROL || major == IRP_MJ_INTERNAL_DEVICE_CONTROL;
}

// False: this kind of request has no such buffer.
bool locate_transfer(const Request &request, BufferSide side, const IO_STACK_LOCATION &location,
                     Extent &extent)
{
    const bool read = request.major == IRP_MJ_READ;
    if (read != (side == BufferSide::Output)) return false;
    extent.size = read ? location.Parameters.Read.Length : location.Parameters.Write.Length;
    extent.direct = request.device->read_write_io == WdfDeviceIoDirect;
    extent.neither = request.device->read_write_io == WdfDeviceIoNeither;
    extent.neither_address = request.irp->UserBuffer;
    return true;
}

void locate_control(const Request &request, BufferSide side, const IO_STACK_LOCATION &location,
                    Extent &extent)
{
    const auto &control = location.Parameters.DeviceIoControl;
    const unsigned method = control.IoControlCode & 3;
    extent.size =
        side == BufferSide::Input ? control.InputBufferLength : control.OutputBufferLength;
    extent.neither = method == METHOD_NEITHER;
    extent.direct =
        side == BufferSide::Output && (method == METHOD_IN_DIRECT || method == METHOD_OUT_DIRECT);
    extent.neither_address =
        side == BufferSide::Input ? control.Type3InputBuffer : request.irp->UserBuffer;
}

NTSTATUS locate(const Request &request, BufferSide side, Extent &extent)
{
    if (base::load_enum(request.request_state, __ATOMIC_RELAXED) == RequestState::Completed)
        return STATUS_INTERNAL_ERROR;
    if (request.request_flags & (kRequestFromIrp | kRequestOwnIrp))
        return STATUS_INVALID_DEVICE_REQUEST;
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(request.irp);
    if (request.major == IRP_MJ_READ || request.major == IRP_MJ_WRITE)
        return locate_transfer(request, side, location, extent) ? STATUS_SUCCESS
                                                                : STATUS_INVALID_DEVICE_REQUEST;
    if (!is_control(request.major)) return STATUS_INVALID_DEVICE_REQUEST;
    locate_control(request, side, location, extent);
    return STATUS_SUCCESS;
}

NTSTATUS lock_buffer(void *address, std::size_t size, KPROCESSOR_MODE mode, BufferSide side,
                     PMDL *locked)
{
    PMDL mdl = IoAllocateMdl(address, static_cast<ULONG>(size), FALSE, FALSE, nullptr);
    if (!mdl) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = executive::mm::lock_pages(
        mdl, mode, side == BufferSide::Input ? IoReadAccess : IoWriteAccess);
    if (NT_SUCCESS(status)) *locked = mdl;
    else IoFreeMdl(mdl);
    return status;
}

// A system buffer, or the kernel address of a "neither" request that kernel mode sent: such a
// buffer may be pageable.
NTSTATUS describe_buffer(Request &request, BufferSide side, Memory &memory)
{
    if (memory.buffer != request.irp->AssociatedIrp.SystemBuffer) {
        NTSTATUS status = lock_buffer(memory.buffer, memory.size, KernelMode, side, &memory.mdl);
        if (!NT_SUCCESS(status)) return status;
    } else {
        memory.mdl =
            IoAllocateMdl(memory.buffer, static_cast<ULONG>(memory.size), FALSE, FALSE, nullptr);
        if (!memory.mdl) return STATUS_INSUFFICIENT_RESOURCES;
        MmBuildMdlForNonPagedPool(memory.mdl);
    }
    memory.owns_mdl = true;
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS find_buffer(Request &request, BufferSide side, std::size_t minimum, RequestBuffer *buffer)
{
    Extent extent{};
    NTSTATUS status = locate(request, side, extent);
    if (!NT_SUCCESS(status)) return status;
    if (extent.size == 0 || extent.size < minimum) return STATUS_BUFFER_TOO_SMALL;
    PIRP irp = request.irp;
    buffer->size = extent.size;
    buffer->mdl = nullptr;
    if (extent.neither) {
        // A user's address that nobody probed. From kernel mode it is a kernel address.
        if (request.major != IRP_MJ_INTERNAL_DEVICE_CONTROL && irp->RequestorMode == UserMode)
            return STATUS_INVALID_DEVICE_REQUEST;
        buffer->address = extent.neither_address;
        return STATUS_SUCCESS;
    }
    if (extent.direct) {
        buffer->mdl = irp->MdlAddress;
        buffer->address =
            irp->MdlAddress ? MmGetSystemAddressForMdlSafe(irp->MdlAddress,
                                                           NormalPagePriority | MdlMappingNoExecute)
                            : nullptr;
        return buffer->address ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    buffer->address = irp->AssociatedIrp.SystemBuffer;
    return STATUS_SUCCESS;
}

NTSTATUS find_memory(Request &request, BufferSide side, Memory **memory)
{
    Memory *&kept = side == BufferSide::Input ? request.input_memory : request.output_memory;
    if (!kept) {
        RequestBuffer buffer;
        NTSTATUS status = find_buffer(request, side, 0, &buffer);
        if (!NT_SUCCESS(status)) return status;
        kept = make_request_memory(request, buffer.address, buffer.size, side == BufferSide::Input,
                                   buffer.mdl);
        if (!kept) return STATUS_INSUFFICIENT_RESOURCES;
    }
    *memory = kept;
    return STATUS_SUCCESS;
}

NTSTATUS find_mdl(Request &request, BufferSide side, PMDL *mdl)
{
    Memory *memory;
    NTSTATUS status = find_memory(request, side, &memory);
    if (!NT_SUCCESS(status)) return status;
    if (!memory->mdl) {
        status = describe_buffer(request, side, *memory);
        if (!NT_SUCCESS(status)) return status;
    }
    *mdl = memory->mdl;
    return STATUS_SUCCESS;
}

NTSTATUS lock_user_buffer(Request &request, BufferSide side, void *address, std::size_t size,
                          Memory **memory)
{
    if (!size) return STATUS_INVALID_USER_BUFFER;
    if (size > MAXULONG) return STATUS_INVALID_PARAMETER;
    if (base::load_enum(request.request_state, __ATOMIC_RELAXED) == RequestState::Completed ||
        (request.request_flags & (kRequestFromIrp | kRequestOwnIrp)))
        return STATUS_INVALID_DEVICE_REQUEST;
    PIRP irp = request.irp;
    // Its addresses mean nothing in another process.
    if (irp->RequestorMode == UserMode && irp->Tail.Overlay.Thread != PsGetCurrentThread())
        return STATUS_ACCESS_VIOLATION;
    PMDL mdl = nullptr;
    NTSTATUS status = lock_buffer(address, size, irp->RequestorMode, side, &mdl);
    if (!NT_SUCCESS(status)) return status;
    *memory = make_request_memory(
        request, MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute), size,
        side == BufferSide::Input, mdl);
    if (*memory && (*memory)->buffer) {
        (*memory)->owns_mdl = true;
        return STATUS_SUCCESS;
    }
    if (*memory) delete_object(**memory);
    *memory = nullptr;
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS find_unsafe_user_buffer(Request &request, BufferSide side, std::size_t minimum,
                                 void **address, std::size_t *size)
{
    Extent extent{};
    NTSTATUS status = locate(request, side, extent);
    if (!NT_SUCCESS(status)) return status;
    if (!extent.neither || request.major == IRP_MJ_INTERNAL_DEVICE_CONTROL ||
        request.request_state != RequestState::CallerContext)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (extent.size == 0 || extent.size < minimum) return STATUS_BUFFER_TOO_SMALL;
    *address = extent.neither_address;
    if (size) *size = extent.size;
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::framework
