#include "build/module_source.h"

#include "build/files.h"
#include "module/module_descriptor.h"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <optional>

namespace openkmdf::build {
namespace {

// The first version whose clients hold a pointer to the framework's table; before, the framework
// fills a table of the client's.
constexpr unsigned kLastClientTable = 438;

struct FunctionCount {
    int minor;
    unsigned count;
};
constexpr std::array<FunctionCount, 17> kFunctionCounts = {{
    {0, 383},
    {1, 386},
    {5, 387},
    {7, 387},
    {9, 396},
    {11, 432},
    {13, 438},
    {15, 444},
    {17, 444},
    {19, 446},
    {21, 448},
    {23, 451},
    {25, 453},
    {27, 453},
    {29, 454},
    {31, 458},
    {33, 458},
}};

class Writer {
public:
    void line(std::string_view text) { fmt::format_to(std::back_inserter(text_), "\t{}\n", text); }
    void label(std::string_view name)
    {
        fmt::format_to(std::back_inserter(text_), "\"{}\":\n", name);
    }

    void hidden(std::string_view name)
    {
        fmt::format_to(std::back_inserter(text_), "\t.globl \"{0}\"\n\t.hidden \"{0}\"\n", name);
    }
    void word(std::uint64_t value) { line(fmt::format(".quad {:#x}", value)); }
    void address(std::string_view symbol) { line(fmt::format(".quad \"{}\"", symbol)); }
    void string(std::string_view value)
    {
        std::string escaped;
        for (char c : value) {
            escaped += c == '\n'                 ? "\\n"
                       : (c == '"' || c == '\\') ? std::string{'\\', c}
                                                 : std::string{c};
        }
        line(fmt::format(".asciz \"{}\"", escaped));
    }
    // A zeroed or addressed variable of the data section.
    void variable(std::string_view name)
    {
        hidden(name);
        label(name);
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void write_imports(Writer &out, const ModuleSource &module)
{
    auto cells = module.imports();
    out.line(".section .text.drv_imports,\"ax\",@progbits");
    for (const auto &[symbol, import] : module.functions) {
        out.hidden(symbol);
        out.line(fmt::format(".type \"{}\", @function", symbol));
        out.line(".p2align 3");
        out.label(symbol);
        out.line(".cfi_startproc");
        out.line(fmt::format("jmp *\"__imp_{}\"(%rip)", import));
        out.line(".cfi_endproc");
        out.line(fmt::format(".size \"{0}\", .-\"{0}\"", symbol));
    }
    out.line(".section .data.drv_cells,\"aw\",@progbits");
    out.line(".p2align 6");
    for (const auto &name : cells) {
        out.hidden("__imp_" + name);
        out.label("__imp_" + name);
        out.word(0);
    }
    out.line(".section .rodata.drv_names,\"a\",@progbits");
    for (const auto &name : cells) {
        out.label(".Lname_" + name);
        out.string(original_name(name));
    }
    out.line(".section .data.rel.ro.drv_imports,\"aw\",@progbits");
    out.line(".p2align 3");
    out.label(".Limports");
    for (const auto &name : cells) {
        out.address(".Lname_" + name);
        out.address("__imp_" + name);
    }
}

// The image lies too far from address zero for an instruction to reach it. Sanitizers refer to the
// bounds of sections that may be missing: an empty range does as well.
void write_absent(Writer &out, const ModuleSource &module)
{
    out.line(".section .data.drv_absent,\"aw\",@progbits");
    for (const auto &name : module.absent) {
        out.hidden(name);
        out.label(name);
    }
}

void write_kmdf(Writer &out, const ModuleSource &module)
{
    auto count = kmdf_function_count(module.kmdf_version_minor).value_or(0);
    auto functions = fmt::format("WdfFunctions_010{:02}", module.kmdf_version_minor);
    bool own_table = count <= kLastClientTable;
    out.line(".section .data.drv_kmdf,\"aw\",@progbits");
    out.line(".p2align 3");
    out.variable(functions);
    // The client's own table, or its pointer to the framework's.
    out.line(fmt::format(".zero {}", own_table ? 8 * count : 8));
    out.variable("__drv_kmdf_functions");
    out.address(functions);
    out.variable("__drv_kmdf_minor");
    out.line(fmt::format(".long {}", module.kmdf_version_minor));
    out.variable("__drv_kmdf_function_count");
    out.line(fmt::format(".long {}", count));
    out.line(".p2align 3");
    bool types = module.sections.contains(kContextTypes);
    out.variable("__drv_context_types_begin");
    types ? out.address(fmt::format("__start_{}", kContextTypes)) : out.word(0);
    out.variable("__drv_context_types_end");
    types ? out.address(fmt::format("__stop_{}", kContextTypes)) : out.word(0);
}

void write_range(Writer &out, const ModuleSource &module, std::string_view section)
{
    if (module.sections.contains(section)) {
        out.address(fmt::format("__start_{}", section));
        out.address(fmt::format("__stop_{}", section));
    } else {
        out.word(0);
        out.word(0);
    }
}

void write_address_of(Writer &out, const ModuleSource &module, std::string_view symbol)
{
    if (module.defined.contains(symbol)) {
        out.address(symbol);
    } else {
        out.word(0);
    }
}

// In the order of DrvModule's members.
void write_descriptor(Writer &out, const ModuleSource &module)
{
    out.line(".section .rodata.drv_names,\"a\",@progbits");
    out.label(".Lmodule_name");
    out.string(module.name);
    out.label(".Ldynamic_names");
    out.string(module.dynamic_names);

    out.line(".section .data.drv_module,\"aw\",@progbits");
    out.line(".p2align 6");
    out.line(".globl " DRV_MODULE_SYMBOL);
    out.line(".type " DRV_MODULE_SYMBOL ", @object");
    out.label(DRV_MODULE_SYMBOL);
    out.word(DRV_MODULE_MAGIC);
    out.word(DRV_MODULE_VERSION);
    out.word(sizeof(DrvModule));
    out.word(module.kmdf ? DRV_KIND_KMDF : DRV_KIND_WDM);
    out.word(static_cast<std::uint64_t>(module.kmdf_version_minor));
    out.word(module.features);
    out.address(".Lmodule_name");
    out.address(module.kmdf ? "__drv_kmdf_entry" : "DriverEntry");
    out.address("DriverEntry");
    out.address(".Limports");
    out.word(module.imports().size());
    out.word(0);
    write_address_of(out, module, "__drv_choice_points");
    write_range(out, module, kSanitizerInit);
    write_range(out, module, kSanitizerFini);
    write_range(out, module, kDynamicInit);
    out.address(".Ldynamic_names");
    write_address_of(out, module, "__asan_shadow_memory_dynamic_address");
    write_address_of(out, module, "__asan_option_detect_stack_use_after_return");
    write_range(out, module, "__llvm_prf_cnts");
    write_range(out, module, "__llvm_prf_data");
    write_range(out, module, "__llvm_prf_names");
    out.line(fmt::format(".size {0}, .-{0}", DRV_MODULE_SYMBOL));
}

}  // namespace

NameSet ModuleSource::imports() const
{
    NameSet names = data;
    for (const auto &[symbol, import] : functions) {
        names.insert(import);
    }
    return names;
}

std::string ModuleSource::text() const
{
    Writer out;
    write_imports(out, *this);
    write_absent(out, *this);
    if (kmdf) {
        write_kmdf(out, *this);
    }
    write_descriptor(out, *this);
    out.line(".section .note.GNU-stack,\"\",@progbits");
    return out.take();
}

std::optional<unsigned> kmdf_function_count(int minor)
{
    for (const auto &entry : kFunctionCounts) {
        if (entry.minor == minor) {
            return entry.count;
        }
    }
    return std::nullopt;
}

std::uint64_t image_base(std::string_view module_name)
{
    return DRV_IMAGES_BEGIN +
           stable_hash(lower_case(module_name)) % DRV_IMAGE_SLOTS * DRV_IMAGE_SLOT;
}

}  // namespace openkmdf::build
