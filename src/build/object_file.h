#pragma once

#include "build/request.h"

#include <set>
#include <string>
#include <vector>

// The ELF objects that the compiler makes of driver sources.

namespace openkmdf::build {

// Sections that the link step gathers under names of its own; the linker gives each array the
// symbols __start_<name> and __stop_<name>.
inline constexpr const char *kSanitizerInit = "drv_sanitizer_init";
inline constexpr const char *kSanitizerFini = "drv_sanitizer_fini";
inline constexpr const char *kDynamicInit = "drv_dynamic_init";
inline constexpr const char *kContextTypes = "drv_context_types";

using NameSet = std::set<std::string, std::less<>>;

struct ObjectSymbols {
    NameSet defined;
    NameSet undefined;  // without weak references
    NameSet weak;       // weak references
    NameSet sections;
    std::vector<std::string> dynamic_initialisers;  // mangled names of the objects they make
};

// Makes a fresh object fit for an ELF linker and for our loader, in place:
// - '@' in symbol names becomes '~': ELF linkers take it for the sign of a symbol version;
// - initialiser arrays get the names above, because the dynamic linker would run them before the
//   imports are filled in and with the wrong calling convention.
Outcome<void> adapt_object(const fs::path &object);

Outcome<ObjectSymbols> read_object(const fs::path &object);

// Gives the symbols of a linked module, which are for debuggers only, the compiler's spelling.
Outcome<void> restore_names(const fs::path &module);

// The compiler's spelling of an adapted name.
std::string original_name(std::string_view name);

}  // namespace openkmdf::build
