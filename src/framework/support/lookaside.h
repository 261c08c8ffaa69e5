#pragma once

#include "framework/object/object.h"
#include "framework/support/memory.h"

#include <ntddk.h>
#include <wdf.h>

// WDFLOOKASIDE: memory objects of one size, whose buffers are kept for the next one.

namespace openkmdf::framework {

struct Lookaside : Object {
    static const TypeInfo kInfo;
    std::size_t buffer_size = 0;
    POOL_TYPE pool_type = NonPagedPoolNx;
    ULONG tag = 0;
    WDF_OBJECT_ATTRIBUTES memory_attributes = {};
    scheduler::InternalLock lock;
    struct Free {
        Free *next;
    } *free = nullptr;  // guarded by lock
    std::uint32_t free_count = 0;
    static constexpr std::uint32_t kKept = 64;
};

}  // namespace openkmdf::framework
