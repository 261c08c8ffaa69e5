#include "executive/ex/pool.h"
#include "executive/exceptions.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"
#include "scheduler/sanitizer.h"

#include <cstring>

// Memory descriptor lists. Kernel and clients share one address space, so the system address of
// locked pages is the address that they have.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = ' ldM';

std::size_t size_of(const void *base, std::size_t length)
{
    return sizeof(MDL) + ADDRESS_AND_SIZE_TO_SPAN_PAGES(base, length) * sizeof(PFN_NUMBER);
}

std::byte *address_of(const MDL &mdl)
{
    // Not pointer arithmetic: a list of pages that belong to no address starts at a null pointer.
    return reinterpret_cast<std::byte *>(reinterpret_cast<std::uintptr_t>(mdl.StartVa) +
                                         mdl.ByteOffset);
}

void fill_pages(MDL &mdl)
{
    auto *pages = reinterpret_cast<PPFN_NUMBER>(&mdl + 1);
    auto *page = static_cast<std::byte *>(mdl.StartVa);
    const ULONG count = ADDRESS_AND_SIZE_TO_SPAN_PAGES(address_of(mdl), mdl.ByteCount);
    for (ULONG i = 0; i < count; i++, page += PAGE_SIZE)
        pages[i] = mm::physical_address(page) >> PAGE_SHIFT;
}

[[noreturn, gnu::cold]] void wrong_flags(std::uint64_t kind, const MDL &mdl, const char *message)
{
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, kind, number_of(&mdl),
             static_cast<USHORT>(mdl.MdlFlags), 0, "%s", message);
}

constexpr CSHORT kLockedOrBuilt = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;

PVOID map(const char *function, MDL &mdl, KPROCESSOR_MODE mode, PVOID requested,
          bool bugcheck_on_failure)
{
    if (!(mdl.MdlFlags & kLockedOrBuilt))
        wrong_flags(0xB3, mdl,
                    "An MDL was mapped whose pages are not locked. Call MmProbeAndLockPages or "
                    "MmBuildMdlForNonPagedPool first.");
    if (mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA && mode == KernelMode)
        wrong_flags(0xB2, mdl,
                    "An MDL was mapped that is mapped already. Use MmGetSystemAddressForMdlSafe.");
    // A requested address is rounded down to a page, and means something for user mode only.
    if (mode != KernelMode && requested && PAGE_ALIGN(requested) != mdl.StartVa)
        raise_status(STATUS_CONFLICTING_ADDRESSES, function,
                     "the pages cannot be mapped at the requested address", requested);
    // Mapping may fail on Windows for want of page table entries.
    if (kernel().arena->allocation_fails()) {
        if (mode != KernelMode)
            raise_status(STATUS_INSUFFICIENT_RESOURCES, function,
                         "there are no page table entries, and a mapping for user mode raises an "
                         "exception then");
        if (bugcheck_on_failure)
            bugcheck(NO_MORE_SYSTEM_PTES, 0, 0, 0, 0,
                     "There were no page table entries to map an MDL, and %s was to stop the "
                     "system then. Call MmMapLockedPagesSpecifyCache with BugCheckOnFailure FALSE "
                     "and handle NULL.",
                     function);
        return nullptr;
    }
    if (mode == KernelMode) {
        mdl.MappedSystemVa = address_of(mdl);
        mdl.MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
        if (mdl.MdlFlags & MDL_PARTIAL) mdl.MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
    }
    return address_of(mdl);
}

}  // namespace

namespace mm {

NTSTATUS lock_pages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    std::byte *address = executive::address_of(*mdl);
    if (mode != KernelMode && !is_user_range(address, mdl->ByteCount))
        return STATUS_ACCESS_VIOLATION;
    if (!is_accessible(address, mdl->ByteCount, operation != IoReadAccess))
        return STATUS_ACCESS_VIOLATION;
    fill_pages(*mdl);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    if (operation != IoReadAccess) mdl->MdlFlags |= MDL_WRITE_OPERATION;
    mdl->Process = mode != KernelMode ? PsGetCurrentProcess() : nullptr;
    return STATUS_SUCCESS;
}

}  // namespace mm

extern "C" {

PMDL NTAPI IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer,
                         BOOLEAN ChargeQuota, PIRP Irp)
{
    const std::size_t size = size_of(VirtualAddress, Length);
    Pool::Request request;
    request.size = size;
    request.tag = kTag;
    request.frame = __builtin_frame_address(0);
    request.driver = calling_driver(__builtin_return_address(0), request.frame);
    auto *mdl = static_cast<PMDL>(kernel().pool->allocate(request));
    if (!mdl) {
        if (ChargeQuota)
            raise_status(STATUS_QUOTA_EXCEEDED, "IoAllocateMdl",
                         "there is no memory, and the call charges quota");
        return nullptr;
    }
    std::memset(mdl, 0, size);
    MmInitializeMdl(mdl, VirtualAddress, Length);
    mdl->MdlFlags = MDL_ALLOCATED_FIXED_SIZE;
    if (Irp) {
        if (SecondaryBuffer && Irp->MdlAddress) {
            PMDL last = Irp->MdlAddress;
            while (last->Next) last = last->Next;
            last->Next = mdl;
        } else if (!SecondaryBuffer) {
            Irp->MdlAddress = mdl;
        }
    }
    return mdl;
}

VOID NTAPI IoFreeMdl(PMDL Mdl)
{
    // One that is gone is for the pool to report.
    if (!scheduler::is_poisoned(Mdl, sizeof(MDL)) &&
        (Mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED))
        MmUnmapLockedPages(Mdl->MappedSystemVa, Mdl);
    kernel().pool->free(Mdl, kTag, __builtin_frame_address(0));
}

VOID NTAPI IoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length)
{
    const auto offset = number_of(VirtualAddress) - number_of(address_of(*SourceMdl));
    if (!Length) Length = static_cast<ULONG>(SourceMdl->ByteCount - offset);
    if (offset > SourceMdl->ByteCount || Length > SourceMdl->ByteCount - offset)
        bugcheck(TARGET_MDL_TOO_SMALL, number_of(TargetMdl), offset, Length, SourceMdl->ByteCount,
                 "IoBuildPartialMdl was asked for bytes that the source MDL does not describe.");
    const ULONG pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(VirtualAddress, Length);
    // The size of an MDL for 32 MiB and more does not fit its field.
    const std::size_t needed = size_of(VirtualAddress, Length);
    if (needed <= 0x7FFF && needed > static_cast<USHORT>(TargetMdl->Size))
        bugcheck(TARGET_MDL_TOO_SMALL, number_of(TargetMdl), pages, 0, 0,
                 "IoBuildPartialMdl was called with a target MDL that is too small for %u pages. "
                 "Allocate it with IoAllocateMdl for the same address and length.",
                 pages);
    TargetMdl->StartVa = PAGE_ALIGN(VirtualAddress);
    TargetMdl->ByteOffset = BYTE_OFFSET(VirtualAddress);
    TargetMdl->ByteCount = Length;
    TargetMdl->Process = SourceMdl->Process;
    TargetMdl->MdlFlags &= MDL_ALLOCATED_FIXED_SIZE | MDL_ALLOCATED_MUST_SUCCEED;
    TargetMdl->MdlFlags |= MDL_PARTIAL | (SourceMdl->MdlFlags & MDL_IO_SPACE);
    auto *from = reinterpret_cast<PPFN_NUMBER>(SourceMdl + 1);
    const std::size_t skipped =
        (number_of(TargetMdl->StartVa) - number_of(SourceMdl->StartVa)) >> PAGE_SHIFT;
    std::memcpy(TargetMdl + 1, from + skipped, pages * sizeof(PFN_NUMBER));
    if (SourceMdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
        TargetMdl->MappedSystemVa = static_cast<std::byte *>(SourceMdl->MappedSystemVa) + offset;
        TargetMdl->MdlFlags |= SourceMdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL
                                   ? MDL_SOURCE_IS_NONPAGED_POOL
                                   : MDL_PARENT_MAPPED_SYSTEM_VA | MDL_MAPPED_TO_SYSTEM_VA;
    }
}

SIZE_T NTAPI MmSizeOfMdl(PVOID Base, SIZE_T Length)
{
    return size_of(Base, Length);
}

VOID NTAPI MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList)
{
    MDL &mdl = *MemoryDescriptorList;
    PoolBlock block;
    if (kernel().pool->checking() && kernel().pool->find(address_of(mdl), block) && block.paged)
        wrong_flags(0x7F, mdl,
                    "MmBuildMdlForNonPagedPool was called for paged pool. Use MmProbeAndLockPages "
                    "for memory that can be paged.");
    fill_pages(mdl);
    mdl.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    mdl.MappedSystemVa = address_of(mdl);
    mdl.Process = nullptr;
}

VOID NTAPI MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                               LOCK_OPERATION Operation)
{
    MDL &mdl = *MemoryDescriptorList;
    if (mdl.MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL))
        wrong_flags(0xB0, mdl,
                    "MmProbeAndLockPages was called for an MDL whose pages are locked already, or "
                    "which was built for nonpaged pool.");
    NTSTATUS status = mm::lock_pages(&mdl, AccessMode, Operation);
    if (!NT_SUCCESS(status))
        raise_status(status, "MmProbeAndLockPages",
                     "the buffer is not there, not of this mode, or not writable", address_of(mdl));
}

VOID NTAPI MmUnlockPages(PMDL MemoryDescriptorList)
{
    MDL &mdl = *MemoryDescriptorList;
    if (mdl.MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL)
        wrong_flags(0x7D, mdl,
                    "MmUnlockPages was called for an MDL of nonpaged pool, whose pages were never "
                    "locked.");
    if (!(mdl.MdlFlags & MDL_PAGES_LOCKED))
        wrong_flags(0x7C, mdl, "MmUnlockPages was called for an MDL whose pages are not locked.");
    if (mdl.MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) MmUnmapLockedPages(mdl.MappedSystemVa, &mdl);
    mdl.MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
}

PVOID NTAPI MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode)
{
    return map("MmMapLockedPages", *MemoryDescriptorList, AccessMode, nullptr, true);
}

PVOID NTAPI MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                         MEMORY_CACHING_TYPE, PVOID RequestedAddress,
                                         ULONG BugCheckOnFailure, ULONG)
{
    return map("MmMapLockedPagesSpecifyCache", *MemoryDescriptorList, AccessMode, RequestedAddress,
               BugCheckOnFailure);
}

VOID NTAPI MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList)
{
    MDL &mdl = *MemoryDescriptorList;
    if (BaseAddress != address_of(mdl) && BaseAddress != mdl.MappedSystemVa)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x79, 0, number_of(BaseAddress),
                 number_of(&mdl),
                 "MmUnmapLockedPages was called with an address that the MDL is not mapped at.");
    mdl.MdlFlags &= ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
}

NTSTATUS NTAPI MmAdvanceMdl(PMDL Mdl, ULONG NumberOfBytes)
{
    if (NumberOfBytes > Mdl->ByteCount) return STATUS_INVALID_PARAMETER_2;
    std::byte *address = address_of(*Mdl) + NumberOfBytes;
    const std::size_t skipped =
        (number_of(address) >> PAGE_SHIFT) - (number_of(Mdl->StartVa) >> PAGE_SHIFT);
    auto *pages = reinterpret_cast<PPFN_NUMBER>(Mdl + 1);
    const ULONG count = ADDRESS_AND_SIZE_TO_SPAN_PAGES(address_of(*Mdl), Mdl->ByteCount);
    std::memmove(pages, pages + skipped, (count - skipped) * sizeof(PFN_NUMBER));
    Mdl->StartVa = PAGE_ALIGN(address);
    Mdl->ByteOffset = BYTE_OFFSET(address);
    Mdl->ByteCount -= NumberOfBytes;
    if (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL))
        Mdl->MappedSystemVa = static_cast<std::byte *>(Mdl->MappedSystemVa) + NumberOfBytes;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI MmProtectMdlSystemAddress(PMDL MemoryDescriptorList, ULONG NewProtect)
{
    if (!(MemoryDescriptorList->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA)) return STATUS_NOT_MAPPED_VIEW;
    switch (NewProtect) {
    case PAGE_NOACCESS:
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
        // Not enforced: the address is the memory's only one, and its pages may hold other blocks.
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PAGE_PROTECTION;
    }
}

}  // extern "C"

}  // namespace openkmdf::executive
