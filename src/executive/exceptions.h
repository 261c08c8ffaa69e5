#pragma once

#include "executive/kernel.h"

#include <ntddk.h>

// Exceptions that nobody handles: hardware faults in driver code and statuses raised by our own
// functions. Each becomes the bugcheck that Windows makes of it.

namespace openkmdf::executive {

// The scheduler's hook. Returns when the fault is not a driver's.
void handle_fault(void *kernel, int signal, void *address, void *registers);

// An exception raised at `instruction`, whose caller's frame is `frame`: in a system thread
// SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, in a client's call SYSTEM_SERVICE_EXCEPTION, else
// KMODE_EXCEPTION_NOT_HANDLED.
[[noreturn]] void unhandled_exception(EXCEPTION_RECORD record, const void *frame,
                                      const char *message);

// What a documented "raises an exception" is, for a function called by a driver: `function` names
// it.
[[noreturn]] void raise_status(NTSTATUS status, const char *function, const char *why,
                               const volatile void *address = nullptr);

}  // namespace openkmdf::executive
