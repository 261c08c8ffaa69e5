#include "loader/profile_writer.h"

#include <cstdio>
#include <memory>

namespace openkmdf::loader {
namespace {

// The format is described in LLVM's documentation ("Instrumentation Profile Format"); this is its
// version 10, of LLVM 19 and 20, for a 64-bit little-endian program.
struct RawProfileHeader {
    std::uint64_t magic;
    std::uint64_t version;
    std::uint64_t binary_ids_size;
    std::uint64_t data_count;
    std::uint64_t padding_before_counters;
    std::uint64_t counter_count;
    std::uint64_t padding_after_counters;
    std::uint64_t bitmap_size;
    std::uint64_t padding_after_bitmap;
    std::uint64_t names_size;
    std::uint64_t counters_delta;
    std::uint64_t bitmap_delta;
    std::uint64_t names_delta;
    std::uint64_t vtable_count;
    std::uint64_t vtable_names_size;
    std::uint64_t last_value_kind;
};

constexpr std::uint64_t kMagic = 0xff6c70726f667281;  // "\xfflprofr\x81"
constexpr std::uint64_t kVersion = 10;
constexpr std::uint64_t kDataRecordSize = 64;
constexpr std::uint64_t kLastValueKind = 2;

std::uint64_t size_of(const DrvRange &range)
{
    return static_cast<std::uint64_t>(range.end - range.begin);
}

}  // namespace

bool write_profile(const DrvModule &module, const std::filesystem::path &file)
{
    const auto &data = module.profile_data;
    const auto &counters = module.profile_counters;
    const auto &names = module.profile_names;
    auto address = [](const char *pointer) { return reinterpret_cast<std::uint64_t>(pointer); };
    RawProfileHeader header{
        .magic = kMagic,
        .version = kVersion,
        .binary_ids_size = 0,
        .data_count = size_of(data) / kDataRecordSize,
        .padding_before_counters = 0,
        .counter_count = size_of(counters) / sizeof(std::uint64_t),
        .padding_after_counters = 0,
        .bitmap_size = 0,
        .padding_after_bitmap = 0,
        .names_size = size_of(names),
        .counters_delta = address(counters.begin) - address(data.begin),
        .bitmap_delta = 0 - address(data.begin),
        .names_delta = address(names.begin),
        .vtable_count = 0,
        .vtable_names_size = 0,
        .last_value_kind = kLastValueKind,
    };
    auto part = file;
    part += ".part";
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> out(std::fopen(part.c_str(), "wb"),
                                                         std::fclose);
    if (!out) {
        return false;
    }
    auto write = [&](const void *bytes, std::uint64_t size) {
        return size == 0 || std::fwrite(bytes, size, 1, out.get()) == 1;
    };
    constexpr char kZeroes[8] = {};
    bool written = write(&header, sizeof header) && write(data.begin, size_of(data)) &&
                   write(counters.begin, size_of(counters)) && write(names.begin, size_of(names)) &&
                   write(kZeroes, (8 - size_of(names) % 8) % 8) && std::fflush(out.get()) == 0;
    std::error_code error;
    if (written) {
        std::filesystem::rename(part, file, error);
    } else {
        std::filesystem::remove(part, error);
    }
    return written && !error;
}

}  // namespace openkmdf::loader
