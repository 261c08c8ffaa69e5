#include "build/object_file.h"

#include "build/files.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <optional>
#include <span>

namespace openkmdf::build {
namespace {

// Below this priority a constructor is the compiler's own; drivers' own start at 100.
constexpr int kFirstDriverPriority = 100;

class Object {
public:
    static std::optional<Object> parse(std::string &bytes)
    {
        Object object(bytes);
        auto *header = object.at<Elf64_Ehdr>(0, 1);
        if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
            header->e_ident[EI_CLASS] != ELFCLASS64) {
            return std::nullopt;
        }
        auto *sections = object.at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
        if (!sections || header->e_shstrndx >= header->e_shnum) {
            return std::nullopt;
        }
        object.sections_ = {sections, header->e_shnum};
        object.section_names_ = header->e_shstrndx;
        for (auto &section : object.sections_) {
            if (section.sh_type == SHT_SYMTAB) {
                auto count = section.sh_size / sizeof(Elf64_Sym);
                auto *symbols = object.at<Elf64_Sym>(section.sh_offset, count);
                if (!symbols || section.sh_link >= header->e_shnum) {
                    return std::nullopt;
                }
                object.symbols_ = {symbols, count};
                object.symbol_names_ = section.sh_link;
            }
        }
        return object;
    }

    std::span<Elf64_Shdr> sections() { return sections_; }
    std::span<Elf64_Sym> symbols() { return symbols_; }
    std::size_t section_names() const { return section_names_; }
    std::size_t symbol_names() const { return symbol_names_; }

    std::string_view name_of(const Elf64_Shdr &section)
    {
        return text(section_names_, section.sh_name);
    }
    std::string_view name_of(const Elf64_Sym &symbol)
    {
        return text(symbol_names_, symbol.st_name);
    }

private:
    explicit Object(std::string &bytes) : bytes_(bytes) {}

    template <class T>
    T *at(std::uint64_t offset, std::uint64_t count)
    {
        if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(T)) {
            return nullptr;
        }
        return reinterpret_cast<T *>(bytes_.data() + offset);
    }

    std::string_view text(std::size_t table, std::uint64_t offset)
    {
        const auto &section = sections_[table];
        if (offset >= section.sh_size || !at<char>(section.sh_offset, section.sh_size)) {
            return {};
        }
        const char *begin = bytes_.data() + section.sh_offset + offset;
        return {begin, strnlen(begin, section.sh_size - offset)};
    }

    std::string &bytes_;
    std::span<Elf64_Shdr> sections_;
    std::span<Elf64_Sym> symbols_;
    std::size_t section_names_ = 0;
    std::size_t symbol_names_ = 0;
};

bool is_driver_priority(std::string_view suffix)
{
    if (suffix.empty()) {
        return true;
    }
    int priority = kFirstDriverPriority;
    std::from_chars(suffix.data() + 1, suffix.data() + suffix.size(), priority);
    return priority >= kFirstDriverPriority;
}

// The name under which the link step wants a section, or nothing if it may keep its own.
const char *gathered_name(std::string_view name)
{
    constexpr std::string_view kInit = ".init_array";
    constexpr std::string_view kFini = ".fini_array";
    if (name.starts_with(kInit)) {
        return is_driver_priority(name.substr(kInit.size())) ? kDynamicInit : kSanitizerInit;
    }
    if (name.starts_with(kFini)) {
        return kSanitizerFini;
    }
    if (name == "kmdftypeinit" || name.starts_with(".kmdftypeinit")) {
        return kContextTypes;
    }
    return nullptr;
}

std::unexpected<BuildError> not_an_object(const fs::path &file)
{
    return fail(ErrorKind::Tool, fmt::format("{} is not an ELF object.", file.string()),
                "The compiler wrote something unexpected; is OPENKMDF_CLANG a Clang 19 or later?");
}

}  // namespace

Outcome<void> adapt_object(const fs::path &file)
{
    auto bytes = read_file(file);
    if (!bytes) {
        return not_an_object(file);
    }
    auto object = Object::parse(*bytes);
    if (!object) {
        return not_an_object(file);
    }
    // Sections and symbols share one string table here, with merged tails: all of it is renamed.
    auto &table = object->sections()[object->section_names()];
    std::string names = bytes->substr(table.sh_offset, table.sh_size);
    for (auto &section : object->sections()) {
        if (const char *gathered = gathered_name(object->name_of(section))) {
            section.sh_name = static_cast<Elf64_Word>(names.size());
            section.sh_type = SHT_PROGBITS;
            names.append(gathered).push_back('\0');
        }
    }
    std::ranges::replace(names, '@', '~');
    if (object->symbol_names() != object->section_names()) {
        auto &separate = object->sections()[object->symbol_names()];
        std::replace(bytes->data() + separate.sh_offset,
                     bytes->data() + separate.sh_offset + separate.sh_size, '@', '~');
    }
    table.sh_offset = bytes->size();
    table.sh_size = names.size();
    *bytes += names;
    if (!write_file(file, *bytes)) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", file.string()));
    }
    return {};
}

Outcome<void> restore_names(const fs::path &module)
{
    auto bytes = read_file(module);
    auto object = bytes ? Object::parse(*bytes) : std::nullopt;
    if (!object) {
        return not_an_object(module);
    }
    for (const auto &symbol : object->symbols()) {
        auto name = object->name_of(symbol);
        if (name.starts_with('?')) {
            auto *begin = bytes->data() + (name.data() - bytes->data());
            std::replace(begin, begin + name.size(), '~', '@');
        }
    }
    if (!write_file(module, *bytes)) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", module.string()));
    }
    return {};
}

Outcome<ObjectSymbols> read_object(const fs::path &file)
{
    auto bytes = read_file(file);
    if (!bytes) {
        return not_an_object(file);
    }
    auto object = Object::parse(*bytes);
    if (!object) {
        return not_an_object(file);
    }
    ObjectSymbols result;
    for (const auto &section : object->sections()) {
        result.sections.emplace(object->name_of(section));
    }
    for (const auto &symbol : object->symbols()) {
        auto name = object->name_of(symbol);
        if (name.starts_with("??__E")) {
            result.dynamic_initialisers.emplace_back(name);
        }
        auto binding = ELF64_ST_BIND(symbol.st_info);
        if (binding == STB_LOCAL || name.empty()) {
            continue;
        }
        if (symbol.st_shndx != SHN_UNDEF) {
            result.defined.emplace(name);
        } else {
            (binding == STB_WEAK ? result.weak : result.undefined).emplace(name);
        }
    }
    return result;
}

std::string original_name(std::string_view name)
{
    std::string result(name);
    if (result.starts_with('?')) {
        std::ranges::replace(result, '~', '@');
    }
    return result;
}

}  // namespace openkmdf::build
