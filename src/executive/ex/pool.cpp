#include "executive/ex/pool_area.h"

#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "scheduler/sanitizer.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

#include <array>
#include <bit>
#include <cstring>
#include <new>

namespace openkmdf::executive {

using namespace pool;
using scheduler::InternalGuard;

namespace {

// Slots with header and canary; none crosses a page.
constexpr std::uint16_t kSlotSizes[] = {64,  80,  96,  112, 128, 160,  192,  224,  256, 320,
                                        384, 448, 512, 672, 816, 1024, 1360, 2048, 4096};
constexpr unsigned kSlotClasses = std::size(kSlotSizes);
static_assert(kSlotClasses <= kLastSlotClass);
constexpr std::size_t kMostSmall = Pool::kPage - kHeaderSize - kTrailer;

// Class by number of 16-byte units.
constexpr auto kClassOf = [] {
    std::array<std::uint8_t, Pool::kPage / 16 + 1> table{};
    unsigned slot_class = 0;
    for (std::size_t units = 0; units < table.size(); units++) {
        while (kSlotSizes[slot_class] < units * 16) slot_class++;
        table[units] = static_cast<std::uint8_t>(slot_class + 1);
    }
    return table;
}();

// offset / size of a slot is offset * inverse >> 24, for every offset inside a page.
constexpr auto kInverseOf = [] {
    std::array<std::uint64_t, kSlotClasses> table{};
    for (unsigned i = 0; i < kSlotClasses; i++) table[i] = (1u << 24) / kSlotSizes[i] + 1;
    return table;
}();
static_assert([] {
    for (unsigned i = 0; i < kSlotClasses; i++)
        for (std::uint64_t offset = 0; offset < Pool::kPage; offset++)
            if ((offset * kInverseOf[i]) >> 24 != offset / kSlotSizes[i]) return false;
    return true;
}());

std::size_t slot_size(unsigned slot_class)
{
    return kSlotSizes[slot_class - 1];
}

// Large blocks: four sizes between powers of two of pages.
unsigned order_of(std::size_t pages)
{
    if (pages <= 4) return static_cast<unsigned>(pages - 1);
    const unsigned log = static_cast<unsigned>(std::bit_width(pages - 1)) - 1;
    const std::size_t step = std::size_t{1} << (log - 2);
    const std::size_t above = (pages - (std::size_t{1} << log) + step - 1) / step;
    return 4 * (log - 1) + static_cast<unsigned>(above) - 1;
}

std::size_t pages_of(unsigned order)
{
    if (order < 4) return order + 1;
    const unsigned log = (order / 4) + 1;
    const std::size_t step = std::size_t{1} << (log - 2);
    return (std::size_t{1} << log) + step * (order % 4 + 1);
}

bool all_bytes(const std::byte *from, std::size_t count, unsigned char value,
               const std::byte *&wrong)
{
    for (std::size_t i = 0; i < count; i++) {
        if (std::to_integer<unsigned char>(from[i]) != value) {
            wrong = from + i;
            return false;
        }
    }
    return true;
}

}  // namespace

std::uint32_t Pool::Header::seal() const
{
    std::uint64_t value = std::uint64_t{tag} << 32 | size;
    value ^= (std::uint64_t{driver} << 16 | std::uint64_t{state} << 8 | kind) << 24;
    value = (value ^ reinterpret_cast<std::uintptr_t>(this)) * 0x9E37'79B9'7F4A'7C15;
    return static_cast<std::uint32_t>(value >> 32);
}

Pool *Pool::create(Kernel &kernel)
{
    void *block = kernel.arena->allocate(sizeof(Pool), alignof(Pool));
    if (!block) return nullptr;
    auto *pool = ::new (block) Pool(kernel);
    pool->areas_[0] = pool->make_area(false);
    pool->areas_[1] = pool->make_area(true);
    return pool->areas_[0] && pool->areas_[1] ? pool : nullptr;
}

Pool::Area *Pool::make_area(bool paged)
{
    scheduler::Arena &arena = *kernel_.arena;
    auto *area = arena.make<Area>();
    if (!area) return nullptr;
    area->paged = paged;
    area->kind = paged ? scheduler::RegionKind::Paged : scheduler::RegionKind::NonPaged;
    const scheduler::Region &region = arena.region(area->kind);
    area->base = region.base;
    area->pages = static_cast<std::uint8_t *>(
        arena.take_pages(scheduler::RegionKind::State, region.size / kPage));
    return area->pages ? area : nullptr;
}

const Pool::Area *Pool::area_of(const void *address) const
{
    for (const Area *area : areas_)
        if (kernel_.arena->region(area->kind).contains(address)) return area;
    return nullptr;
}

void Pool::fill_header(Header &header, const Request &request, unsigned kind)
{
    header.tag = request.tag;
    header.size = static_cast<std::uint32_t>(request.size);
    header.driver = request.driver;
    header.state = kAllocated;
    header.kind = static_cast<std::uint8_t>(kind);
    header.stack = request.frame && checking() ? kernel_.stacks->capture(request.frame) : 0;
    header.free_stack = 0;
    header.check = header.seal();
    std::memcpy(header.body() + request.size, &kCanary, kTrailer);
}

void *Pool::take_small(Area &area, const Request &request)
{
    const unsigned slot_class = kClassOf[(request.size + kHeaderSize + kTrailer + 15) / 16];
    const std::size_t stride = slot_size(slot_class);
    const std::size_t keep = checking() ? kQuarantine : 0;
    Header *header;
    {
        InternalGuard guard(area.lock);
        Area::List &list = area.slots[slot_class];
        if (list.count <= keep) [[unlikely]] {
            auto *page = static_cast<std::byte *>(kernel_.arena->take_pages(area.kind, kPage));
            if (!page) return nullptr;
            area.pages[area.page_of(page)] = static_cast<std::uint8_t>(slot_class);
            // New slots in front, in the order of their addresses.
            for (std::size_t offset = kPage / stride * stride; offset;) {
                offset -= stride;
                auto *fresh = reinterpret_cast<Header *>(page + offset);
                fresh->next = list.first;
                list.first = fresh;
                if (!list.last) list.last = fresh;
                list.count++;
                scheduler::poison(fresh->body(), stride - kHeaderSize);
            }
        }
        header = list.first;
        list.first = header->next;
        if (!list.first) list.last = nullptr;
        list.count--;
    }
    const bool used_before = header->state == kFreed;
    const std::uint32_t size_before = header->size;
    scheduler::unpoison(header->body(), stride - kHeaderSize);
    if (used_before && checking() && stride - kHeaderSize >= size_before)
        check_contents(header->body(), size_before, area.paged);
    fill_header(*header, request, slot_class);
    scheduler::poison(header->body() + request.size, stride - kHeaderSize - request.size);
    return header->body();
}

// One page more than asked for: the header stands at the end of the first, the canary behind the
// block has its own bytes in the last.
void *Pool::take_large(Area &area, const Request &request)
{
    const std::size_t body_pages = (request.size + kTrailer + kPage - 1) / kPage;
    const unsigned order = order_of(body_pages);
    const std::size_t room = pages_of(order);
    if (order >= Area::kLargeOrders) return nullptr;
    Header *header;
    {
        InternalGuard guard(area.lock);
        Area::List &list = area.large[order];
        if (list.first) {
            header = list.first;
            list.first = header->next;
            if (!list.first) list.last = nullptr;
            list.count--;
        } else {
            auto *first =
                static_cast<std::byte *>(kernel_.arena->take_pages(area.kind, (room + 1) * kPage));
            if (!first) return nullptr;
            const std::size_t page = area.page_of(first);
            area.pages[page] = kLargeHeader;
            std::memset(area.pages + page + 1, kLargeBody, room);
            header = reinterpret_cast<Header *>(first + kPage - kHeaderSize);
        }
    }
    scheduler::unpoison(header->body(), room * kPage);
    fill_header(*header, request, order);
    scheduler::poison(header->body() + request.size, room * kPage - request.size);
    return header->body();
}

void *Pool::allocate(const Request &asked)
{
    if (kernel_.arena->allocation_fails()) [[unlikely]]
        return nullptr;
    Request request = asked;
    if (request.size > 0xF000'0000) return nullptr;
    Area &area = *areas_[request.paged];
    void *block = nullptr;
    if (request.driver && checking() && request.size <= kMostGuardedSize)
        block = take_guarded(area, request);
    if (!block)
        block = request.size <= kMostSmall && !request.page_aligned ? take_small(area, request)
                                                                    : take_large(area, request);
    if (!block) return nullptr;
    if (request.zero) std::memset(block, 0, request.size);
    else if (checking()) std::memset(block, kFreshFill, request.size);
    return block;
}

Pool::Header *Pool::header_at(const Area &area, const void *address) const
{
    auto *byte = static_cast<const std::byte *>(address);
    std::size_t page = area.page_of(address);
    const std::uint8_t kind = area.pages[page];
    const std::byte *start = nullptr;
    if (kind == kLargeBody) {
        while (area.pages[page] == kLargeBody) page--;
        start = area.base + (page + 1) * kPage - kHeaderSize;
    } else if (kind == kLargeHeader) {
        start = area.base + (page + 1) * kPage - kHeaderSize;
    } else if (kind != kUnused && kind <= kLastSlotClass) {
        const std::size_t stride = slot_size(kind);
        const std::size_t offset = static_cast<std::size_t>(byte - area.base) % kPage;
        const std::size_t slot = (offset * kInverseOf[kind - 1u]) >> 24;
        if ((slot + 1) * stride > kPage) return nullptr;
        start = area.base + page * kPage + slot * stride;
    }
    return reinterpret_cast<Header *>(const_cast<std::byte *>(start));
}

PoolBlock Pool::describe(const Area &area, const Header &header)
{
    return {const_cast<std::byte *>(header.body()),
            header.size,
            header.tag,
            header.driver,
            area.paged,
            header.state == kFreed,
            header.stack,
            header.free_stack};
}

bool Pool::find(const void *address, PoolBlock &block) const
{
    const Area *area = area_of(address);
    if (!area) return false;
    const std::size_t page = area->page_of(address);
    if (area->pages[page] == kWindow) return find_guarded(address, block);
    const Header *header = header_at(*area, address);
    if (!header || (header->state != kAllocated && header->state != kFreed) ||
        header->check != header->seal())
        return false;
    block = describe(*area, *header);
    return true;
}

void Pool::check_tag(void *address, std::uint32_t owner, std::uint32_t tag)
{
    if (!tag || tag == owner) [[likely]]
        return;
    bugcheck(BAD_POOL_CALLER, 0x0A, number_of(address), owner, tag,
             "ExFreePoolWithTag was called with tag '%.4s' for a block that was allocated with tag "
             "'%.4s'. Free with the tag of the allocation.",
             reinterpret_cast<const char *>(&tag), reinterpret_cast<const char *>(&owner));
}

void Pool::free(void *address, std::uint32_t tag, const void *frame)
{
    const Area *found = area_of(address);
    char where[96];
    if (!found) [[unlikely]] {
        const bool user = !kernel_.arena->contains(address);
        bugcheck(BAD_POOL_CALLER, user ? 0x40 : 0x42, number_of(address),
                 user ? scheduler::Arena::kKernelLow : 0, 0,
                 "Pool memory was freed at an address that is not pool (%s). Free what "
                 "ExAllocatePool returned, unchanged.",
                 describe_address(number_of(address), where, sizeof where));
    }
    Area &area = *areas_[found->paged];
    const std::size_t page = area.page_of(address);
    if (area.pages[page] == kWindow) {
        Guarded *guarded = area.guards[page - area.page_of(area.window)];
        if (guarded) {
            free_guarded(area, *guarded, address, tag, frame);
            return;
        }
    }
    Header *header = area.pages[page] == kWindow ? nullptr : header_at(area, address);
    if (!header || header->body() != address || !header->state) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x46, number_of(address), 0, 0,
                 "Pool memory was freed at an address where no block begins (%s). Free what "
                 "ExAllocatePool returned, unchanged.",
                 describe_address(number_of(address), where, sizeof where));
    free_block(area, *header, address, tag, frame);
}

void Pool::free_block(Area &area, Header &header, void *address, std::uint32_t tag,
                      const void *frame)
{
    char where[96];
    if (header.check != header.seal()) [[unlikely]]
        bugcheck(BAD_POOL_HEADER, 0x20, number_of(&header), number_of(address), 0,
                 "The header of a pool block (at 0x%llx) was overwritten: the block before it was "
                 "written beyond its end, or this one before its beginning.",
                 static_cast<unsigned long long>(number_of(address)));
    if (header.state == kFreed) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x07, 0, header.tag, number_of(address),
                 "A pool block was freed twice: %s.",
                 describe_address(number_of(address), where, sizeof where));
    check_tag(address, header.tag, tag);
    const bool small = area.pages[area.page_of(&header)] != kLargeHeader;
    const std::size_t room =
        small ? slot_size(header.kind) - kHeaderSize : pages_of(header.kind) * kPage;
    scheduler::unpoison(header.body(), room);
    std::uint64_t canary;
    std::memcpy(&canary, header.body() + header.size, sizeof canary);
    if (canary != kCanary) [[unlikely]]
        bugcheck(BAD_POOL_HEADER, 0x21, number_of(address), header.size, canary,
                 "The driver wrote beyond the end of a %u byte pool block with tag '%.4s'.",
                 header.size, reinterpret_cast<const char *>(&header.tag));
    const bool checked = checking();
    if (checked) {
        header.free_stack = frame ? kernel_.stacks->capture(frame) : 0;
        std::memset(header.body(), kFreedFill, small ? header.size : 0);
    }
    header.state = kFreed;
    header.check = header.seal();
    header.next = nullptr;
    scheduler::poison(header.body(), room);
    InternalGuard guard(area.lock);
    Area::List &list = small ? area.slots[header.kind] : area.large[header.kind];
    if (checked && list.last) {
        list.last->next = &header;
        list.last = &header;
    } else {
        header.next = list.first;
        list.first = &header;
        if (!list.last) list.last = &header;
    }
    list.count++;
}

// A freed block must hold what its free left there.
void Pool::check_contents(void *address, std::size_t size, bool paged)
{
    const std::byte *wrong = nullptr;
    if (all_bytes(static_cast<const std::byte *>(address), size, kFreedFill, wrong)) [[likely]]
        return;
    bugcheck(BAD_POOL_HEADER, 0x2, number_of(address), size, 0,
             "The driver wrote to a %zu byte block of %s pool after freeing it (byte %zu).", size,
             paged ? "paged" : "nonpaged",
             static_cast<std::size_t>(wrong - static_cast<const std::byte *>(address)));
}

void Pool::check_page(const Area &area, std::size_t page) const
{
    const std::uint8_t slot_class = area.pages[page];
    const std::size_t stride = slot_size(slot_class);
    for (std::size_t offset = 0; offset + stride <= kPage; offset += stride) {
        auto *header = reinterpret_cast<Header *>(area.base + page * kPage + offset);
        if (!header->state) continue;
        if (header->check != header->seal())
            bugcheck(BAD_POOL_HEADER, 0x20, number_of(header), number_of(header->body()), 0,
                     "The header of a pool block (at 0x%llx) was overwritten: the block before it "
                     "was written beyond its end, or this one before its beginning.",
                     static_cast<unsigned long long>(number_of(header->body())));
        if (header->state != kFreed) continue;
        scheduler::unpoison(header->body(), stride - kHeaderSize);
        const_cast<Pool *>(this)->check_contents(header->body(), header->size, area.paged);
        scheduler::poison(header->body(), stride - kHeaderSize);
    }
}

void Pool::check()
{
    if (!checking()) return;
    for (const Area *area : areas_) {
        const std::size_t pages =
            __atomic_load_n(&kernel_.arena->region(area->kind).used, __ATOMIC_ACQUIRE) / kPage;
        for (std::size_t page = 0; page < pages; page++)
            if (area->pages[page] != kUnused && area->pages[page] <= kLastSlotClass)
                check_page(*area, page);
    }
}

void Pool::for_each(void (*visit)(void *, const PoolBlock &), void *context) const
{
    for (const Area *area : areas_) {
        const std::size_t pages =
            __atomic_load_n(&kernel_.arena->region(area->kind).used, __ATOMIC_ACQUIRE) / kPage;
        const std::size_t window = area->window ? area->page_of(area->window) : 0;
        const Guarded *last = nullptr;
        for (std::size_t page = 0; page < pages; page++) {
            const std::uint8_t kind = area->pages[page];
            std::byte *start = area->base + page * kPage;
            if (kind == kWindow) {
                const Guarded *guarded = area->guards[page - window];
                if (guarded && guarded != last && !guarded->freed)
                    visit(context, describe(*area, *guarded));
                last = guarded;
            } else if (kind == kLargeHeader) {
                auto *header = reinterpret_cast<Header *>(start + kPage - kHeaderSize);
                if (header->state == kAllocated) visit(context, describe(*area, *header));
            } else if (kind != kUnused && kind <= kLastSlotClass) {
                const std::size_t stride = slot_size(kind);
                for (std::size_t offset = 0; offset + stride <= kPage; offset += stride) {
                    auto *header = reinterpret_cast<Header *>(start + offset);
                    if (header->state == kAllocated) visit(context, describe(*area, *header));
                }
            }
        }
    }
}

Pool::Usage Pool::usage(std::uint16_t driver, std::uint32_t tag, bool any_driver) const
{
    struct Sum {
        std::uint16_t driver;
        std::uint32_t tag;
        bool any;
        Usage usage;
    } sum{driver, tag, any_driver || tag != 0, {}};
    for_each(
        [](void *context, const PoolBlock &block) {
            auto &to = *static_cast<Sum *>(context);
            if ((!to.any && block.driver != to.driver) || (to.tag && block.tag != to.tag)) return;
            to.usage.blocks++;
            (block.paged ? to.usage.paged_bytes : to.usage.nonpaged_bytes) += block.size;
        },
        &sum);
    return sum.usage;
}

}  // namespace openkmdf::executive
