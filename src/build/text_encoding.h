#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openkmdf::build {

// The text of a file in UTF-16 with a byte order mark, as UTF-8; nothing if it is no such file.
std::optional<std::string> utf8_from_utf16(std::string_view bytes);

}  // namespace openkmdf::build
