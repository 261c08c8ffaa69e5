#include "executive/rtl/strings.h"

using namespace openkmdf::executive;

namespace {

// "{00000000-0000-0000-0000-000000000000}"
constexpr std::size_t kGuidCharacters = 38;
// Where each byte of the structure, in memory order, has its two digits.
constexpr unsigned char kPlaces[16] = {7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35};

bool is_dash(std::size_t index)
{
    return index == 9 || index == 14 || index == 19 || index == 24;
}

int digit_of(char16_t character)
{
    if (character >= u'0' && character <= u'9') return character - u'0';
    const char16_t upper = rtl::upcase(character);
    return upper >= u'A' && upper <= u'F' ? upper - u'A' + 10 : -1;
}

}  // namespace

NTSTATUS NTAPI RtlStringFromGUID(REFGUID guid, PUNICODE_STRING text)
{
    UNICODE_STRING made = {};
    if (!rtl::allocate_string(made, kGuidCharacters * sizeof(WCHAR))) {
        *text = {};
        return STATUS_NO_MEMORY;
    }
    for (std::size_t index = 0; index < kGuidCharacters; ++index)
        made.Buffer[index] = is_dash(index) ? u'-' : u'{';
    made.Buffer[kGuidCharacters - 1] = u'}';
    auto *bytes = reinterpret_cast<const unsigned char *>(&guid);
    for (unsigned index = 0; index < 16; ++index) {
        constexpr char16_t digits[] = u"0123456789ABCDEF";
        made.Buffer[kPlaces[index]] = digits[bytes[index] >> 4];
        made.Buffer[kPlaces[index] + 1] = digits[bytes[index] & 15];
    }
    *text = made;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGUIDFromString(PCUNICODE_STRING text, GUID *guid)
{
    const std::u16string_view characters = rtl::view(*text);
    if (characters.size() < kGuidCharacters || characters[0] != u'{' ||
        characters[kGuidCharacters - 1] != u'}')
        return STATUS_INVALID_PARAMETER;
    for (std::size_t index = 1; index < kGuidCharacters - 1; ++index) {
        if (is_dash(index) ? characters[index] != u'-' : digit_of(characters[index]) < 0)
            return STATUS_INVALID_PARAMETER;
    }
    auto *bytes = reinterpret_cast<unsigned char *>(guid);
    for (unsigned index = 0; index < 16; ++index) {
        const char16_t *place = &characters[kPlaces[index]];
        bytes[index] = static_cast<unsigned char>(digit_of(place[0]) << 4 | digit_of(place[1]));
    }
    return STATUS_SUCCESS;
}
