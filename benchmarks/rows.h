#pragma once

#include <string>
#include <vector>

// The speed table: what is measured, in what unit, and the bar that it is held to.

namespace openkmdf::benchmarks {

// Samples of one quantity, one per interleaved round.
using Samples = std::vector<double>;

struct Row {
    std::string name;
    std::string unit;  // "x read", "x mutex", "ms", "B", ...
    double bar = 0;
    bool at_least = false;  // the bar is a minimum, not a maximum
    Samples values;         // one per round

    double median() const;
    double low() const;
    double high() const;
};

enum class Verdict { Missed, Met, Open /* the spread spans the bar */ };
Verdict judge(const Row &row);

void print_table(const std::vector<Row> &rows);
void print_json(const std::vector<Row> &rows);

}  // namespace openkmdf::benchmarks
