#pragma once

#include "framework/request/request.h"
#include "framework/support/memory.h"

// The buffers of a request as WdfRequestRetrieve* define them.

namespace openkmdf::framework {

enum class BufferSide : std::uint8_t { Input, Output };

struct RequestBuffer {
    void *address = nullptr;
    std::size_t size = 0;
    PMDL mdl = nullptr;  // direct I/O
};

// Where the buffer is and how long; STATUS_BUFFER_TOO_SMALL for a zero length or one below
// `minimum`, STATUS_INVALID_DEVICE_REQUEST for the wrong side or a user's buffer that was neither
// copied nor locked, STATUS_INTERNAL_ERROR after completion.
NTSTATUS find_buffer(Request &request, BufferSide side, std::size_t minimum, RequestBuffer *buffer);

// The same as a memory object, made at the first call.
NTSTATUS find_memory(Request &request, BufferSide side, Memory **memory);

// Its MDL: the IRP's own, or one that lives as long as the request. nullptr is never given with
// success.
NTSTATUS find_mdl(Request &request, BufferSide side, PMDL *mdl);

// Pages of the client, locked until the request is completed, as a memory object of the request.
// STATUS_ACCESS_VIOLATION: not there, not of the client, or another thread's request.
NTSTATUS lock_user_buffer(Request &request, BufferSide side, void *address, std::size_t size,
                          Memory **memory);

// METHOD_NEITHER: the address as the client gave it, in its own context only.
NTSTATUS find_unsafe_user_buffer(Request &request, BufferSide side, std::size_t minimum,
                                 void **address, std::size_t *size);

}  // namespace openkmdf::framework
