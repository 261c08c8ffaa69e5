#include "cli/test_results.h"

#include "cli/flavor.h"

#include <pugixml.hpp>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

// As tests/support/tested.h writes it: "tests_" and a line.
constexpr std::string_view kProperty = "tests_";

bool has_run(const pugi::xml_node &test)
{
    return std::string_view(test.attribute("status").value()) == "run" &&
           std::string_view(test.attribute("result").value()) == "completed" &&
           !test.child("skipped");
}

}  // namespace

std::set<std::string, std::less<>> passed_functions(const std::vector<fs::path> &results)
{
    std::set<std::string, std::less<>> passed, failed;
    for (const fs::path &file : results) {
        pugi::xml_document document;
        if (!document.load_file(file.c_str())) continue;
        for (const auto &suite : document.child("testsuites").children("testsuite"))
            for (const auto &test : suite.children("testcase")) {
                if (!has_run(test)) continue;
                for (const auto &property : test.child("properties").children("property")) {
                    if (!std::string_view(property.attribute("name").value())
                             .starts_with(kProperty))
                        continue;
                    std::string list = property.attribute("value").value();
                    std::ranges::replace(list, ',', ' ');
                    std::istringstream names(list);
                    for (std::string name; names >> name;)
                        (test.child("failure") ? failed : passed).insert(name);
                }
            }
    }
    for (const auto &name : failed) passed.erase(name);
    return passed;
}

std::vector<fs::path> test_results_in(const fs::path &folder)
{
    std::vector<fs::path> results;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".xml") results.push_back(entry.path());
    return results;
}

std::vector<fs::path> last_test_results()
{
    // build/<preset>/src/cli/kmdf
    const fs::path builds = own_program().parent_path().parent_path().parent_path().parent_path();
    std::map<fs::path, std::pair<fs::file_time_type, fs::path>> newest;  // by name
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(builds, error))
        for (const fs::path &file : test_results_in(entry.path() / "test-results")) {
            const auto time = fs::last_write_time(file, error);
            if (error) continue;
            auto &known = newest.try_emplace(file.filename(), time, file).first->second;
            if (time > known.first) known = {time, file};
        }
    std::vector<fs::path> results;
    for (const auto &[name, known] : newest) results.push_back(known.second);
    return results;
}

}  // namespace openkmdf::cli
