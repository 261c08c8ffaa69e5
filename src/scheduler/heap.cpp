#include "scheduler/heap.h"

#include "base/assert.h"
#include "scheduler/sanitizer.h"

#include <bit>

namespace openkmdf::scheduler {
namespace {

// Behind every block in sanitizer builds, so that an overrun does not reach the next one.
constexpr std::size_t kRedZone = kAddressSanitizer ? 32 : 0;

bool aligned_to(const void *block, std::size_t alignment)
{
    return (reinterpret_cast<std::uintptr_t>(block) & (alignment - 1)) == 0;
}

}  // namespace

unsigned Heap::class_of(std::size_t bytes)
{
    if (bytes <= kSmallLimit)
        return bytes == 0 ? 0 : static_cast<unsigned>((bytes - 1) / kSmallStep);
    unsigned power = std::bit_width(bytes - 1) - 1;  // bytes in (2^power, 2^(power+1)]
    std::size_t quarter = std::size_t{1} << (power - 2);
    auto step = static_cast<unsigned>((bytes - 1 - (std::size_t{1} << power)) / quarter);
    return kSmallClasses + (power - 10) * 4 + step;
}

std::size_t Heap::size_of(unsigned index)
{
    if (index < kSmallClasses) return (index + 1) * kSmallStep;
    unsigned power = (index - kSmallClasses) / 4 + 10;
    unsigned step = (index - kSmallClasses) % 4;
    return (std::size_t{1} << power) + (step + 1) * (std::size_t{1} << (power - 2));
}

// The links stand in freed blocks, which are poisoned.
OPENKMDF_UNINSTRUMENTED void *Heap::pop(Free *&list)
{
    Free *block = list;
    if (block) list = block->next;
    return block;
}

OPENKMDF_UNINSTRUMENTED void *Heap::pop_aligned(Free *&list, std::size_t alignment)
{
    Free **link = &list;
    for (unsigned tries = 0; *link && tries < 8; tries++, link = &(*link)->next) {
        Free *block = *link;
        if ((reinterpret_cast<std::uintptr_t>(block) & (alignment - 1)) == 0) {
            *link = block->next;
            return block;
        }
    }
    return nullptr;
}

OPENKMDF_UNINSTRUMENTED void Heap::push(Free *&list, void *block)
{
    auto *free = static_cast<Free *>(block);
    free->next = list;
    list = free;
}

void *Heap::carve(std::size_t bytes, std::size_t alignment)
{
    if (alignment > kCacheLine || bytes > kSpan / 4) {
        std::size_t padded = bytes + (alignment > kCacheLine ? alignment : 0);
        auto *pages = static_cast<std::byte *>(arena_.take_pages(RegionKind::State, padded));
        if (!pages) return nullptr;
        poison(pages, padded);
        auto address = reinterpret_cast<std::uintptr_t>(pages);
        return pages + ((alignment - address % alignment) & (alignment - 1));
    }
    // Large enough classes lie on cache lines from the start, small ones if asked.
    std::size_t wanted = bytes >= 2 * kCacheLine && alignment < kCacheLine ? kCacheLine : alignment;
    auto address = reinterpret_cast<std::uintptr_t>(span_);
    std::size_t padding = (wanted - address % wanted) & (wanted - 1);
    if (padding + bytes > span_left_) {
        span_ = static_cast<std::byte *>(arena_.take_pages(RegionKind::State, kSpan));
        span_left_ = span_ ? kSpan : 0;
        if (!span_) return nullptr;
        poison(span_, kSpan);
        padding = 0;
    }
    std::byte *block = span_ + padding;
    span_ += padding + bytes;
    span_left_ -= padding + bytes;
    return block;
}

void *Heap::allocate(std::size_t bytes, std::size_t alignment)
{
    OPENKMDF_ASSERT(std::has_single_bit(alignment) && alignment <= 4096);
    if (bytes > std::size_t{1} << 30) return nullptr;
    unsigned index = class_of(bytes + kRedZone);
    Class &own = classes_[index];
    void *block = nullptr;
    {
        InternalGuard guard(lock_);
        if (alignment <= kSmallStep) block = pop(own.any);
        if (!block && alignment <= kCacheLine) block = pop(own.aligned);
        else if (!block) block = pop_aligned(own.aligned, alignment);
        if (!block) block = carve(size_of(index), alignment < kSmallStep ? kSmallStep : alignment);
    }
    if (block) unpoison(block, bytes);
    return block;
}

void Heap::deallocate(void *block, std::size_t bytes)
{
    if (!block) return;
    OPENKMDF_ASSERT(arena_.region(RegionKind::State).contains(block));
    unsigned index = class_of(bytes + kRedZone);
    poison(block, size_of(index));
    Class &own = classes_[index];
    InternalGuard guard(lock_);
    push(aligned_to(block, kCacheLine) ? own.aligned : own.any, block);
}

}  // namespace openkmdf::scheduler
