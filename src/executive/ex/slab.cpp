#include "executive/ex/slab.h"

#include "base/assert.h"
#include "scheduler/activity.h"
#include "scheduler/sanitizer.h"

namespace openkmdf::executive {

namespace {
constexpr std::uint64_t kChunkMagic = 0x4B4D'4446'534C'4142;
constexpr std::uint32_t kMagazineFull = 64;
}  // namespace

struct Slab::Chunk {
    std::uint64_t magic;
    Slab *owner;
    std::uint32_t stride;
    std::uint32_t first;
    std::uint32_t count;
};

Slab::Slab(scheduler::Arena &arena, std::size_t slot_size, std::size_t kept, std::size_t quarantine)
    : arena_(arena), slot_size_((slot_size + 15) & ~std::size_t{15}), kept_(kept),
      quarantine_(quarantine)
{
    OPENKMDF_ASSERT(kept % alignof(Free *) == 0 && kept + sizeof(Free *) <= slot_size_);
    OPENKMDF_ASSERT(slot_size_ <= kChunkSize / 2);
}

void Slab::poison(void *slot)
{
    std::size_t start = kept_ + sizeof(Free *);
    scheduler::poison(static_cast<std::byte *>(slot) + start, slot_size_ - start);
}

void Slab::unpoison(void *slot)
{
    scheduler::unpoison(slot, slot_size_);
}

bool Slab::grow()
{
    auto *chunk =
        static_cast<Chunk *>(arena_.take_pages(scheduler::RegionKind::Objects, kChunkSize));
    if (!chunk) return false;
    OPENKMDF_ASSERT(reinterpret_cast<std::uintptr_t>(chunk) % kChunkSize == 0);
    chunk->magic = kChunkMagic;
    chunk->owner = this;
    chunk->stride = static_cast<std::uint32_t>(slot_size_);
    chunk->first = 64;
    chunk->count = static_cast<std::uint32_t>((kChunkSize - chunk->first) / slot_size_);
    fresh_next_ = reinterpret_cast<std::byte *>(chunk) + chunk->first;
    fresh_end_ = fresh_next_ + chunk->count * slot_size_;
    return true;
}

// A slot that nobody had before, or the one that was freed longest ago, once enough are in
// quarantine.
void *Slab::next_slot()
{
    if (depot_count_ > quarantine_) {
        void *slot = depot_first_;
        depot_first_ = link_of(slot);
        if (!depot_first_) depot_last_ = nullptr;
        --depot_count_;
        return slot;
    }
    if (fresh_next_ == fresh_end_ && !grow()) return nullptr;
    void *slot = fresh_next_;
    fresh_next_ += slot_size_;
    poison(slot);
    return slot;
}

void *Slab::refill(Magazine &magazine)
{
    scheduler::InternalGuard guard(lock_);
    std::uint32_t wanted = quarantine_ ? 1 : kMagazineFull / 2;
    Free *last = nullptr;
    while (wanted--) {
        void *slot = next_slot();
        if (!slot) break;
        link_of(slot) = nullptr;
        // Appended, so that slots leave the magazine in the order of their addresses at first use.
        if (last) link_of(last) = static_cast<Free *>(slot);
        else magazine.first = static_cast<Free *>(slot);
        last = static_cast<Free *>(slot);
        ++magazine.count;
    }
    if (!magazine.first) return nullptr;
    void *slot = magazine.first;
    magazine.first = link_of(slot);
    --magazine.count;
    return slot;
}

void Slab::spill(Magazine &magazine)
{
    scheduler::InternalGuard guard(lock_);
    std::uint32_t keep = quarantine_ ? 0 : kMagazineFull / 2;
    while (magazine.count > keep) {
        void *slot = magazine.first;
        magazine.first = link_of(slot);
        --magazine.count;
        link_of(slot) = nullptr;
        if (depot_last_) link_of(depot_last_) = static_cast<Free *>(slot);
        else depot_first_ = slot;
        depot_last_ = slot;
        ++depot_count_;
    }
}

void *Slab::take()
{
    Magazine &magazine = magazines_[scheduler::current.processor->number];
    void *slot = magazine.first;
    if (slot) [[likely]] {
        magazine.first = link_of(slot);
        --magazine.count;
    } else {
        slot = refill(magazine);
        if (!slot) return nullptr;
    }
    ++magazine.taken;
    unpoison(slot);
    return slot;
}

void Slab::give(void *slot)
{
    Magazine &magazine = magazines_[scheduler::current.processor->number];
    link_of(slot) = magazine.first;
    magazine.first = static_cast<Free *>(slot);
    --magazine.taken;
    poison(slot);
    if (++magazine.count > kMagazineFull || quarantine_) [[unlikely]]
        spill(magazine);
}

std::uint64_t Slab::live() const
{
    std::int64_t sum = 0;
    for (const Magazine &magazine : magazines_) sum += magazine.taken;
    return static_cast<std::uint64_t>(sum);
}

Slab::Chunk *Slab::chunk_of(scheduler::Arena &arena, const void *address)
{
    const scheduler::Region &region = arena.region(scheduler::RegionKind::Objects);
    auto *byte = static_cast<const std::byte *>(address);
    const std::size_t used = __atomic_load_n(&region.used, __ATOMIC_ACQUIRE);
    if (byte < region.base || byte >= region.base + used) return nullptr;
    auto *chunk =
        reinterpret_cast<Chunk *>(reinterpret_cast<std::uintptr_t>(address) & ~(kChunkSize - 1));
    return chunk->magic == kChunkMagic ? chunk : nullptr;
}

void *Slab::slot_containing(scheduler::Arena &arena, const void *address)
{
    Chunk *chunk = chunk_of(arena, address);
    if (!chunk) return nullptr;
    auto *base = reinterpret_cast<std::byte *>(chunk) + chunk->first;
    auto *byte = static_cast<const std::byte *>(address);
    if (byte < base) return nullptr;
    std::size_t index = static_cast<std::size_t>(byte - base) / chunk->stride;
    return index < chunk->count ? base + index * chunk->stride : nullptr;
}

void *Slab::slot_at(scheduler::Arena &arena, const void *address)
{
    void *slot = slot_containing(arena, address);
    return slot == address ? slot : nullptr;
}

Slab *Slab::owner_of(void *slot)
{
    return reinterpret_cast<Chunk *>(reinterpret_cast<std::uintptr_t>(slot) & ~(kChunkSize - 1))
        ->owner;
}

}  // namespace openkmdf::executive
