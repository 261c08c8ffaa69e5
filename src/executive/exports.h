#pragma once

#include "executive/kernel.h"

#include <cstdint>
#include <span>
#include <string_view>

// What drivers import from the kernel: exports.table, resolved.

namespace openkmdf::executive {

enum class ExportState : std::uint8_t { Unknown, Declared, Implemented };
enum class ExportKind : std::uint8_t { Function, Data, Crt };

struct ExportInfo {
    std::string_view name;
    ExportKind kind;
    ExportState state;
    std::uint8_t max_irql;
    bool returns_status;  // an NTSTATUS
    std::uint16_t id;     // 1, 2, ... in the order of the table: TraceRecord::function of DDIs
    const void *fast;     // null: declared only, or data
    const void *checked;  // verifies and traces, then calls `fast`; null: the same as `fast`
};

std::span<const ExportInfo> all_exports();
// nullptr: no such name.
const ExportInfo *export_info(std::string_view name);
const ExportInfo *export_info(std::uint16_t id);
ExportState export_state(std::string_view name);

// The address for an import table: of a function's entry, or of the machine's own variable.
// nullptr: unknown, or declared only (export_state tells).
void *find_export(Kernel &kernel, std::string_view name, bool checked = false);

}  // namespace openkmdf::executive
