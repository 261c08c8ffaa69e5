#include "framework/api/checked.h"

#include "framework/api/function_names.h"

#include "executive/tracer.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"

namespace openkmdf::framework {

const FunctionFacts kFunctionFacts[458] = {
#define WDF_SIGNATURE(name, type, parameters) {#name, parameters, name##TableIndex, 0},
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE
};

const char *function_name(std::uint16_t index)
{
    return index < std::size(kFunctionFacts) ? kFunctionFacts[index].name : "?";
}

namespace {

constexpr std::uint8_t kMaxIrql[458] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    static_cast<std::uint8_t>(irql),
#define DIRQL 11
#include "framework/functions.table"
#undef DIRQL
#undef WDF_FUNCTION
};

Globals &proven_globals(const CheckedCall &call)
{
    for (Globals *globals = library().globals; globals; globals = globals->next)
        if (&globals->client == call.globals) return *globals;
    violation(nullptr, WDF_REQUIRED_PARAMETER_IS_NULL, 0,
              reinterpret_cast<std::uintptr_t>(call.caller),
              "%s was called with driver globals that belong to no bound driver. The module was "
              "not bound by "
              "WdfVersionBind, or its WdfDriverGlobals variable was overwritten.",
              call.facts.name);
}

}  // namespace

void CheckedCall::begin()
{
    Globals &owner = proven_globals(*this);
    const std::uint8_t irql = scheduler::current.processor->irql;
    const std::uint8_t allowed = kMaxIrql[facts.index];
    if (irql > allowed)
        violation(&owner, WDF_VERIFIER_IRQL_MISMATCH, irql, allowed,
                  "%s was called at IRQL %u; the highest IRQL at which it may be called is %u. "
                  "Call it from a callback "
                  "that runs lower, or from a work item.",
                  facts.name, irql, allowed);
}

void CheckedCall::check_pointer(int position, const void *pointer)
{
    const char kind = facts.parameters[position];
    if (pointer || (kind != 'r' && kind != 'h')) return;
    violation(&globals_of(globals), WDF_REQUIRED_PARAMETER_IS_NULL, 0,
              reinterpret_cast<std::uintptr_t>(caller),
              "%s was called with a null pointer for parameter %d, which is required.", facts.name,
              position + 1);
}

void CheckedCall::check_handle(int position, const void *handle, ObjectType expected)
{
    switch (judge_handle(handle, expected)) {
    case HandleVerdict::Good:
        if (!subject) subject = object_of(handle);
        return;
    case HandleVerdict::Null:
        check_pointer(position, nullptr);
        return;
    case HandleVerdict::NotAHandle:
        violation(&globals_of(globals), WDF_INVALID_HANDLE,
                  reinterpret_cast<std::uintptr_t>(handle), 0,
                  "%s was called with %p for parameter %d, which is not a framework handle. A %s "
                  "is wanted; was the "
                  "variable initialised?",
                  facts.name, handle, position + 1,
                  expected == ObjectType::None ? "WDFOBJECT" : type_name(expected));
    case HandleVerdict::Stale:
        violation(&globals_of(globals), WDF_INVALID_HANDLE,
                  reinterpret_cast<std::uintptr_t>(handle), 0,
                  "%s was called with a handle to an object that is gone (parameter %d, a %s is "
                  "wanted). Requests end "
                  "when they are completed, other objects when they or their parents are deleted; "
                  "keep a reference "
                  "with WdfObjectReference to use a handle longer.",
                  facts.name, position + 1,
                  expected == ObjectType::None ? "WDFOBJECT" : type_name(expected));
    case HandleVerdict::WrongType:
        violation(&globals_of(globals), WDF_INVALID_HANDLE,
                  reinterpret_cast<std::uintptr_t>(handle), 0,
                  "%s was called with a %s for parameter %d; a %s is wanted.", facts.name,
                  type_name(object_of(handle)->type), position + 1, type_name(expected));
    }
}

void CheckedCall::check_size(int position, std::uint32_t given, std::size_t expected, const char *)
{
    if (given != 0 || facts.parameters[position] == 'o') return;
    violation(&globals_of(globals), WDF_REQUIRED_PARAMETER_IS_NULL, 0,
              reinterpret_cast<std::uintptr_t>(caller),
              "%s was called with a structure for parameter %d whose Size is 0 (%zu is wanted). "
              "Initialise it with its "
              "_INIT function.",
              facts.name, position + 1, expected);
}

void CheckedCall::record(executive::TraceKind kind, NTSTATUS status, std::uint64_t first,
                         std::uint64_t second)
{
    executive::Tracer &tracer = *executive::kernel().tracer;
    executive::TraceRecord &entry = tracer.begin(kind);
    entry.function = static_cast<std::uint16_t>(kFirstFunctionId + facts.index);
    entry.name(trace_name(subject));
    entry.driver = globals_of(globals).trace_driver;
    entry.status = status;
    entry.arguments[0] = first;
    entry.arguments[1] = second;
    tracer.finish(entry);
}

void CheckedCall::enter(std::uint64_t first, std::uint64_t second)
{
    if (executive::kernel().observe) [[unlikely]]
        record(executive::TraceKind::DdiEnter, 0, first, second);
}

void CheckedCall::leave(std::uint64_t result, bool is_status)
{
    // The call may have ended the object, so the record of the return names none.
    subject = nullptr;
    if (executive::kernel().observe) [[unlikely]]
        record(executive::TraceKind::DdiLeave, is_status ? static_cast<NTSTATUS>(result) : 0,
               result, is_status);
}

}  // namespace openkmdf::framework
