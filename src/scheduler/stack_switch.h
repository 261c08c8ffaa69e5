#pragma once

#include "scheduler/sanitizer.h"

#include <cstddef>

// Leaving one stack for another, without unwinding either. A stack that is never resumed is simply
// dropped: nothing on it is destroyed.

namespace openkmdf::scheduler {

// One stack while control is elsewhere, and what has to follow it.
struct StackContext {
    void *stack_pointer = nullptr;
    std::byte *low = nullptr;  // null: a host thread's own stack
    std::byte *high = nullptr;
    // The C++ runtime's chain of exceptions being handled, and their count.
    void *caught_exceptions = nullptr;
    unsigned uncaught_exceptions = 0;
#if OPENKMDF_ASAN
    void *fake_stack = nullptr;
#endif
#if OPENKMDF_TSAN
    void *fiber = nullptr;
#endif
};

// The innermost frame of a stack that was left by switch_stack, as frame pointers chain them.
const void *saved_frame(const StackContext &stack);

// Prepares an unused stack. When first switched to it calls `main(argument)`, which never returns.
void prepare_stack(StackContext &stack, std::byte *low, std::byte *high, void (*main)(void *),
                   void *argument);
// Forgets a suspended or unused stack.
void release_stack(StackContext &stack);

void switch_stack(StackContext &from, StackContext &to);
// The same, from a stack that is never resumed.
[[noreturn]] void leave_stack(StackContext &from, StackContext &to);

extern "C" {
// Calls `function(argument)` with the stack pointer at `top`; `*frame` is where to come back to.
// Returns 1, or 0 when abandoned.
int openkmdf_call_on_stack(void *top, void (*function)(void *), void *argument, void **frame);
[[noreturn]] void openkmdf_abandon_to(void *frame);
}

bool call_on_stack_annotated(StackContext &from, StackContext &to, void (*function)(void *),
                             void *argument, void **frame);

// Runs `function` on the unused stack `to`. False: it was abandoned, and `to` is unused again.
inline bool call_on_stack(StackContext &from, StackContext &to, void (*function)(void *),
                          void *argument, void **frame)
{
    if constexpr (kAddressSanitizer || kThreadSanitizer)
        return call_on_stack_annotated(from, to, function, argument, frame);
    return openkmdf_call_on_stack(to.high, function, argument, frame) != 0;
}

// Drops the running stack and returns false from the call_on_stack that left `to` with `frame`.
[[noreturn]] void abandon_stack(StackContext &from, StackContext &to, void *frame);

// Before abandon_stack to a stack that the running one did not come from: takes up the exceptions
// that were being handled there.
void adopt_exceptions(const StackContext &suspended);

// An emergency stack taken in the middle of a function: tells the sanitizers only.
void arrive_unannounced(StackContext &from, StackContext &now);

}  // namespace openkmdf::scheduler
