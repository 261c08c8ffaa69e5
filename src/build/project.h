#pragma once

#include "build/request.h"

#include <string>
#include <vector>

// A driver's sources and settings, whichever way they were given.

namespace openkmdf::build {

enum class Language { C, Cxx };

struct Unit {
    fs::path source;
    Language language = Language::C;
    std::vector<fs::path> include_directories;
    std::vector<fs::path> forced_includes;
    std::vector<std::string> defines;
    std::vector<std::string> undefines;
    std::string c_standard = "c17";
    std::string cxx_standard = "c++17";
};

struct Project {
    std::string name;
    std::vector<Unit> units;
    bool kmdf = true;
    int kmdf_version_minor = -1;               // -1: not said
    int kmdf_minimum_version = 0;              // 0: not said
    std::vector<std::string> trace_functions;  // WPP's, "TraceEvents(LEVEL,FLAGS,MSG,...)"
    std::vector<std::string> notes;
    std::vector<std::string> skipped_steps;  // that may write headers, "Mofcomp of a.mof"
    std::vector<fs::path> files;             // the project file and what it imports
};

// From the request's inputs, with its include folders and defines added to every unit.
Outcome<Project> read_project(const BuildRequest &request);

}  // namespace openkmdf::build
