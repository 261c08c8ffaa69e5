#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

// What the last run of the tests says: tests/support/tested.h records the functions that a test
// covers in GoogleTest's XML.

namespace openkmdf::cli {

// Names that a test was registered for which ran and passed, and that no failed test names.
std::set<std::string, std::less<>> passed_functions(const std::filesystem::path &folder);

// The results of the last ./test of the build tree that this program lies in.
std::optional<std::filesystem::path> last_test_results();

}  // namespace openkmdf::cli
