#pragma once

#include "executive/ex/slab.h"
#include "scheduler/activity.h"

#include <ntddk.h>

#include <cstddef>
#include <cstdint>

// One block holds everything that an I/O request of a client needs: room for the framework's
// request object and its context (the companion), the IRP, its stack locations and a small system
// buffer.
//
//   [companion][IrpBlock][IRP][IO_STACK_LOCATION x n][small buffer]
//
// The companion comes first because a framework handle is the address of a slot.

namespace openkmdf::executive::io {

inline constexpr std::size_t kCompanionSize = 288;
inline constexpr std::size_t kSmallBufferSize = 48;
inline constexpr int kSmallStack = 2;  // stack locations of the common block
inline constexpr int kLargeStack = 10;

enum IrpBlockFlags : std::uint32_t {
    kBlockClient = 1,       // a client waits for it, or collects it later: freed by the client side
    kBlockDone = 2,         // atomic: completed, IoStatus is final
    kBlockListed = 4,       // in its thread's list of pending IRPs (guarded by IoManager::irp_lock)
    kBlockSynchronous = 8,  // the issuer waits in the call
    kBlockOwnBuffer = 16,   // AssociatedIrp.SystemBuffer was allocated for it
    kBlockCompanionUsed = 32,  // an object in the companion outlives the IRP: see release_companion
    kBlockCompanionTaken = 1024,  // some driver's request object lives in the companion
    kBlockCollected = 64,         // the client side has given it up: completion frees it
    kBlockHeap = 128,             // not from a slab: more stack locations than the large block has
    kBlockThreaded = 256,  // made by IoBuildSynchronousFsdRequest or IoBuildDeviceIoControlRequest
    kBlockFileCounted = 512,    // holds a reference to its file object
    kBlockFreePending = 4096,   // was freed while its companion is in use
    kBlockEventCounted = 2048,  // UserEvent is an event object with a reference
};

// The upper half of the flags counts the cancellers that look at the block. All in one word:
// whoever makes it say "done, collected, not looked at" frees the block.
inline constexpr std::uint32_t kBlockPin = 1u << 16;
inline constexpr std::uint32_t kBlockPins = ~(kBlockPin - 1);

inline constexpr bool is_last_use(std::uint32_t flags)
{
    constexpr std::uint32_t both = kBlockDone | kBlockCollected;
    return (flags & (both | kBlockPins)) == both;
}

struct IrpBlock {
    std::uint32_t flags = 0;  // atomic once the IRP was sent
    std::uint16_t stack_count = 0;
    std::uint16_t reserved = 0;
    scheduler::Activity *issuer = nullptr;
    std::uint32_t ordinal = 0;  // the IRP's name in traces; 0: not in any yet
    std::uint32_t reserved2 = 0;
    std::uint32_t output_size = 0;  // what UserBuffer has room for, with buffered I/O
    std::uint32_t heap_size = 0;

    bool has(std::uint32_t flag) const { return __atomic_load_n(&flags, __ATOMIC_RELAXED) & flag; }
    PIRP irp() { return reinterpret_cast<PIRP>(this + 1); }
    std::byte *companion() { return reinterpret_cast<std::byte *>(this) - kCompanionSize; }
    std::byte *small_buffer()
    {
        return reinterpret_cast<std::byte *>(this + 1) + sizeof(IRP) +
               stack_count * sizeof(IO_STACK_LOCATION);
    }
};
static_assert(sizeof(IrpBlock) % 16 == 0);

inline constexpr std::size_t block_size(int stack_count)
{
    return kCompanionSize + sizeof(IrpBlock) + sizeof(IRP) +
           stack_count * sizeof(IO_STACK_LOCATION) + kSmallBufferSize;
}

// Every IRP that IoAllocateIrp or the I/O manager made is in a block; a driver's own memory
// (IoInitializeIrp) is not. IRP::AllocationFlags tells.
inline constexpr UCHAR kAllocatedInBlock = 0x80;

inline IrpBlock *block_of(PIRP irp)
{
    return (irp->AllocationFlags & kAllocatedInBlock) ? reinterpret_cast<IrpBlock *>(irp) - 1
                                                      : nullptr;
}

}  // namespace openkmdf::executive::io
