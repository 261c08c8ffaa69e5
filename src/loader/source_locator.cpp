#include "loader/source_locator.h"

#include "loader/module_generation.h"

#include <cstdlib>
#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <span>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace openkmdf::loader {
namespace {

// Debug information stands in the files themselves; nothing is searched for, least of all in a
// network.
int no_separate_debuginfo(Dwfl_Module *, void **, const char *, Dwarf_Addr, const char *,
                          const char *, GElf_Word, char **)
{
    return -1;
}

struct DwflDeleter {
    void operator()(Dwfl *dwfl) const { dwfl_end(dwfl); }
};
using DwflHandle = std::unique_ptr<Dwfl, DwflDeleter>;

DwflHandle open_process()
{
    static char *no_path = nullptr;
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = no_separate_debuginfo,
        .section_address = dwfl_offline_section_address,
        .debuginfo_path = &no_path,
    };
    DwflHandle dwfl(dwfl_begin(&callbacks));
    if (dwfl) {
        dwfl_report_begin(dwfl.get());
        dwfl_linux_proc_report(dwfl.get(), getpid());
        dwfl_report_end(dwfl.get(), nullptr, nullptr);
    }
    return dwfl;
}

// A malloc'd array of DIEs, from the inside out.
class Scopes {
public:
    static Scopes around(Dwarf_Die *unit, Dwarf_Addr address)
    {
        Scopes scopes;
        scopes.count_ = dwarf_getscopes(unit, address, &scopes.dies_);
        return scopes;
    }
    static Scopes of(Dwarf_Die *die)
    {
        Scopes scopes;
        scopes.count_ = dwarf_getscopes_die(die, &scopes.dies_);
        return scopes;
    }
    ~Scopes() { std::free(dies_); }
    Scopes(Scopes &&other) noexcept
        : dies_(std::exchange(other.dies_, nullptr)), count_(std::exchange(other.count_, 0))
    {
    }
    Scopes &operator=(Scopes &&) = delete;

    std::span<Dwarf_Die> dies()
    {
        return {dies_, count_ > 0 ? static_cast<std::size_t>(count_) : 0};
    }

private:
    Scopes() = default;
    Dwarf_Die *dies_ = nullptr;
    int count_ = 0;
};

std::optional<Dwarf_Die> referenced(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute value;
    Dwarf_Die target;
    if (dwarf_attr(die, attribute, &value) && dwarf_formref_die(&value, &target)) {
        return target;
    }
    return std::nullopt;
}

std::string qualified_name(Dwarf_Die die)
{
    // The concrete function points to its abstract form, and that to its declaration in a class.
    for (unsigned attribute : {DW_AT_abstract_origin, DW_AT_specification}) {
        if (auto target = referenced(&die, attribute)) {
            die = *target;
        }
    }
    const char *own = dwarf_diename(&die);
    std::string name = own ? own : "";
    auto scopes = Scopes::of(&die);
    for (auto &scope : scopes.dies().subspan(scopes.dies().empty() ? 0 : 1)) {
        int tag = dwarf_tag(&scope);
        const char *outer = dwarf_diename(&scope);
        bool names = tag == DW_TAG_namespace || tag == DW_TAG_class_type ||
                     tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
        if (names && outer) {
            name = fmt::format("{}::{}", outer, name);
        }
    }
    return name;
}

int number(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute value;
    Dwarf_Word word = 0;
    return dwarf_attr(die, attribute, &value) && dwarf_formudata(&value, &word) == 0
               ? static_cast<int>(word)
               : 0;
}

// Where an inlined function was called.
SourceFrame call_site(Dwarf_Die *unit, Dwarf_Die *inlined)
{
    SourceFrame frame;
    Dwarf_Files *files = nullptr;
    std::size_t count = 0;
    auto index = static_cast<std::size_t>(number(inlined, DW_AT_call_file));
    if (dwarf_getsrcfiles(unit, &files, &count) == 0 && index < count) {
        const char *file = dwarf_filesrc(files, index, nullptr, nullptr);
        frame.file = file ? file : "";
    }
    frame.line = number(inlined, DW_AT_call_line);
    frame.column = number(inlined, DW_AT_call_column);
    return frame;
}

std::string demangled(const char *name)
{
    int status = 0;
    std::unique_ptr<char, void (*)(void *)> text(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
    return text ? text.get() : name;
}

// The unit that covers an address of a module. The index that libdw uses is missing where Clang
// compiled a program without being asked for it.
Dwarf_Die *unit_of(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr &bias)
{
    if (Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias)) {
        return unit;
    }
    for (Dwarf_Die *unit = nullptr; (unit = dwfl_module_nextcu(module, unit, &bias));) {
        if (dwarf_haspc(unit, address - bias) > 0) {
            return unit;
        }
    }
    return nullptr;
}

SourceFrame line_of(Dwarf_Die *unit, Dwarf_Addr address)
{
    SourceFrame frame;
    Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, address) : nullptr;
    if (line) {
        const char *file = dwarf_linesrc(line, nullptr, nullptr);
        frame.file = file ? file : "";
        dwarf_lineno(line, &frame.line);
        dwarf_linecol(line, &frame.column);
    }
    return frame;
}

SourceLocation look_up(Dwfl *dwfl, std::uintptr_t address)
{
    SourceLocation location;
    Dwfl_Module *module = dwfl ? dwfl_addrmodule(dwfl, address) : nullptr;
    if (!module) {
        location.frames.emplace_back();
        return location;
    }
    const char *name =
        dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    location.module = name ? name : "";

    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = unit_of(module, address, bias);
    SourceFrame frame = line_of(unit, address - bias);
    if (unit) {
        auto around = Scopes::around(unit, address - bias);
        auto scopes = around.dies().empty() ? std::move(around) : Scopes::of(&around.dies()[0]);
        for (auto &scope : scopes.dies()) {
            int tag = dwarf_tag(&scope);
            if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) {
                continue;
            }
            frame.function = qualified_name(scope);
            location.frames.push_back(frame);
            if (tag == DW_TAG_subprogram) {
                break;
            }
            frame = call_site(unit, &scope);
        }
    }
    if (location.frames.empty()) {
        const char *symbol = dwfl_module_addrname(module, address);
        frame.function = symbol ? demangled(symbol) : "";
        location.frames.push_back(std::move(frame));
    }
    return location;
}

}  // namespace

struct SourceLocator::Implementation {
    std::mutex lock;
    DwflHandle dwfl;
    std::uint64_t generation = 0;
    std::unordered_map<std::uintptr_t, SourceLocation> known;
};

SourceLocator::SourceLocator() : implementation_(std::make_unique<Implementation>())
{
}

SourceLocator::~SourceLocator() = default;

SourceLocation SourceLocator::locate(std::uintptr_t address)
{
    auto &self = *implementation_;
    std::lock_guard guard(self.lock);
    // Another module may stand at the same address under the same name.
    if (auto now = module_generation(); !self.dwfl || self.generation != now) {
        self.known.clear();
        self.dwfl = open_process();
        self.generation = now;
    }
    auto [entry, is_new] = self.known.try_emplace(address);
    if (is_new) {
        entry->second = look_up(self.dwfl.get(), address);
    }
    return entry->second;
}

std::string describe(const SourceLocation &location, std::uintptr_t address)
{
    const auto &frame = location.frames.front();
    if (frame.function.empty() && frame.file.empty()) {
        return location.module.empty() ? fmt::format("{:#x}", address)
                                       : fmt::format("{:#x} in {}", address, location.module);
    }
    auto function = frame.function.empty() ? fmt::format("{:#x}", address) : frame.function;
    return frame.file.empty() ? fmt::format("{} in {}", function, location.module)
                              : fmt::format("{} ({}:{})", function, frame.file, frame.line);
}

}  // namespace openkmdf::loader
