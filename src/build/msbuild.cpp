#include "build/msbuild.h"

#include "build/files.h"
#include "build/solution.h"
#include "build/text_encoding.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fnmatch.h>
#include <pugixml.hpp>

namespace openkmdf::build {
namespace {

// Imports may form a loop.
constexpr std::size_t kDeepestImport = 32;

std::string trimmed(std::string_view text)
{
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

bool is(const pugi::xml_node &node, std::string_view name)
{
    return equal_ignoring_case(node.name(), name);
}

std::string folder_text(const fs::path &folder)
{
    auto text = folder.string();
    return text.ends_with('/') ? text : text + "/";
}

bool has_wildcard(std::string_view text)
{
    return text.find_first_of("*?") != std::string_view::npos;
}

// MSBuild writes the characters that mean something to it as %28.
std::string without_escapes(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool escape = text[i] == '%' && i + 2 < text.size() &&
                      std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                      std::isxdigit(static_cast<unsigned char>(text[i + 2]));
        if (escape) {
            result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

}  // namespace

bool NameLess::operator()(std::string_view left, std::string_view right) const
{
    return std::ranges::lexicographical_compare(
        left, right, {}, [](char c) { return std::tolower(static_cast<unsigned char>(c)); },
        [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
}

MsbuildProject::MsbuildProject(fs::path file, std::string configuration, std::string platform)
    : file_(fs::absolute(file).lexically_normal()), directory_(file_.parent_path())
{
    set("Configuration", std::move(configuration));
    set("Platform", std::move(platform));
    set_well_known();
}

void MsbuildProject::set(std::string_view name, std::string value)
{
    properties_.insert_or_assign(std::string(name), std::move(value));
}

void MsbuildProject::set_well_known()
{
    auto name = file_.stem().string();
    auto folder = folder_text(directory_);
    set("MSBuildProjectDirectory", directory_.string());
    set("MSBuildProjectFullPath", file_.string());
    set("MSBuildProjectFile", file_.filename().string());
    set("MSBuildProjectName", name);
    set("MSBuildProjectExtension", file_.extension().string());
    set("MSBuildThisFileDirectory", folder);
    set("ProjectDir", folder);
    set("ProjectPath", file_.string());
    set("ProjectName", name);
    set("ProjectFileName", file_.filename().string());
    set("TargetName", name);
    set("IntDir", folder + "obj/");
    set("OutDir", folder + "bin/");
    set("OS", "Windows_NT");
    const auto solutions = solutions_of(file_);
    set("SolutionDir", solutions.empty() ? folder : folder_text(solutions.front().parent_path()));
}

Outcome<void> MsbuildProject::evaluate()
{
    for (auto pass : {Pass::Properties, Pass::Definitions, Pass::Items}) {
        directory_properties_read_ = false;
        load(file_, pass);
        if (!error_.empty()) {
            return fail(ErrorKind::Input, error_, "Is it a Visual Studio project?");
        }
    }
    return {};
}

std::string MsbuildProject::property(std::string_view name) const
{
    auto found = properties_.find(name);
    return found == properties_.end() ? std::string() : found->second;
}

std::string MsbuildProject::setting(std::string_view tool, std::string_view name) const
{
    auto definition = definitions_.find(tool);
    if (definition == definitions_.end()) {
        return {};
    }
    auto found = definition->second.find(name);
    return found == definition->second.end() ? std::string() : found->second;
}

void MsbuildProject::load(const fs::path &file, Pass pass)
{
    auto text = read_file(file);
    if (!text) {
        error_ = fmt::format("{} cannot be read.", file.string());
        return;
    }
    if (auto converted = utf8_from_utf16(*text)) {
        text = std::move(converted);
    }
    pugi::xml_document document;
    auto parsed = document.load_buffer(text->data(), text->size());
    if (!parsed) {
        auto line = 1 + std::count(text->begin(), text->begin() + parsed.offset, '\n');
        error_ = fmt::format("{} is not well-formed XML: line {}: {}.", file.string(), line,
                             parsed.description());
        return;
    }
    auto root = document.document_element();
    if (!is(root, "Project")) {
        error_ = fmt::format("{} is not an MSBuild project: it begins with <{}>.", file.string(),
                             root.name());
        return;
    }
    if (std::ranges::find(files_, file) == files_.end()) {
        files_.push_back(file);
    }
    loading_.push_back(file);
    auto outer = property("MSBuildThisFileDirectory");
    set("MSBuildThisFileDirectory", folder_text(file.parent_path()));
    walk(root, file, pass);
    set("MSBuildThisFileDirectory", outer);
    loading_.pop_back();
}

void MsbuildProject::walk(const pugi::xml_node &parent, const fs::path &file, Pass pass)
{
    for (const auto &node : parent.children()) {
        if (!error_.empty() || node.type() != pugi::node_element || !holds(node)) {
            continue;
        }
        if (is(node, "Import")) {
            import(node, file, pass);
        } else if (is(node, "ImportGroup")) {
            walk(node, file, pass);
        } else if (is(node, "Choose")) {
            choose(node, file, pass);
        } else if (is(node, "PropertyGroup") && pass == Pass::Properties) {
            read_properties(node);
        } else if (is(node, "ItemDefinitionGroup") && pass == Pass::Definitions) {
            read_definitions(node);
        } else if (is(node, "ItemGroup") && pass == Pass::Items) {
            read_items(node);
        }
    }
}

void MsbuildProject::choose(const pugi::xml_node &node, const fs::path &file, Pass pass)
{
    for (const auto &branch : node.children()) {
        if (is(branch, "Otherwise") || (is(branch, "When") && holds(branch))) {
            walk(branch, file, pass);
            return;
        }
    }
}

void MsbuildProject::read_properties(const pugi::xml_node &group)
{
    for (const auto &node : group.children()) {
        if (node.type() == pugi::node_element && holds(node)) {
            // What the caller chose is not the project's to change.
            if (!is(node, "Configuration") && !is(node, "Platform")) {
                set(node.name(), expand(trimmed(node.text().get())));
            }
        }
    }
}

void MsbuildProject::read_metadata(const pugi::xml_node &node, Metadata &metadata)
{
    for (const auto &child : node.children()) {
        if (child.type() == pugi::node_element && holds(child)) {
            metadata.insert_or_assign(child.name(), expand(trimmed(child.text().get()), &metadata));
        }
    }
}

void MsbuildProject::read_definitions(const pugi::xml_node &group)
{
    for (const auto &node : group.children()) {
        if (node.type() == pugi::node_element && holds(node)) {
            read_metadata(node, definitions_[node.name()]);
        }
    }
}

void MsbuildProject::read_items(const pugi::xml_node &group)
{
    for (const auto &node : group.children()) {
        if (node.type() != pugi::node_element || !holds(node)) {
            continue;
        }
        if (auto update = node.attribute("Remove")) {
            auto gone = matches(expand(update.value()));
            std::erase_if(items_, [&](const MsbuildItem &item) {
                return is(node, item.type) && std::ranges::find(gone, item.identity) != gone.end();
            });
            continue;
        }
        auto excluded = matches(expand(node.attribute("Exclude").value()));
        for (const auto &identity : matches(expand(node.attribute("Include").value()))) {
            if (std::ranges::find(excluded, identity) != excluded.end()) {
                continue;
            }
            MsbuildItem item;
            item.type = node.name();
            item.identity = identity;
            auto written = fs::path(identity);
            auto absolute =
                (written.is_absolute() ? written : directory_ / written).lexically_normal();
            item.path = find_ignoring_case(absolute).value_or(absolute);
            if (auto defaults = definitions_.find(item.type); defaults != definitions_.end()) {
                item.metadata = defaults->second;
            }
            item.metadata.insert_or_assign("Filename", item.path.stem().string());
            item.metadata.insert_or_assign("Extension", item.path.extension().string());
            read_metadata(node, item.metadata);
            items_.push_back(std::move(item));
        }
    }
}

std::vector<std::string> MsbuildProject::matches(const std::string &include) const
{
    std::vector<std::string> result;
    for (const auto &element : split(include)) {
        if (element.starts_with("@(") && element.ends_with(')')) {
            auto type = element.substr(2, element.size() - 3);
            for (const auto &item : items_) {
                if (equal_ignoring_case(item.type, type)) {
                    result.push_back(item.identity);
                }
            }
            continue;
        }
        auto pattern = with_slashes(without_escapes(element));
        if (!has_wildcard(pattern)) {
            result.push_back(pattern);
            continue;
        }
        auto fixed = pattern.substr(0, pattern.find_first_of("*?"));
        fixed = fixed.substr(0, fixed.rfind('/') == std::string::npos ? 0 : fixed.rfind('/') + 1);
        auto folder = find_ignoring_case(directory_ / fixed);
        if (!folder) {
            continue;
        }
        bool deep = pattern.find("**") != std::string::npos;
        auto tail =
            pattern.substr(pattern.rfind('/') == std::string::npos ? 0 : pattern.rfind('/') + 1);
        std::vector<std::string> found;
        auto consider = [&](const fs::directory_entry &entry) {
            auto name = entry.path().filename().string();
            if (entry.is_regular_file() && fnmatch(tail.c_str(), name.c_str(), FNM_CASEFOLD) == 0) {
                found.push_back(fixed + entry.path().lexically_relative(*folder).string());
            }
        };
        std::error_code error;
        if (deep) {
            for (const auto &entry : fs::recursive_directory_iterator(*folder, error)) {
                consider(entry);
            }
        } else {
            for (const auto &entry : fs::directory_iterator(*folder, error)) {
                consider(entry);
            }
        }
        std::ranges::sort(found);
        result.insert(result.end(), found.begin(), found.end());
    }
    return result;
}

void MsbuildProject::import(const pugi::xml_node &node, const fs::path &file, Pass pass)
{
    std::string written = node.attribute("Project").value();
    if (!directory_properties_read_ &&
        written.find("Microsoft.Cpp.Default.props") != std::string::npos) {
        directory_properties_read_ = true;
        import_directory_properties(pass);
    }
    auto path = fs::path(with_slashes(expand(written)));
    if (path.empty() || loading_.size() > kDeepestImport) {
        missing_imports_.insert(written);
        return;
    }
    auto found = find_ignoring_case(path.is_absolute() ? path : file.parent_path() / path);
    std::error_code error;
    if (found && fs::is_regular_file(*found, error)) {
        load(*found, pass);
    } else {
        missing_imports_.insert(written);
    }
}

// Every C++ project takes in the nearest Directory.Build.props above it.
void MsbuildProject::import_directory_properties(Pass pass)
{
    std::error_code error;
    for (auto folder = directory_; folder.has_relative_path(); folder = folder.parent_path()) {
        auto candidate = folder / "Directory.Build.props";
        if (fs::is_regular_file(candidate, error)) {
            load(candidate, pass);
            return;
        }
    }
}

bool MsbuildProject::holds(const pugi::xml_node &node) const
{
    auto condition = node.attribute("Condition");
    if (!condition) {
        return true;
    }
    return evaluate_condition(expand(condition.value()), [&](std::string_view path) {
        auto written = fs::path(with_slashes(path));
        return !written.empty() &&
               find_ignoring_case(written.is_absolute() ? written : directory_ / written)
                   .has_value();
    });
}

std::string MsbuildProject::expand(std::string_view text, const Metadata *metadata) const
{
    std::string result;
    while (!text.empty()) {
        bool is_property = text.starts_with("$(");
        bool is_metadata = metadata && text.starts_with("%(");
        if (!is_property && !is_metadata) {
            result += text[0];
            text.remove_prefix(1);
            continue;
        }
        std::size_t depth = 0;
        std::size_t end = 1;
        for (; end < text.size(); ++end) {
            depth += text[end] == '(' ? 1 : 0;
            depth -= text[end] == ')' ? 1 : 0;
            if (depth == 0) {
                break;
            }
        }
        auto name = trimmed(text.substr(2, end - 2));
        if (is_property) {
            result += property(name);
        } else if (auto found = metadata->find(name); found != metadata->end()) {
            result += found->second;
        }
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return result;
}

std::vector<std::string> MsbuildProject::split(std::string_view list)
{
    std::vector<std::string> elements;
    while (!list.empty()) {
        auto element = list.substr(0, list.find(';'));
        list.remove_prefix(std::min(list.size(), element.size() + 1));
        if (auto text = trimmed(element); !text.empty()) {
            elements.push_back(std::move(text));
        }
    }
    return elements;
}

}  // namespace openkmdf::build
