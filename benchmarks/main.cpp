#include "measure.h"
#include "rows.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstring>
#include <map>

// Google Benchmark runs and interleaves the measurements; this turns them into the table of ratios.

namespace openkmdf::benchmarks {

namespace {

// Nanoseconds per operation by measurement, one sample per repetition.
class Collector : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &runs) override
    {
        for (const Run &run : runs) {
            if (run.run_type != Run::RT_Iteration || run.error_occurred) {
                if (run.error_occurred)
                    fmt::print(stderr, "{}: {}\n", run.benchmark_name(), run.error_message);
                continue;
            }
            Samples &samples = times[run.run_name.function_name];
            const auto index = static_cast<std::size_t>(run.repetition_index);
            if (samples.size() <= index) samples.resize(index + 1);
            samples[index] = run.GetAdjustedRealTime();
            for (const auto &[name, counter] : run.counters) {
                Samples &values = counters[run.run_name.function_name + "." + name];
                if (values.size() <= index) values.resize(index + 1);
                values[index] = counter.value;
            }
        }
    }

    std::map<std::string, Samples> times;
    std::map<std::string, Samples> counters;
};

Row ratio(std::string name, std::string unit, double bar, const Samples &of, const Samples &to)
{
    Row row{std::move(name), std::move(unit), bar, false, {}};
    for (std::size_t i = 0; i < std::min(of.size(), to.size()); ++i)
        row.values.push_back(of[i] / to[i]);
    return row;
}

Row plain(std::string name, std::string unit, double bar, const Samples &values, double scale,
          bool at_least = false)
{
    Row row{std::move(name), std::move(unit), bar, at_least, {}};
    for (double value : values) row.values.push_back(value * scale);
    return row;
}

std::vector<Row> table(Collector &c)
{
    auto &t = c.times;
    auto &n = c.counters;
    std::vector<Row> rows;
    rows.push_back(ratio("buffered IOCTL, threaded, fast table", "x read", 0.8, t["ioctl_threaded"],
                         t["read_zero"]));
    rows.push_back(ratio("  the same", "x mutex", 5, t["ioctl_threaded"], t["mutex_pair"]));
    rows.push_back(
        plain("  host allocations per request", "", 0, n["ioctl_threaded.host_allocations"], 1));
    rows.push_back(
        plain("  machine memory per request", "B", 0, n["ioctl_threaded.arena_bytes"], 1));
    rows.push_back(ratio("  deterministic mode", "x threaded", 1.5, t["ioctl_deterministic"],
                         t["ioctl_threaded"]));
    rows.push_back(
        ratio("  checked table, trace on", "x fast", 3, t["ioctl_checked"], t["ioctl_threaded"]));
    Row gain = ratio("two clients, two files, parallel queue, CPU time", "of gain", 0.85,
                     n["two_atomics.gain"], n["two_atomics.gain"]);
    gain.values.clear();
    const Samples &ours = n["two_clients.gain"], &theirs = n["two_atomics.gain"];
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i)
        gain.values.push_back(ours[i] / theirs[i]);
    gain.at_least = true;
    rows.push_back(gain);
    rows.push_back(ratio("plug in, open, IOCTL, close, remove (deterministic)", "x read", 120,
                         t["device_cycle"], t["read_zero"]));
    rows.push_back(plain("machine made, driver loaded, IOCTL, unloaded, destroyed", "ms", 1,
                         t["machine_cycle"], 1e-6));
    rows.push_back(plain("one million pended requests, each", "B", 768, n["pended.bytes_each"], 1));
    rows.push_back(plain("  cost at 10^6 over cost at 10^3", "x", 1.3, n["pended.cost_ratio"], 1));
    rows.push_back(plain("  cancelled", "M/s", 5, n["pended.cancelled_per_second"], 1e-6, true));
    rows.push_back(plain("kmdf run of a built module, start to first callback", "ms", 15,
                         t["run_start"], 1e-6));
    return rows;
}

}  // namespace

}  // namespace openkmdf::benchmarks

int main(int argc, char **argv)
{
    using namespace openkmdf::benchmarks;
    bool json = false;
    std::vector<char *> arguments{argv[0]};
    for (int i = 1; i < argc; ++i) {
        if (!std::strcmp(argv[i], "--json")) json = true;
        else arguments.push_back(argv[i]);
    }
    std::string repetitions = "--benchmark_repetitions=9",
                interleaved = "--benchmark_enable_random_interleaving=true",
                minimum = "--benchmark_min_time=0.05";
    arguments.push_back(repetitions.data());
    arguments.push_back(interleaved.data());
    arguments.push_back(minimum.data());
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
    register_measurements();
    Collector collector;
    benchmark::RunSpecifiedBenchmarks(&collector);
    const std::vector<Row> rows = table(collector);
    if (json) print_json(rows);
    else {
        const Samples &read = collector.times["read_zero"];
        if (!read.empty())
            fmt::print("read(/dev/zero, 16 B) with a second thread alive: {:.0f} ns\n\n",
                       Row{"", "", 0, false, read}.median());
        print_table(rows);
    }
    return 0;
}
