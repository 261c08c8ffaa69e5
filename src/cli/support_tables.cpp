#include "cli/support_tables.h"

namespace openkmdf::cli {
namespace {

constexpr bool is(std::string_view word, std::string_view other)
{
    return word == other;
}

constexpr FrameworkFunction kFramework[] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    {#name, minor, #irql, is(#visibility, "public"), is(#state, "implemented")},
#include "framework/functions.table"
#undef WDF_FUNCTION
};

constexpr KernelExport kKernel[] = {
#define KERNEL_EXPORT(name, kind, irql, state) {#name, #kind, #irql, is(#state, "implemented")},
#include "executive/exports.table"
#undef KERNEL_EXPORT
};

}  // namespace

std::span<const FrameworkFunction> framework_functions()
{
    return kFramework;
}

std::span<const KernelExport> kernel_exports()
{
    return kKernel;
}

}  // namespace openkmdf::cli
