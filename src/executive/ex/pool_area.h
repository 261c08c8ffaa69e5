#pragma once

#include "executive/ex/pool.h"
#include "scheduler/sanitizer.h"

// What pool.cpp and guarded_pool.cpp share.

namespace openkmdf::executive {

namespace pool {

inline constexpr std::size_t kHeaderSize = 32;
inline constexpr std::size_t kTrailer = 8;  // canary behind a block
inline constexpr std::uint64_t kCanary = 0x9D5C'A3E1'7B24'6F8D;
inline constexpr unsigned char kFreshFill = 0xCD;  // what a checked machine hands out
inline constexpr unsigned char kFreedFill = 0xDF;
inline constexpr unsigned char kSlackFill = 0xA7;

// What a page is.
inline constexpr std::uint8_t kUnused = 0;
inline constexpr std::uint8_t kLastSlotClass = 32;  // 1 ... : slots of a size class
inline constexpr std::uint8_t kLargeHeader = 0x80;  // the page whose end holds the header
inline constexpr std::uint8_t kLargeBody = 0x81;
inline constexpr std::uint8_t kWindow = 0x82;  // guarded blocks

// Small under AddressSanitizer, which marks every byte of it.
inline constexpr std::size_t kWindowPages = scheduler::kAddressSanitizer ? 1024 : 8192;
inline constexpr std::size_t kMostGuarded = 2048;
inline constexpr std::size_t kMostGuardedSize = 64 * 1024;
// Freed slots of a class that wait on a checked machine before they are used again.
inline constexpr std::size_t kQuarantine = 256;

enum State : std::uint8_t { kAllocated = 0xA1, kFreed = 0xF2 };

}  // namespace pool

struct Pool::Header {
    std::uint32_t check;
    std::uint32_t tag;
    std::uint32_t size;
    std::uint16_t driver;
    std::uint8_t state;
    std::uint8_t kind;  // slot class, or order of a large block
    std::uint32_t stack;
    std::uint32_t free_stack;
    Header *next;  // while free

    std::uint32_t seal() const;
    std::byte *body() { return reinterpret_cast<std::byte *>(this) + pool::kHeaderSize; }
    const std::byte *body() const
    {
        return reinterpret_cast<const std::byte *>(this) + pool::kHeaderSize;
    }
};

struct Pool::Guarded {
    std::byte *address;  // of the block
    std::size_t size;
    std::size_t first;  // page of the window
    std::size_t pages;  // with the inaccessible one
    std::uint32_t tag;
    std::uint32_t stack;
    std::uint32_t free_stack;
    std::uint16_t driver;
    bool freed;
};

struct Pool::Area {
    struct List {
        Header *first = nullptr;
        Header *last = nullptr;
        std::size_t count = 0;
    };
    static constexpr unsigned kLargeOrders = 96;

    scheduler::RegionKind kind;
    bool paged;
    scheduler::InternalLock lock;  // guards all below
    std::byte *base;
    std::uint8_t *pages;  // what each page of the region is
    List slots[pool::kLastSlotClass + 1];
    List large[kLargeOrders];
    std::byte *window =
        nullptr;  // null: not there yet; its pages are inaccessible but for live blocks
    bool no_window = false;
    Guarded **guards = nullptr;  // by page of the window
    std::size_t window_next = 0;
    std::size_t guarded_live = 0;

    std::size_t page_of(const void *address) const
    {
        return static_cast<std::size_t>(static_cast<const std::byte *>(address) - base) / kPage;
    }
};

}  // namespace openkmdf::executive
