#include "executive/mm/mm_state.h"

#include "base/assert.h"
#include "executive/ex/pool.h"
#include "executive/exports.h"
#include "executive/module_registry.h"

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

// Whose an address is, whether it is there, and where in physical memory.

namespace openkmdf::executive {
namespace mm {
namespace {

using scheduler::Arena;

// Older than the headers of some hosts.
constexpr int kPopulateRead = 22;
constexpr int kPopulateWrite = 23;

bool probe_by_reading(std::uintptr_t first, std::uintptr_t last)
{
    for (std::uintptr_t page = first; page <= last; page += kPage) {
        char byte;
        iovec to{&byte, 1};
        iovec from{reinterpret_cast<void *>(page), 1};
        if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 1) return false;
    }
    return true;
}

}  // namespace

bool is_user_range(const volatile void *address, std::size_t size)
{
    const std::uint64_t first = number_of(address);
    const std::uint64_t last = size ? first + size - 1 : first;
    const Kernel &own = kernel();
    if (last < first || last > number_of(own.mm->highest_user_address)) return false;
    if (first < Arena::kKernelHigh && last >= Arena::kKernelLow) return false;
    const LoadedModule *module = __atomic_load_n(&own.modules, __ATOMIC_ACQUIRE);
    while (module && (last < module->low || first >= module->high))
        module = __atomic_load_n(&module->next, __ATOMIC_ACQUIRE);
    return !module;
}

bool is_accessible(const volatile void *address, std::size_t size, bool write)
{
    const auto start = reinterpret_cast<std::uintptr_t>(address);
    if (!size) return true;
    const std::uintptr_t first = start & ~(kPage - 1);
    const std::uintptr_t last = (start + size - 1) & ~(kPage - 1);
    if (last < first) return false;
    // A real access by the kernel of the host, which says so instead of raising a signal.
    const std::size_t bytes = last - first + kPage;
    if (madvise(reinterpret_cast<void *>(first), bytes, write ? kPopulateWrite : kPopulateRead) ==
        0)
        return true;
    return errno == EINVAL && !write && probe_by_reading(first, last);
}

namespace {

std::uint32_t bucket_of(std::uint64_t page)
{
    return static_cast<std::uint32_t>((page / kPage * 0x9E37'79B9'7F4A'7C15) >> 40) %
           MmState::kBuckets;
}

std::uint64_t user_page(std::uint64_t page)
{
    MmState &mm = *kernel().mm;
    scheduler::InternalGuard guard(mm.lock);
    UserPage *&bucket = mm.buckets[bucket_of(page)];
    for (UserPage *known = bucket; known; known = known->next_in_bucket)
        if (known->page == page) return known->physical;
    auto *added = kernel().arena->make<UserPage>();
    OPENKMDF_ASSERT(added, "the machine's state region is full of page records");
    *added = {bucket, page, mm.next_user_page, nullptr};
    mm.next_user_page += kPage;
    bucket = added;
    (mm.last_user_page ? mm.last_user_page->next : mm.first_user_page) = added;
    mm.last_user_page = added;
    return added->physical;
}

std::uintptr_t slot_base()
{
    return Arena::kKernelLow + kernel().arena->slot() * Arena::kSlotSize;
}

}  // namespace

std::uint64_t physical_address(const void *address)
{
    const auto value = reinterpret_cast<std::uintptr_t>(address);
    if (kernel().arena->contains(address)) return kKernelPhysical + (value - slot_base());
    return user_page(value & ~(kPage - 1)) + value % kPage;
}

void *address_of(std::uint64_t physical)
{
    if (physical >= kKernelPhysical && physical < kKernelPhysical + Arena::kSlotSize)
        return reinterpret_cast<void *>(slot_base() + (physical - kKernelPhysical));
    MmState &mm = *kernel().mm;
    scheduler::InternalGuard guard(mm.lock);
    for (UserPage *page = mm.first_user_page; page; page = page->next)
        if (physical >= page->physical && physical < page->physical + kPage)
            return reinterpret_cast<void *>(page->page + (physical - page->physical));
    return nullptr;
}

bool initialize(Kernel &kernel)
{
    kernel.mm = kernel.arena->make<MmState>();
    if (!kernel.mm) return false;
    // What drivers compare with. Kernel memory lies below the highest user address here, so only
    // the routines of Mm tell the two apart.
    kernel.mm->user_probe_address = 0x7FFF'FFFF'0000;
    kernel.mm->highest_user_address = reinterpret_cast<PVOID>(0x7FFF'FFFE'FFFF);
    kernel.mm->system_range_start = reinterpret_cast<PVOID>(0xFFFF'8000'0000'0000);
    return true;
}

}  // namespace mm

extern "C" {

BOOLEAN NTAPI MmIsAddressValid(PVOID VirtualAddress)
{
    return mm::is_accessible(VirtualAddress, 1, false);
}

PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(PVOID BaseAddress)
{
    PHYSICAL_ADDRESS address;
    address.QuadPart = mm::is_accessible(BaseAddress, 1, false)
                           ? static_cast<LONGLONG>(mm::physical_address(BaseAddress))
                           : 0;
    return address;
}

LOGICAL NTAPI MmIsDriverVerifying(struct _DRIVER_OBJECT *)
{
    return kernel().pool->checking();
}

LOGICAL NTAPI MmIsDriverVerifyingByAddress(PVOID AddressWithinSection)
{
    return find_module(number_of(AddressWithinSection)) && kernel().pool->checking();
}

BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID)
{
    return FALSE;
}

MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID)
{
    return MmLargeSystem;
}

PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
    char name[128];
    const std::size_t length = SystemRoutineName->Length / sizeof(WCHAR);
    if (length >= sizeof name) return nullptr;
    for (std::size_t i = 0; i < length; i++) {
        if (SystemRoutineName->Buffer[i] > 0x7F) return nullptr;
        name[i] = static_cast<char>(SystemRoutineName->Buffer[i]);
    }
    LoadedModule *module = find_module(number_of(__builtin_return_address(0)));
    return find_export(kernel(), {name, length}, module && kernel().pool->checking());
}

}  // extern "C"

}  // namespace openkmdf::executive
