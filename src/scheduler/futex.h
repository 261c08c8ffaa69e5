#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <climits>
#include <cstdint>

namespace openkmdf::scheduler {

// Nanoseconds of the host's monotonic clock.
inline std::int64_t host_time_ns()
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// Sleeps while `word` is `expected`, at most until `deadline_ns` of the monotonic clock (INT64_MAX:
// without end). Also returns for no reason.
inline void futex_wait(std::uint32_t *word, std::uint32_t expected,
                       std::int64_t deadline_ns = INT64_MAX)
{
    timespec deadline{deadline_ns / 1'000'000'000, deadline_ns % 1'000'000'000};
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected,
            deadline_ns == INT64_MAX ? nullptr : &deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

inline void futex_wake(std::uint32_t *word, int count = INT_MAX)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace openkmdf::scheduler
