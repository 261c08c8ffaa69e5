#pragma once

#include "scheduler/activity.h"
#include "scheduler/arena.h"
#include "scheduler/internal_lock.h"

#include <cstdint>
#include <span>

// Call stacks, captured by frame pointers and stored once.

namespace openkmdf::executive {

// Return addresses of an activity's kernel stack (null: the current one's), innermost first:
// `instruction` (if not null), then those of `frame` and its callers. Never leaves that stack.
std::uint32_t walk_stack(const void *instruction, const void *frame,
                         std::span<std::uint64_t> frames,
                         const scheduler::Activity *activity = nullptr);

// The first address on the way up that is a driver's, or 0; looks at no more than `most` frames.
std::uint64_t driver_on_stack(const void *frame, unsigned most = 16,
                              const scheduler::Activity *activity = nullptr);

class StackTable {
public:
    static constexpr std::uint32_t kDepth = 16;

    explicit StackTable(scheduler::Arena &arena) : arena_(arena) {}

    // The stack from `frame` up, from its first driver frame on; 0: none, or no room left.
    std::uint32_t capture(const void *frame);
    std::span<const std::uint64_t> stack(std::uint32_t id) const;

private:
    struct Entry {
        Entry *next_in_bucket;
        std::uint64_t hash;
        std::uint32_t id;
        std::uint32_t count;
        std::uint64_t frames[kDepth];
    };
    static constexpr std::uint32_t kBuckets = 1024;
    static constexpr std::uint32_t kPerBlock = 256;
    static constexpr std::uint32_t kBlocks = 256;

    Entry *add(std::uint64_t hash, std::span<const std::uint64_t> frames);

    scheduler::Arena &arena_;
    scheduler::InternalLock lock_;
    std::uint32_t count_ = 0;  // guarded by lock_
    Entry *buckets_[kBuckets] = {};
    Entry *blocks_[kBlocks] = {};
};

}  // namespace openkmdf::executive
