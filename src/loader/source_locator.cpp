#include "loader/source_locator.h"

#include <cstdlib>
#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <filesystem>
#include <fmt/format.h>
#include <link.h>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
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

// An ELF file as the dynamic linker mapped it.
struct MappedObject {
    std::string file;
    std::uintptr_t bias = 0;
    std::string build_id;  // its bytes; empty: the linker gave it none

    bool operator==(const MappedObject &) const = default;
};

std::string build_id_of(const dl_phdr_info &object, const ElfW(Phdr) & notes)
{
    constexpr std::string_view kOwner("GNU", 4);  // with its zero
    const std::size_t alignment = notes.p_align == 8 ? 8 : 4;
    auto aligned = [&](std::size_t size) { return (size + alignment - 1) & ~(alignment - 1); };
    const auto *at = reinterpret_cast<const char *>(object.dlpi_addr + notes.p_vaddr);
    for (const char *end = at + notes.p_memsz; at + sizeof(ElfW(Nhdr)) <= end;) {
        const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(at);
        const char *name = at + sizeof *note;
        const char *content = at + aligned(sizeof *note + note->n_namesz);
        if (note->n_type == NT_GNU_BUILD_ID && std::string_view(name, note->n_namesz) == kOwner) {
            return {content, note->n_descsz};
        }
        at = content + aligned(note->n_descsz);
    }
    return {};
}

bool covers(const dl_phdr_info &object, std::uintptr_t address)
{
    for (const auto &header : std::span(object.dlpi_phdr, object.dlpi_phnum)) {
        auto begin = object.dlpi_addr + header.p_vaddr;
        if (header.p_type == PT_LOAD && address >= begin && address < begin + header.p_memsz) {
            return true;
        }
    }
    return false;
}

std::optional<MappedObject> object_at(std::uintptr_t address)
{
    struct Search {
        std::uintptr_t address;
        std::optional<MappedObject> found;
    } search{address, {}};
    auto look_at = [](dl_phdr_info *object, std::size_t, void *argument) {
        auto &search = *static_cast<Search *>(argument);
        if (!covers(*object, search.address)) {
            return 0;
        }
        search.found = {object->dlpi_name, object->dlpi_addr, {}};
        if (search.found->file.empty()) {  // the program itself
            std::error_code error;
            search.found->file = std::filesystem::read_symlink("/proc/self/exe", error);
        }
        for (const auto &header : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
            if (header.p_type == PT_NOTE && search.found->build_id.empty()) {
                search.found->build_id = build_id_of(*object, header);
            }
        }
        return 1;
    };
    dl_iterate_phdr(look_at, &search);
    return search.found;
}

DwflHandle read_debug_information(const MappedObject &object)
{
    static char *no_path = nullptr;
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = no_separate_debuginfo,
        .section_address = dwfl_offline_section_address,
        .debuginfo_path = &no_path,
    };
    const char *file = object.file.c_str();
    DwflHandle dwfl(dwfl_begin(&callbacks));
    if (dwfl) {
        dwfl_report_begin(dwfl.get());
        dwfl_report_elf(dwfl.get(), file, file, -1, object.bias, true);
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

struct KnownObject {
    MappedObject object;
    DwflHandle dwfl;
    std::unordered_map<std::uintptr_t, SourceLocation> locations;
};

// What was read about the files mapped into this process. It depends on them alone, and reading
// takes longer than the life of most machines: all locators share it.
struct KnownObjects {
    std::mutex lock;
    std::unordered_map<std::uintptr_t, KnownObject> by_bias;
};

// More than that were modules that are gone.
constexpr std::size_t kMostObjects = 100;

KnownObjects &known_objects()
{
    static KnownObjects objects;
    return objects;
}

}  // namespace

SourceLocation SourceLocator::locate(std::uintptr_t address)
{
    auto object = object_at(address);
    if (!object) {
        return look_up(nullptr, address);
    }
    auto &all = known_objects();
    std::lock_guard guard(all.lock);  // libdw is not thread safe
    if (all.by_bias.size() > kMostObjects) {
        all.by_bias.clear();
    }
    auto &known = all.by_bias[object->bias];
    // Another module may stand at the same address under the same name.
    if (known.object != *object) {
        known = {*object, read_debug_information(*object), {}};
    }
    auto [entry, is_new] = known.locations.try_emplace(address);
    if (is_new) {
        entry->second = look_up(known.dwfl.get(), address);
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
