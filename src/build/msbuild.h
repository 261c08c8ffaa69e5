#pragma once

#include "build/request.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_node;
}

// The part of MSBuild's language that says what a C++ project consists of: properties, item
// definitions and items with their conditions, wildcards, and imports of files that are there.
// No targets, tasks or property functions.

namespace openkmdf::build {

struct NameLess {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
};

using Metadata = std::map<std::string, std::string, NameLess>;

struct MsbuildItem {
    std::string type;
    std::string identity;  // as written, with our slashes
    fs::path path;         // the file it names, absolute
    Metadata metadata;     // with the item definitions' values
};

class MsbuildProject {
public:
    MsbuildProject(fs::path file, std::string configuration, std::string platform);

    Outcome<void> evaluate();

    std::string property(std::string_view name) const;
    const std::vector<MsbuildItem> &items() const { return items_; }
    // A setting of a tool, such as AdditionalDependencies of Link.
    std::string setting(std::string_view tool, std::string_view name) const;
    const std::vector<fs::path> &files() const { return files_; }
    // Imports that are not on this machine, as written.
    const std::set<std::string> &missing_imports() const { return missing_imports_; }

    // A list "a;b;c" without blanks and empty elements.
    static std::vector<std::string> split(std::string_view list);

private:
    enum class Pass { Properties, Definitions, Items };

    void set(std::string_view name, std::string value);
    void set_well_known();
    void load(const fs::path &file, Pass pass);
    void walk(const pugi::xml_node &parent, const fs::path &file, Pass pass);
    void choose(const pugi::xml_node &node, const fs::path &file, Pass pass);
    void read_properties(const pugi::xml_node &group);
    void read_definitions(const pugi::xml_node &group);
    void read_items(const pugi::xml_node &group);
    void import(const pugi::xml_node &node, const fs::path &file, Pass pass);
    void import_directory_properties(Pass pass);
    void read_metadata(const pugi::xml_node &node, Metadata &metadata);
    std::vector<std::string> matches(const std::string &include) const;

    bool holds(const pugi::xml_node &node) const;
    // With $(Property) replaced; %(Metadata) too if given.
    std::string expand(std::string_view text, const Metadata *metadata = nullptr) const;

    fs::path file_;
    fs::path directory_;
    std::map<std::string, std::string, NameLess> properties_;
    std::map<std::string, Metadata, NameLess> definitions_;
    std::vector<MsbuildItem> items_;
    std::vector<fs::path> files_;
    std::set<std::string> missing_imports_;
    std::vector<fs::path> loading_;
    bool directory_properties_read_ = false;
    std::string error_;
};

// A condition such as "'$(Configuration)|$(Platform)'=='Debug|x64'" after expansion.
bool evaluate_condition(std::string_view condition,
                        const std::function<bool(std::string_view path)> &exists);

}  // namespace openkmdf::build
