#include "executive/ob/handle_table.h"

#include <new>

namespace openkmdf::executive::ob {
namespace {

// The two low bits of a handle are the application's.
std::uint64_t number_of(HANDLE handle)
{
    std::uint64_t value = reinterpret_cast<std::uint64_t>(handle);
    if (HandleTable::is_kernel_handle(handle)) value &= ~HandleTable::kKernelBits;
    return value >> 2;
}

HANDLE handle_of(std::uint32_t index)
{
    return reinterpret_cast<HANDLE>((std::uint64_t{index} + 1) << 2);
}

}  // namespace

HandleEntry *HandleTable::entry_at(std::uint32_t index)
{
    HandleEntry *chunk = __atomic_load_n(&chunks_[index / kChunkEntries], __ATOMIC_ACQUIRE);
    return &chunk[index % kChunkEntries];
}

HandleEntry *HandleTable::find(HANDLE handle)
{
    const std::uint64_t number = number_of(handle);
    if (number == 0 || number > __atomic_load_n(&used_, __ATOMIC_ACQUIRE)) return nullptr;
    return entry_at(static_cast<std::uint32_t>(number - 1));
}

bool HandleTable::grow()
{
    const std::uint32_t chunk = used_ / kChunkEntries;
    if (used_ % kChunkEntries != 0) return true;
    if (chunk == kChunks) return false;
    void *block = arena_.allocate(sizeof(HandleEntry) * kChunkEntries);
    if (block == nullptr) return false;
    auto *entries = static_cast<HandleEntry *>(block);
    for (std::uint32_t index = 0; index < kChunkEntries; ++index)
        ::new (&entries[index]) HandleEntry;
    __atomic_store_n(&chunks_[chunk], entries, __ATOMIC_RELEASE);
    return true;
}

bool HandleTable::insert(void *body, ACCESS_MASK granted, std::uint32_t attributes, HANDLE *handle)
{
    scheduler::InternalGuard guard(lock_);
    std::uint32_t index;
    if (first_free_ != 0) {
        index = first_free_ - 1;
        first_free_ = entry_at(index)->next_free;
    } else {
        if (!grow()) return false;
        index = used_;
        __atomic_store_n(&used_, used_ + 1, __ATOMIC_RELEASE);
    }
    HandleEntry *entry = entry_at(index);
    entry->granted = granted;
    entry->attributes = attributes;
    __atomic_store_n(&entry->body, body, __ATOMIC_RELEASE);
    ++count_;
    *handle = handle_of(index);
    return true;
}

bool HandleTable::reference(HANDLE handle, HandleEntry &copy)
{
    HandleEntry *entry = find(handle);
    if (entry == nullptr) return false;
    scheduler::InternalGuard guard(lock_);
    if (entry->body == nullptr) return false;
    // The handle's own reference keeps the count above zero while the lock is held.
    __atomic_fetch_add(&header_of(entry->body)->references, 1, __ATOMIC_RELAXED);
    copy = *entry;
    return true;
}

HandleTable::Removal HandleTable::remove(HANDLE handle, HandleEntry &removed)
{
    HandleEntry *entry = find(handle);
    if (entry == nullptr) return Removal::Invalid;
    scheduler::InternalGuard guard(lock_);
    if (entry->body == nullptr) return Removal::Invalid;
    if (entry->attributes & kProtectFromClose) return Removal::Protected;
    removed = *entry;
    __atomic_store_n(&entry->body, nullptr, __ATOMIC_RELEASE);
    entry->next_free = first_free_;
    first_free_ = static_cast<std::uint32_t>(number_of(handle));
    --count_;
    return Removal::Done;
}

bool HandleTable::set_attributes(HANDLE handle, std::uint32_t attributes)
{
    HandleEntry *entry = find(handle);
    if (entry == nullptr) return false;
    scheduler::InternalGuard guard(lock_);
    if (entry->body == nullptr) return false;
    entry->attributes = attributes;
    return true;
}

HANDLE HandleTable::next(HANDLE after, HandleEntry &copy)
{
    scheduler::InternalGuard guard(lock_);
    for (std::uint64_t index = number_of(after); index < used_; ++index) {
        HandleEntry *entry = entry_at(static_cast<std::uint32_t>(index));
        if (entry->body != nullptr) {
            copy = *entry;
            return handle_of(static_cast<std::uint32_t>(index));
        }
    }
    return nullptr;
}

}  // namespace openkmdf::executive::ob
