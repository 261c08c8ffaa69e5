#include "build/solution.h"

#include "build/files.h"
#include "build/text_encoding.h"

#include <algorithm>
#include <string_view>

namespace openkmdf::build {
namespace {

namespace fs = std::filesystem;

// The quoted words of a line such as
//   Project("{kind}") = "name", "folder\name.vcxproj", "{id}"
std::vector<std::string_view> quoted_words(std::string_view line)
{
    std::vector<std::string_view> words;
    for (auto open = line.find('"'); open != line.npos;) {
        auto close = line.find('"', open + 1);
        if (close == line.npos) break;
        words.push_back(line.substr(open + 1, close - open - 1));
        open = line.find('"', close + 1);
    }
    return words;
}

void add_projects_of(const fs::path &solution, std::vector<fs::path> &projects)
{
    auto text = read_file(solution);
    if (!text) return;
    if (auto converted = utf8_from_utf16(*text)) text = std::move(converted);
    std::string_view rest = *text;
    while (!rest.empty()) {
        auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
        if (line.find("Project(\"") == line.npos) continue;
        constexpr std::size_t kPath = 2;
        auto words = quoted_words(line);
        if (words.size() <= kPath || !lower_case(words[kPath]).ends_with(".vcxproj")) continue;
        auto found = find_ignoring_case(solution.parent_path() / with_slashes(words[kPath]));
        if (found && std::ranges::find(projects, *found) == projects.end())
            projects.push_back(*found);
    }
}

}  // namespace

std::vector<fs::path> solutions_of(const fs::path &project)
{
    std::vector<fs::path> all;
    auto folder = fs::absolute(project).lexically_normal().parent_path();
    for (; folder.has_relative_path(); folder = folder.parent_path()) {
        const auto first = static_cast<std::ptrdiff_t>(all.size());
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder, error))
            if (lower_case(entry.path().extension().string()) == ".sln")
                all.push_back(entry.path());
        std::sort(all.begin() + first, all.end());
    }
    return all;
}

std::vector<fs::path> projects_of_solutions(const fs::path &project)
{
    std::vector<fs::path> projects;
    for (const auto &solution : solutions_of(project)) add_projects_of(solution, projects);
    return projects;
}

}  // namespace openkmdf::build
