#include <ntddk.h>

#include <array>

// A run has to repeat, so the numbers depend on the seed alone. The generator is the one that the
// documentation of RtlUniform describes, after D. H. Lehmer.
ULONG NTAPI RtlRandomEx(PULONG seed)
{
    constexpr ULONGLONG kModulus = 0x7FFFFFFF;
    constexpr ULONGLONG kFactor = 0x7FFFFFED;
    constexpr ULONGLONG kAddend = 0x7FFFFFC3;
    *seed = static_cast<ULONG>((kFactor * (*seed % kModulus) + kAddend) % kModulus);
    return *seed;
}

ULONG NTAPI RtlRandom(PULONG seed)
{
    return RtlRandomEx(seed);
}

namespace {

template <class Value>
constexpr std::array<Value, 256> make_crc_table(Value polynomial)
{
    std::array<Value, 256> table = {};
    for (unsigned byte = 0; byte < 256; ++byte) {
        Value value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? polynomial : 0);
        table[byte] = value;
    }
    return table;
}

// Polynomials in reflected form: IEEE 802.3, and the one of NVM Express.
constexpr std::array<ULONG, 256> kCrc32 = make_crc_table<ULONG>(0xEDB88320);
constexpr std::array<ULONGLONG, 256> kCrc64 = make_crc_table<ULONGLONG>(0x9A6C9329AC4BC9B5);

template <class Value>
Value crc(const std::array<Value, 256> &table, const VOID *buffer, SIZE_T size, Value initial)
{
    auto *bytes = static_cast<const UCHAR *>(buffer);
    Value value = ~initial;
    for (SIZE_T index = 0; index < size; ++index)
        value = (value >> 8) ^ table[static_cast<UCHAR>(value) ^ bytes[index]];
    return ~value;
}

}  // namespace

ULONG NTAPI RtlCrc32(const VOID *buffer, SIZE_T size, ULONG initial)
{
    return crc(kCrc32, buffer, size, initial);
}

ULONGLONG NTAPI RtlCrc64(const VOID *buffer, SIZE_T size, ULONGLONG initial)
{
    return crc(kCrc64, buffer, size, initial);
}
