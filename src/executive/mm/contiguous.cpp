#include "executive/ex/pool.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"

#include <cstring>

// Physically contiguous memory: pages of nonpaged pool, whose made-up physical addresses follow
// each other.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'tnoC';
constexpr ULONG kPagesTag = 'gPmM';

struct Place {
    std::uint64_t lowest = 0;
    std::uint64_t highest = ~std::uint64_t{0};
    std::uint64_t boundary = 0;  // of which the block must not cross a multiple; 0: none
};

void *allocate(SIZE_T bytes, const Place &place, ULONG tag, const void *caller, const void *frame)
{
    if (!bytes) return nullptr;
    Pool::Request request;
    request.size = bytes;
    request.tag = tag;
    request.page_aligned = true;
    request.frame = frame;
    request.driver = calling_driver(caller, frame);
    void *block = kernel().pool->allocate(request);
    if (!block) return nullptr;
    const std::uint64_t first = mm::physical_address(block);
    const std::uint64_t last = first + bytes - 1;
    const bool crosses = place.boundary && first / place.boundary != last / place.boundary;
    if (first >= place.lowest && last <= place.highest && !crosses) return block;
    // All memory lies above 4 GiB: a driver that asks for less gets none, as on a machine whose low
    // memory is used up.
    kernel().pool->free(block, tag, frame);
    return nullptr;
}

void free(void *block, const char *function)
{
    PoolBlock found;
    char where[96];
    if (!kernel().pool->find(block, found) || found.address != block || found.freed ||
        found.tag != kTag)
        bugcheck(BAD_POOL_CALLER, 0x60, number_of(block), 0, 0,
                 "%s was called for memory (%s) that is not contiguous memory, or was freed "
                 "before.",
                 function, describe_address(number_of(block), where, sizeof where));
    kernel().pool->free(block, kTag, __builtin_frame_address(0));
}

std::uint64_t at(PHYSICAL_ADDRESS address)
{
    return static_cast<std::uint64_t>(address.QuadPart);
}

}  // namespace

#define CALLER __builtin_return_address(0), __builtin_frame_address(0)

extern "C" {

PVOID NTAPI MmAllocateContiguousMemory(SIZE_T NumberOfBytes,
                                       PHYSICAL_ADDRESS HighestAcceptableAddress)
{
    return allocate(NumberOfBytes, {0, at(HighestAcceptableAddress), 0}, kTag, CALLER);
}

PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
                                                   PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                   PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                   PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                   MEMORY_CACHING_TYPE)
{
    return allocate(
        NumberOfBytes,
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple)},
        kTag, CALLER);
}

PVOID NTAPI MmAllocateContiguousMemorySpecifyCacheNode(SIZE_T NumberOfBytes,
                                                       PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                       PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                       PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                       MEMORY_CACHING_TYPE, NODE_REQUIREMENT)
{
    return allocate(
        NumberOfBytes,
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple)},
        kTag, CALLER);
}

PVOID NTAPI MmAllocateContiguousNodeMemory(SIZE_T NumberOfBytes,
                                           PHYSICAL_ADDRESS LowestAcceptableAddress,
                                           PHYSICAL_ADDRESS HighestAcceptableAddress,
                                           PHYSICAL_ADDRESS BoundaryAddressMultiple, ULONG,
                                           NODE_REQUIREMENT)
{
    return allocate(
        NumberOfBytes,
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple)},
        kTag, CALLER);
}

VOID NTAPI MmFreeContiguousMemory(PVOID BaseAddress)
{
    free(BaseAddress, "MmFreeContiguousMemory");
}

VOID NTAPI MmFreeContiguousMemorySpecifyCache(PVOID BaseAddress, SIZE_T, MEMORY_CACHING_TYPE)
{
    free(BaseAddress, "MmFreeContiguousMemorySpecifyCache");
}

PVOID NTAPI MmAllocateNonCachedMemory(SIZE_T NumberOfBytes)
{
    return allocate(NumberOfBytes, {}, kTag, CALLER);
}

VOID NTAPI MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T)
{
    free(BaseAddress, "MmFreeNonCachedMemory");
}

PMDL NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                   PHYSICAL_ADDRESS, SIZE_T TotalBytes, MEMORY_CACHING_TYPE,
                                   ULONG Flags)
{
    const SIZE_T bytes = ROUND_TO_PAGES(TotalBytes);
    void *pages = allocate(bytes, {at(LowAddress), at(HighAddress), 0}, kPagesTag, CALLER);
    if (!pages) return nullptr;
    PMDL mdl = IoAllocateMdl(pages, static_cast<ULONG>(TotalBytes), FALSE, FALSE, nullptr);
    if (!mdl) {
        kernel().pool->free(pages, kPagesTag, __builtin_frame_address(0));
        return nullptr;
    }
    if (!(Flags & MM_DONT_ZERO_ALLOCATION)) std::memset(pages, 0, bytes);
    MmBuildMdlForNonPagedPool(mdl);
    // Locked, and without an address until the driver maps them.
    mdl->MdlFlags =
        static_cast<CSHORT>((mdl->MdlFlags & ~MDL_SOURCE_IS_NONPAGED_POOL) | MDL_PAGES_LOCKED);
    mdl->MappedSystemVa = nullptr;
    return mdl;
}

PMDL NTAPI MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                 PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes)
{
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, MmCached, 0);
}

PMDL NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                       PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                       MEMORY_CACHING_TYPE CacheType, ULONG, ULONG Flags)
{
    return MmAllocatePagesForMdlEx(LowAddress, HighAddress, SkipBytes, TotalBytes, CacheType,
                                   Flags);
}

// The MDL itself stays the caller's, to be freed by ExFreePool.
VOID NTAPI MmFreePagesFromMdl(PMDL MemoryDescriptorList)
{
    MDL &mdl = *MemoryDescriptorList;
    if (mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) MmUnmapLockedPages(mdl.MappedSystemVa, &mdl);
    kernel().pool->free(mdl.StartVa, kPagesTag, __builtin_frame_address(0));
    mdl.MdlFlags &= ~MDL_PAGES_LOCKED;
}

}  // extern "C"

}  // namespace openkmdf::executive
