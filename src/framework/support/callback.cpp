#include "framework/support/callback.h"

#include "executive/ke/entry_guard.h"
#include "executive/tracer.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"

#include <cstdio>

namespace openkmdf::framework {

const char *callback_name(CallbackId id)
{
    static constexpr const char *kNames[] = {
#define WDF_CALLBACK(id, max_irql) #id,
#include "framework/support/callbacks.table"
#undef WDF_CALLBACK
    };
    return kNames[static_cast<int>(id)];
}

void callback_entered(CallbackFrame &frame)
{
    executive::trace_callback(executive::TraceKind::CallbackEnter,
                              static_cast<std::uint16_t>(frame.id), trace_name(frame.object),
                              frame.globals->trace_driver);
}

void callback_left(CallbackFrame &frame, const NTSTATUS *status)
{
    executive::trace_callback(executive::TraceKind::CallbackLeave,
                              static_cast<std::uint16_t>(frame.id), trace_name(frame.object),
                              frame.globals->trace_driver, status);
}

void callback_broke_rule(const CallbackFrame &frame, const void *function)
{
    const char *name = callback_name(frame.id);
    const std::uint8_t before = frame.guard.irql;
    const std::uint8_t irql = scheduler::current.processor->irql;
    const bool keeps_lock = executive::ke::held_spin_locks() > frame.guard.held;
    if (irql != before) {
        char message[320];
        std::snprintf(
            message, sizeof message,
            "%s was called at IRQL %u and returned at IRQL %u%s. An event callback must return at "
            "the IRQL at "
            "which it was called: undo every KeRaiseIrql and release every lock on every path.",
            name, before, irql, keeps_lock ? ", holding a spin lock" : "");
        // The callback has returned: it is not on the stack any more.
        executive::kernel().stop_at(function, __builtin_frame_address(0), WDF_VIOLATION,
                                    {WDF_VERIFIER_IRQL_MISMATCH, before, irql, 0}, message);
    }
    if (keeps_lock) executive::ke::report_kept_spin_lock(name, function);
    violation(frame.globals, WDF_VERIFIER_CRITICAL_REGION_MISMATCH,
              reinterpret_cast<std::uintptr_t>(function), 0,
              "%s returned inside a critical region that it entered. Call KeLeaveCriticalRegion "
              "for every "
              "KeEnterCriticalRegion on every path.",
              name);
}

executive::TraceObject trace_name(const Object *object)
{
    if (!object) return {};
    return {library().trace_types[static_cast<int>(object->type)], object->ordinal};
}

}  // namespace openkmdf::framework
