#include "framework/request/request.h"

#include "base/assert.h"
#include "executive/io/io_manager.h"
#include "framework/device/file_object.h"
#include "framework/object/object_memory.h"
#include "framework/queue/forward_progress.h"
#include "framework/queue/queue.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/support/memory.h"
#include "framework/support/violation.h"
#include "framework/target/format.h"
#include "framework/target/send_state.h"

#include <cstring>

// Making, completing and giving up requests.

namespace openkmdf::framework {

namespace {

void dispose_request(Object &)
{
}

void destroy_request(Object &object)
{
    auto &request = static_cast<Request &>(object);
    if (request.send) drop_send_state(request);
    if (request.request_flags & kRequestOwnIrp && request.irp) IoFreeIrp(request.irp);
}

// A completed request whose object outlives the completion, because somebody holds a reference.
const TypeInfo kHeldCompanionInfo = {ObjectType::Request,
                                     "WDFREQUEST",
                                     sizeof(Request),
                                     false,
                                     false,
                                     dispose_request,
                                     [](Object &object) {
                                         auto &request = static_cast<Request &>(object);
                                         if (request.send) drop_send_state(request);
                                         auto *companion = reinterpret_cast<std::byte *>(&request);
                                         executive::io_manager().release_companion(
                                             *reinterpret_cast<executive::io::IrpBlock *>(
                                                 companion + executive::io::kCompanionSize));
                                     }};

// The header of an object that starts a new life in the same slot: generation stays, all else is
// fresh.
void start_companion(Request &request, Device &device)
{
    request.type = ObjectType::Request;
    request.references = 1;
    request.ordinal = 0;
    request.flags = kObjectCompanion | kObjectUnlinked | kObjectNoDelete;
    request.execution_level = device.execution_level;
    request.synchronization_scope = device.synchronization_scope;
    request.slot_class = 0;
    request.info = &Request::kInfo;
    request.globals = device.globals;
    request.parent = nullptr;
    request.previous_sibling = request.next_sibling = nullptr;
    request.first_child = request.last_child = nullptr;
    request.contexts = nullptr;
}

void start_request(Request &request, Device &device, PIRP irp)
{
    request.irp = irp;
    request.device = &device;
    request.queue = nullptr;
    request.request_state = RequestState::Idle;
    request.major = IoGetCurrentIrpStackLocation(irp)->MajorFunction;
    request.request_flags = 0;
    request.shard = ~0u;
    request.previous = request.next = nullptr;
    request.evt_request_cancel = nullptr;
    request.input_memory = request.output_memory = nullptr;
    request.create_file = nullptr;
    request.send = nullptr;
    request.format = RequestFormat::None;
}

}  // namespace

void start_reserved_request(Request &request, PIRP irp)
{
    SendState *send = request.send;
    start_request(request, *request.device, irp);
    request.request_flags = kRequestReserved;
    request.send = send;
    if (send) send->completion_routine = nullptr;
}

namespace {

bool place_request_context(Request &request, Device &device)
{
    const std::size_t size = device.request_context_size;
    if (!size) return true;
    scheduler::Arena &arena = *device.globals->library->kernel->arena;
    std::byte *inside = reinterpret_cast<std::byte *>(&request) + sizeof(Request);
    const bool fits = (request.flags & kObjectCompanion) &&
                      sizeof(Request) + size <= executive::io::kCompanionSize;
    void *block = inside;
    if (!fits) block = arena.allocation_fails() ? nullptr : arena.allocate(size);
    if (!block) return false;
    std::memset(block, 0, size);
    place_context(request, block, &device.request_attributes);
    if (!fits) request.contexts->allocated = size;
    return true;
}

void free_separate_contexts(Request &request)
{
    scheduler::Arena &arena = *request.globals->library->kernel->arena;
    for (ContextHeader *context = request.contexts; context;) {
        ContextHeader *next = context->next;
        if (context->allocated) arena.deallocate(context, context->allocated);
        context = next;
    }
    request.contexts = nullptr;
}

// Ends a companion request that nobody holds and whose context has no callbacks: the common case.
bool end_quickly(Request &request)
{
    if (!(request.flags & kObjectCompanion) || request.first_child ||
        __atomic_load_n(&request.references, __ATOMIC_ACQUIRE) != 1)
        return false;
    for (ContextHeader *context = request.contexts; context; context = context->next)
        if (context->evt_cleanup || context->evt_destroy || context->allocated) return false;
    if (request.send) [[unlikely]]
        drop_send_state(request);
    request.contexts = nullptr;
    retire_object_header(request);
    return true;
}

// Another request that was formatted with a buffer of this one keeps it until it is reused,
// formatted again or deleted ("Memory Buffer Life Cycle").
void check_buffers_unused(const Request &request)
{
    std::uint32_t users = 0;
    for (const Memory *memory : {request.input_memory, request.output_memory})
        if (memory) users += __atomic_load_n(&memory->references, __ATOMIC_ACQUIRE) - 1;
    if (!users) return;
    violation(request.globals, WDF_VERIFIER_FATAL_ERROR,
              reinterpret_cast<std::uintptr_t>(handle_of(&request)), users,
              "WDFREQUEST #%u was completed while %u references to its buffers are held. A request "
              "that was formatted "
              "with a memory object of another must be reused or deleted before that other one is "
              "completed.",
              request.ordinal, users);
}

void end_request(Request &request)
{
    if (end_quickly(request)) [[likely]]
        return;
    // The IRP goes on without the request: with its own buffers.
    if (request.send) drop_format(*request.send);
    if (request.globals->checked) check_buffers_unused(request);
    if (request.request_flags & kRequestReserved) {
        for (Memory *memory : {request.input_memory, request.output_memory})
            if (memory) delete_object(*memory);
        return_to_reserve(request);
        return;
    }
    if (request.flags & kObjectCompanion) {
        executive::io::IrpBlock &block = *executive::io::block_of(request.irp);
        __atomic_fetch_or(&block.flags, executive::io::kBlockCompanionUsed, __ATOMIC_ACQ_REL);
        request.info = &kHeldCompanionInfo;
    }
    delete_object(request);
}

}  // namespace

const TypeInfo Request::kInfo = {ObjectType::Request, "WDFREQUEST",   sizeof(Request), true, false,
                                 dispose_request,     destroy_request};

Request *make_request(Device &device, PIRP irp)
{
    executive::io::IrpBlock *block = executive::io::block_of(irp);
    Request *request = nullptr;
    bool companion = false;
    if (block && !block->heap_size && !(block->flags & executive::io::kBlockCompanionTaken))
        [[likely]] {
        request = reinterpret_cast<Request *>(block->companion());
        if (request->state == ObjectState::Free) {
            block->flags |= executive::io::kBlockCompanionTaken;
            companion = true;
            start_companion(*request, device);
        } else {
            request = nullptr;
        }
    }
    if (!companion) {
        // Another driver of the stack has the companion: an ordinary object for this one.
        request = static_cast<Request *>(
            allocate_object(*device.globals, Request::kInfo, nullptr, &device));
        if (!request) return nullptr;
        request->flags |= kObjectUnlinked | kObjectNoDelete;
    }
    start_request(*request, device, irp);
    if (!place_request_context(*request, device)) {
        drop_request(*request);
        return nullptr;
    }
    base::store_enum(request->state, ObjectState::Live, __ATOMIC_RELEASE);
    if (executive::kernel().observe) [[unlikely]]
        if (!request->ordinal)
            request->ordinal =
                1 + __atomic_fetch_add(
                        &device.globals->library->ordinals[static_cast<int>(ObjectType::Request)],
                        1u, __ATOMIC_RELAXED);
    return request;
}

void drop_request(Request &request)
{
    if (request.flags & kObjectCompanion) {
        executive::io::IrpBlock &block = *executive::io::block_of(request.irp);
        free_separate_contexts(request);
        retire_object_header(request);
        block.flags &= ~executive::io::kBlockCompanionTaken;
        return;
    }
    if (request.state == ObjectState::Creating) request.state = ObjectState::Live;
    delete_object(request);
}

void pass_on_request(Request &request)
{
    executive::io::IrpBlock *block =
        (request.flags & kObjectCompanion) ? executive::io::block_of(request.irp) : nullptr;
    end_request(request);
    if (block &&
        !(__atomic_load_n(&block->flags, __ATOMIC_ACQUIRE) & executive::io::kBlockCompanionUsed))
        block->flags &= ~executive::io::kBlockCompanionTaken;
}

void forward_and_forget(Request &request, PDEVICE_OBJECT device)
{
    PIRP irp = request.irp;
    Queue *queue = request.queue;
    const bool formatted = request.format != RequestFormat::None;
    CallbackFrame *frame = callback_frame();
    const bool inside = presents(frame, request, queue);
    base::store_enum(request.request_state, RequestState::Completed, __ATOMIC_RELAXED);
    if (queue) {
        if (!inside) reference(*queue);
        leave_queue(*queue, request);
    }
    pass_on_request(request);
    if (!formatted) IoSkipCurrentIrpStackLocation(irp);
    IoCallDriver(device, irp);
    if (queue && !inside) {
        run_queue(*queue);
        dereference(*queue);
    }
}

namespace {

[[noreturn]] void not_completable(const Request &request, RequestState state)
{
    const char *why = state == RequestState::Completed ? "it was completed before"
                      : state == RequestState::Queued ? "it is on a queue and the framework owns it"
                      : state == RequestState::Sent
                          ? "it was sent to an I/O target and has not come back"
                      : state == RequestState::Idle
                          ? "the driver created it itself; such requests are deleted with "
                            "WdfObjectDelete"
                          : "its cancel callback may run at any moment; call "
                            "WdfRequestUnmarkCancelable first";
    violation(
        request.globals, WDF_REQUEST_FATAL_ERROR, WDF_REQUEST_FATAL_ERROR_REQUEST_NOT_IN_QUEUE,
        reinterpret_cast<std::uintptr_t>(handle_of(&request)),
        "WdfRequestComplete was called for a request that the driver may not complete: %s.", why);
}

std::size_t output_room(PIRP irp, std::uint8_t major)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(irp);
    switch (major) {
    case IRP_MJ_READ:
        return location.Parameters.Read.Length;
    case IRP_MJ_WRITE:
        return location.Parameters.Write.Length;
    case IRP_MJ_DEVICE_CONTROL:
        return location.Parameters.DeviceIoControl.OutputBufferLength;
    default:
        return ~std::size_t{0};
    }
}

[[noreturn]] void too_much_information(const Request &request, std::size_t room)
{
    violation(request.globals, WDF_REQUEST_FATAL_ERROR,
              WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH,
              reinterpret_cast<std::uintptr_t>(request.irp),
              "The request was completed with %llu bytes although its output buffer has %zu. The "
              "number of bytes "
              "given to WdfRequestCompleteWithInformation or WdfRequestSetInformation must not "
              "exceed the buffer.",
              static_cast<unsigned long long>(request.irp->IoStatus.Information), room);
}

}  // namespace

void complete_request(Request &request, NTSTATUS status, CCHAR boost)
{
    const RequestState state = base::load_enum(request.request_state, __ATOMIC_ACQUIRE);
    if (state != RequestState::Driver && state != RequestState::Canceling &&
        state != RequestState::CallerContext) [[unlikely]] {
        // A request whose cancel callback could still be called must be unmarked first. If nobody
        // cancels it, the framework without its verifier lets that pass.
        if (state != RequestState::Cancelable || request.globals->checked ||
            !disarm_request_cancel(request))
            not_completable(request, state);
    }
    PIRP irp = request.irp;
    irp->IoStatus.Status = status;
    if (NT_SUCCESS(status) && irp->IoStatus.Information) {
        const std::size_t room = output_room(irp, request.major);
        if (irp->IoStatus.Information > room) [[unlikely]]
            too_much_information(request, room);
    }
    Queue *queue = request.queue;
    CallbackFrame *frame = callback_frame();
    const bool inline_completion = presents(frame, request, queue);
    base::store_enum(request.request_state, RequestState::Completed, __ATOMIC_RELAXED);
    if (queue) {
        if (!inline_completion) reference(*queue);
        leave_queue(*queue, request);
    }
    if (request.create_file && !NT_SUCCESS(status)) [[unlikely]]
        create_refused(request);
    end_request(request);
    IoCompleteRequest(irp, boost);
    if (queue && !inline_completion) {
        run_queue(*queue);
        dereference(*queue);
    }
}

}  // namespace openkmdf::framework
