#pragma once

#include "scheduler/arena.h"
#include "scheduler/internal_lock.h"

#include <cstddef>
#include <cstdint>

namespace openkmdf::scheduler {

// Blocks by size class from an arena region. A freed block is the next one handed out of its class,
// so addresses are a function of the calls made. Lives in the arena that it manages.
class Heap {
public:
    explicit Heap(Arena &arena) : arena_(arena) {}

    void *allocate(std::size_t bytes, std::size_t alignment);
    void deallocate(void *block, std::size_t bytes);

private:
    static constexpr std::size_t kSmallStep = 16;
    static constexpr std::size_t kSmallLimit = 1024;
    static constexpr unsigned kSmallClasses = kSmallLimit / kSmallStep;
    static constexpr unsigned kLargeClasses = 4 * 21;  // four between powers of two, to 2 GiB
    static constexpr std::size_t kSpan = std::size_t{64} << 10;
    static constexpr std::size_t kCacheLine = 64;

    struct Free {
        Free *next;
    };
    // Blocks that lie on a cache line are kept apart: only they serve requests aligned to one.
    struct Class {
        Free *any = nullptr;
        Free *aligned = nullptr;
    };

    static unsigned class_of(std::size_t bytes);
    static std::size_t size_of(unsigned index);
    static void *pop(Free *&list);
    static void *pop_aligned(Free *&list, std::size_t alignment);
    static void push(Free *&list, void *block);
    void *carve(std::size_t bytes, std::size_t alignment);

    Arena &arena_;
    InternalLock lock_;
    std::byte *span_ = nullptr;
    std::size_t span_left_ = 0;
    Class classes_[kSmallClasses + kLargeClasses];
};

}  // namespace openkmdf::scheduler
