#include "measure.h"

#include "driver/bench.h"
#include "machine/machine_core.h"

#include <openkmdf/machine.h>

#include <benchmark/benchmark.h>

#include <ntddk.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace openkmdf::benchmarks {

namespace {

using Bytes = std::array<std::byte, 16>;

// Keeps a second thread alive, asleep: glibc and the kernel are faster in a process with one
// thread.
class SecondThread {
public:
    SecondThread()
        : thread_([this] {
              std::unique_lock lock(mutex_);
              wake_.wait(lock, [this] { return over_; });
          })
    {
    }
    ~SecondThread()
    {
        {
            std::lock_guard lock(mutex_);
            over_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;
};

MachineOptions options(Mode mode, Checks checks)
{
    MachineOptions options;
    options.mode = mode;
    options.checks = checks;
    options.trace = checks == Checks::On;
    options.watchdog = std::chrono::milliseconds(0);
    return options;
}

// A machine with the driver and a number of its devices: 0 sequential, 1 parallel, 2 manual.
struct Bench {
    Bench(Mode mode, Checks checks, int devices)
        : pc(options(mode, checks)), driver(pc.load(BENCH_DRIVER))
    {
        for (int i = 0; i < devices; ++i) plugged.push_back(pc.plug_in(driver, "ROOT\\BENCH"));
    }
    bool ok(const File &file, benchmark::State &state)
    {
        if (file.ok()) return true;
        state.SkipWithError((driver.ok() ? file.error() : driver.error()).c_str());
        return false;
    }

    Machine pc;
    Driver driver;
    std::vector<Device> plugged;
};

void read_zero(benchmark::State &state)
{
    SecondThread alive;
    const int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    Bytes buffer;
    for (auto _ : state) benchmark::DoNotOptimize(read(zero, buffer.data(), buffer.size()));
    close(zero);
}

void mutex_pair(benchmark::State &state)
{
    SecondThread alive;
    std::mutex mutex;
    for (auto _ : state) {
        mutex.lock();
        benchmark::ClobberMemory();
        mutex.unlock();
    }
}

std::size_t arena_used(Machine &pc)
{
    scheduler::Arena &arena = *pc.core().arena;
    std::size_t used = 0;
    for (int kind = 0; kind < static_cast<int>(scheduler::RegionKind::Count); ++kind)
        used += arena.region(static_cast<scheduler::RegionKind>(kind)).used;
    return used;
}

void ioctl(benchmark::State &state, Mode mode, Checks checks)
{
    SecondThread alive;
    Bench bench(mode, checks, 1);
    File file = bench.pc.open(R"(\\.\Bench0)");
    if (!bench.ok(file, state)) return;
    Bytes input{}, output{};
    for (int i = 0; i < 1000; ++i) file.ioctl(IOCTL_BENCH_ECHO, input, output);
    const std::uint64_t allocations = host_allocations();
    const std::size_t used = arena_used(bench.pc);
    std::uint64_t count = 0;
    for (auto _ : state) {
        if (file.ioctl(IOCTL_BENCH_ECHO, input, output) != 16u)
            state.SkipWithError("the IOCTL failed");
        ++count;
    }
    state.counters["host_allocations"] =
        static_cast<double>(host_allocations() - allocations) / static_cast<double>(count);
    state.counters["arena_bytes"] =
        static_cast<double>(arena_used(bench.pc) - used) / static_cast<double>(count);
}

double thread_seconds()
{
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Gain of two threads over one in operations per CPU second: 2.0 if they do not hinder each other.
template <class Work>
double gain_of_two(Work work)
{
    constexpr int kOperations = 200'000;
    const auto timed = [&](int who) {
        const double begin = thread_seconds();
        work(who, kOperations);
        return thread_seconds() - begin;
    };
    double alone = 0;
    std::thread([&] { alone = timed(0); }).join();
    std::atomic<int> ready{0};
    double together[2];
    const auto run = [&](int who) {
        ready.fetch_add(1);
        while (ready.load() < 2) {}
        together[who] = timed(who);
    };
    std::thread first(run, 0), second(run, 1);
    first.join();
    second.join();
    return alone / together[0] + alone / together[1];
}

void two_atomics(benchmark::State &state)
{
    struct alignas(128) Word {
        std::atomic<std::uint64_t> value{0};
    } words[2];
    double gain = 0;
    for (auto _ : state)
        gain = gain_of_two([&](int who, int count) {
            for (int i = 0; i < count; ++i) words[who].value.fetch_add(1);
        });
    state.counters["gain"] = gain;
}

void two_clients(benchmark::State &state)
{
    Bench bench(Mode::Threaded, Checks::Off, 2);
    File files[2] = {bench.pc.open(R"(\\.\Bench1)"), bench.pc.open(R"(\\.\Bench1)")};
    if (!bench.ok(files[0], state)) return;
    double gain = 0;
    for (auto _ : state)
        gain = gain_of_two([&](int who, int count) {
            Bytes input{}, output{};
            for (int i = 0; i < count; ++i) files[who].ioctl(IOCTL_BENCH_ECHO, input, output);
        });
    state.counters["gain"] = gain;
}

void device_cycle(benchmark::State &state)
{
    Bench bench(Mode::Deterministic, Checks::Off, 0);
    Bytes input{}, output{};
    unsigned number = 0;
    for (auto _ : state) {
        Device device = bench.pc.plug_in(bench.driver, "ROOT\\BENCH");
        // The driver numbers its devices 0, 1, 2; only the first two answer.
        char path[] = R"(\\.\Bench0)";
        path[sizeof path - 2] = static_cast<char>('0' + number % 3);
        {
            File file = bench.pc.open(path);
            if (!bench.ok(file, state)) return;
            if (number % 3 != 2) file.ioctl(IOCTL_BENCH_ECHO, input, output);
        }
        if (!device.remove().ok()) state.SkipWithError("the removal failed");
        ++number;
    }
}

void machine_cycle(benchmark::State &state)
{
    Bytes input{}, output{};
    for (auto _ : state) {
        Machine pc(options(Mode::Deterministic, Checks::Off));
        Driver driver = pc.load(BENCH_DRIVER);
        Device device = pc.plug_in(driver, "ROOT\\BENCH");
        {
            File file = pc.open(R"(\\.\Bench0)");
            if (file.ioctl(IOCTL_BENCH_ECHO, input, output) != 16u)
                state.SkipWithError("the IOCTL failed");
        }
        pc.unload(driver);
    }
}

double seconds_since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Pends `count` requests inside one kernel entry, as a client with overlapped I/O would, then
// cancels them.
void pend(Machine &pc, File &file, std::size_t count, double &pend_seconds, double &cancel_seconds)
{
    MachineCore &core = pc.core();
    static std::array<std::byte, 16> buffer;
    executive::IoManager::Transfer transfer;
    transfer.major = IRP_MJ_DEVICE_CONTROL;
    transfer.code = IOCTL_BENCH_PEND;
    transfer.input = buffer.data();
    transfer.input_size = 16;
    std::vector<executive::io::IrpBlock *> blocks(count);
    auto *object = static_cast<PFILE_OBJECT>(file.native_handle());
    auto begin = std::chrono::steady_clock::now();
    core.call([&] {
        NTSTATUS failure;
        for (auto &block : blocks) block = core.kernel->io->send(object, transfer, false, &failure);
    });
    pend_seconds = seconds_since(begin);
    begin = std::chrono::steady_clock::now();
    core.call([&] {
        for (auto *block : blocks) {
            core.kernel->io->cancel(*block);
            core.kernel->io->collect(*block);
        }
    });
    cancel_seconds = seconds_since(begin);
}

void pended(benchmark::State &state)
{
    constexpr std::size_t kFew = 1'000, kMany = 1'000'000;
    for (auto _ : state) {
        Bench bench(Mode::Deterministic, Checks::Off, 3);
        File file = bench.pc.open(R"(\\.\Bench2)");
        if (!bench.ok(file, state)) return;
        double few = 0, many = 0, cancel_few = 0, cancel_many = 0;
        // First touch of the memory is paid by both: the few are measured on fresh pages too.
        pend(bench.pc, file, kFew, few, cancel_few);
        const std::size_t before = arena_used(bench.pc);
        pend(bench.pc, file, kMany, many, cancel_many);
        state.counters["bytes_each"] =
            static_cast<double>(arena_used(bench.pc) - before) / (kMany - kFew);
        state.counters["cost_ratio"] = (many / kMany) / (few / kFew);
        state.counters["cancelled_per_second"] = kMany / cancel_many;
    }
}

// From starting the process to the line of the driver's first callback.
void run_start(benchmark::State &state)
{
    const std::string command = std::string(KMDF_EXECUTABLE) + " run " BENCH_DRIVER " 2>/dev/null";
    for (auto _ : state) {
        FILE *out = popen(command.c_str(), "re");
        char line[1024];
        bool seen = false;
        while (!seen && std::fgets(line, sizeof line, out))
            seen = std::string_view(line).find("DeviceAdd") != std::string_view::npos;
        state.PauseTiming();
        while (std::fgets(line, sizeof line, out)) {}
        pclose(out);
        if (!seen) state.SkipWithError("kmdf run showed no callback");
        state.ResumeTiming();
    }
}

}  // namespace

void register_measurements()
{
    using benchmark::RegisterBenchmark;
    RegisterBenchmark("read_zero", read_zero);
    RegisterBenchmark("mutex_pair", mutex_pair);
    RegisterBenchmark("ioctl_threaded", ioctl, Mode::Threaded, Checks::Off);
    RegisterBenchmark("ioctl_deterministic", ioctl, Mode::Deterministic, Checks::Off);
    RegisterBenchmark("ioctl_checked", ioctl, Mode::Threaded, Checks::On);
    RegisterBenchmark("two_atomics", two_atomics)->Iterations(1);
    RegisterBenchmark("two_clients", two_clients)->Iterations(1);
    RegisterBenchmark("device_cycle", device_cycle);
    RegisterBenchmark("machine_cycle", machine_cycle);
    RegisterBenchmark("pended", pended)->Iterations(1);
    RegisterBenchmark("run_start", run_start)->Iterations(5);
}

}  // namespace openkmdf::benchmarks
