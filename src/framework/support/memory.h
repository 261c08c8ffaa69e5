#pragma once

#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstddef>
#include <cstdint>

// WDFMEMORY: a buffer with an owner. Four origins, one type.

namespace openkmdf::framework {

struct Request;
struct Lookaside;

enum class MemoryOrigin : std::uint8_t {
    Pool,           // WdfMemoryCreate: pool of its own
    Preallocated,   // WdfMemoryCreatePreallocated: the driver's buffer
    Lookaside,      // WdfMemoryCreateFromLookaside
    RequestBuffer,  // a buffer of a request; valid until it is completed
};

struct Memory : Object {
    static const TypeInfo kInfo;

    void *buffer = nullptr;
    std::size_t size = 0;
    MemoryOrigin origin = MemoryOrigin::Pool;
    bool read_only = false;  // RequestBuffer: the input of a request
    ULONG tag = 0;
    Request *request = nullptr;      // RequestBuffer
    Lookaside *lookaside = nullptr;  // Lookaside
    PMDL mdl = nullptr;              // RequestBuffer: describes it
    bool owns_mdl = false;           // not the IRP's: given back with the request
};

// Gives the buffer back to the list it came from.
void free_to_lookaside(Memory &memory);

// A memory object over a buffer of the request, its child. nullptr: out of memory.
Memory *make_request_memory(Request &request, void *buffer, std::size_t size, bool read_only,
                            PMDL mdl);

}  // namespace openkmdf::framework
