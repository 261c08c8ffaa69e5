#include "executive/exports.h"

#include "executive/tracer.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// What the checked entries do around the function: IRQL, trace.

namespace openkmdf::executive {
namespace {

struct Rule {
    std::string_view prefix;
    std::uint8_t max_irql;
    std::uint32_t number;  // DRIVER_VERIFIER_DETECTED_VIOLATION, parameter 1
    const char *name;
};

constexpr Rule kRules[] = {
    {"Ke", APC_LEVEL, 0x2000F, "IrqlKeApcLte1"},
    {"Ke", DISPATCH_LEVEL, 0x20011, "IrqlKeDispatchLte"},
    {"Ex", PASSIVE_LEVEL, 0x20008, "IrqlExPassive"},
    {"Ex", APC_LEVEL, 0x20005, "IrqlExApcLte1"},
    {"Io", PASSIVE_LEVEL, 0x2000A, "IrqlIoPassive1"},
    {"Io", APC_LEVEL, 0x20009, "IrqlIoApcLte"},
    {"Io", DISPATCH_LEVEL, 0x20022, "IrqlIoDispatch"},
    {"Mm", APC_LEVEL, 0x20019, "IrqlMmApcLte"},
    {"Mm", DISPATCH_LEVEL, 0x2001A, "IrqlMmDispatch"},
    {"Ob", PASSIVE_LEVEL, 0x2001B, "IrqlObPassive"},
    {"Ps", PASSIVE_LEVEL, 0x2001C, "IrqlPsPassive"},
    {"Rtl", PASSIVE_LEVEL, 0x2001E, "IrqlRtlPassive"},
    {"Zw", PASSIVE_LEVEL, 0x2001F, "IrqlZwPassive"},
    {"", APC_LEVEL, 0x20002, "IrqlApcLte"},
    {"", DISPATCH_LEVEL, 0x20003, "IrqlDispatch"},
};

const char *level_name(std::uint8_t level)
{
    switch (level) {
    case PASSIVE_LEVEL:
        return "PASSIVE_LEVEL";
    case APC_LEVEL:
        return "APC_LEVEL";
    case DISPATCH_LEVEL:
        return "DISPATCH_LEVEL";
    default:
        return "device IRQL";
    }
}

[[noreturn, gnu::cold]] void irql_too_high(const ExportInfo &info, KIRQL irql)
{
    for (const Rule &rule : kRules) {
        if (rule.max_irql != info.max_irql || !info.name.starts_with(rule.prefix)) continue;
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, rule.number, number_of(rule.name), irql, 0,
                 "%.*s was called at IRQL %u; it must be called at IRQL <= %s (rule %s).",
                 static_cast<int>(info.name.size()), info.name.data(), irql,
                 level_name(info.max_irql), rule.name);
    }
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE5, irql, 0, 0,
             "%.*s was called at IRQL %u; it must be called at IRQL <= %s.",
             static_cast<int>(info.name.size()), info.name.data(), irql, level_name(info.max_irql));
}

}  // namespace

extern "C" {

__attribute__((visibility("hidden"))) const void *NTAPI
openkmdf_ddi_enter(std::uint32_t id, std::uint64_t first, std::uint64_t second)
{
    const ExportInfo &info = *export_info(static_cast<std::uint16_t>(id));
    const KIRQL irql = scheduler::Scheduler::irql();
    if (irql > info.max_irql) [[unlikely]]
        irql_too_high(info, irql);
    Kernel &own = kernel();
    if (own.observe & kObserveTrace) {
        TraceRecord &record = own.tracer->begin(TraceKind::DdiEnter);
        record.function = static_cast<std::uint16_t>(id);
        record.arguments[0] = first;
        record.arguments[1] = second;
        own.tracer->finish(record);
    }
    return info.fast;
}

__attribute__((visibility("hidden"))) void NTAPI openkmdf_ddi_leave(std::uint32_t id,
                                                                    std::int32_t status)
{
    Kernel &own = kernel();
    if (!(own.observe & kObserveTrace)) return;
    TraceRecord &record = own.tracer->begin(TraceKind::DdiLeave);
    record.function = static_cast<std::uint16_t>(id);
    record.status = status;
    // Whether the status means something.
    record.arguments[1] = export_info(static_cast<std::uint16_t>(id))->returns_status;
    own.tracer->finish(record);
}

}  // extern "C"

}  // namespace openkmdf::executive
