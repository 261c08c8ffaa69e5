#include "build/header_overlay.h"

#include "build/files.h"
#include "build/text_encoding.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace openkmdf::build {
namespace {

// A folder that holds more is not a folder of sources (a home directory, a package store).
constexpr std::size_t kMostFilesInFolder = 20000;

bool is_source(const fs::path &file)
{
    constexpr std::array<std::string_view, 12> kSuffixes = {
        ".h", ".hpp", ".hxx", ".hh", ".inl", ".c", ".cpp", ".cxx", ".cc", ".inc", ".tmh", ".def"};
    return std::ranges::find(kSuffixes, lower_case(file.extension().string())) != kSuffixes.end();
}

// The name in an include line, or nothing.
std::optional<std::string> included_name(std::string_view line)
{
    auto skip_blanks = [&] {
        auto first = line.find_first_not_of(" \t");
        line.remove_prefix(first == std::string_view::npos ? line.size() : first);
    };
    skip_blanks();
    if (!line.starts_with('#')) {
        return std::nullopt;
    }
    line.remove_prefix(1);
    skip_blanks();
    if (!line.starts_with("include")) {
        return std::nullopt;
    }
    line.remove_prefix(7);
    skip_blanks();
    if (line.empty() || (line[0] != '"' && line[0] != '<')) {
        return std::nullopt;
    }
    auto end = line.find(line[0] == '"' ? '"' : '>', 1);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return with_slashes(line.substr(1, end - 1));
}

bool begins_as_utf16(const fs::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    char mark[2] = {};
    stream.read(mark, 2);
    std::string_view read(mark, 2);
    return read == "\xff\xfe" || read == "\xfe\xff";
}

}  // namespace

fs::path HeaderOverlay::contents_of(const fs::path &file, bool &converted) const
{
    converted = false;
    if (!is_source(file) || !begins_as_utf16(file)) {
        return file;
    }
    auto text = utf8_from_utf16(read_file(file).value_or(""));
    auto copy = intermediate_ /
                fmt::format("{:016x}-{}", stable_hash(file.string()), file.filename().string());
    if (!text || !write_file_if_changed(copy, *text)) {
        return file;
    }
    converted = true;
    return copy;
}

void HeaderOverlay::list(const fs::path &folder)
{
    std::error_code error;
    std::vector<fs::path> files;
    std::map<std::string, int> spellings;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error)) {
            files.push_back(entry.path());
            ++spellings[lower_case(entry.path().filename().string())];
        }
        if (files.size() > kMostFilesInFolder) {
            files.clear();
            break;
        }
    }
    std::ranges::sort(files);
    auto &entries = folders_[folder];
    for (const auto &file : files) {
        auto name = file.filename().string();
        bool converted = false;
        auto contents = contents_of(file, converted);
        // Names that differ in case only are left to the real file system, which tells them apart.
        if (spellings[lower_case(name)] == 1 || converted) {
            entries.push_back({name, contents, converted});
        }
    }
}

void HeaderOverlay::follow_includes(const fs::path &file, const std::vector<fs::path> &search)
{
    auto text = read_file(file);
    if (!text) {
        return;
    }
    if (auto converted = utf8_from_utf16(*text)) {
        text = std::move(converted);
    }
    trace_headers_.read_configuration(*text);
    std::string_view rest = *text;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        auto name = included_name(line);
        if (name) {
            trace_headers_.note_include(*name);
        }
        if (!name || name->find('/') == std::string::npos) {
            continue;
        }
        auto folder = fs::path(*name).parent_path();
        auto consider = [&](const fs::path &base) {
            if (auto found = find_ignoring_case(base / folder)) {
                pending_.insert(found->has_filename() ? *found : found->parent_path());
            }
        };
        consider(file.parent_path());
        std::ranges::for_each(search, consider);
    }
}

void HeaderOverlay::add_sources(const fs::path &folder, const std::vector<fs::path> &search)
{
    pending_.insert(folder);
    while (!pending_.empty()) {
        auto next = pending_.extract(pending_.begin()).value();
        std::error_code error;
        if (folders_.contains(next) || !fs::is_directory(next, error)) {
            continue;
        }
        list(next);
        for (const auto &entry : folders_[next]) {
            if (is_source(entry.name)) {
                follow_includes(next / entry.name, search);
            }
        }
    }
}

void HeaderOverlay::add_headers(const fs::path &folder)
{
    std::error_code error;
    list(folder);
    for (const auto &entry : fs::recursive_directory_iterator(folder, error)) {
        if (entry.is_directory(error)) {
            list(entry.path());
        }
    }
}

Outcome<fs::path> HeaderOverlay::write() const
{
    using Json = nlohmann::ordered_json;
    Json roots = Json::array();
    for (const auto &[folder, entries] : folders_) {
        Json contents = Json::array();
        for (const auto &entry : entries) {
            Json file = {{"name", entry.name},
                         {"type", "file"},
                         {"external-contents", entry.contents.string()}};
            if (entry.converted) {
                file["use-external-name"] = false;
            }
            contents.push_back(std::move(file));
        }
        if (!contents.empty()) {
            roots.push_back({{"name", folder.string()},
                             {"type", "directory"},
                             {"contents", std::move(contents)}});
        }
    }
    Json overlay = {{"version", 0}, {"case-sensitive", "false"}, {"roots", std::move(roots)}};
    auto text = overlay.dump();
    auto file = intermediate_ / "overlay.yaml";
    if (!write_file_if_changed(file, text)) {
        return fail(ErrorKind::Tool, fmt::format("{} cannot be written.", file.string()));
    }
    return file;
}

}  // namespace openkmdf::build
