#include "measure.h"

#include <atomic>
#include <cstddef>

// The program is linked with --wrap for these, so that a request which allocates is seen.

namespace openkmdf::benchmarks {

namespace {
std::atomic<std::uint64_t> calls;
}

std::uint64_t host_allocations()
{
    return calls.load(std::memory_order_relaxed);
}

}  // namespace openkmdf::benchmarks

extern "C" {

void *__real_malloc(std::size_t size);
void *__real_calloc(std::size_t count, std::size_t size);
void *__real_realloc(void *old, std::size_t size);

void *__wrap_malloc(std::size_t size)
{
    openkmdf::benchmarks::calls.fetch_add(1, std::memory_order_relaxed);
    return __real_malloc(size);
}

void *__wrap_calloc(std::size_t count, std::size_t size)
{
    openkmdf::benchmarks::calls.fetch_add(1, std::memory_order_relaxed);
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, std::size_t size)
{
    openkmdf::benchmarks::calls.fetch_add(1, std::memory_order_relaxed);
    return __real_realloc(old, size);
}

}  // extern "C"
