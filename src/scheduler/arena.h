#pragma once

#include "scheduler/activity.h"

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>
#include <utility>

// All memory of one machine: a slot of the reserved kernel address range, at the same address in
// every run. Destroying a dead machine drops the slot and runs no destructor.

namespace openkmdf::scheduler {

enum class RegionKind : std::uint8_t {
    State,     // executive and framework objects: Heap
    NonPaged,  // nonpaged pool
    Paged,     // paged pool
    Stacks,    // kernel stacks with guard pages
    Objects,   // fixed-stride slots of I/O blocks and framework objects: executive/ex/slab.h
    Mappings,  // MDL mappings, device memory
    Count,
};

struct Region {
    std::byte *base = nullptr;
    std::size_t size = 0;
    std::size_t used = 0;  // bump mark: what a snapshot has to keep

    bool contains(const void *address) const
    {
        auto *byte = static_cast<const std::byte *>(address);
        return byte >= base && byte < base + size;
    }
};

class Arena {
public:
    // The range of all machines; everything else is user memory.
    static constexpr std::uintptr_t kKernelLow = 0x5500'0000'0000;
    static constexpr std::uintptr_t kKernelHigh = 0x5540'0000'0000;
    static constexpr std::size_t kSlotSize = std::size_t{8} << 30;

    // Takes the lowest free slot; nullptr when every slot is in use or the range is taken.
    static Arena *create();
    static void destroy(Arena *arena);
    // The live arena whose slot holds the address, or nullptr.
    static Arena *of(const void *address);

    Region &region(RegionKind kind) { return regions_[static_cast<int>(kind)]; }
    const Region &region(RegionKind kind) const { return regions_[static_cast<int>(kind)]; }
    bool contains(const void *address) const;
    unsigned slot() const { return slot_; }

    // Pages from a region, zeroed on first use; nullptr when the region is full. Never returned one
    // by one: the users keep free lists.
    void *take_pages(RegionKind kind, std::size_t bytes);
    // Takes the access to whole pages away or gives it back; `destroy` gives back all of it. False:
    // the host has no room for more.
    bool set_accessible(RegionKind kind, void *pages, std::size_t bytes, bool accessible);

    // Kernel stacks of kStackSize bytes above an inaccessible guard. The content of a stack never
    // used is zero; a stack given back is handed out again first. {} when there is no room.
    struct Stack {
        std::byte *low = nullptr;
        std::byte *high = nullptr;
    };
    static const std::size_t kStackSize;
    static const std::size_t kStackGuard;
    // The upper part of the guard, made accessible to handle an overflow.
    static const std::size_t kStackReserve;
    void reserve_opened() { __atomic_store_n(&reserves_opened_, true, __ATOMIC_RELAXED); }
    Stack take_stack();
    void give_stack(Stack stack);

    // The general heap for executive and framework data (RegionKind::State). Blocks of one size
    // class are reused in LIFO order, so addresses are a function of the calls made. Thread safe.
    // nullptr when memory is exhausted; `deallocate` takes the size asked for. Not zeroed.
    void *allocate(std::size_t bytes, std::size_t alignment = 16);
    void deallocate(void *block, std::size_t bytes);

    std::pmr::memory_resource *resource();  // std::pmr containers of kernel code use this

    template <class T, class... Args>
    T *make(Args &&...args)
    {
        void *block = allocate(sizeof(T), alignof(T));
        return block ? ::new (block) T(std::forward<Args>(args)...) : nullptr;
    }
    template <class T>
    void drop(T *object)
    {
        if (object) {
            object->~T();
            deallocate(object, sizeof(T));
        }
    }

    // Fault injection: the n-th failable allocation from now on (1 = next) fails, then `and_after`
    // decides whether all later ones do too. 0 turns it off. Pool and object allocations ask
    // `allocation_fails()`; internal ones that Windows does not fail do not.
    void fail_allocation(std::uint64_t nth, bool and_after);
    bool allocation_fails();
    std::uint64_t failable_allocations() const;

    struct Implementation;  // of this layer

private:
    constexpr Arena() = default;
    // An arena's object outlives it: the slot's mapping is kept for the next machine.
    static Arena slots_[(kKernelHigh - kKernelLow) / kSlotSize];
    bool map(unsigned slot);
    bool commit(RegionKind kind, std::size_t end);
    void reset();
    void close_reserves();
    Region regions_[static_cast<int>(RegionKind::Count)];
    // Survives destroy: what of each region is accessible already.
    std::size_t committed_[static_cast<int>(RegionKind::Count)] = {};
    // Some pages of the region are inaccessible now: set_accessible.
    bool guarded_[static_cast<int>(RegionKind::Count)] = {};
    unsigned slot_ = 0;
    bool mapped_ = false;
    bool reserves_opened_ = false;
    // By virtual processor: a line that every client writes would cost each of them a miss.
    struct alignas(64) Counter {
        std::uint64_t value = 0;
    };
    Counter failable_[kMaximumProcessors];
    std::uint64_t fail_at_ = 0;
    bool fail_after_ = false;
    Implementation *implementation_ = nullptr;  // in the arena itself
};

}  // namespace openkmdf::scheduler
