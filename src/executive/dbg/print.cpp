#include "executive/dbg/print.h"
#include "executive/crt/format.h"
#include "executive/exceptions.h"
#include "executive/ke/ke_state.h"
#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "executive/tracer.h"

#include <ntddk.h>

#include <cstring>

// DbgPrint and its relatives. What a driver prints becomes a record of the trace.

namespace openkmdf::executive {
namespace {

// "DbgPrint: at most 512 bytes per call".
constexpr std::size_t kMostBytes = 512;

LoadedModule *calling_module(const void *return_address, const void *frame)
{
    if (LoadedModule *module = find_module(number_of(return_address))) return module;
    const std::uint64_t address = driver_on_stack(frame, 4);
    return address ? find_module(address) : nullptr;
}

void print(std::string_view text, const void *return_address, const void *frame)
{
    LoadedModule *module = calling_module(return_address, frame);
    Tracer &tracer = *kernel().tracer;
    TraceRecord &record = tracer.begin(TraceKind::DebugPrint);
    record.driver = module ? module->ordinal : 0;
    tracer.finish(record, text);
}

// A level below 32 is the number of a bit, another one is the mask.
std::uint32_t mask_of(ULONG level)
{
    return level < 32 ? 1u << level : static_cast<std::uint32_t>(level);
}

bool is_shown(ULONG component, ULONG level)
{
    const dbg::Filter &filter = ke::state().print_filter;
    if (filter.show_all) return true;
    const std::uint32_t mask =
        filter.masks[component < dbg::kComponents ? component : dbg::kDefaultComponent];
    return mask_of(level) & (mask | filter.system_wide);
}

ULONG print_formatted(const char *prefix, const char *format, __builtin_ms_va_list arguments,
                      const void *return_address, const void *frame)
{
    char text[kMostBytes];
    std::size_t start = std::strlen(prefix);
    if (start > kMostBytes) start = kMostBytes;
    std::memcpy(text, prefix, start);
    std::size_t length = 0;
    crt::format_to_buffer(text + start, kMostBytes - start, length, format, arguments);
    print({text, start + length}, return_address, frame);
    return static_cast<ULONG>(STATUS_SUCCESS);
}

#define CALLER __builtin_return_address(0), __builtin_frame_address(0)

}  // namespace

extern "C" {

ULONG NTAPIV DbgPrint(PCSTR Format, ...)
{
    if (!is_shown(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL)) return static_cast<ULONG>(STATUS_SUCCESS);
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, Format);
    ULONG result = print_formatted("", Format, arguments, CALLER);
    __builtin_ms_va_end(arguments);
    return result;
}

ULONG NTAPIV DbgPrintReturnControlC(PCCH Format, ...)
{
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, Format);
    ULONG result = print_formatted("", Format, arguments, CALLER);
    __builtin_ms_va_end(arguments);
    return result;
}

ULONG NTAPIV DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    if (!is_shown(ComponentId, Level)) return static_cast<ULONG>(STATUS_SUCCESS);
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, Format);
    ULONG result = print_formatted("", Format, arguments, CALLER);
    __builtin_ms_va_end(arguments);
    return result;
}

ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, OPENKMDF_VA_LIST arglist)
{
    if (!is_shown(ComponentId, Level)) return static_cast<ULONG>(STATUS_SUCCESS);
    return print_formatted("", Format, arglist, CALLER);
}

ULONG NTAPI vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                                  OPENKMDF_VA_LIST arglist)
{
    if (!is_shown(ComponentId, Level)) return static_cast<ULONG>(STATUS_SUCCESS);
    return print_formatted(Prefix, Format, arglist, CALLER);
}

// Nobody is at a debugger's prompt: the answer is empty.
ULONG NTAPI DbgPrompt(PCCH Prompt, PCH, ULONG)
{
    print(Prompt, CALLER);
    return 0;
}

NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level)
{
    return is_shown(ComponentId, Level) ? TRUE : FALSE;
}

NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State)
{
    if (ComponentId >= dbg::kComponents) return STATUS_INVALID_PARAMETER_1;
    std::uint32_t &mask = ke::state().print_filter.masks[ComponentId];
    mask = State ? mask | mask_of(Level) : mask & ~mask_of(Level);
    return STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
