#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// What to build and what came of it.

namespace openkmdf::build {

namespace fs = std::filesystem;

enum class Optimization { None, Speed };

struct Sanitizers {
    bool address = false;
    bool undefined = false;
    bool thread = false;
};

struct BuildRequest {
    // C and C++ files, or one .vcxproj, or a folder that contains one .vcxproj.
    std::vector<fs::path> inputs;
    std::vector<fs::path> include_directories;
    std::vector<std::string> defines;    // NAME or NAME=VALUE
    std::vector<std::string> c_flags;    // for every compilation
    std::vector<std::string> cxx_flags;  // for C++ only
    fs::path output;                     // default: <name>.so in the current folder
    std::string name;                    // default: the project's, else the output's
    fs::path intermediate;               // default: a folder of the user's cache
    fs::path depfile;                    // a make rule for `output`, if not empty

    Sanitizers sanitizers;
    bool coverage = false;
    std::string configuration;  // the project's, by name; empty: Debug or Release
    bool debug = true;          // DBG=1, and the project's Debug configuration
    Optimization optimization = Optimization::None;
    int kmdf_version_minor = -1;  // -1: the project's, else the newest
    bool wdm = false;             // no KMDF
    bool warnings = false;
    bool allow_unknown_imports = false;                 // leave them to the loader
    unsigned jobs = 0;                                  // 0: one per processor
    std::function<void(const std::string &)> progress;  // one line per command, if set
};

struct BuildResult {
    fs::path module;
    std::string name;
    bool kmdf = false;
    int kmdf_version_minor = 0;
    std::vector<std::string> notes;  // what was skipped, and what differs from Windows
    std::string compiler_output;     // warnings
    std::vector<fs::path> dependencies;
    std::size_t compiled = 0;  // units that were not up to date
    bool linked = false;
};

enum class ErrorKind { Input, Compile, Link, Tool };

struct BuildError {
    ErrorKind kind = ErrorKind::Input;
    std::string sentence;         // what is wrong
    std::string hint;             // what to do; may be empty
    std::string compiler_output;  // of the compiler or linker; may be empty
};

template <class T>
using Outcome = std::expected<T, BuildError>;

inline std::unexpected<BuildError> fail(ErrorKind kind, std::string sentence, std::string hint = {},
                                        std::string output = {})
{
    return std::unexpected(
        BuildError{kind, std::move(sentence), std::move(hint), std::move(output)});
}

Outcome<BuildResult> build_driver(const BuildRequest &request);

}  // namespace openkmdf::build
