#pragma once

#include "scheduler/activity.h"
#include "scheduler/arena.h"
#include "scheduler/internal_lock.h"

#include <cstddef>
#include <cstdint>

// Slots of one fixed size in the arena's Objects region, with a free list per virtual processor, so
// that taking and giving back a slot costs no atomic. A slot's memory never leaves its slab:
// whether an arbitrary address is a slot can be judged without touching it, and what its first
// bytes say about a freed object stays readable.

namespace openkmdf::executive {

class Slab {
public:
    static constexpr std::size_t kChunkSize = 64 * 1024;

    // `kept` bytes at the start of a slot survive a free (a header with state and generation); the
    // rest is poisoned in sanitizer builds. `quarantine` freed slots wait before they are used
    // again.
    Slab(scheduler::Arena &arena, std::size_t slot_size, std::size_t kept,
         std::size_t quarantine = 0);

    // The slot is not cleared. nullptr: out of memory. Both run on a virtual processor.
    void *take();
    void give(void *slot);

    std::size_t slot_size() const { return slot_size_; }
    std::uint64_t live() const;

    // The slot that starts at exactly `address`, or contains it; nullptr if there is none. Never
    // faults.
    static void *slot_at(scheduler::Arena &arena, const void *address);
    static void *slot_containing(scheduler::Arena &arena, const void *address);
    static Slab *owner_of(void *slot);

private:
    struct Free {
        Free *next;
    };
    // On a line of its own: its processor writes it with every slot.
    struct alignas(64) Magazine {
        Free *first = nullptr;
        std::uint32_t count = 0;
        std::int64_t taken = 0;
    };
    struct Chunk;

    static Chunk *chunk_of(scheduler::Arena &arena, const void *address);
    Free *&link_of(void *slot)
    {
        return *reinterpret_cast<Free **>(static_cast<std::byte *>(slot) + kept_);
    }
    void *refill(Magazine &magazine);
    void spill(Magazine &magazine);
    bool grow();
    void *next_slot();
    void poison(void *slot);
    void unpoison(void *slot);

    scheduler::Arena &arena_;
    std::size_t slot_size_;
    std::size_t kept_;
    std::size_t quarantine_;
    scheduler::InternalLock lock_;
    // Guarded by lock_: oldest first, so that a freed slot is used again as late as possible.
    void *depot_first_ = nullptr;
    void *depot_last_ = nullptr;
    std::size_t depot_count_ = 0;
    std::byte *fresh_next_ = nullptr;  // of the newest chunk: never used
    std::byte *fresh_end_ = nullptr;
    Magazine magazines_[scheduler::kMaximumProcessors];
};

}  // namespace openkmdf::executive
