#pragma once

#include <cstddef>

// Which sanitizer this build has, and the calls that tell it what it cannot see.

#if defined(__has_feature)
#define OPENKMDF_HAS_FEATURE(name) __has_feature(name)
#else
#define OPENKMDF_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || OPENKMDF_HAS_FEATURE(address_sanitizer)
#define OPENKMDF_ASAN 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#else
#define OPENKMDF_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__) || OPENKMDF_HAS_FEATURE(thread_sanitizer)
#define OPENKMDF_TSAN 1
#include <sanitizer/tsan_interface.h>
#else
#define OPENKMDF_TSAN 0
#endif

#if defined(__clang__)
#define OPENKMDF_UNINSTRUMENTED                                                                    \
    __attribute__((noinline, no_sanitize("address", "thread", "undefined"),                        \
                   disable_sanitizer_instrumentation))
#elif OPENKMDF_ASAN || OPENKMDF_TSAN
#define OPENKMDF_UNINSTRUMENTED                                                                    \
    __attribute__((noinline, no_sanitize("address"), no_sanitize("thread"),                        \
                   no_sanitize("undefined")))
#else
#define OPENKMDF_UNINSTRUMENTED
#endif

namespace openkmdf::scheduler {

inline constexpr bool kAddressSanitizer = OPENKMDF_ASAN;
inline constexpr bool kThreadSanitizer = OPENKMDF_TSAN;

inline void poison([[maybe_unused]] const void *address, [[maybe_unused]] std::size_t bytes)
{
#if OPENKMDF_ASAN
    __asan_poison_memory_region(address, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void *address, [[maybe_unused]] std::size_t bytes)
{
#if OPENKMDF_ASAN
    __asan_unpoison_memory_region(address, bytes);
#endif
}

// Whether the sanitizer knows that nobody owns this memory, for code that judges stray pointers.
inline bool is_poisoned([[maybe_unused]] const void *address, [[maybe_unused]] std::size_t bytes)
{
#if OPENKMDF_ASAN
    return __asan_region_is_poisoned(const_cast<void *>(address), bytes) != nullptr;
#else
    return false;
#endif
}

// Pointers to host memory that stand here keep it from being reported as leaked.
inline void add_leak_root([[maybe_unused]] const void *address, [[maybe_unused]] std::size_t bytes)
{
#if OPENKMDF_ASAN
    __lsan_register_root_region(address, bytes);
#endif
}

inline void remove_leak_root([[maybe_unused]] const void *address,
                             [[maybe_unused]] std::size_t bytes)
{
#if OPENKMDF_ASAN
    __lsan_unregister_root_region(address, bytes);
#endif
}

}  // namespace openkmdf::scheduler
