#include "executive/ex/pool_area.h"

#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "scheduler/sanitizer.h"

#include <ntddk.h>

#include <cstring>

// Guarded blocks: what Driver Verifier's special pool is. They live in a window of the region that
// is used as a ring, so that a freed block stays inaccessible for as long as possible.

namespace openkmdf::executive {

using namespace pool;
using scheduler::InternalGuard;

namespace {

constexpr std::uint64_t kSlackWord = std::uint64_t{0x0101'0101'0101'0101} * kSlackFill;

// The first byte of the range that is not the filling, or nullptr.
const std::byte *find_other_byte(const std::byte *from, const std::byte *to)
{
    for (; from < to; from++) {
        std::uint64_t word;
        if (to - from >= 8) {
            std::memcpy(&word, from, sizeof word);
            if (word == kSlackWord) {
                from += 7;
                continue;
            }
        }
        if (std::to_integer<unsigned char>(*from) != kSlackFill) return from;
    }
    return nullptr;
}

}  // namespace

bool Pool::open_window(Area &area)
{
    if (area.window) return true;
    if (area.no_window) return false;
    area.no_window = true;
    scheduler::Arena &arena = *kernel_.arena;
    auto *pages = static_cast<std::byte *>(arena.take_pages(area.kind, kWindowPages * kPage));
    if (!pages) return false;
    area.guards = static_cast<Guarded **>(
        arena.take_pages(scheduler::RegionKind::State, kWindowPages * sizeof(Guarded *)));
    if (!area.guards || !arena.set_accessible(area.kind, pages, kWindowPages * kPage, false))
        return false;
    std::memset(area.pages + area.page_of(pages), kWindow, kWindowPages);
    scheduler::poison(pages, kWindowPages * kPage);
    area.window = pages;
    return true;
}

void *Pool::take_guarded(Area &area, const Request &request)
{
    const std::size_t size = (request.size + kAlignment - 1) / kAlignment * kAlignment;
    const std::size_t data = (size + kPage - 1) / kPage;
    const std::size_t needed = data + 1;
    InternalGuard guard(area.lock);
    if (area.guarded_live >= kMostGuarded || !open_window(area)) return nullptr;
    // The next free run of the ring; once around at most.
    std::size_t start = area.window_next;
    std::size_t free = 0;
    for (std::size_t looked = 0; looked < 2 * kWindowPages && free < needed; looked++) {
        if (start + needed > kWindowPages) start = 0, free = 0;
        const Guarded *there = area.guards[start + free];
        if (there && !there->freed) {
            start = there->first + there->pages;
            free = 0;
        } else {
            free++;
        }
    }
    if (free < needed) return nullptr;
    for (std::size_t page = start; page < start + needed; page++) {
        Guarded *old = area.guards[page];
        if (!old) continue;
        // A run that is overlapped is forgotten as a whole.
        for (std::size_t i = old->first; i < old->first + old->pages; i++)
            if (area.guards[i] == old) area.guards[i] = nullptr;
        kernel_.arena->drop(old);
    }
    auto *guarded = kernel_.arena->make<Guarded>();
    std::byte *low = area.window + start * kPage;
    if (!guarded || !kernel_.arena->set_accessible(area.kind, low, data * kPage, true))
        return nullptr;
    area.window_next = start + needed;
    area.guarded_live++;
    for (std::size_t page = start; page < start + needed; page++) area.guards[page] = guarded;
    const bool whole_pages = request.page_aligned || request.size >= kPage;
    *guarded = {whole_pages ? low : low + data * kPage - size,
                request.size,
                start,
                needed,
                request.tag,
                request.frame ? kernel_.stacks->capture(request.frame) : 0,
                0,
                request.driver,
                false};
    scheduler::unpoison(low, data * kPage);
    std::memset(low, kSlackFill, data * kPage);
    scheduler::poison(low, data * kPage);
    scheduler::unpoison(guarded->address, guarded->size);
    return guarded->address;
}

void Pool::free_guarded(Area &area, Guarded &guarded, void *address, std::uint32_t tag,
                        const void *frame)
{
    char where[96];
    if (guarded.freed) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x07, 0, guarded.tag, number_of(address),
                 "A pool block was freed twice: %s.",
                 describe_address(number_of(address), where, sizeof where));
    if (guarded.address != address) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x46, number_of(address), 0, 0,
                 "Pool memory was freed at an address where no block begins (%s). Free what "
                 "ExAllocatePool returned, unchanged.",
                 describe_address(number_of(address), where, sizeof where));
    check_tag(address, guarded.tag, tag);
    std::byte *low = area.window + guarded.first * kPage;
    const std::size_t bytes = (guarded.pages - 1) * kPage;
    scheduler::unpoison(low, bytes);
    std::byte *end = guarded.address + guarded.size;
    const std::byte *wrong = find_other_byte(low, guarded.address);
    const bool behind = !wrong;
    if (behind) wrong = find_other_byte(end, low + bytes);
    if (wrong) [[unlikely]]
        bugcheck(
            SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, number_of(address), number_of(wrong), 0,
            behind ? 0x24 : 0x23,
            "The driver wrote %s a %zu byte pool block with tag '%.4s', at %lld bytes from its "
            "beginning.",
            behind ? "beyond the end of" : "in front of", guarded.size,
            reinterpret_cast<const char *>(&guarded.tag),
            static_cast<long long>(wrong - guarded.address));
    guarded.free_stack = frame ? kernel_.stacks->capture(frame) : 0;
    InternalGuard guard(area.lock);
    guarded.freed = true;
    area.guarded_live--;
    scheduler::poison(low, bytes);
    kernel_.arena->set_accessible(area.kind, low, bytes, false);
}

PoolBlock Pool::describe(const Area &area, const Guarded &guarded)
{
    return {guarded.address, guarded.size,  guarded.tag,   guarded.driver,
            area.paged,      guarded.freed, guarded.stack, guarded.free_stack};
}

bool Pool::find_guarded(const void *address, PoolBlock &block) const
{
    const Area *area = area_of(address);
    if (!area || !area->window) return false;
    auto *byte = static_cast<const std::byte *>(address);
    if (byte < area->window || byte >= area->window + kWindowPages * kPage) return false;
    const Guarded *guarded = area->guards[static_cast<std::size_t>(byte - area->window) / kPage];
    if (!guarded) return false;
    block = describe(*area, *guarded);
    return true;
}

}  // namespace openkmdf::executive
