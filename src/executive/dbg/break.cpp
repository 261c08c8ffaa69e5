#include "executive/exceptions.h"
#include "executive/ke/ke_state.h"
#include "executive/stack_table.h"

#include <ntddk.h>

#include <cstdio>

// Breakpoints and failed assertions.

namespace openkmdf::executive {
namespace {

[[gnu::noinline]] void breakpoint(const char *message)
{
    if (kernel().debugger_attached) {
        __asm__ volatile("int3");
        return;
    }
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = STATUS_BREAKPOINT;
    const std::uint64_t driver = driver_on_stack(__builtin_frame_address(0));
    record.ExceptionAddress =
        driver ? reinterpret_cast<void *>(driver) : __builtin_return_address(0);
    unhandled_exception(record, __builtin_frame_address(0), message);
}

}  // namespace

extern "C" {

[[gnu::noinline]] VOID NTAPI DbgBreakPoint(VOID)
{
    breakpoint("The driver called DbgBreakPoint, and no debugger is attached.");
}

[[gnu::noinline]] VOID NTAPI DbgBreakPointWithStatus(ULONG)
{
    breakpoint("The driver called DbgBreakPointWithStatus, and no debugger is attached.");
}

[[gnu::noinline]] VOID NTAPI RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName,
                                       ULONG LineNumber, PSTR MutableMessage)
{
    char message[400];
    std::snprintf(
        message, sizeof message, "An assertion of the driver failed: %s%s%s, at %s, line %u.",
        static_cast<const char *>(VoidFailedAssertion), MutableMessage ? ": " : "",
        MutableMessage ? MutableMessage : "", static_cast<const char *>(VoidFileName), LineNumber);
    DbgPrint("%s\n", message);
    breakpoint(message);
}

NTSTATUS NTAPI KdDisableDebugger(VOID)
{
    return STATUS_DEBUGGER_INACTIVE;
}

NTSTATUS NTAPI KdEnableDebugger(VOID)
{
    return STATUS_DEBUGGER_INACTIVE;
}

BOOLEAN NTAPI KdRefreshDebuggerNotPresent(VOID)
{
    BOOLEAN &not_present = ke::state().debugger_not_present;
    not_present = !kernel().debugger_attached;
    return not_present;
}

}  // extern "C"

}  // namespace openkmdf::executive
