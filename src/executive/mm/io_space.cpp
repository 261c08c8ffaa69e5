#include "executive/mm/mm_state.h"

#include "executive/tracer.h"

#include <cstdio>

// Device memory. Without a device at the address there is nothing to map, which the call's
// documented NULL says, and a note in the trace.

namespace openkmdf::executive {
namespace {

void *map(PHYSICAL_ADDRESS physical, SIZE_T bytes, bool cached)
{
    Kernel &own = kernel();
    const auto address = static_cast<std::uint64_t>(physical.QuadPart);
    const mm::IoSpace &space = own.mm->io_space;
    if (void *mapped = space.map ? space.map(space.context, address, bytes, cached) : nullptr)
        return mapped;
    // A driver may map memory that it allocated.
    if (void *memory = mm::address_of(address)) return memory;
    char text[128];
    int length = std::snprintf(text, sizeof text,
                               "MmMapIoSpace: no device has memory at physical address 0x%llx",
                               static_cast<unsigned long long>(address));
    own.tracer->note({text, static_cast<std::size_t>(length)});
    return nullptr;
}

}  // namespace

extern "C" {

PVOID NTAPI MmMapIoSpace(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes,
                         MEMORY_CACHING_TYPE CacheType)
{
    return map(PhysicalAddress, NumberOfBytes, CacheType == MmCached);
}

PVOID NTAPI MmMapIoSpaceEx(PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes, ULONG Protect)
{
    return map(PhysicalAddress, NumberOfBytes, !(Protect & (PAGE_NOCACHE | PAGE_WRITECOMBINE)));
}

VOID NTAPI MmUnmapIoSpace(PVOID BaseAddress, SIZE_T NumberOfBytes)
{
    const mm::IoSpace &space = kernel().mm->io_space;
    if (space.unmap) space.unmap(space.context, BaseAddress, NumberOfBytes);
}

}  // extern "C"

}  // namespace openkmdf::executive
