#include "executive/kernel.h"

#include "executive/ke/ke_state.h"
#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "executive/tracer.h"

#include <ntddk.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>

// How a machine ends: the record is filled, the driver's callbacks run, the machine is abandoned.

namespace openkmdf::executive {
namespace {

// The first frame of a record is an instruction, the others are return addresses. A call that never
// returns may be the last instruction of its function, so a return address is the next one's.
void point_at_call(BugcheckRecord &record)
{
    if (record.frame_count) record.frames[0]--;
}

// Drops our own frames above the driver's first one: the driver's line comes first.
void begin_with_driver(BugcheckRecord &record, bool exact)
{
    std::uint32_t first = 0;
    while (first < record.frame_count && !find_module(record.frames[first])) first++;
    if (first == record.frame_count) {
        // No driver on the stack: the routine that is at fault may be among the parameters.
        for (std::uint64_t parameter : record.parameters) {
            if (!find_module(parameter)) continue;
            const std::uint32_t most = std::size(record.frames) - 1;
            if (record.frame_count > most) record.frame_count = most;
            std::memmove(record.frames + 1, record.frames,
                         record.frame_count * sizeof record.frames[0]);
            record.frames[0] = parameter;
            record.frame_count++;
            return;
        }
        if (!exact) point_at_call(record);
        return;
    }
    record.frame_count -= first;
    std::memmove(record.frames, record.frames + first,
                 record.frame_count * sizeof record.frames[0]);
    if (first || !exact) point_at_call(record);
}

void name_driver(BugcheckRecord &record)
{
    if (record.driver[0]) return;
    for (std::uint32_t i = 0; i < record.frame_count; i++) {
        if (LoadedModule *module = find_module(record.frames[i])) {
            std::snprintf(record.driver, sizeof record.driver, "%s", module->name);
            return;
        }
    }
}

void run_callbacks(Kernel &kernel)
{
    KeState &ke = *kernel.ke;
    scheduler::current.processor->irql = HIGH_LEVEL;
    for (LIST_ENTRY *entry = ke.bugcheck_callbacks.Flink; entry != &ke.bugcheck_callbacks;
         entry = entry->Flink) {
        auto *record = CONTAINING_RECORD(entry, KBUGCHECK_CALLBACK_RECORD, Entry);
        record->State = BufferStarted;
        record->CallbackRoutine(record->Buffer, record->Length);
        record->State = BufferFinished;
    }
    for (LIST_ENTRY *entry = ke.bugcheck_reason_callbacks.Flink;
         entry != &ke.bugcheck_reason_callbacks; entry = entry->Flink) {
        auto *record = CONTAINING_RECORD(entry, KBUGCHECK_REASON_CALLBACK_RECORD, Entry);
        if (record->Reason != KbCallbackSecondaryDumpData) continue;
        // No dump is written: the driver is asked for its data with no room for any.
        KBUGCHECK_SECONDARY_DUMP_DATA data = {};
        record->State = BufferStarted;
        record->CallbackRoutine(record->Reason, record, &data, sizeof data);
        record->State = BufferFinished;
    }
}

// One bugcheck per machine. Whoever comes second waits until the first has made the machine dead.
void claim(Kernel &kernel)
{
    constexpr std::uint32_t kOther = 1u << 31;
    std::uint32_t expected = 0;
    const std::uint32_t self = scheduler::current.activity->ordinal | kOther;
    if (__atomic_compare_exchange_n(&kernel.ke->stopping, &expected, self, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return;
    if (expected == self) kernel.scheduler->die();  // inside a bugcheck callback
    while (!kernel.scheduler->dead()) __builtin_ia32_pause();
    kernel.scheduler->die();
}

[[noreturn]] void finish(Kernel &kernel, std::uint32_t code, const std::uint64_t (&parameters)[4],
                         const char *message, bool exact)
{
    BugcheckRecord &record = kernel.bugcheck;
    record.irql = scheduler::current.processor->irql;
    record.processor = static_cast<std::uint8_t>(scheduler::current.processor->number);
    record.activity = scheduler::current.activity->ordinal;
    std::memcpy(record.parameters, parameters, sizeof parameters);
    if (message) std::snprintf(record.message, sizeof record.message, "%s", message);
    begin_with_driver(record, exact);
    name_driver(record);
    record.code = code;
    if (kernel.observe) {
        LoadedModule *module = record.frame_count ? find_module(record.frames[0]) : nullptr;
        TraceRecord &trace = kernel.tracer->begin(TraceKind::Bugcheck);
        trace.status = static_cast<std::int32_t>(code);
        trace.arguments[0] = parameters[0];
        trace.arguments[1] = parameters[1];
        trace.driver = module ? module->ordinal : 0;
        kernel.tracer->finish(trace, record.message);
    }
    run_callbacks(kernel);
    kernel.scheduler->die();
}

}  // namespace

[[gnu::noinline]] void Kernel::stop(std::uint32_t code, std::uint64_t p1, std::uint64_t p2,
                                    std::uint64_t p3, std::uint64_t p4, const char *message)
{
    claim(*this);
    bugcheck.frame_count = walk_stack(nullptr, __builtin_frame_address(0), bugcheck.frames);
    finish(*this, code, {p1, p2, p3, p4}, message, false);
}

void Kernel::stop_at(const void *instruction, const void *frame, std::uint32_t code,
                     const std::uint64_t (&parameters)[4], const char *message,
                     const scheduler::Activity *whose)
{
    claim(*this);
    bugcheck.frame_count = walk_stack(instruction, frame, bugcheck.frames, whose);
    finish(*this, code, parameters, message, instruction != nullptr);
}

[[gnu::noinline]] void bugcheck(std::uint32_t code, std::uint64_t p1, std::uint64_t p2,
                                std::uint64_t p3, std::uint64_t p4, const char *format, ...)
{
    char message[sizeof BugcheckRecord::message];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    kernel().stop(code, p1, p2, p3, p4, message);
}

void not_implemented(const char *function, const void *caller)
{
    char where[96];
    bugcheck(static_cast<std::uint32_t>(STATUS_DRIVER_ENTRYPOINT_NOT_FOUND), number_of(caller), 0,
             0, 0, "%s was called (from %s), which OpenKMDF declares but does not implement yet.",
             function, describe_address(number_of(caller), where, sizeof where));
}

extern "C" {

// Frame pointers lead from here to the driver.
[[gnu::noinline]] VOID NTAPI KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                          ULONG_PTR BugCheckParameter2,
                                          ULONG_PTR BugCheckParameter3,
                                          ULONG_PTR BugCheckParameter4)
{
    kernel().stop(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                  BugCheckParameter4, "The driver called KeBugCheckEx.");
}

[[gnu::noinline]] VOID NTAPI KeBugCheck(ULONG BugCheckCode)
{
    kernel().stop(BugCheckCode, 0, 0, 0, 0, "The driver called KeBugCheck.");
}

BOOLEAN NTAPI KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
                                         PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, PVOID Buffer,
                                         ULONG Length, PUCHAR Component)
{
    scheduler::InternalGuard guard(ke::state().lock);
    if (CallbackRecord->State != BufferEmpty) return FALSE;
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Buffer = Buffer;
    CallbackRecord->Length = Length;
    CallbackRecord->Component = Component;
    CallbackRecord->State = BufferInserted;
    InsertTailList(&ke::state().bugcheck_callbacks, &CallbackRecord->Entry);
    return TRUE;
}

BOOLEAN NTAPI KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord)
{
    scheduler::InternalGuard guard(ke::state().lock);
    if (CallbackRecord->State != BufferInserted) return FALSE;
    RemoveEntryListUnsafe(&CallbackRecord->Entry);
    CallbackRecord->State = BufferEmpty;
    return TRUE;
}

BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
                                               PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine,
                                               KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component)
{
    scheduler::InternalGuard guard(ke::state().lock);
    if (CallbackRecord->State != BufferEmpty || Reason == KbCallbackInvalid) return FALSE;
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Component = Component;
    CallbackRecord->Reason = Reason;
    CallbackRecord->State = BufferInserted;
    InsertTailList(&ke::state().bugcheck_reason_callbacks, &CallbackRecord->Entry);
    return TRUE;
}

BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord)
{
    scheduler::InternalGuard guard(ke::state().lock);
    if (CallbackRecord->State != BufferInserted) return FALSE;
    RemoveEntryListUnsafe(&CallbackRecord->Entry);
    CallbackRecord->State = BufferEmpty;
    return TRUE;
}

}  // extern "C"

}  // namespace openkmdf::executive
