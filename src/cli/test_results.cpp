#include "cli/test_results.h"

#include "cli/flavor.h"

#include <pugixml.hpp>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

// As tests/support/tested.h writes it: "tests_" and a line.
constexpr std::string_view kProperty = "tests_";

bool has_passed(const pugi::xml_node &test)
{
    return std::string_view(test.attribute("status").value()) == "run" &&
           std::string_view(test.attribute("result").value()) == "completed" &&
           !test.child("failure") && !test.child("skipped");
}

std::optional<fs::file_time_type> newest_in(const fs::path &folder)
{
    std::optional<fs::file_time_type> newest;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".xml") continue;
        const auto time = fs::last_write_time(entry.path(), error);
        if (!error && (!newest || time > *newest)) newest = time;
    }
    return newest;
}

}  // namespace

std::set<std::string, std::less<>> passed_functions(const fs::path &folder)
{
    std::set<std::string, std::less<>> passed, failed;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        pugi::xml_document document;
        if (entry.path().extension() != ".xml" || !document.load_file(entry.path().c_str()))
            continue;
        for (const auto &suite : document.child("testsuites").children("testsuite"))
            for (const auto &test : suite.children("testcase"))
                for (const auto &property : test.child("properties").children("property")) {
                    if (!std::string_view(property.attribute("name").value())
                             .starts_with(kProperty))
                        continue;
                    std::string list = property.attribute("value").value();
                    std::ranges::replace(list, ',', ' ');
                    std::istringstream names(list);
                    for (std::string name; names >> name;)
                        (has_passed(test) ? passed : failed).insert(name);
                }
    }
    for (const auto &name : failed) passed.erase(name);
    return passed;
}

std::optional<fs::path> last_test_results()
{
    // build/<preset>/src/cli/kmdf
    const fs::path builds = own_program().parent_path().parent_path().parent_path().parent_path();
    std::optional<fs::path> found;
    std::optional<fs::file_time_type> found_time;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(builds, error)) {
        const fs::path folder = entry.path() / "test-results";
        const auto time = newest_in(folder);
        if (time && (!found_time || *time > *found_time)) {
            found = folder;
            found_time = time;
        }
    }
    return found;
}

}  // namespace openkmdf::cli
