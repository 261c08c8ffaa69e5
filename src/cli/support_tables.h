#pragma once

#include <span>
#include <string_view>

// The lists of functions of this program, as they were when it was compiled.

namespace openkmdf::cli {

struct FrameworkFunction {
    std::string_view name;
    int minor;
    std::string_view irql;
    bool is_public;
    bool implemented;
};

struct KernelExport {
    std::string_view name;
    std::string_view kind;
    std::string_view irql;
    bool implemented;
};

std::span<const FrameworkFunction> framework_functions();
std::span<const KernelExport> kernel_exports();

}  // namespace openkmdf::cli
