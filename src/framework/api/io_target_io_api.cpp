#include "framework/api/functions.h"
#include "framework/driver/globals.h"
#include "framework/request/request.h"
#include "framework/support/library.h"
#include "framework/target/format.h"
#include "framework/target/send.h"

// Reads, writes and controls for a target: formatted only, or formatted, sent and waited for.

namespace openkmdf::framework::api {

namespace {

framework::IoTarget &target_of(WDFIOTARGET handle)
{
    return *object_cast<framework::IoTarget>(handle);
}

NTSTATUS view_pair(WDFMEMORY input, const WDFMEMORY_OFFSET *input_part, WDFMEMORY output,
                   const WDFMEMORY_OFFSET *output_part, TransferFormat &format)
{
    NTSTATUS status = view_memory(input, input_part, &format.input);
    if (NT_SUCCESS(status)) status = view_memory(output, output_part, &format.output);
    return status;
}

NTSTATUS format_control(WDFIOTARGET target, WDFREQUEST request, UCHAR major, ULONG code,
                        WDFMEMORY input, const WDFMEMORY_OFFSET *input_part, WDFMEMORY output,
                        const WDFMEMORY_OFFSET *output_part)
{
    TransferFormat format;
    format.major = major;
    format.code = code;
    NTSTATUS status = view_pair(input, input_part, output, output_part, format);
    return NT_SUCCESS(status) ? format_transfer(target_of(target), *request_of(request), format)
                              : status;
}

// --- Synchronous -----------------------------------------------------------------------------

// A request of the framework's own where the driver gives none.
class SynchronousRequest {
public:
    NTSTATUS take(WDFREQUEST handle, framework::IoTarget &target)
    {
        if (handle) {
            request_ = request_of(handle);
            return STATUS_SUCCESS;
        }
        is_ours_ = true;
        return create_request(*target.globals, nullptr, &target, &request_);
    }
    ~SynchronousRequest()
    {
        if (is_ours_ && request_) delete_object(*request_);
    }
    SynchronousRequest() = default;
    SynchronousRequest(const SynchronousRequest &) = delete;
    SynchronousRequest &operator=(const SynchronousRequest &) = delete;

    framework::Request &operator*() const { return *request_; }

private:
    framework::Request *request_ = nullptr;
    bool is_ours_ = false;
};

template <class Format>
NTSTATUS send_and_wait(WDFIOTARGET handle, WDFREQUEST request_handle,
                       const WDF_REQUEST_SEND_OPTIONS *options, PULONG_PTR bytes, Format format)
{
    if (bytes) *bytes = 0;
    framework::IoTarget &target = target_of(handle);
    SendOptions read;
    NTSTATUS status = read_send_options(options, &read);
    if (!NT_SUCCESS(status)) return status;
    if (read.forgets) return STATUS_INVALID_PARAMETER;
    read.synchronous = true;
    SynchronousRequest request;
    status = request.take(request_handle, target);
    if (NT_SUCCESS(status)) status = format(target, *request);
    if (NT_SUCCESS(status)) status = send_request(target, *request, read);
    if (!NT_SUCCESS(status)) return status;
    const IO_STATUS_BLOCK &result = (*request).send->params.IoStatus;
    if (bytes) *bytes = result.Information;
    return result.Status;
}

NTSTATUS transfer_and_wait(WDFIOTARGET target, WDFREQUEST request, UCHAR major, ULONG code,
                           PWDF_MEMORY_DESCRIPTOR input, PWDF_MEMORY_DESCRIPTOR output,
                           const LONGLONG *offset, PWDF_REQUEST_SEND_OPTIONS options,
                           PULONG_PTR bytes)
{
    auto format = [&](framework::IoTarget &target, framework::Request &request) {
        TransferFormat format;
        format.major = major;
        format.code = code;
        format.offset = offset ? *offset : 0;
        NTSTATUS status = view_descriptor(*target.globals, input, &format.input);
        if (NT_SUCCESS(status)) status = view_descriptor(*target.globals, output, &format.output);
        return NT_SUCCESS(status) ? format_transfer(target, request, format) : status;
    };
    return send_and_wait(target, request, options, bytes, format);
}

}  // namespace

// --- Read and write --------------------------------------------------------------------------

NTSTATUS NTAPI
WdfIoTargetSendReadSynchronously(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget, WDFREQUEST Request,
                                 PWDF_MEMORY_DESCRIPTOR OutputBuffer, PLONGLONG DeviceOffset,
                                 PWDF_REQUEST_SEND_OPTIONS RequestOptions, PULONG_PTR BytesRead)
{
    return transfer_and_wait(IoTarget, Request, IRP_MJ_READ, 0, nullptr, OutputBuffer, DeviceOffset,
                             RequestOptions, BytesRead);
}

NTSTATUS NTAPI WdfIoTargetFormatRequestForRead(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                               WDFREQUEST Request, WDFMEMORY OutputBuffer,
                                               PWDFMEMORY_OFFSET OutputBufferOffset,
                                               PLONGLONG DeviceOffset)
{
    TransferFormat format;
    format.offset = DeviceOffset ? *DeviceOffset : 0;
    NTSTATUS status = view_memory(OutputBuffer, OutputBufferOffset, &format.output);
    return NT_SUCCESS(status) ? format_transfer(target_of(IoTarget), *request_of(Request), format)
                              : status;
}

NTSTATUS NTAPI
WdfIoTargetSendWriteSynchronously(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget, WDFREQUEST Request,
                                  PWDF_MEMORY_DESCRIPTOR InputBuffer, PLONGLONG DeviceOffset,
                                  PWDF_REQUEST_SEND_OPTIONS RequestOptions, PULONG_PTR BytesWritten)
{
    return transfer_and_wait(IoTarget, Request, IRP_MJ_WRITE, 0, InputBuffer, nullptr, DeviceOffset,
                             RequestOptions, BytesWritten);
}

NTSTATUS NTAPI WdfIoTargetFormatRequestForWrite(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                                WDFREQUEST Request, WDFMEMORY InputBuffer,
                                                PWDFMEMORY_OFFSET InputBufferOffset,
                                                PLONGLONG DeviceOffset)
{
    TransferFormat format;
    format.major = IRP_MJ_WRITE;
    format.offset = DeviceOffset ? *DeviceOffset : 0;
    NTSTATUS status = view_memory(InputBuffer, InputBufferOffset, &format.input);
    return NT_SUCCESS(status) ? format_transfer(target_of(IoTarget), *request_of(Request), format)
                              : status;
}

// --- Device control --------------------------------------------------------------------------

NTSTATUS NTAPI WdfIoTargetSendIoctlSynchronously(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                                 WDFREQUEST Request, ULONG IoctlCode,
                                                 PWDF_MEMORY_DESCRIPTOR InputBuffer,
                                                 PWDF_MEMORY_DESCRIPTOR OutputBuffer,
                                                 PWDF_REQUEST_SEND_OPTIONS RequestOptions,
                                                 PULONG_PTR BytesReturned)
{
    return transfer_and_wait(IoTarget, Request, IRP_MJ_DEVICE_CONTROL, IoctlCode, InputBuffer,
                             OutputBuffer, nullptr, RequestOptions, BytesReturned);
}

NTSTATUS NTAPI WdfIoTargetFormatRequestForIoctl(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                                WDFREQUEST Request, ULONG IoctlCode,
                                                WDFMEMORY InputBuffer,
                                                PWDFMEMORY_OFFSET InputBufferOffset,
                                                WDFMEMORY OutputBuffer,
                                                PWDFMEMORY_OFFSET OutputBufferOffset)
{
    return format_control(IoTarget, Request, IRP_MJ_DEVICE_CONTROL, IoctlCode, InputBuffer,
                          InputBufferOffset, OutputBuffer, OutputBufferOffset);
}

NTSTATUS NTAPI WdfIoTargetSendInternalIoctlSynchronously(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                                         WDFREQUEST Request, ULONG IoctlCode,
                                                         PWDF_MEMORY_DESCRIPTOR InputBuffer,
                                                         PWDF_MEMORY_DESCRIPTOR OutputBuffer,
                                                         PWDF_REQUEST_SEND_OPTIONS RequestOptions,
                                                         PULONG_PTR BytesReturned)
{
    return transfer_and_wait(IoTarget, Request, IRP_MJ_INTERNAL_DEVICE_CONTROL, IoctlCode,
                             InputBuffer, OutputBuffer, nullptr, RequestOptions, BytesReturned);
}

NTSTATUS NTAPI WdfIoTargetFormatRequestForInternalIoctl(PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget,
                                                        WDFREQUEST Request, ULONG IoctlCode,
                                                        WDFMEMORY InputBuffer,
                                                        PWDFMEMORY_OFFSET InputBufferOffset,
                                                        WDFMEMORY OutputBuffer,
                                                        PWDFMEMORY_OFFSET OutputBufferOffset)
{
    return format_control(IoTarget, Request, IRP_MJ_INTERNAL_DEVICE_CONTROL, IoctlCode, InputBuffer,
                          InputBufferOffset, OutputBuffer, OutputBufferOffset);
}

// --- Internal device control with other arguments --------------------------------------------

NTSTATUS NTAPI WdfIoTargetSendInternalIoctlOthersSynchronously(
    PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget, WDFREQUEST Request, ULONG IoctlCode,
    PWDF_MEMORY_DESCRIPTOR OtherArg1, PWDF_MEMORY_DESCRIPTOR OtherArg2,
    PWDF_MEMORY_DESCRIPTOR OtherArg4, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    PULONG_PTR BytesReturned)
{
    auto format = [&](framework::IoTarget &target, framework::Request &request) {
        BufferView arguments[3];
        const PWDF_MEMORY_DESCRIPTOR descriptors[3] = {OtherArg1, OtherArg2, OtherArg4};
        for (int i = 0; i < 3; ++i) {
            const NTSTATUS status = view_descriptor(*target.globals, descriptors[i], &arguments[i]);
            if (!NT_SUCCESS(status)) return status;
        }
        return format_others(target, request, IoctlCode, arguments);
    };
    return send_and_wait(IoTarget, Request, RequestOptions, BytesReturned, format);
}

NTSTATUS NTAPI WdfIoTargetFormatRequestForInternalIoctlOthers(
    PWDF_DRIVER_GLOBALS, WDFIOTARGET IoTarget, WDFREQUEST Request, ULONG IoctlCode,
    WDFMEMORY OtherArg1, PWDFMEMORY_OFFSET OtherArg1Offset, WDFMEMORY OtherArg2,
    PWDFMEMORY_OFFSET OtherArg2Offset, WDFMEMORY OtherArg4, PWDFMEMORY_OFFSET OtherArg4Offset)
{
    BufferView arguments[3];
    const WDFMEMORY memories[3] = {OtherArg1, OtherArg2, OtherArg4};
    const PWDFMEMORY_OFFSET parts[3] = {OtherArg1Offset, OtherArg2Offset, OtherArg4Offset};
    for (int i = 0; i < 3; ++i) {
        const NTSTATUS status = view_memory(memories[i], parts[i], &arguments[i]);
        if (!NT_SUCCESS(status)) return status;
    }
    return format_others(target_of(IoTarget), *request_of(Request), IoctlCode, arguments);
}

}  // namespace openkmdf::framework::api
