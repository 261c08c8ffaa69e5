#pragma once

#include "executive/ke/entry_guard.h"
#include "executive/trace.h"

#include <cstdint>
#include <optional>
#include <type_traits>

// How the executive calls a routine of a driver: traced, and held to leave IRQL, locks and regions
// as it found them.

namespace openkmdf::executive::ke {

// In traces these stand above the framework's callbacks: TraceRecord::function is
// kFirstDriverRoutine plus the value.
enum class DriverRoutine : std::uint16_t {
    DriverEntry,
    AddDevice,
    Unload,
    Dispatch,
    CompletionRoutine,
    CancelRoutine,
    Dpc,
    WorkItem,
    SystemThread,
    TimerCallback,
    InterruptService,
    CriticalSection,
    Notification,
    Count,
};
inline constexpr std::uint16_t kFirstDriverRoutine = 0x8000;

// "DriverEntry", "KDEFERRED_ROUTINE", ...: what the documentation calls the routine.
const char *routine_name(DriverRoutine routine);

void driver_called(DriverRoutine routine, const void *function);
void driver_returned(DriverRoutine routine, const void *function,
                     const std::int32_t *status = nullptr);
[[noreturn]] void driver_broke_entry(const EntryGuard &guard, DriverRoutine routine,
                                     const void *function);

template <class R, class... Parameters, class... Arguments>
R call_driver(DriverRoutine routine, R(NTAPI *function)(Parameters...), Arguments... arguments)
{
    const auto *address = reinterpret_cast<const void *>(function);
    std::optional<SystemContext> system;
    if (routine <= DriverRoutine::Unload) system.emplace();
    const EntryGuard guard;
    const bool observed = kernel().observe != 0;
    if (observed) [[unlikely]]
        driver_called(routine, address);
    auto after = [&](const std::int32_t *status) {
        if (!guard.holds()) [[unlikely]]
            driver_broke_entry(guard, routine, address);
        if (observed) [[unlikely]]
            driver_returned(routine, address, status);
    };
    if constexpr (std::is_void_v<R>) {
        function(arguments...);
        after(nullptr);
    } else {
        R result = function(arguments...);
        if constexpr (std::is_same_v<R, NTSTATUS>) after(&result);
        else after(nullptr);
        return result;
    }
}

}  // namespace openkmdf::executive::ke
