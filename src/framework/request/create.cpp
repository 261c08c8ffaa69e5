#include "framework/request/request.h"

#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/target/format.h"
#include "framework/target/send_state.h"

// Requests that a driver makes itself.

namespace openkmdf::framework {

namespace {

Device *device_above(Object *object)
{
    while (object && object->type != ObjectType::Device) object = object->parent;
    return static_cast<Device *>(object);
}

// An IRP that reached the driver in a dispatch routine has a current stack location, and senders
// above.
bool was_received(PIRP irp)
{
    return irp->CurrentLocation <= irp->StackCount;
}

NTSTATUS create(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes, std::uint16_t flags,
                PIRP irp, Request **result)
{
    NTSTATUS status = check_attributes(attributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *request = create_object<Request>(globals, attributes, default_parent(globals));
    if (!request) return STATUS_INSUFFICIENT_RESOURCES;
    request->request_flags = flags;
    request->irp = irp;
    request->shard = ~0u;
    request->device = device_above(request->parent);
    *result = request;
    return STATUS_SUCCESS;
}

void reset_irp(PIRP irp, NTSTATUS status)
{
    if (!was_received(irp)) {
        IoReuseIrp(irp, status);
        return;
    }
    irp->Cancel = FALSE;
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
}

}  // namespace

NTSTATUS create_request(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes, IoTarget *target,
                        Request **result)
{
    Request *request;
    NTSTATUS status = create(globals, attributes, kRequestOwnIrp, nullptr, &request);
    if (!NT_SUCCESS(status)) return status;
    if (target) {
        if (!request->device) request->device = target->device;
        // A remote target that is not open yet says later how large the IRP must be.
        status = need_stack(*target, *request);
        if (!NT_SUCCESS(status) && status != STATUS_INVALID_DEVICE_STATE) {
            discard_object(*request);
            return status;
        }
    }
    status = publish(*request);
    if (NT_SUCCESS(status)) *result = request;
    else discard_object(*request);
    return status;
}

NTSTATUS create_request_from_irp(Globals &globals, const WDF_OBJECT_ATTRIBUTES *attributes,
                                 PIRP irp, bool frees_irp, Request **result)
{
    Request *request;
    const std::uint16_t flags = kRequestFromIrp | (frees_irp ? kRequestOwnIrp : 0);
    NTSTATUS status = create(globals, attributes, flags, irp, &request);
    if (!NT_SUCCESS(status)) return status;
    status = publish(*request);
    if (NT_SUCCESS(status)) {
        *result = request;
        return status;
    }
    // The caller keeps its IRP.
    request->irp = nullptr;
    discard_object(*request);
    return status;
}

NTSTATUS reuse_request(Request &request, const WDF_REQUEST_REUSE_PARAMS &params)
{
    if (params.Size != sizeof params) return STATUS_INFO_LENGTH_MISMATCH;
    if (params.Flags & ~static_cast<ULONG>(WDF_REQUEST_REUSE_SET_NEW_IRP))
        return STATUS_INVALID_PARAMETER;
    const bool sets_irp = params.Flags & WDF_REQUEST_REUSE_SET_NEW_IRP;
    if (sets_irp && !(request.request_flags & kRequestFromIrp))
        return STATUS_WDF_REQUEST_INVALID_STATE;
    const RequestState state = base::load_enum(request.request_state, __ATOMIC_ACQUIRE);
    if (state == RequestState::Sent)
        violation(request.globals, WDF_REQUEST_FATAL_ERROR,
                  WDF_REQUEST_FATAL_ERROR_REQUEST_ALREADY_SENT,
                  reinterpret_cast<std::uintptr_t>(handle_of(&request)),
                  "WdfRequestReuse was called for WDFREQUEST #%u, which was sent and has not come "
                  "back. Reuse it in its completion routine or later.",
                  request.ordinal);
    if (request.send) {
        drop_format(*request.send);
        request.send->completion_routine = nullptr;
        request.send->completion_context = nullptr;
        request.send->refusal = params.Status;
    }
    request.format = RequestFormat::None;
    if (sets_irp) {
        const bool frees = request.request_flags & kRequestOwnIrp;
        if (frees && request.irp && request.irp != params.NewIrp) IoFreeIrp(request.irp);
        request.irp = params.NewIrp;
    }
    if (request.irp) reset_irp(request.irp, params.Status);
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::framework
