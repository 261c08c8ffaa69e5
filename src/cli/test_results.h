#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

// What the last run of the tests says: tests/support/tested.h records the functions that a test
// covers in GoogleTest's XML.

namespace openkmdf::cli {

// Names that a test was registered for which ran and passed, and that no failed test names.
std::set<std::string, std::less<>>
passed_functions(const std::vector<std::filesystem::path> &results);

std::vector<std::filesystem::path> test_results_in(const std::filesystem::path &folder);
// Of each test program its last run, of any preset, in the checkout that this program lies in: a
// later ./test of some programs leaves what is known of the others.
std::vector<std::filesystem::path> last_test_results();

}  // namespace openkmdf::cli
