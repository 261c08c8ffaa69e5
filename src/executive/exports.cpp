#include "executive/exports.h"

#include "executive/crt_exports.h"
#include "executive/data_exports.h"
#include "scheduler/activity.h"

#include <algorithm>
#include <array>
#include <utility>

// No header of the WDK here: the functions are known by their symbols only.

namespace openkmdf::executive {
namespace {

constexpr std::uint8_t PASSIVE_LEVEL = scheduler::kPassiveLevel;
constexpr std::uint8_t APC_LEVEL = scheduler::kApcLevel;
constexpr std::uint8_t DISPATCH_LEVEL = scheduler::kDispatchLevel;
constexpr std::uint8_t DIRQL = scheduler::kLastDeviceLevel;
constexpr std::uint8_t HIGH_LEVEL = scheduler::kHighLevel;

}  // namespace

#define HIDDEN __attribute__((visibility("hidden")))
#define SYMBOL_declared_function(name)
#define SYMBOL_declared_data(name)
#define SYMBOL_declared_crt(name)
#define SYMBOL_implemented_data(name)
#define SYMBOL_implemented_crt(name)
#define SYMBOL_implemented_function(name)                                                          \
    HIDDEN extern const char fast_##name[] __asm__(#name);                                         \
    HIDDEN extern const char checked_##name[] __asm__("openkmdf_checked_" #name);
#define KERNEL_EXPORT(name, kind, irql, state) SYMBOL_##state##_##kind(name)
extern "C" {
#include "executive/exports.table"
}
#undef KERNEL_EXPORT

namespace {

#define FAST_declared_function(name) nullptr
#define FAST_declared_data(name) nullptr
#define FAST_declared_crt(name) nullptr
#define FAST_implemented_data(name) nullptr
#define FAST_implemented_crt(name) nullptr
#define FAST_implemented_function(name) fast_##name
#define CHECKED_declared_function(name) nullptr
#define CHECKED_declared_data(name) nullptr
#define CHECKED_declared_crt(name) nullptr
#define CHECKED_implemented_data(name) nullptr
#define CHECKED_implemented_crt(name) nullptr
#define CHECKED_implemented_function(name) checked_##name

constexpr ExportKind kind_of(std::string_view kind)
{
    return kind == "data"  ? ExportKind::Data
           : kind == "crt" ? ExportKind::Crt
                           : ExportKind::Function;
}

constexpr ExportState state_of(std::string_view state)
{
    return state == "implemented" ? ExportState::Implemented : ExportState::Declared;
}

// Its arguments are on the stack in a number that nobody knows: called directly.
constexpr bool is_variadic(std::string_view name)
{
    return name == "DbgPrint" || name == "DbgPrintEx" || name == "DbgPrintReturnControlC";
}

const ExportInfo kExports[] = {
#define KERNEL_EXPORT(name, kind, irql, state)                                                     \
    {#name,                                                                                        \
     kind_of(#kind),                                                                               \
     state_of(#state),                                                                             \
     irql,                                                                                         \
     false,                                                                                        \
     0,                                                                                            \
     FAST_##state##_##kind(name),                                                                  \
     is_variadic(#name) ? nullptr : CHECKED_##state##_##kind(name)},
#include "executive/exports.table"
#undef KERNEL_EXPORT
};
constexpr std::size_t kCount = std::size(kExports);

constexpr std::string_view kStatusFunctions[] = {
#include "executive/status_functions.inc"
};

constexpr std::uint64_t hash_of(std::string_view name)
{
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
    return hash ^ hash >> 32;
}

// Filled once; a second filling by another thread would write the same.
struct Table {
    static constexpr std::size_t kBuckets = 4096;
    static_assert(kCount < kBuckets / 2);
    std::array<ExportInfo, kCount> rows;
    std::array<std::uint16_t, kBuckets> buckets{};

    Table()
    {
        for (std::size_t i = 0; i < kCount; i++) {
            rows[i] = kExports[i];
            rows[i].id = static_cast<std::uint16_t>(i + 1);
            rows[i].returns_status = std::ranges::binary_search(kStatusFunctions, rows[i].name);
            if (rows[i].kind == ExportKind::Crt) {
                rows[i].fast = find_crt_export(rows[i].name);
                rows[i].state = rows[i].fast ? ExportState::Implemented : ExportState::Declared;
            }
            std::size_t bucket = hash_of(rows[i].name) % kBuckets;
            while (buckets[bucket]) bucket = (bucket + 1) % kBuckets;
            buckets[bucket] = rows[i].id;
        }
    }
};

const Table &table()
{
    static const Table instance;
    return instance;
}

}  // namespace

std::span<const ExportInfo> all_exports()
{
    return table().rows;
}

const ExportInfo *export_info(std::string_view name)
{
    const Table &all = table();
    for (std::size_t bucket = hash_of(name) % Table::kBuckets; all.buckets[bucket];
         bucket = (bucket + 1) % Table::kBuckets) {
        const ExportInfo &row = all.rows[all.buckets[bucket] - 1u];
        if (row.name == name) return &row;
    }
    return nullptr;
}

const ExportInfo *export_info(std::uint16_t id)
{
    return id && id <= kCount ? &table().rows[id - 1u] : nullptr;
}

ExportState export_state(std::string_view name)
{
    const ExportInfo *row = export_info(name);
    return row ? row->state : ExportState::Unknown;
}

void *find_export(Kernel &kernel, std::string_view name, bool checked)
{
    const ExportInfo *row = export_info(name);
    if (!row || row->state != ExportState::Implemented) return nullptr;
    if (row->kind == ExportKind::Data) return find_data_export(kernel, name);
    return const_cast<void *>(checked && row->checked ? row->checked : row->fast);
}

}  // namespace openkmdf::executive
