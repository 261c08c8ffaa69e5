#include "executive/ex/pool.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"

#include <cstring>

// Physically contiguous memory: pages of nonpaged pool, whose made-up physical addresses follow
// each other.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'tnoC';
constexpr ULONG kRoomyTag = 'RnoC';  // a block that the memory given out is a part of
constexpr ULONG kPagesTag = 'gPmM';

struct Place {
    std::uint64_t lowest = 0;
    std::uint64_t highest = ~std::uint64_t{0};
    std::uint64_t boundary = 0;  // of which the block must not cross a multiple; 0: none
    std::uint64_t skip = 0;      // distance to the next range that will do, too; 0: there is none
};

bool crosses(std::uint64_t first, SIZE_T bytes, const Place &place)
{
    return place.boundary && first / place.boundary != (first + bytes - 1) / place.boundary;
}

bool is_in_range(std::uint64_t first, SIZE_T bytes, const Place &place)
{
    if (first < place.lowest) return false;
    // By as much as the last range that begins before the block lies above the first one.
    const std::uint64_t skipped = place.skip ? (first - place.lowest) / place.skip * place.skip : 0;
    return first + bytes - 1 - skipped <= place.highest;
}

void *allocate(SIZE_T bytes, const Place &place, ULONG tag, const void *caller, const void *frame)
{
    if (!bytes || (place.boundary && bytes > place.boundary)) return nullptr;
    Pool::Request request;
    request.size = bytes;
    request.tag = tag;
    request.page_aligned = true;
    request.frame = frame;
    request.driver = calling_driver(caller, frame);
    Pool &pool = *kernel().pool;
    auto *block = static_cast<std::byte *>(pool.allocate(request));
    if (!block) return nullptr;
    std::byte *memory = block;
    if (crosses(mm::physical_address(block), bytes, place)) {
        // Twice the size has room for it behind the boundary.
        pool.free(block, request.tag, frame);
        request.size = 2 * bytes;
        request.tag = kRoomyTag;
        memory = block = static_cast<std::byte *>(pool.allocate(request));
        if (!block) return nullptr;
        const std::uint64_t first = mm::physical_address(block);
        if (crosses(first, bytes, place)) memory += place.boundary - first % place.boundary;
    }
    if (is_in_range(mm::physical_address(memory), bytes, place)) return memory;
    // All memory lies above 4 GiB: a driver that asks for less gets none, as on a machine whose low
    // memory is used up.
    pool.free(block, request.tag, frame);
    return nullptr;
}

void free(void *block, const char *function)
{
    PoolBlock found;
    char where[96];
    const bool known = kernel().pool->find(block, found) && !found.freed &&
                       (found.tag == kTag ? found.address == block
                                          : found.tag == kRoomyTag && BYTE_OFFSET(block) == 0);
    if (!known)
        bugcheck(BAD_POOL_CALLER, 0x60, number_of(block), 0, 0,
                 "%s was called for memory (%s) that is not contiguous memory, or was freed "
                 "before.",
                 function, describe_address(number_of(block), where, sizeof where));
    kernel().pool->free(found.address, found.tag, __builtin_frame_address(0));
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
    return allocate(NumberOfBytes, {.highest = at(HighestAcceptableAddress)}, kTag, CALLER);
}

PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(SIZE_T NumberOfBytes,
                                                   PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                   PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                   PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                   MEMORY_CACHING_TYPE)
{
    return allocate(
        NumberOfBytes,
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple), 0},
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
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple), 0},
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
        {at(LowestAcceptableAddress), at(HighestAcceptableAddress), at(BoundaryAddressMultiple), 0},
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
    return allocate(ROUND_TO_PAGES(NumberOfBytes), {}, kTag, CALLER);
}

VOID NTAPI MmFreeNonCachedMemory(PVOID BaseAddress, SIZE_T)
{
    free(BaseAddress, "MmFreeNonCachedMemory");
}

PMDL NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                   PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                   MEMORY_CACHING_TYPE, ULONG Flags)
{
    const SIZE_T bytes = ROUND_TO_PAGES(TotalBytes);
    const Place place = {
        .lowest = at(LowAddress), .highest = at(HighAddress), .skip = at(SkipBytes)};
    void *pages = allocate(bytes, place, kPagesTag, CALLER);
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
