#include "base/text.h"
#include "machine/machine_core.h"

namespace openkmdf::machine {

std::u16string widen(std::string_view text)
{
    return base::to_utf16(text);
}

std::string narrow(std::u16string_view text)
{
    return base::to_utf8(text);
}

UNICODE_STRING counted(std::u16string_view text)
{
    UNICODE_STRING string;
    string.Buffer = const_cast<WCHAR *>(text.data());
    string.Length = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    string.MaximumLength = string.Length;
    return string;
}

std::u16string nt_path(std::string_view path)
{
    // The Win32 device prefixes lead to the directory of DOS device names.
    if (path.starts_with(R"(\\.\)") || path.starts_with(R"(\\?\)"))
        return u"\\??\\" + widen(path.substr(4));
    return widen(path);
}

}  // namespace openkmdf::machine
