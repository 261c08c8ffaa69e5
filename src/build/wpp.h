#pragma once

#include "build/request.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// WPP software tracing. Its preprocessor writes a header, NAME.tmh, for each source file; here one
// is written for each that an include line asks for. No trace session is ever enabled, so a
// trace statement compiles its arguments and runs only what its PRE and POST macros say.

namespace openkmdf::build {

// The files that WPP would have written, read from the sources that include them.
class TraceHeaders {
public:
    // Notes the trace functions of the configuration blocks ("begin_wpp config") in a source.
    void read_configuration(std::string_view source);
    // "TraceEvents(LEVEL,FLAGS,MSG,...)", as in a project's WppTraceFunction. False: no such thing.
    bool add_function(std::string_view declaration);
    // The name in an include line.
    void note_include(std::string_view name);

    bool needed() const { return !names_.empty(); }
    // One header for all of them, and one for each name. The folder is to be searched last.
    Outcome<void> write(const fs::path &folder) const;

private:
    struct Function {
        std::vector<std::string> parameters;  // with "..." as the last, if it has that
        std::string conditions;               // "LEVEL_FLAGS": part of the names of its macros
        std::vector<std::string> arguments;   // of these macros
        bool bracketed = false;               // NAME((...))
    };

    std::string text() const;

    std::map<std::string, Function> functions_;
    std::set<std::string> names_;
};

}  // namespace openkmdf::build
