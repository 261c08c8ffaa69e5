#include "executive/stack_table.h"

#include "executive/module_registry.h"
#include "scheduler/activity.h"
#include "scheduler/sanitizer.h"

#include <cstring>

namespace openkmdf::executive {
namespace {

struct Frame {
    const Frame *caller;
    std::uint64_t return_address;
};

// Frames may lie in redzones of instrumented functions when a driver's frame pointers are wild.
OPENKMDF_UNINSTRUMENTED bool read_frame(const Frame *frame, const std::byte *low,
                                        const std::byte *high, Frame &copy)
{
    auto *at = reinterpret_cast<const std::byte *>(frame);
    if (at < low || at + sizeof(Frame) > high || reinterpret_cast<std::uintptr_t>(at) % 8 != 0)
        return false;
    copy.caller = frame->caller;
    copy.return_address = frame->return_address;
    return true;
}

}  // namespace

std::uint32_t walk_stack(const void *instruction, const void *frame,
                         std::span<std::uint64_t> frames, const scheduler::Activity *activity)
{
    std::uint32_t count = 0;
    if (instruction && !frames.empty())
        frames[count++] = reinterpret_cast<std::uintptr_t>(instruction);
    if (!activity) activity = scheduler::current.activity;
    if (!activity || !activity->kernel_stack_low) return count;
    auto *at = static_cast<const Frame *>(frame);
    Frame copy;
    while (count < frames.size() &&
           read_frame(at, activity->kernel_stack_low, activity->kernel_stack_high, copy)) {
        if (!copy.return_address) break;
        frames[count++] = copy.return_address;
        if (copy.caller <= at) break;
        at = copy.caller;
    }
    return count;
}

std::uint64_t driver_on_stack(const void *frame, unsigned most, const scheduler::Activity *activity)
{
    std::uint64_t frames[32];
    std::uint32_t count = walk_stack(nullptr, frame, {frames, most < 32 ? most : 32}, activity);
    for (std::uint32_t i = 0; i < count; i++)
        if (find_module(frames[i])) return frames[i];
    return 0;
}

StackTable::Entry *StackTable::add(std::uint64_t hash, std::span<const std::uint64_t> frames)
{
    std::uint32_t block = count_ / kPerBlock;
    if (block >= kBlocks) return nullptr;
    if (!blocks_[block]) {
        blocks_[block] = static_cast<Entry *>(arena_.allocate(kPerBlock * sizeof(Entry)));
        if (!blocks_[block]) return nullptr;
    }
    Entry &entry = blocks_[block][count_ % kPerBlock];
    entry.hash = hash;
    entry.id = ++count_;
    entry.count = static_cast<std::uint32_t>(frames.size());
    std::memcpy(entry.frames, frames.data(), frames.size_bytes());
    entry.next_in_bucket = buckets_[hash % kBuckets];
    buckets_[hash % kBuckets] = &entry;
    return &entry;
}

std::uint32_t StackTable::capture(const void *frame)
{
    std::uint64_t frames[kDepth + 16];
    std::uint32_t count = walk_stack(nullptr, frame, frames);
    std::uint32_t first = 0;
    while (first < count && !find_module(frames[first])) first++;
    if (first == count) first = 0;
    std::uint32_t kept = count - first < kDepth ? count - first : kDepth;
    if (!kept) return 0;
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (std::uint32_t i = 0; i < kept; i++)
        hash = (hash ^ frames[first + i]) * 0x0000'0100'0000'01B3;
    hash ^= hash >> 29;
    scheduler::InternalGuard guard(lock_);
    for (Entry *entry = buckets_[hash % kBuckets]; entry; entry = entry->next_in_bucket)
        if (entry->hash == hash && entry->count == kept &&
            std::memcmp(entry->frames, frames + first, kept * sizeof frames[0]) == 0)
            return entry->id;
    Entry *entry = add(hash, {frames + first, kept});
    return entry ? entry->id : 0;
}

std::span<const std::uint64_t> StackTable::stack(std::uint32_t id) const
{
    if (!id || id > count_) return {};
    const Entry &entry = blocks_[(id - 1) / kPerBlock][(id - 1) % kPerBlock];
    return {entry.frames, entry.count};
}

}  // namespace openkmdf::executive
