#include "scheduler/arena.h"

#include "base/assert.h"
#include "scheduler/heap.h"
#include "scheduler/internal_lock.h"
#include "scheduler/sanitizer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace openkmdf::scheduler {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kGiB = std::size_t{1} << 30;
constexpr std::size_t kHugePage = 2 * kMiB;
constexpr unsigned kSlots = (Arena::kKernelHigh - Arena::kKernelLow) / Arena::kSlotSize;

// In the order of RegionKind. The whole range lies below every host stack, so kernel frames are
// inner ones to a debugger.
constexpr std::size_t kRegionSizes[] = {1 * kGiB, 2 * kGiB, 1 * kGiB, 1 * kGiB, 2 * kGiB, 1 * kGiB};
static_assert(std::size(kRegionSizes) == static_cast<std::size_t>(RegionKind::Count));

// Below this much a region is cleared by writing zeros: cheaper than faulting its pages in again.
constexpr std::size_t kClearByWriting = kMiB / 2;
// From here on a region grows in huge pages; a first touch of one costs too much for a small
// machine.
constexpr std::size_t kHugeFrom = 8 * kMiB;

constexpr std::size_t round_up(std::size_t value, std::size_t unit)
{
    return (value + unit - 1) / unit * unit;
}

InternalLock slots_lock;
bool slots_used[kSlots];

}  // namespace

constinit Arena Arena::slots_[kSlots];

const std::size_t Arena::kStackSize = kAddressSanitizer || kThreadSanitizer ? 512 << 10 : 128 << 10;
const std::size_t Arena::kStackReserve =
    kAddressSanitizer || kThreadSanitizer ? 128 << 10 : 32 << 10;
const std::size_t Arena::kStackGuard = kStackReserve + (16 << 10);

class ArenaResource final : public std::pmr::memory_resource {
public:
    explicit ArenaResource(Arena &arena) : arena_(arena) {}

private:
    void *do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        void *block = arena_.allocate(bytes, alignment);
        OPENKMDF_ASSERT(block, "the machine's state region is full");
        return block;
    }
    void do_deallocate(void *block, std::size_t bytes, std::size_t) override
    {
        arena_.deallocate(block, bytes);
    }
    bool do_is_equal(const memory_resource &other) const noexcept override
    {
        return this == &other;
    }

    Arena &arena_;
};

struct Arena::Implementation {
    explicit Implementation(Arena &arena) : heap(arena), resource(arena) {}

    InternalLock pages_lock;
    Heap heap;
    ArenaResource resource;
    struct FreeStack {
        FreeStack *next;
        Stack stack;
    } *free_stacks = nullptr;
};

bool Arena::map(unsigned slot)
{
    void *wanted = reinterpret_cast<void *>(kKernelLow + slot * kSlotSize);
    void *base = mmap(wanted, kSlotSize, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (base == MAP_FAILED) return false;
    if (base != wanted) {  // a kernel that does not know MAP_FIXED_NOREPLACE
        munmap(base, kSlotSize);
        return false;
    }
    auto *next = static_cast<std::byte *>(base);
    for (int kind = 0; kind < static_cast<int>(RegionKind::Count); kind++) {
        regions_[kind].base = next;
        regions_[kind].size = kRegionSizes[kind];
        next += kRegionSizes[kind];
    }
    slot_ = slot;
    mapped_ = true;
    return true;
}

// Makes a region accessible up to `end`, by steps that grow with it.
bool Arena::commit(RegionKind kind, std::size_t end)
{
    Region &region = regions_[static_cast<int>(kind)];
    std::size_t &committed = committed_[static_cast<int>(kind)];
    if (end <= committed) return true;
    std::size_t step = std::clamp(committed, kMiB, 32 * kMiB);
    std::size_t target = std::min(region.size, round_up(end, kMiB));
    target = std::min(region.size, std::max(target, committed + step));
    std::byte *from = region.base + committed;
    if (mprotect(from, target - committed, PROT_READ | PROT_WRITE) != 0) return false;
    if (committed >= kHugeFrom) {
        std::byte *huge = region.base + round_up(committed, kHugePage);
        if (huge < region.base + target)
            madvise(huge, static_cast<std::size_t>(region.base + target - huge), MADV_HUGEPAGE);
    }
    poison(from, target - committed);
    add_leak_root(from, target - committed);
    committed = target;
    return true;
}

void Arena::close_reserves()
{
    const Region &region = this->region(RegionKind::Stacks);
    const std::size_t stride = kStackGuard + kStackSize;
    for (std::size_t at = 0; at < region.used; at += stride) {
        madvise(region.base + at, kStackGuard, MADV_DONTNEED);
        mprotect(region.base + at, kStackGuard, PROT_NONE);
    }
    reserves_opened_ = false;
}

void Arena::reset()
{
    if (reserves_opened_) close_reserves();
    for (int kind = 0; kind < static_cast<int>(RegionKind::Count); kind++) {
        Region &region = regions_[kind];
        std::size_t used = round_up(region.used, kPage);
        if (used != 0) {
            unpoison(region.base, used);
            if (guarded_[kind]) mprotect(region.base, used, PROT_READ | PROT_WRITE);
            guarded_[kind] = false;
            bool stacks = kind == static_cast<int>(RegionKind::Stacks);
            std::size_t written = stacks ? 0 : std::min(used, kClearByWriting);
            std::memset(region.base, 0, written);
            if (used > written) madvise(region.base + written, used - written, MADV_DONTNEED);
            if (!stacks) poison(region.base, used);
        }
        region.used = 0;
    }
    for (Counter &counter : failable_) counter.value = 0;
    fail_at_ = 0;
    fail_after_ = false;
    implementation_ = nullptr;
}

Arena *Arena::create()
{
    Arena *arena = nullptr;
    {
        InternalGuard guard(slots_lock);
        for (unsigned slot = 0; slot < kSlots && !arena; slot++) {
            Arena &candidate = slots_[slot];
            if (!slots_used[slot] && (candidate.mapped_ || candidate.map(slot))) {
                slots_used[slot] = true;
                arena = &candidate;
            }
        }
    }
    if (!arena) return nullptr;
    void *own = arena->take_pages(RegionKind::State, sizeof(Implementation));
    if (!own) {
        destroy(arena);
        return nullptr;
    }
    arena->implementation_ = ::new (own) Implementation(*arena);
    return arena;
}

void Arena::destroy(Arena *arena)
{
    if (!arena) return;
    arena->reset();
    InternalGuard guard(slots_lock);
    slots_used[arena->slot_] = false;
}

Arena *Arena::of(const void *address)
{
    auto value = reinterpret_cast<std::uintptr_t>(address);
    if (value < kKernelLow || value >= kKernelHigh) return nullptr;
    auto slot = static_cast<unsigned>((value - kKernelLow) / kSlotSize);
    return slots_used[slot] ? &slots_[slot] : nullptr;
}

bool Arena::contains(const void *address) const
{
    auto value = reinterpret_cast<std::uintptr_t>(address);
    std::uintptr_t low = kKernelLow + slot_ * kSlotSize;
    return value >= low && value < low + kSlotSize;
}

void *Arena::take_pages(RegionKind kind, std::size_t bytes)
{
    Region &region = this->region(kind);
    std::size_t size = round_up(bytes, kPage);
    // The first call makes room for the lock itself.
    if (implementation_) implementation_->pages_lock.lock();
    void *pages = nullptr;
    if (size >= bytes && size <= region.size - region.used && commit(kind, region.used + size)) {
        pages = region.base + region.used;
        // It only grows while the machine lives, and others look at it without the lock.
        __atomic_store_n(&region.used, region.used + size, __ATOMIC_RELEASE);
    }
    if (implementation_) implementation_->pages_lock.unlock();
    if (pages) unpoison(pages, bytes);
    return pages;
}

bool Arena::set_accessible(RegionKind kind, void *pages, std::size_t bytes, bool accessible)
{
    guarded_[static_cast<int>(kind)] = true;
    return mprotect(pages, bytes, accessible ? PROT_READ | PROT_WRITE : PROT_NONE) == 0;
}

Arena::Stack Arena::take_stack()
{
    Region &region = this->region(RegionKind::Stacks);
    const std::size_t stride = kStackGuard + kStackSize;
    InternalGuard guard(implementation_->pages_lock);
    if (auto *free = implementation_->free_stacks) {
        Stack stack = free->stack;
        implementation_->free_stacks = free->next;
        // What an ended activity left is dropped, so that the high-water mark is the new one's own.
        madvise(stack.low, kStackSize, MADV_DONTNEED);
        unpoison(stack.low, kStackSize);
        return stack;
    }
    if (region.size - region.used < stride) return {};
    std::byte *low = region.base + region.used + kStackGuard;
    // The mark is whole strides here: stacks below it are accessible since an earlier machine.
    std::size_t &committed = committed_[static_cast<int>(RegionKind::Stacks)];
    if (region.used >= committed) {
        if (mprotect(low, kStackSize, PROT_READ | PROT_WRITE) != 0) return {};
        add_leak_root(low, kStackSize);
        committed = region.used + stride;
    }
    region.used += stride;
    unpoison(low, kStackSize);
    return {low, low + kStackSize};
}

void Arena::give_stack(Stack stack)
{
    // Linked by the stack's own top, which its user has left for good.
    unpoison(stack.low, kStackSize);
    InternalGuard guard(implementation_->pages_lock);
    auto *free = reinterpret_cast<Implementation::FreeStack *>(stack.high) - 1;
    free->next = implementation_->free_stacks;
    free->stack = stack;
    implementation_->free_stacks = free;
}

void *Arena::allocate(std::size_t bytes, std::size_t alignment)
{
    return implementation_->heap.allocate(bytes, alignment);
}

void Arena::deallocate(void *block, std::size_t bytes)
{
    implementation_->heap.deallocate(block, bytes);
}

std::pmr::memory_resource *Arena::resource()
{
    return &implementation_->resource;
}

void Arena::fail_allocation(std::uint64_t nth, bool and_after)
{
    std::uint64_t at = nth == 0 ? 0 : failable_allocations() + nth;
    __atomic_store_n(&fail_after_, and_after, __ATOMIC_RELAXED);
    __atomic_store_n(&fail_at_, at, __ATOMIC_RELAXED);
}

std::uint64_t Arena::failable_allocations() const
{
    std::uint64_t sum = 0;
    for (const Counter &counter : failable_)
        sum += __atomic_load_n(&counter.value, __ATOMIC_RELAXED);
    return sum;
}

bool Arena::allocation_fails()
{
    // Written by its processor only, or by the one thread of a machine that is not running.
    Counter &counter = failable_[current.processor ? current.processor->number : 0];
    __atomic_store_n(&counter.value, counter.value + 1, __ATOMIC_RELAXED);
    const std::uint64_t at = __atomic_load_n(&fail_at_, __ATOMIC_RELAXED);
    if (at == 0) [[likely]]
        return false;
    // Exact where one activity runs at a time, and only there does it matter.
    const std::uint64_t count = failable_allocations();
    return count == at || (count > at && __atomic_load_n(&fail_after_, __ATOMIC_RELAXED));
}

}  // namespace openkmdf::scheduler
