#include "executive/crt/format.h"

#include "executive/crt/arguments.h"
#include "executive/crt/format_parse.h"
#include "executive/crt/format_real.h"

#include <cstring>
#include <limits>

namespace openkmdf::executive::crt {
namespace {

// The layout that ANSI_STRING and UNICODE_STRING share.
struct CountedString {
    std::uint16_t length;
    std::uint16_t maximum_length;
    const void *buffer;
};

constexpr std::size_t kNoTerminator = std::numeric_limits<std::size_t>::max();

template <class Text>
std::size_t bounded_length(const Text *text, std::size_t limit)
{
    std::size_t length = 0;
    while (length < limit && text[length] != 0) ++length;
    return length;
}

template <class Char>
class Formatter {
public:
    Formatter(Output<Char> &output, __builtin_ms_va_list list) : output_(output), arguments_(list)
    {
    }

    int run(const Char *format);

private:
    void put(const Char *text, std::size_t count)
    {
        if (count == 0) return;
        output_.write(output_, text, count);
        written_ += count;
    }
    template <class Text>
    bool put_text(const Text *text, std::size_t count);
    void fill(Char character, std::int64_t count);

    bool convert(Spec &spec);
    void resolve_stars(Spec &spec);
    bool string(const Spec &spec);
    bool counted_string(const Spec &spec);
    bool character(const Spec &spec);
    void integer(Spec spec);
    void real(const Spec &spec);
    void field(const Spec &spec, const char *prefix, const char *digits, std::size_t count,
               std::size_t zeros);
    template <class Text>
    bool text_field(const Spec &spec, const Text *text, std::size_t count);

    Output<Char> &output_;
    Arguments arguments_;
    std::uint64_t written_ = 0;
};

template <class Char>
int Formatter<Char>::run(const Char *format)
{
    for (;;) {
        const Char *literal = format;
        while (*format != 0 && *format != '%') ++format;
        put(literal, static_cast<std::size_t>(format - literal));
        if (*format == 0) break;
        const Char *percent = format;
        Spec spec;
        format = parse_spec(percent + 1, spec);
        if (spec.conversion == 0) {
            // A character without meaning stands for itself; a format that ends here prints
            // nothing.
            if (*format == 0) break;
            put(format, 1);
            ++format;
            continue;
        }
        if (!convert(spec)) return -1;
    }
    constexpr std::uint64_t most = std::numeric_limits<int>::max();
    return static_cast<int>(written_ < most ? written_ : most);
}

template <class Char>
void Formatter<Char>::resolve_stars(Spec &spec)
{
    if (spec.width_from_argument) {
        spec.width = static_cast<std::int32_t>(arguments_.take());
        if (spec.width < 0) {
            spec.left = true;
            spec.width = -spec.width;
        }
    }
    if (spec.precision_from_argument) {
        spec.precision = static_cast<std::int32_t>(arguments_.take());
        if (spec.precision < 0) spec.precision = kNoPrecision;
    }
}

template <class Char>
bool Formatter<Char>::convert(Spec &spec)
{
    resolve_stars(spec);
    switch (spec.conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
        integer(spec);
        return true;
    case 'c':
    case 'C':
        return character(spec);
    case 's':
    case 'S':
        return string(spec);
    case 'Z':
        return counted_string(spec);
    case 'n':
        // Writing through a pointer from a format string is disabled on Windows as well.
        return false;
    default:
        real(spec);
        return true;
    }
}

template <class Char>
void Formatter<Char>::fill(Char character, std::int64_t count)
{
    Char block[32];
    for (Char &slot : block) slot = character;
    for (; count > 0; count -= 32) put(block, static_cast<std::size_t>(count < 32 ? count : 32));
}

// Writes text of either width. A wide character above 0xFF has no narrow form in the C locale, the
// kernel's only one.
template <class Char>
template <class Text>
bool Formatter<Char>::put_text(const Text *text, std::size_t count)
{
    if constexpr (sizeof(Text) == sizeof(Char)) {
        put(reinterpret_cast<const Char *>(text), count);
    } else {
        Char block[64];
        std::size_t used = 0;
        for (std::size_t index = 0; index < count; ++index) {
            if constexpr (sizeof(Text) > sizeof(Char)) {
                if (text[index] > 0xFF) {
                    put(block, used);
                    return false;
                }
                block[used++] = static_cast<Char>(text[index]);
            } else {
                block[used++] = static_cast<Char>(static_cast<unsigned char>(text[index]));
            }
            if (used == 64) {
                put(block, used);
                used = 0;
            }
        }
        put(block, used);
    }
    return true;
}

template <class Char>
template <class Text>
bool Formatter<Char>::text_field(const Spec &spec, const Text *text, std::size_t count)
{
    const std::int64_t padding = spec.width - static_cast<std::int64_t>(count);
    if (!spec.left) fill(spec.zero ? '0' : ' ', padding);
    if (!put_text(text, count)) return false;
    if (spec.left) fill(' ', padding);
    return true;
}

template <class Char>
bool Formatter<Char>::string(const Spec &spec)
{
    const std::size_t limit =
        spec.precision == kNoPrecision ? kNoTerminator : static_cast<std::size_t>(spec.precision);
    const void *text = arguments_.take_pointer<const void>();
    if (text == nullptr) return text_field(spec, "(null)", bounded_length("(null)", limit));
    if (is_wide_text<Char>(spec)) {
        auto *wide = static_cast<const char16_t *>(text);
        return text_field(spec, wide, bounded_length(wide, limit));
    }
    auto *narrow = static_cast<const char *>(text);
    return text_field(spec, narrow, bounded_length(narrow, limit));
}

template <class Char>
bool Formatter<Char>::counted_string(const Spec &spec)
{
    auto *counted = arguments_.take_pointer<const CountedString>();
    if (counted == nullptr || counted->buffer == nullptr) return text_field(spec, "(null)", 6);
    if (spec.size == Size::Wide || spec.size == Size::Long)
        return text_field(spec, static_cast<const char16_t *>(counted->buffer),
                          counted->length / 2u);
    return text_field(spec, static_cast<const char *>(counted->buffer), counted->length);
}

template <class Char>
bool Formatter<Char>::character(const Spec &spec)
{
    const std::uint64_t value = arguments_.take();
    if (!is_wide_text<Char>(spec)) {
        const char narrow = static_cast<char>(value);
        return text_field(spec, &narrow, 1);
    }
    const auto wide = static_cast<char16_t>(value);
    // Unlike in a string, a character that cannot be converted is left out without an error.
    if (sizeof(Char) == 1 && wide > 0xFF) return text_field(spec, "", 0);
    return text_field(spec, &wide, 1);
}

template <class Char>
void Formatter<Char>::field(const Spec &spec, const char *prefix, const char *digits,
                            std::size_t count, std::size_t zeros)
{
    const std::size_t prefix_length = std::strlen(prefix);
    const std::int64_t padding =
        spec.width - static_cast<std::int64_t>(prefix_length + zeros + count);
    const bool zero_fill = spec.zero && !spec.left;
    if (!spec.left && !zero_fill) fill(' ', padding);
    put_text(prefix, prefix_length);
    if (zero_fill) fill('0', padding);
    fill('0', static_cast<std::int64_t>(zeros));
    put_text(digits, count);
    if (spec.left) fill(' ', padding);
}

template <class Char>
void Formatter<Char>::integer(Spec spec)
{
    if (spec.conversion == 'p') {
        spec.size = Size::Int64;
        spec.precision = 16;
    }
    if (spec.precision != kNoPrecision) spec.zero = false;
    const IntegerValue value = integer_value(spec, arguments_.take());
    char digits[24];
    const std::size_t count = integer_digits(spec, value.magnitude, digits);
    const char *text = digits + sizeof digits - count;
    std::size_t zeros = 0;
    if (spec.precision != kNoPrecision && static_cast<std::size_t>(spec.precision) > count)
        zeros = static_cast<std::size_t>(spec.precision) - count;
    const char *prefix = "";
    if (spec.conversion == 'd' || spec.conversion == 'i')
        prefix = value.negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
    else if (spec.alternate && spec.conversion == 'x' && value.magnitude != 0) prefix = "0x";
    else if (spec.alternate && (spec.conversion == 'X' || spec.conversion == 'p') &&
             value.magnitude != 0)
        prefix = "0X";
    else if (spec.alternate && spec.conversion == 'o' && zeros == 0 &&
             (count == 0 || text[0] != '0'))
        zeros = 1;
    field(spec, prefix, text, count, zeros);
}

template <class Char>
void Formatter<Char>::real(const Spec &spec)
{
    const std::uint64_t slot = arguments_.take();
    double value;
    std::memcpy(&value, &slot, sizeof value);
    RealText text;
    format_real(spec, value, text);
    Spec padded = spec;
    if (!text.finite) padded.zero = false;
    field(padded, text.prefix, text.digits, text.count, 0);
}

template <class Char>
struct Buffer : Output<Char> {
    Char *next = nullptr;
    std::size_t left = 0;

    static void keep(Output<Char> &output, const Char *text, std::size_t count)
    {
        auto &self = static_cast<Buffer &>(output);
        const std::size_t kept = count < self.left ? count : self.left;
        if (kept != 0) std::memcpy(self.next, text, kept * sizeof(Char));
        self.next += kept;
        self.left -= kept;
    }
};

template <class Char>
int to_buffer(Char *buffer, std::size_t capacity, std::size_t &length, const Char *text,
              __builtin_ms_va_list arguments)
{
    Buffer<Char> output;
    output.write = Buffer<Char>::keep;
    output.next = buffer;
    output.left = capacity;
    const int result = Formatter<Char>(output, arguments).run(text);
    length = capacity - output.left;
    return result;
}

}  // namespace

int format(Output<char> &output, const char *format, __builtin_ms_va_list arguments)
{
    return Formatter<char>(output, arguments).run(format);
}

int format(Output<char16_t> &output, const char16_t *format, __builtin_ms_va_list arguments)
{
    return Formatter<char16_t>(output, arguments).run(format);
}

int format_to_buffer(char *buffer, std::size_t capacity, std::size_t &length, const char *format,
                     __builtin_ms_va_list arguments)
{
    return to_buffer(buffer, capacity, length, format, arguments);
}

int format_to_buffer(char16_t *buffer, std::size_t capacity, std::size_t &length,
                     const char16_t *format, __builtin_ms_va_list arguments)
{
    return to_buffer(buffer, capacity, length, format, arguments);
}

}  // namespace openkmdf::executive::crt
