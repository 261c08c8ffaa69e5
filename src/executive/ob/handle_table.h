#pragma once

#include "executive/ob/object.h"
#include "scheduler/arena.h"

// The handles of one process. The system process's table is that of kernel handles, too.

namespace openkmdf::executive::ob {

struct HandleEntry {
    void *body = nullptr;  // null: free; read without the lock by the request path
    ACCESS_MASK granted = 0;
    std::uint32_t attributes = 0;  // OBJ_INHERIT, kProtectFromClose
    std::uint32_t next_free = 0;
};

inline constexpr std::uint32_t kProtectFromClose = 1;

class HandleTable {
public:
    // What the value of a kernel handle has set besides its place in the table.
    static constexpr std::uint64_t kKernelBits = 0xFFFF'FFFF'8000'0000;

    explicit HandleTable(scheduler::Arena &arena) : arena_(arena) {}

    static bool is_kernel_handle(HANDLE handle)
    {
        return (reinterpret_cast<std::uint64_t>(handle) & kKernelBits) == kKernelBits;
    }

    // The table takes over the caller's reference. False: out of memory.
    bool insert(void *body, ACCESS_MASK granted, std::uint32_t attributes, HANDLE *handle);

    // Entries never move while the process lives. nullptr: never was a handle.
    HandleEntry *find(HANDLE handle);

    // References the body under the table's lock; a closed or foreign value gives false.
    bool reference(HANDLE handle, HandleEntry &copy);
    // Takes the handle away and hands its reference to the caller.
    enum class Removal : std::uint8_t { Done, Invalid, Protected };
    Removal remove(HANDLE handle, HandleEntry &removed);
    bool set_attributes(HANDLE handle, std::uint32_t attributes);

    std::uint32_t count() const { return count_; }
    // The first handle in use at or behind `after` (null: from the beginning); null: none left.
    HANDLE next(HANDLE after, HandleEntry &copy);

private:
    static constexpr std::uint32_t kChunkEntries = 256;
    static constexpr std::uint32_t kChunks = 4096;

    HandleEntry *entry_at(std::uint32_t index);
    bool grow();

    scheduler::Arena &arena_;
    scheduler::InternalLock lock_;
    HandleEntry *chunks_[kChunks] = {};
    std::uint32_t used_ = 0;        // entries ever handed out
    std::uint32_t first_free_ = 0;  // index + 1; 0: none
    std::uint32_t count_ = 0;
};

}  // namespace openkmdf::executive::ob
