#pragma once

#include "framework/target/send_state.h"

// Formatting: what the next stack location and the IRP's buffers say.

namespace openkmdf::framework {

// A part of a memory object, an MDL or plain memory.
struct BufferView {
    bool given = false;
    void *address = nullptr;
    std::size_t length = 0;
    std::size_t offset = 0;  // in the memory object
    PMDL mdl = nullptr;      // describes the memory that the view is a part of
    Memory *memory = nullptr;
};

// STATUS_INVALID_DEVICE_REQUEST: longer than the memory.
NTSTATUS view_memory(WDFMEMORY memory, const WDFMEMORY_OFFSET *part, BufferView *view);
NTSTATUS view_descriptor(const Globals &globals, const WDF_MEMORY_DESCRIPTOR *descriptor,
                         BufferView *view);

struct TransferFormat {
    UCHAR major = IRP_MJ_READ;  // read, write, device control or internal device control
    ULONG code = 0;
    LONGLONG offset = 0;
    BufferView input;
    BufferView output;
};
NTSTATUS format_transfer(IoTarget &target, Request &request, const TransferFormat &format);
// An internal device control whose arguments are addresses that its drivers agreed on.
NTSTATUS format_others(IoTarget &target, Request &request, ULONG code,
                       const BufferView (&arguments)[3]);

// WdfRequestFormatRequestUsingCurrentType and WdfRequestWdmFormatUsingStackLocation.
void format_as_received(Request &request);
void format_with_location(Request &request, const IO_STACK_LOCATION &location);

// STATUS_REQUEST_NOT_ACCEPTED: the request has no IRP, or one with too few stack locations.
NTSTATUS check_stack(IoTarget &target, const Request &request);
// The same, but an IRP that the framework allocated is replaced.
NTSTATUS need_stack(IoTarget &target, Request &request);

// The IRP is back or will not be sent as formatted: it gets its own buffers back.
void restore_irp(SendState &send);
// WdfRequestReuse, another format, the end of the request.
void drop_format(SendState &send);
void free_format_memory(SendState &send);

}  // namespace openkmdf::framework
