#include "executive/ke/driver_call.h"

#include "executive/module_registry.h"
#include "executive/tracer.h"

namespace openkmdf::executive::ke {
namespace {

struct Row {
    const char *name;
    EntryKind kind;
};

constexpr Row kRows[] = {
    {"DriverEntry", EntryKind::Dispatch},
    {"AddDevice", EntryKind::Dispatch},
    {"DriverUnload", EntryKind::Dispatch},
    {"A dispatch routine", EntryKind::Dispatch},
    {"An IoCompletion routine", EntryKind::CompletionRoutine},
    {"A Cancel routine", EntryKind::Dispatch},
    {"A DPC routine", EntryKind::Dpc},
    {"A work item routine", EntryKind::WorkItem},
    {"A system thread", EntryKind::Thread},
    {"An ExTimerCallback routine", EntryKind::TimerDpc},
    {"An interrupt service routine", EntryKind::Interrupt},
    {"A SynchCritSection routine", EntryKind::Interrupt},
    {"A notification routine", EntryKind::Dispatch},
};
static_assert(sizeof kRows / sizeof kRows[0] == static_cast<int>(DriverRoutine::Count));

void trace(TraceKind kind, DriverRoutine routine, const void *function, const std::int32_t *status)
{
    LoadedModule *module = find_module(number_of(function));
    trace_callback(
        kind, static_cast<std::uint16_t>(kFirstDriverRoutine + static_cast<std::uint16_t>(routine)),
        {}, module ? module->ordinal : 0, status);
}

}  // namespace

const char *routine_name(DriverRoutine routine)
{
    static constexpr const char *kNames[] = {
        "DriverEntry",      "AddDevice",        "DriverUnload", "Dispatch",     "IoCompletion",
        "Cancel",           "CustomDpc",        "WorkItem",     "SystemThread", "ExTimerCallback",
        "InterruptService", "SynchCritSection", "Notification",
    };
    static_assert(sizeof kNames / sizeof kNames[0] == static_cast<int>(DriverRoutine::Count));
    return kNames[static_cast<int>(routine)];
}

void driver_called(DriverRoutine routine, const void *function)
{
    trace(TraceKind::CallbackEnter, routine, function, nullptr);
}

void driver_returned(DriverRoutine routine, const void *function, const std::int32_t *status)
{
    trace(TraceKind::CallbackLeave, routine, function, status);
}

void driver_broke_entry(const EntryGuard &guard, DriverRoutine routine, const void *function)
{
    const Row &row = kRows[static_cast<int>(routine)];
    broken_entry(guard, row.kind, row.name, function);
}

}  // namespace openkmdf::executive::ke
