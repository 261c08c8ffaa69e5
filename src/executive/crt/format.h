#pragma once

#include <cstddef>
#include <cstdint>

// The format language of Windows' printf family and of DbgPrint, for narrow and wide formats: sizes
// are those of the Windows x64 data model, `%wZ` and `%Z` print counted strings, `%p` has sixteen
// upper-case digits. Arguments come as a Windows va_list: one eight-byte slot each.

namespace openkmdf::executive::crt {

// Where formatted text goes, in pieces.
template <class Char>
struct Output {
    void (*write)(Output &output, const Char *text, std::size_t count) = nullptr;
    void *context = nullptr;
};

// Number of characters formatted, whether the output kept them or not. -1: the format asks for %n,
// or a wide character has no narrow form; what stands before it has been written.
int format(Output<char> &output, const char *format, __builtin_ms_va_list arguments);
int format(Output<char16_t> &output, const char16_t *format, __builtin_ms_va_list arguments);

// Into a buffer of `capacity` characters, never terminated here. `length` gets the number of
// characters that stand in the buffer. Returns what format() returns.
int format_to_buffer(char *buffer, std::size_t capacity, std::size_t &length, const char *format,
                     __builtin_ms_va_list arguments);
int format_to_buffer(char16_t *buffer, std::size_t capacity, std::size_t &length,
                     const char16_t *format, __builtin_ms_va_list arguments);

}  // namespace openkmdf::executive::crt
