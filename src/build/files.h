#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace openkmdf::build {

std::optional<std::string> read_file(const std::filesystem::path &file);

// Through a temporary file and a rename, so that nobody sees half of it. False on failure.
bool write_file(const std::filesystem::path &file, std::string_view content);

// Leaves a file alone, and its time with it, that has this content already.
bool write_file_if_changed(const std::filesystem::path &file, std::string_view content);

// FNV-1a: stable between runs and machines.
std::uint64_t stable_hash(std::string_view text);

std::string lower_case(std::string_view text);
bool equal_ignoring_case(std::string_view left, std::string_view right);

// Windows' separators to ours.
std::string with_slashes(std::string_view path);

// The existing file or folder that `path` names when case does not matter; nothing if there is
// none.
std::optional<std::filesystem::path> find_ignoring_case(const std::filesystem::path &path);

}  // namespace openkmdf::build
