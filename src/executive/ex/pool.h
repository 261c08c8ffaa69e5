#pragma once

#include "executive/kernel.h"
#include "scheduler/internal_lock.h"

#include <cstddef>
#include <cstdint>

// Paged and nonpaged pool. Small blocks are slots of a page, never across two; from a page on a
// block is whole pages. Every page knows what it is, so that any address can be judged without
// being touched. On a machine with a verifier, blocks of drivers are guarded: pages of their own
// with the block at the end, an inaccessible page behind it, and no access at all after the free.

namespace openkmdf::executive {

struct PoolBlock {
    void *address = nullptr;
    std::size_t size = 0;
    std::uint32_t tag = 0;
    std::uint16_t driver = 0;  // module ordinal; 0: the system
    bool paged = false;
    bool freed = false;
    std::uint32_t stack = 0;  // StackTable ids: who allocated it, who freed it
    std::uint32_t free_stack = 0;
};

class Pool {
public:
    static constexpr std::size_t kPage = 4096;
    static constexpr std::size_t kAlignment = 16;

    static Pool *create(Kernel &kernel);

    struct Request {
        std::size_t size = 0;
        std::uint32_t tag = 0;
        std::uint16_t driver = 0;
        bool paged = false;
        bool zero = false;
        bool page_aligned = false;
        const void *frame = nullptr;  // stack capture starts here; null: none
    };
    // nullptr: the pool is exhausted, or fault injection says so.
    void *allocate(const Request &request);
    // `tag` 0: whatever it has. Bugchecks on a block that cannot be freed.
    void free(void *address, std::uint32_t tag, const void *frame);

    // What is at an address; false: no block was ever there.
    bool find(const void *address, PoolBlock &block) const;
    // The same for an address that faulted: a guarded block, freed or not.
    bool find_guarded(const void *address, PoolBlock &block) const;

    // Live blocks in the order of their addresses.
    void for_each(void (*visit)(void *context, const PoolBlock &block), void *context) const;
    struct Usage {
        std::uint64_t blocks = 0;
        std::uint64_t paged_bytes = 0;
        std::uint64_t nonpaged_bytes = 0;
    };
    // Of one driver, or with `tag` not 0 of one tag; `any_driver`: of all.
    Usage usage(std::uint16_t driver, std::uint32_t tag = 0, bool any_driver = false) const;
    std::uint64_t live_blocks() const { return usage(0, 0, true).blocks; }
    // Bugchecks if a block was written to after its free, or beyond its end. At unload, at the end.
    void check();

    // Guarded blocks and filled ones; set before the first driver runs. Default: when the machine
    // has a verifier (kObserveVerifier).
    void set_checking(bool checking) { checking_ = checking; }
    bool checking() const { return checking_ || (kernel_.observe & kObserveVerifier); }

private:
    struct Header;
    struct Guarded;
    struct Area;

    explicit Pool(Kernel &kernel) : kernel_(kernel) {}
    Area *make_area(bool paged);
    const Area *area_of(const void *address) const;
    void *take_small(Area &area, const Request &request);
    void *take_large(Area &area, const Request &request);
    void *take_guarded(Area &area, const Request &request);
    void fill_header(Header &header, const Request &request, unsigned kind);
    void free_block(Area &area, Header &header, void *address, std::uint32_t tag,
                    const void *frame);
    void free_guarded(Area &area, Guarded &guarded, void *address, std::uint32_t tag,
                      const void *frame);
    void check_contents(void *address, std::size_t size, bool paged);
    void check_tag(void *address, std::uint32_t owner, std::uint32_t tag);
    void check_page(const Area &area, std::size_t page) const;
    Header *header_at(const Area &area, const void *address) const;
    bool open_window(Area &area);
    static PoolBlock describe(const Area &area, const Header &header);
    static PoolBlock describe(const Area &area, const Guarded &guarded);

    Kernel &kernel_;
    bool checking_ = false;
    Area *areas_[2] = {};  // nonpaged, paged
};

// The module ordinal of the driver that called the DDI whose frame is `frame`; 0: none.
std::uint16_t calling_driver(const void *return_address, const void *frame);

}  // namespace openkmdf::executive
