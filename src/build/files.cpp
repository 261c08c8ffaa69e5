#include "build/files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace openkmdf::build {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path &file)
{
    std::error_code error;
    if (fs::is_directory(file, error)) {
        return std::nullopt;
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

bool write_file(const fs::path &file, std::string_view content)
{
    fs::path part = file;
    part += "." + std::to_string(getpid()) + ".part";
    {
        std::ofstream stream(part, std::ios::binary | std::ios::trunc);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!stream.flush()) {
            return false;
        }
    }
    std::error_code error;
    fs::rename(part, file, error);
    return !error;
}

bool write_file_if_changed(const fs::path &file, std::string_view content)
{
    return read_file(file) == content || write_file(file, content);
}

std::uint64_t stable_hash(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : text) {
        hash = (hash ^ c) * 0x100000001b3;
    }
    return hash;
}

namespace {
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

std::string lower_case(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

bool equal_ignoring_case(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string with_slashes(std::string_view path)
{
    std::string result(path);
    std::ranges::replace(result, '\\', '/');
    return result;
}

std::optional<fs::path> find_ignoring_case(const fs::path &path)
{
    std::error_code error;
    auto normal = path.lexically_normal();
    if (fs::exists(normal, error)) {
        return normal;
    }
    fs::path found = normal.is_absolute() ? normal.root_path() : fs::path(".");
    for (const auto &part : normal.relative_path()) {
        if (part.empty() || part == ".") {
            continue;
        }
        if (part == ".." || fs::exists(found / part, error)) {
            found /= part;
            continue;
        }
        bool matched = false;
        for (const auto &entry : fs::directory_iterator(found, error)) {
            if (equal_ignoring_case(entry.path().filename().string(), part.string())) {
                found = entry.path();
                matched = true;
                break;
            }
        }
        if (!matched) {
            return std::nullopt;
        }
    }
    return found.lexically_normal();
}

}  // namespace openkmdf::build
