#include "executive/ex/pool.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"

#include <cstring>

// Pageable sections of drivers. Nothing is ever paged out here, so locking is keeping the books;
// but an address outside every driver is the caller's mistake.

namespace openkmdf::executive {
namespace {

LoadedModule &require_module(const void *address, const char *function)
{
    LoadedModule *module = find_module(number_of(address));
    char where[96];
    if (!module)
        bugcheck(MEMORY_MANAGEMENT, 0x1234, number_of(address), 0, 0,
                 "%s was called with an address that lies in no driver: %s.", function,
                 describe_address(number_of(address), where, sizeof where));
    return *module;
}

}  // namespace

extern "C" {

PVOID NTAPI MmLockPagableDataSection(PVOID AddressWithinSection)
{
    return &require_module(AddressWithinSection, "MmLockPagableDataSection");
}

VOID NTAPI MmLockPagableSectionByHandle(PVOID)
{
}

VOID NTAPI MmUnlockPagableImageSection(PVOID)
{
}

PVOID NTAPI MmPageEntireDriver(PVOID AddressWithinSection)
{
    const LoadedModule &module = require_module(AddressWithinSection, "MmPageEntireDriver");
    return reinterpret_cast<PVOID>(module.low);
}

VOID NTAPI MmResetDriverPaging(PVOID AddressWithinSection)
{
    require_module(AddressWithinSection, "MmResetDriverPaging");
}

// The verifier of a machine is for all drivers that are loaded.
LOGICAL NTAPI MmIsDriverSuspectForVerifier(struct _DRIVER_OBJECT *DriverObject)
{
    return find_module(number_of(DriverObject->DriverStart)) && kernel().pool->checking();
}

NTSTATUS NTAPI MmCopyMemory(PVOID TargetAddress, MM_COPY_ADDRESS SourceAddress,
                            SIZE_T NumberOfBytes, ULONG Flags, PSIZE_T NumberOfBytesTransferred)
{
    *NumberOfBytesTransferred = 0;
    if (Flags != MM_COPY_MEMORY_PHYSICAL && Flags != MM_COPY_MEMORY_VIRTUAL)
        return STATUS_INVALID_PARAMETER_4;
    const bool physical = Flags == MM_COPY_MEMORY_PHYSICAL;
    const std::uint64_t start =
        physical ? static_cast<std::uint64_t>(SourceAddress.PhysicalAddress.QuadPart)
                 : number_of(SourceAddress.VirtualAddress);
    SIZE_T done = 0;
    while (done < NumberOfBytes) {
        const std::uint64_t at = start + done;
        // Frames that follow each other may hold pages that do not.
        const SIZE_T in_page = mm::kPage - at % mm::kPage;
        const SIZE_T size = NumberOfBytes - done < in_page ? NumberOfBytes - done : in_page;
        const void *source = physical ? mm::address_of(at) : reinterpret_cast<const void *>(at);
        if (!source || !mm::is_accessible(source, size, false)) break;
        std::memcpy(static_cast<std::byte *>(TargetAddress) + done, source, size);
        done += size;
    }
    *NumberOfBytesTransferred = done;
    return done == NumberOfBytes ? STATUS_SUCCESS : STATUS_INVALID_ADDRESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
