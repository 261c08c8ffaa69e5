#include "rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace openkmdf::benchmarks {

double Row::median() const
{
    if (values.empty()) return 0;
    Samples sorted = values;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

double Row::low() const
{
    return values.empty() ? 0 : *std::min_element(values.begin(), values.end());
}
double Row::high() const
{
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

namespace {

// Quartiles: single disturbed rounds do not make a spread.
std::pair<double, double> spread(const Row &row)
{
    Samples sorted = row.values;
    std::sort(sorted.begin(), sorted.end());
    return {sorted[sorted.size() / 4], sorted[sorted.size() * 3 / 4]};
}

const char *word(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Met:
        return "met";
    case Verdict::Missed:
        return "missed";
    case Verdict::Open:
        break;
    }
    return "open";
}

}  // namespace

Verdict judge(const Row &row)
{
    if (row.values.empty()) return Verdict::Missed;
    const auto [low, high] = spread(row);
    const bool low_meets = row.at_least ? low >= row.bar : low <= row.bar;
    const bool high_meets = row.at_least ? high >= row.bar : high <= row.bar;
    if (low_meets && high_meets) return Verdict::Met;
    return !low_meets && !high_meets ? Verdict::Missed : Verdict::Open;
}

void print_table(const std::vector<Row> &rows)
{
    fmt::print("{:<66} {:>10} {:<9} {:>19} {:>10}  {}\n", "what", "median", "unit", "spread", "bar",
               "");
    for (const Row &row : rows) {
        if (row.values.empty()) {
            fmt::print("{:<66} {:>10}\n", row.name, "not run");
            continue;
        }
        const auto [low, high] = spread(row);
        fmt::print("{:<66} {:>10.3g} {:<9} {:>8.3g} - {:>8.3g} {:>2}{:>8.3g}  {}\n", row.name,
                   row.median(), row.unit, low, high, row.at_least ? ">=" : "<=", row.bar,
                   word(judge(row)));
    }
}

void print_json(const std::vector<Row> &rows)
{
    nlohmann::json list = nlohmann::json::array();
    for (const Row &row : rows) {
        nlohmann::json entry = {
            {"row", row.name}, {"figure", row.median()}, {"unit", row.unit}, {"bar", row.bar}};
        switch (judge(row)) {
        case Verdict::Met:
            entry["met"] = true;
            break;
        case Verdict::Missed:
            entry["met"] = false;
            break;
        case Verdict::Open:
            entry["met"] = nullptr;
            break;
        }
        list.push_back(entry);
    }
    fmt::print("{}\n", list.dump(2));
}

}  // namespace openkmdf::benchmarks
