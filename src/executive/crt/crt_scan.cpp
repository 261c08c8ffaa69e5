#include "executive/crt/arguments.h"
#include "executive/crt/strings.h"

#include <cstdlib>

// sscanf and its family.

namespace openkmdf::executive::crt {
namespace {

enum class ScanSize : std::uint8_t { None, Char, Short, Long, Int64, Wide };

struct ScanSpec {
    bool suppress = false;
    std::size_t width = 0;  // 0: none
    ScanSize size = ScanSize::None;
};

template <class Char>
class Scanner {
public:
    Scanner(const Char *input, VaList list, bool secure)
        : begin_(input), input_(input), arguments_(list), secure_(secure)
    {
    }
    int run(const Char *format);

private:
    bool directive(const Char *&format);
    const Char *parse(const Char *format, ScanSpec &spec);
    bool convert(const Char *&format, const ScanSpec &spec);
    bool integer(const ScanSpec &spec, int base, bool is_signed);
    bool real(const ScanSpec &spec);
    bool text(const ScanSpec &spec, Char conversion, const Char *set, std::size_t set_length);
    template <class Target, class Accept>
    bool store_text(const ScanSpec &spec, bool terminate, Accept accept);
    void skip_space()
    {
        while (crt_isspace(strings::value_of(*input_))) ++input_;
    }

    const Char *begin_;
    const Char *input_;
    Arguments arguments_;
    bool secure_;
    int assigned_ = 0;
    bool ended_ = false;  // the input ended before the conversion began
};

template <class Char>
int Scanner<Char>::run(const Char *format)
{
    while (*format != 0) {
        if (crt_isspace(strings::value_of(*format))) {
            skip_space();
            ++format;
        } else if (*format != '%') {
            if (*input_ != *format) {
                ended_ = *input_ == 0;
                break;
            }
            ++input_;
            ++format;
        } else if (!directive(++format)) {
            break;
        }
    }
    return assigned_ == 0 && ended_ ? -1 : assigned_;
}

template <class Char>
const Char *Scanner<Char>::parse(const Char *format, ScanSpec &spec)
{
    if (*format == '*') {
        spec.suppress = true;
        ++format;
    }
    for (; *format >= '0' && *format <= '9'; ++format)
        spec.width = spec.width * 10 + (*format - '0');
    if (*format == 'h') {
        spec.size = *++format == 'h' ? ScanSize::Char : ScanSize::Short;
        format += spec.size == ScanSize::Char;
    } else if (*format == 'l') {
        spec.size = *++format == 'l' ? ScanSize::Int64 : ScanSize::Long;
        format += spec.size == ScanSize::Int64;
    } else if (*format == 'I' && format[1] == '6' && format[2] == '4') {
        spec.size = ScanSize::Int64;
        format += 3;
    } else if (*format == 'I' && format[1] == '3' && format[2] == '2') {
        format += 3;
    } else if (*format == 'I' || *format == 'z' || *format == 'j' || *format == 't') {
        spec.size = ScanSize::Int64;
        ++format;
    } else if (*format == 'w') {
        spec.size = ScanSize::Wide;
        ++format;
    } else if (*format == 'L') {
        spec.size = ScanSize::Long;
        ++format;
    }
    return format;
}

template <class Char>
bool Scanner<Char>::directive(const Char *&format)
{
    if (*format == '%') {
        skip_space();
        ended_ = *input_ == 0;
        return *input_ == *format && (++input_, ++format, true);
    }
    ScanSpec spec;
    format = parse(format, spec);
    if (*format != 'c' && *format != 'C' && *format != '[' && *format != 'n') {
        skip_space();
        if (*input_ == 0) {
            ended_ = true;
            return false;
        }
    }
    return convert(format, spec);
}

template <class Char>
bool Scanner<Char>::convert(const Char *&format, const ScanSpec &spec)
{
    const Char conversion = *format;
    if (conversion == 0) return false;
    ++format;
    switch (conversion) {
    case 'd':
        return integer(spec, 10, true);
    case 'i':
        return integer(spec, 0, true);
    case 'u':
        return integer(spec, 10, false);
    case 'o':
        return integer(spec, 8, false);
    case 'x':
    case 'X':
        return integer(spec, 16, false);
    case 'p': {
        ScanSpec pointer = spec;
        pointer.size = ScanSize::Int64;
        return integer(pointer, 16, false);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
        return real(spec);
    case 'n':
        if (!spec.suppress)
            *arguments_.take_pointer<std::int32_t>() = static_cast<std::int32_t>(input_ - begin_);
        return true;
    case 'c':
    case 'C':
    case 's':
    case 'S':
        return text(spec, conversion, nullptr, 0);
    case '[': {
        const Char *set = format;
        if (*format == '^') ++format;
        if (*format == ']') ++format;
        while (*format != 0 && *format != ']') ++format;
        const std::size_t length = static_cast<std::size_t>(format - set);
        if (*format == 0) return false;
        ++format;
        return text(spec, conversion, set, length);
    }
    default:
        return false;
    }
}

template <class Char>
bool Scanner<Char>::integer(const ScanSpec &spec, int base, bool is_signed)
{
    // A copy as narrow text of what can belong to the number: the width may cut it off.
    char digits[80];
    std::size_t count = 0;
    const std::size_t most = spec.width != 0 && spec.width < 79 ? spec.width : 79;
    while (count < most) {
        const int character = strings::value_of(input_[count]);
        const bool sign = count == 0 && (character == '+' || character == '-');
        if (!sign && !crt_isalnum(character)) break;
        digits[count++] = static_cast<char>(character);
    }
    digits[count] = 0;
    char *end = nullptr;
    std::uint64_t value = is_signed ? static_cast<std::uint64_t>(crt_strtoi64(digits, &end, base))
                                    : crt_strtoui64(digits, &end, base);
    if (end == digits) return false;
    input_ += end - digits;
    if (spec.suppress) return true;
    void *target = arguments_.take_pointer<void>();
    const std::size_t size = spec.size == ScanSize::Int64   ? 8
                             : spec.size == ScanSize::Short ? 2
                             : spec.size == ScanSize::Char  ? 1
                                                            : 4;
    std::memcpy(target, &value, size);
    ++assigned_;
    return true;
}

template <class Char>
bool Scanner<Char>::real(const ScanSpec &spec)
{
    char digits[128];
    std::size_t count = 0;
    const std::size_t most = spec.width != 0 && spec.width < 127 ? spec.width : 127;
    while (count < most) {
        const int character = strings::value_of(input_[count]);
        if (!crt_isalnum(character) && character != '+' && character != '-' && character != '.')
            break;
        digits[count++] = static_cast<char>(character);
    }
    digits[count] = 0;
    char *end = nullptr;
    const double value = std::strtod(digits, &end);
    if (end == digits) return false;
    input_ += end - digits;
    if (spec.suppress) return true;
    void *target = arguments_.take_pointer<void>();
    const auto single = static_cast<float>(value);
    if (spec.size == ScanSize::Long || spec.size == ScanSize::Int64)
        std::memcpy(target, &value, sizeof value);
    else std::memcpy(target, &single, sizeof single);
    ++assigned_;
    return true;
}

// Whether a character is in the set of %[...], which may begin with ^ and have ranges.
template <class Char>
bool is_in_set(Char character, const Char *set, std::size_t length)
{
    const bool inverted = length != 0 && set[0] == '^';
    bool found = false;
    for (std::size_t index = inverted; index < length; ++index) {
        if (index + 2 < length && set[index + 1] == '-') {
            found |= character >= set[index] && character <= set[index + 2];
            index += 2;
        } else {
            found |= character == set[index];
        }
    }
    return found != inverted;
}

template <class Char>
template <class Target, class Accept>
bool Scanner<Char>::store_text(const ScanSpec &spec, bool terminate, Accept accept)
{
    auto *target = spec.suppress ? nullptr : arguments_.take_pointer<Target>();
    const std::size_t room =
        secure_ && !spec.suppress ? static_cast<std::uint32_t>(arguments_.take()) : ~std::size_t{0};
    const std::size_t most = spec.width != 0 ? spec.width : terminate ? ~std::size_t{0} : 1;
    std::size_t count = 0;
    while (count < most && *input_ != 0 && accept(*input_)) {
        if (count + (terminate ? 1 : 0) >= room) {
            if (room != 0) target[0] = 0;
            return false;
        }
        if (target != nullptr) target[count] = static_cast<Target>(strings::value_of(*input_));
        ++count;
        ++input_;
    }
    if (count == 0 || (!terminate && count < most)) {
        ended_ = *input_ == 0;
        return false;
    }
    if (target != nullptr && terminate) target[count] = 0;
    assigned_ += target != nullptr;
    return true;
}

template <class Char>
bool Scanner<Char>::text(const ScanSpec &spec, Char conversion, const Char *set,
                         std::size_t set_length)
{
    const bool upper = conversion == 'S' || conversion == 'C';
    const bool wide = spec.size == ScanSize::Long || spec.size == ScanSize::Wide ||
                      (spec.size == ScanSize::None && (sizeof(Char) == 2) != upper);
    const bool characters = conversion == 'c' || conversion == 'C';
    auto accept = [=](Char character) {
        if (characters) return true;
        if (conversion == '[') return is_in_set(character, set, set_length);
        return crt_isspace(strings::value_of(character)) == 0;
    };
    return wide ? store_text<Wide>(spec, !characters, accept)
                : store_text<char>(spec, !characters, accept);
}

template <class Char>
int scan(const Char *input, const Char *text, VaList arguments, bool secure)
{
    if (input == nullptr || text == nullptr) return -1;
    return Scanner<Char>(input, arguments, secure).run(text);
}

}  // namespace

#define SCAN(name, Char, secure)                                                                   \
    int CRT_ABI name(const Char *input, const Char *text, ...)                                     \
    {                                                                                              \
        VaList arguments;                                                                          \
        __builtin_ms_va_start(arguments, text);                                                    \
        const int result = scan(input, text, arguments, secure);                                   \
        __builtin_ms_va_end(arguments);                                                            \
        return result;                                                                             \
    }

SCAN(crt_sscanf, char, false)
SCAN(crt_sscanf_s, char, true)
SCAN(crt_swscanf, Wide, false)
SCAN(crt_swscanf_s, Wide, true)

}  // namespace openkmdf::executive::crt
