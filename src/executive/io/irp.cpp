#include "executive/io/io_manager.h"

#include "base/assert.h"
#include "scheduler/sanitizer.h"

#include <cstring>
#include <emmintrin.h>

// Allocation of IRPs and the DDIs that prepare them.

namespace openkmdf::executive {

namespace {

// The compiler makes `rep stos` of a memset of this size, which costs more than the stores.
void clear(void *memory, std::size_t bytes)
{
    auto *at = static_cast<__m128i *>(memory);
    auto *end = at + bytes / 16;
    const __m128i zero = _mm_setzero_si128();
    for (; at != end; ++at) _mm_store_si128(at, zero);
}

void initialize(PIRP irp, USHORT size, CCHAR stack_count)
{
    irp->Type = IO_TYPE_IRP;
    irp->Size = size;
    irp->StackCount = stack_count;
    irp->CurrentLocation = static_cast<CHAR>(stack_count + 1);
    irp->Tail.Overlay.CurrentStackLocation =
        reinterpret_cast<PIO_STACK_LOCATION>(irp + 1) + stack_count;
    InitializeListHead(&irp->ThreadListEntry);
}

}  // namespace

IoManager *IoManager::create(Kernel &kernel)
{
    scheduler::Arena &arena = *kernel.arena;
    void *memory = arena.allocate(sizeof(IoManager), alignof(IoManager));
    if (!memory) return nullptr;
    auto *io = ::new (memory) IoManager(kernel);
    kernel.io = io;
    io->irps_small_ = arena.make<Slab>(arena, io::block_size(io::kSmallStack), std::size_t{16});
    io->irps_large_ = arena.make<Slab>(arena, io::block_size(io::kLargeStack), std::size_t{16});
    InitializeListHead(&io->pending_irps);
    if (!io->irps_small_ || !io->irps_large_) return nullptr;
    io->set_object_procedures();
    return io;
}

PIRP IoManager::allocate_irp(int stack_count)
{
    return kernel_.arena->allocation_fails() ? nullptr : allocate_irp_for_sure(stack_count);
}

PIRP IoManager::allocate_irp_for_sure(int stack_count)
{
    const int room = stack_count <= io::kSmallStack   ? io::kSmallStack
                     : stack_count <= io::kLargeStack ? io::kLargeStack
                                                      : stack_count;
    std::byte *slot;
    std::uint32_t heap_size = 0;
    if (room == io::kSmallStack) {
        slot = static_cast<std::byte *>(irps_small_->take());
    } else if (room == io::kLargeStack) {
        slot = static_cast<std::byte *>(irps_large_->take());
    } else {
        heap_size = static_cast<std::uint32_t>(io::block_size(room));
        slot = static_cast<std::byte *>(kernel_.arena->allocate(heap_size));
    }
    if (!slot) return nullptr;
    auto *block = reinterpret_cast<io::IrpBlock *>(slot + io::kCompanionSize);
    clear(block, sizeof(io::IrpBlock) + sizeof(IRP) + room * sizeof(IO_STACK_LOCATION));
    block->stack_count = static_cast<std::uint16_t>(room);
    block->heap_size = heap_size;
    if (heap_size) block->flags = io::kBlockHeap;
    block->issuer = scheduler::current.activity;
    PIRP irp = block->irp();
    initialize(irp, static_cast<USHORT>(IoSizeOfIrp(stack_count)), static_cast<CCHAR>(stack_count));
    irp->AllocationFlags = io::kAllocatedInBlock;
    return irp;
}

void IoManager::free_irp(PIRP irp)
{
    io::IrpBlock *block = io::block_of(irp);
    if (!block) return;  // IoInitializeIrp: the memory is the driver's
    if (!IsListEmpty(&irp->ThreadListEntry) && irp->ThreadListEntry.Flink) unlist_irp(*block);
    if (block->has(io::kBlockOwnBuffer)) free_buffers(irp, *block);
    // A driver that uses the IRP from here on sees a type that no dispatch routine accepts.
    irp->Type = 0;
    if (block->has(io::kBlockCompanionUsed)) [[unlikely]] {
        const std::uint32_t before =
            __atomic_fetch_or(&block->flags, io::kBlockFreePending, __ATOMIC_ACQ_REL);
        if (before & io::kBlockCompanionUsed) return;
    }
    give_block(*block);
}

void IoManager::release_companion(io::IrpBlock &block)
{
    const std::uint32_t before =
        __atomic_fetch_and(&block.flags, ~std::uint32_t{io::kBlockCompanionUsed}, __ATOMIC_ACQ_REL);
    if (before & io::kBlockFreePending) give_block(block);
}

void IoManager::give_block(io::IrpBlock &block)
{
    if (block.heap_size) {
        kernel_.arena->deallocate(block.companion(), block.heap_size);
        return;
    }
    Slab *slab = block.stack_count == io::kSmallStack ? irps_small_ : irps_large_;
    slab->give(block.companion());
}

extern "C" {

PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN)
{
    return io_manager().allocate_irp(StackSize);
}

void NTAPI IoFreeIrp(PIRP Irp)
{
    if (scheduler::is_poisoned(Irp, sizeof(IRP)) || Irp->Type != IO_TYPE_IRP)
        kernel().stop(
            MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<std::uintptr_t>(Irp), 0, 0, 0,
            "IoFreeIrp was given something that is not an IRP, or an IRP that was freed before.");
    io_manager().free_irp(Irp);
}

PIRP NTAPI IoAllocateIrpEx(PDEVICE_OBJECT, CCHAR StackSize, BOOLEAN)
{
    return io_manager().allocate_irp(StackSize);
}

void NTAPI IoInitializeIrpEx(PIRP Irp, PDEVICE_OBJECT, USHORT PacketSize, CCHAR StackSize)
{
    IoInitializeIrp(Irp, PacketSize, StackSize);
}

void NTAPI IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize)
{
    std::memset(Irp, 0, PacketSize);
    initialize(Irp, PacketSize, StackSize);
}

void NTAPI IoReuseIrp(PIRP Irp, NTSTATUS Iostatus)
{
    UCHAR allocation = Irp->AllocationFlags;
    CCHAR stack_count = Irp->StackCount;
    USHORT size = Irp->Size;
    std::memset(Irp, 0, size);
    initialize(Irp, size, stack_count);
    Irp->AllocationFlags = allocation;
    Irp->IoStatus.Status = Iostatus;
}

}  // extern "C"

}  // namespace openkmdf::executive
