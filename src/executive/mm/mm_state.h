#pragma once

#include "executive/kernel.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstdint>

// Physical addresses, and who answers for device memory. Physical memory is made up: the machine's
// own memory lies at kKernelPhysical, and each page of a client gets the next page above
// kUserPhysical when it is first asked for, so that the same run gives the same addresses.

namespace openkmdf::executive {

namespace mm {

inline constexpr std::uint64_t kPage = 4096;
inline constexpr std::uint64_t kKernelPhysical = 0x0000'0001'0000'0000;  // 4 GiB
inline constexpr std::uint64_t kUserPhysical = 0x0000'0010'0000'0000;    // 64 GiB

// Device memory: a simulated device, or real hardware, puts itself here.
struct IoSpace {
    void *context = nullptr;
    // The address at which the driver sees the memory; nullptr: no device has it.
    void *(*map)(void *context, std::uint64_t physical, std::size_t bytes, bool cached) = nullptr;
    void (*unmap)(void *context, void *address, std::size_t bytes) = nullptr;
    // Accesses by READ_REGISTER_* and the like; `size` is 1, 2, 4 or 8. False: the address is not
    // the device's.
    bool (*read)(void *context, const volatile void *address, unsigned size,
                 std::uint64_t &value) = nullptr;
    bool (*write)(void *context, volatile void *address, unsigned size,
                  std::uint64_t value) = nullptr;
    bool (*read_port)(void *context, std::uint16_t port, unsigned size,
                      std::uint64_t &value) = nullptr;
    bool (*write_port)(void *context, std::uint16_t port, unsigned size,
                       std::uint64_t value) = nullptr;
};

struct UserPage {
    UserPage *next_in_bucket;
    std::uint64_t page;  // address of the page
    std::uint64_t physical;
    UserPage *next;  // in order of first use
};

bool initialize(Kernel &kernel);

std::uint64_t physical_address(const void *address);
// The address that has a physical page, or nullptr.
void *address_of(std::uint64_t physical);

// No byte of it is above the highest user address, the kernel's or a driver's. Without a size: of
// the byte at the address.
bool is_user_range(const volatile void *address, std::size_t size);

// Whether the host lets every page be read (written). Never faults.
bool is_accessible(const volatile void *address, std::size_t size, bool write);

// MmProbeAndLockPages without the exception.
NTSTATUS lock_pages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation);

}  // namespace mm

struct MmState {
    scheduler::InternalLock lock;
    mm::IoSpace io_space;
    std::uint64_t next_user_page = mm::kUserPhysical;  // guarded by lock, like all below
    mm::UserPage *first_user_page = nullptr;
    mm::UserPage *last_user_page = nullptr;
    static constexpr std::uint32_t kBuckets = 1024;
    mm::UserPage *buckets[kBuckets] = {};
    // Data exports.
    PVOID highest_user_address = nullptr;
    PVOID system_range_start = nullptr;
    ULONG_PTR user_probe_address = 0;
    PVOID bad_pointer = nullptr;
};

}  // namespace openkmdf::executive
