#include "framework/target/format.h"

#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/target/target_io.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

constexpr ULONG kCopyTag = 'CxFW';

bool is_control(UCHAR major)
{
    return major == IRP_MJ_DEVICE_CONTROL || major == IRP_MJ_INTERNAL_DEVICE_CONTROL;
}

[[noreturn]] void no_location(const Request &request, const char *function)
{
    if (!request.irp)
        violation(request.globals, WDF_REQUEST_FATAL_ERROR, WDF_REQUEST_FATAL_ERROR_NULL_IRP,
                  reinterpret_cast<std::uintptr_t>(handle_of(&request)),
                  "%s was called for a request that has no IRP. Give WdfRequestCreate the I/O "
                  "target, or call WdfRequestChangeTarget first.",
                  function);
    violation(request.globals, WDF_REQUEST_FATAL_ERROR,
              WDF_REQUEST_FATAL_ERROR_NO_MORE_STACK_LOCATIONS,
              reinterpret_cast<std::uintptr_t>(request.irp),
              "%s was called for a request whose IRP has no stack location left for a lower "
              "driver.",
              function);
}

bool may_format(const Request &request)
{
    const RequestState state = base::load_enum(request.request_state, __ATOMIC_ACQUIRE);
    return state == RequestState::Idle || state == RequestState::Driver ||
           state == RequestState::CallerContext || state == RequestState::Canceling;
}

PIO_STACK_LOCATION require_next(Request &request, const char *function)
{
    if (!may_format(request))
        violation(request.globals, WDF_REQUEST_FATAL_ERROR,
                  WDF_REQUEST_FATAL_ERROR_REQUEST_ALREADY_SENT,
                  reinterpret_cast<std::uintptr_t>(handle_of(&request)),
                  "%s was called for a request that the driver does not own: it was sent, is on a "
                  "queue, or was completed.",
                  function);
    if (!request.irp || request.irp->CurrentLocation < 2) no_location(request, function);
    return IoGetNextIrpStackLocation(request.irp);
}

// The MDL of an earlier format if it can describe the memory, else a new one.
bool need_mdl(SendState &send, void *address, std::size_t length)
{
    const std::size_t room = MmSizeOfMdl(address, length);
    if (send.mdl && room <= send.mdl_room) {
        if (send.mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED)
            MmUnmapLockedPages(send.mdl->MappedSystemVa, send.mdl);
        MmInitializeMdl(send.mdl, address, length);
        send.mdl->MdlFlags = MDL_ALLOCATED_FIXED_SIZE;
        return true;
    }
    if (send.mdl) IoFreeMdl(send.mdl);
    send.mdl = IoAllocateMdl(address, static_cast<ULONG>(length), FALSE, FALSE, nullptr);
    send.mdl_room = send.mdl ? room : 0;
    return send.mdl != nullptr;
}

PDEVICE_OBJECT device_of_target(IoTarget &target)
{
    scheduler::InternalGuard guard(target.io->lock);
    return target.target;
}

// What a target with direct I/O gets. A view of all that an MDL describes needs none of its own.
NTSTATUS describe(SendState &send, const BufferView &view, LOCK_OPERATION operation, PMDL *mdl)
{
    if (!view.length) return STATUS_SUCCESS;
    if (view.mdl && view.offset == 0 && view.length == MmGetMdlByteCount(view.mdl)) {
        *mdl = view.mdl;
        return STATUS_SUCCESS;
    }
    void *address = view.address;
    if (view.mdl)
        address = static_cast<std::byte *>(MmGetMdlVirtualAddress(view.mdl)) + view.offset;
    if (!need_mdl(send, address, view.length)) return STATUS_INSUFFICIENT_RESOURCES;
    const scheduler::Arena &arena = *executive::kernel().arena;
    if (view.mdl) IoBuildPartialMdl(view.mdl, send.mdl, address, static_cast<ULONG>(view.length));
    else if (arena.region(scheduler::RegionKind::Paged).contains(address))
        MmProbeAndLockPages(send.mdl, KernelMode, operation);
    else MmBuildMdlForNonPagedPool(send.mdl);
    *mdl = send.mdl;
    return STATUS_SUCCESS;
}

bool need_copy(SendState &send, std::size_t size)
{
    if (size <= send.copy_room) return true;
    if (send.copy) ExFreePoolWithTag(send.copy, kCopyTag);
    send.copy = ExAllocatePoolWithTag(NonPagedPoolNx, size, kCopyTag);
    send.copy_room = send.copy ? size : 0;
    return send.copy != nullptr;
}

// One system buffer serves both ways, so two separate buffers need a third.
NTSTATUS share_buffer(SendState &send, PIRP irp, const BufferView &input, const BufferView &output)
{
    if (!input.length || !output.length || input.address == output.address) {
        irp->AssociatedIrp.SystemBuffer = input.length ? input.address : output.address;
        return STATUS_SUCCESS;
    }
    const std::size_t size = input.length > output.length ? input.length : output.length;
    if (!need_copy(send, size)) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(send.copy, input.address, input.length);
    if (size > input.length)
        std::memset(static_cast<std::byte *>(send.copy) + input.length, 0, size - input.length);
    send.copy_to = output.address;
    send.copy_to_size = output.length;
    irp->AssociatedIrp.SystemBuffer = send.copy;
    return STATUS_SUCCESS;
}

NTSTATUS give_control_buffers(SendState &send, PIRP irp, const TransferFormat &format)
{
    switch (format.code & 3) {
    case METHOD_BUFFERED:
        return share_buffer(send, irp, format.input, format.output);
    case METHOD_IN_DIRECT:
    case METHOD_OUT_DIRECT: {
        irp->AssociatedIrp.SystemBuffer = format.input.address;
        const bool reads = (format.code & 3) == METHOD_IN_DIRECT;
        return describe(send, format.output, reads ? IoReadAccess : IoWriteAccess,
                        &irp->MdlAddress);
    }
    default:
        irp->UserBuffer = format.output.address;
        IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.Type3InputBuffer =
            format.input.address;
        return STATUS_SUCCESS;
    }
}

NTSTATUS give_transfer_buffer(SendState &send, PIRP irp, PDEVICE_OBJECT device,
                              const TransferFormat &format)
{
    const bool reads = format.major == IRP_MJ_READ;
    const BufferView &view = reads ? format.output : format.input;
    if (device->Flags & DO_BUFFERED_IO) irp->AssociatedIrp.SystemBuffer = view.address;
    else if (device->Flags & DO_DIRECT_IO)
        return describe(send, view, reads ? IoWriteAccess : IoReadAccess, &irp->MdlAddress);
    else irp->UserBuffer = view.address;
    return STATUS_SUCCESS;
}

void fill_location(IO_STACK_LOCATION &location, const TransferFormat &format)
{
    location.MajorFunction = format.major;
    switch (format.major) {
    case IRP_MJ_READ:
        location.Parameters.Read.Length = static_cast<ULONG>(format.output.length);
        location.Parameters.Read.ByteOffset.QuadPart = format.offset;
        break;
    case IRP_MJ_WRITE:
        location.Parameters.Write.Length = static_cast<ULONG>(format.input.length);
        location.Parameters.Write.ByteOffset.QuadPart = format.offset;
        break;
    default: {
        auto &control = location.Parameters.DeviceIoControl;
        control.IoControlCode = format.code;
        control.InputBufferLength = static_cast<ULONG>(format.input.length);
        control.OutputBufferLength = static_cast<ULONG>(format.output.length);
        break;
    }
    }
}

// A request that came down this stack keeps its file; one that goes elsewhere is the target's.
void start_location(IoTarget &target, Request &request)
{
    PIRP irp = request.irp;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    std::memset(location, 0, sizeof *location);
    location->FileObject = target.file;
    if (!target.is_local || irp->CurrentLocation > irp->StackCount) return;
    const IO_STACK_LOCATION &received = *IoGetCurrentIrpStackLocation(irp);
    location->FileObject = received.FileObject;
    location->Flags = received.Flags;
}

Memory *referenced(const BufferView &view)
{
    if (view.memory) reference(*view.memory);
    return view.memory;
}

WDFMEMORY memory_handle(const BufferView &view)
{
    return static_cast<WDFMEMORY>(handle_of(view.memory));
}

void fill_params(WDF_REQUEST_COMPLETION_PARAMS &params, const TransferFormat &format)
{
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&params);
    params.Type = static_cast<WDF_REQUEST_TYPE>(format.major);
    if (format.major == IRP_MJ_READ) {
        params.Parameters.Read.Buffer = memory_handle(format.output);
        params.Parameters.Read.Offset = format.output.offset;
    } else if (format.major == IRP_MJ_WRITE) {
        params.Parameters.Write.Buffer = memory_handle(format.input);
        params.Parameters.Write.Offset = format.input.offset;
    } else {
        auto &control = params.Parameters.Ioctl;
        control.IoControlCode = format.code;
        control.Input.Buffer = memory_handle(format.input);
        control.Input.Offset = format.input.offset;
        control.Output.Buffer = memory_handle(format.output);
        control.Output.Offset = format.output.offset;
    }
}

// Everything that can fail before the request is touched, and the end of an earlier format.
NTSTATUS begin_format(IoTarget &target, Request &request, SendState **send)
{
    if (!may_format(request)) return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = need_stack(target, request);
    if (!NT_SUCCESS(status)) return status;
    *send = need_send_state(request);
    if (!*send) return STATUS_INSUFFICIENT_RESOURCES;
    drop_format(**send);
    return STATUS_SUCCESS;
}

void keep_own_buffers(SendState &send, PIRP irp)
{
    send.irp_changed = true;
    send.own_system_buffer = irp->AssociatedIrp.SystemBuffer;
    send.own_user_buffer = irp->UserBuffer;
    send.own_mdl = irp->MdlAddress;
}

void release_memory(Memory *&memory)
{
    if (memory) dereference(*memory);
    memory = nullptr;
}

}  // namespace

NTSTATUS view_memory(WDFMEMORY handle, const WDFMEMORY_OFFSET *part, BufferView *view)
{
    *view = {};
    if (!handle) return STATUS_SUCCESS;
    auto &memory = *object_cast<Memory>(handle);
    std::size_t offset = 0, length = memory.size;
    if (part) {
        offset = part->BufferOffset;
        if (offset > memory.size) return STATUS_INVALID_DEVICE_REQUEST;
        length = part->BufferLength ? part->BufferLength : memory.size - offset;
        if (length > memory.size - offset) return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (length > MAXULONG) return STATUS_INVALID_DEVICE_REQUEST;
    view->given = true;
    view->address = static_cast<std::byte *>(memory.buffer) + offset;
    view->length = length;
    view->offset = offset;
    view->mdl = memory.mdl;
    view->memory = &memory;
    return STATUS_SUCCESS;
}

NTSTATUS view_descriptor(const Globals &globals, const WDF_MEMORY_DESCRIPTOR *descriptor,
                         BufferView *view)
{
    *view = {};
    if (!descriptor) return STATUS_SUCCESS;
    switch (descriptor->Type) {
    case WdfMemoryDescriptorTypeBuffer:
        view->address = descriptor->u.BufferType.Buffer;
        view->length = descriptor->u.BufferType.Length;
        if (view->length && !view->address) return STATUS_INVALID_PARAMETER;
        view->given = true;
        return STATUS_SUCCESS;
    case WdfMemoryDescriptorTypeMdl: {
        PMDL mdl = descriptor->u.MdlType.Mdl;
        view->length = descriptor->u.MdlType.BufferLength;
        if (!mdl || view->length > MmGetMdlByteCount(mdl)) return STATUS_INVALID_PARAMETER;
        view->address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
        if (!view->address) return STATUS_INSUFFICIENT_RESOURCES;
        view->mdl = mdl;
        view->given = true;
        return STATUS_SUCCESS;
    }
    case WdfMemoryDescriptorTypeHandle: {
        WDFMEMORY memory = descriptor->u.HandleType.Memory;
        if (!memory) return STATUS_INVALID_PARAMETER;
        if (globals.checked && judge_handle(memory, ObjectType::Memory) != HandleVerdict::Good)
            violation(&globals, WDF_INVALID_HANDLE, reinterpret_cast<std::uintptr_t>(memory), 0,
                      "A WDF_MEMORY_DESCRIPTOR names %p, which is not a WDFMEMORY that exists.",
                      static_cast<void *>(memory));
        return view_memory(memory, descriptor->u.HandleType.Offsets, view);
    }
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS check_stack(IoTarget &target, const Request &request)
{
    PDEVICE_OBJECT device = device_of_target(target);
    if (!device) return STATUS_INVALID_DEVICE_STATE;
    PIRP irp = request.irp;
    return irp && irp->CurrentLocation > device->StackSize ? STATUS_SUCCESS
                                                           : STATUS_REQUEST_NOT_ACCEPTED;
}

NTSTATUS need_stack(IoTarget &target, Request &request)
{
    const NTSTATUS status = check_stack(target, request);
    const bool replaceable =
        (request.request_flags & (kRequestOwnIrp | kRequestFromIrp)) == kRequestOwnIrp;
    if (status != STATUS_REQUEST_NOT_ACCEPTED || !replaceable) return status;
    PDEVICE_OBJECT device = device_of_target(target);
    PIRP larger = device ? IoAllocateIrp(device->StackSize, FALSE) : nullptr;
    if (!larger) return STATUS_INSUFFICIENT_RESOURCES;
    if (request.send) drop_format(*request.send);
    if (PIRP irp = request.irp) {
        larger->IoStatus = irp->IoStatus;
        IoFreeIrp(irp);
    }
    request.irp = larger;
    request.format = RequestFormat::None;
    return STATUS_SUCCESS;
}

NTSTATUS format_transfer(IoTarget &target, Request &request, const TransferFormat &format)
{
    SendState *send;
    NTSTATUS status = begin_format(target, request, &send);
    if (!NT_SUCCESS(status)) return status;
    PIRP irp = request.irp;
    start_location(target, request);
    fill_location(*IoGetNextIrpStackLocation(irp), format);
    keep_own_buffers(*send, irp);
    irp->AssociatedIrp.SystemBuffer = nullptr;
    irp->UserBuffer = nullptr;
    irp->MdlAddress = nullptr;
    status = is_control(format.major) ? give_control_buffers(*send, irp, format)
                                      : give_transfer_buffer(*send, irp, target.target, format);
    if (!NT_SUCCESS(status)) {
        drop_format(*send);
        return status;
    }
    fill_params(send->params, format);
    send->input = referenced(format.input);
    send->output = referenced(format.output);
    request.format = RequestFormat::Target;
    return STATUS_SUCCESS;
}

NTSTATUS format_others(IoTarget &target, Request &request, ULONG code,
                       const BufferView (&arguments)[3])
{
    SendState *send;
    NTSTATUS status = begin_format(target, request, &send);
    if (!NT_SUCCESS(status)) return status;
    start_location(target, request);
    IO_STACK_LOCATION &location = *IoGetNextIrpStackLocation(request.irp);
    location.MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    location.Parameters.Others.Argument1 = arguments[0].address;
    location.Parameters.Others.Argument2 = arguments[1].address;
    location.Parameters.Others.Argument4 = arguments[2].address;
    location.Parameters.DeviceIoControl.IoControlCode = code;
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&send->params);
    send->params.Type = WdfRequestTypeOther;
    auto &others = send->params.Parameters.Others;
    others.Argument1.Ptr = arguments[0].address;
    others.Argument2.Ptr = arguments[1].address;
    others.Argument3.Value = code;
    others.Argument4.Ptr = arguments[2].address;
    send->input = referenced(arguments[0]);
    send->output = referenced(arguments[1]);
    send->other = referenced(arguments[2]);
    request.format = RequestFormat::Target;
    return STATUS_SUCCESS;
}

void format_as_received(Request &request)
{
    require_next(request, "WdfRequestFormatRequestUsingCurrentType");
    if (request.irp->CurrentLocation > request.irp->StackCount)
        violation(request.globals, WDF_REQUEST_FATAL_ERROR,
                  WDF_REQUEST_FATAL_ERROR_REQUEST_NOT_IN_QUEUE,
                  reinterpret_cast<std::uintptr_t>(handle_of(&request)),
                  "WdfRequestFormatRequestUsingCurrentType was called for a request that the "
                  "driver created: it has no current type. Use a WdfIoTargetFormatRequestForXxx "
                  "function.");
    if (request.send) drop_format(*request.send);
    IoCopyCurrentIrpStackLocationToNext(request.irp);
    request.format = RequestFormat::Location;
}

void format_with_location(Request &request, const IO_STACK_LOCATION &location)
{
    PIO_STACK_LOCATION next = require_next(request, "WdfRequestWdmFormatUsingStackLocation");
    if (request.send) drop_format(*request.send);
    *next = location;
    // What is the sender's own of a location: its completion routine comes from this driver.
    next->Control = 0;
    next->CompletionRoutine = nullptr;
    next->Context = nullptr;
    request.format = RequestFormat::Location;
}

void restore_irp(SendState &send)
{
    if (!send.irp_changed) return;
    PIRP irp = send.request->irp;
    if (send.mdl && (send.mdl->MdlFlags & MDL_PAGES_LOCKED)) MmUnlockPages(send.mdl);
    if (send.copy_to && !NT_ERROR(irp->IoStatus.Status)) {
        const std::size_t bytes = irp->IoStatus.Information;
        std::memcpy(send.copy_to, send.copy, bytes < send.copy_to_size ? bytes : send.copy_to_size);
    }
    send.copy_to = nullptr;
    irp->AssociatedIrp.SystemBuffer = send.own_system_buffer;
    irp->UserBuffer = send.own_user_buffer;
    irp->MdlAddress = send.own_mdl;
    send.irp_changed = false;
}

void drop_format(SendState &send)
{
    send.copy_to = nullptr;  // nothing came back
    if (send.request->irp) restore_irp(send);
    send.irp_changed = false;
    release_memory(send.input);
    release_memory(send.output);
    release_memory(send.other);
    WDF_REQUEST_COMPLETION_PARAMS_INIT(&send.params);
    send.request->format = RequestFormat::None;
}

void free_format_memory(SendState &send)
{
    if (send.mdl) IoFreeMdl(send.mdl);
    if (send.copy) ExFreePoolWithTag(send.copy, kCopyTag);
    send.mdl = nullptr;
    send.copy = nullptr;
    send.mdl_room = send.copy_room = 0;
}

}  // namespace openkmdf::framework
