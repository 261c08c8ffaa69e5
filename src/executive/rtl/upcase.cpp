#include "executive/rtl/upcase.h"

#include <cstdint>

namespace openkmdf::executive::rtl {
namespace {

struct Run {
    char16_t first;
    char16_t last;
    std::int32_t difference;
    std::uint32_t step;
};

constexpr Run kRuns[] = {
    {u'a', u'z', -32, 1},
#define UPCASE_RANGE(first, last, difference, step) {first, last, difference, step},
#include "executive/rtl/upcase_ranges.table"
#undef UPCASE_RANGE
};

// Two levels: most pages of the basic plane have no letter with case and share page 0.
struct Table {
    static constexpr unsigned kPages = 24;
    std::uint8_t page[256] = {};
    char16_t difference[kPages][256] = {};
    unsigned used = 1;

    constexpr void set(char16_t from, char16_t to)
    {
        std::uint8_t &index = page[from >> 8];
        if (index == 0) index = static_cast<std::uint8_t>(used++);
        difference[index][from & 0xFF] = static_cast<char16_t>(to - from);
    }
    constexpr char16_t map(char16_t from) const
    {
        return static_cast<char16_t>(from + difference[page[from >> 8]][from & 0xFF]);
    }
};

constexpr Table make_table(bool up)
{
    Table table;
    for (const Run &run : kRuns) {
        for (std::uint32_t lower = run.first; lower <= run.last; lower += run.step) {
            const auto upper =
                static_cast<char16_t>(static_cast<std::int32_t>(lower) + run.difference);
            if (up) table.set(static_cast<char16_t>(lower), upper);
            else if (table.map(upper) == upper) table.set(upper, static_cast<char16_t>(lower));
        }
    }
    return table;
}

constexpr Table kUp = make_table(true);
constexpr Table kDown = make_table(false);

}  // namespace

char16_t upcase(char16_t character)
{
    return kUp.map(character);
}

char16_t downcase(char16_t character)
{
    return kDown.map(character);
}

}  // namespace openkmdf::executive::rtl
