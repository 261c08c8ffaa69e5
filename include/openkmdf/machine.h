#pragma once

#include <openkmdf/status.h>
#include <openkmdf/trace.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// One simulated computer in this process: load a driver, plug a device in, be its client, pull the
// plug.
//
//   openkmdf::Machine pc;
//   auto driver = pc.load(ECHO_DRIVER);
//   auto device = pc.plug_in(driver, "ROOT\\ECHO");
//   auto file   = pc.open(R"(\\.\Echo)");
//   EXPECT_EQ(file.write("hello"), 5u);
//
// Text is UTF-8. Nothing here throws: what can fail returns a value with status() and, where a
// sentence helps, error(). Handles (Driver, Device, File, Operation) may outlive their machine;
// they then fail with STATUS_DELETE_PENDING. After a bugcheck every call returns kMachineStopped at
// once.
//
// Thread safety: in deterministic mode a machine belongs to the thread that made it; further
// clients are started with `client`. In threaded mode any thread may be a client.

namespace openkmdf {

class Machine;
struct MachineCore;

// What calls on a machine return after its bugcheck.
inline constexpr Status kMachineStopped{
    static_cast<std::int32_t>(0xC0000463)};  // STATUS_DEVICE_HUNG

enum class Mode : std::uint8_t {
    Deterministic,  // one host thread, virtual time; a run is a function of inputs and seed
    Threaded,       // host threads and the real clock
};

enum class Strategy : std::uint8_t { RunToBlock, Random };

// Which function tables drivers are bound to.
enum class Checks : std::uint8_t {
    On,   // every call's IRQL, handles and parameters are checked
    Off,  // as fast as it gets
};

inline constexpr unsigned kMostProcessors = 64;

struct MachineOptions {
    Mode mode = Mode::Deterministic;
    unsigned processors = 2;  // 1 to kMostProcessors
    Strategy strategy = Strategy::RunToBlock;
    std::uint64_t seed = 0;
    Checks checks = Checks::On;
    bool trace = true;
    std::chrono::milliseconds watchdog{
        5000};                // processor time without a call to the system; 0: none
    std::string replay_file;  // take the choices from this file
    std::function<void(const Event &)> on_event;  // called for each event as it happens
};

// A stack frame with its source, innermost first in lists.
struct Frame {
    std::uint64_t address = 0;
    std::string function;
    std::string file;
    unsigned line = 0;
    bool in_driver = false;
};

// A bugcheck as a value.
struct Bugcheck {
    std::uint32_t code = 0;
    std::uint64_t parameters[4] = {};
    std::string driver;   // at fault, empty: unknown
    std::string message;  // what the driver did and what to do
    unsigned irql = 0;
    std::vector<Frame> stack;  // a driver's frame first, if there is one

    std::string name() const { return bugcheck_name(code); }
    // The whole report: code, parameters, message, stack with source lines, what went before.
    std::string report;
};

std::ostream &operator<<(std::ostream &out, const Bugcheck &bugcheck);

struct Leak {
    std::string what;  // "WDFMEMORY", "pool 'ohcE'", "device object \Device\Echo", "handle"
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::vector<Frame> allocated_at;
};

// What unloading a driver found.
class UnloadReport {
public:
    Status status;  // of the unload itself
    std::vector<Leak> leaks;
    // The most of a kernel stack that any thread of the machine has used; our own part of it is
    // that of this build, so with sanitizers it is larger.
    std::size_t stack_used = 0;

    bool clean() const { return status.ok() && leaks.empty(); }
    explicit operator bool() const { return clean(); }
    std::string text() const;
};

std::ostream &operator<<(std::ostream &out, const UnloadReport &report);

// DriverEntry of a driver that is part of the program: PDRIVER_INITIALIZE without the driver
// headers.
using BuiltInEntry = std::int32_t(__attribute__((ms_abi)) *)(void *driver_object,
                                                             void *registry_path);

class Driver {
public:
    Driver() = default;
    bool ok() const { return status().ok(); }
    explicit operator bool() const { return ok(); }
    Status status() const { return status_; }  // of loading it, DriverEntry's result included
    const std::string &error() const { return error_; }  // a sentence when it is not ok
    std::string name() const;

private:
    friend class Machine;
    std::weak_ptr<MachineCore> core_;
    std::uint32_t ordinal_ = 0;
    Status status_{static_cast<std::int32_t>(0xC000000D)};
    std::string error_;
};

// A memory or port range, an interrupt, ...: what a device gets. Raw and translated are the same.
struct Resource {
    enum class Kind : std::uint8_t { Memory, Port, Interrupt } kind = Kind::Memory;
    std::uint64_t start = 0;
    std::uint64_t length = 0;  // Interrupt: vector in start, level here
};

struct DeviceOptions {
    std::vector<Resource> resources;
    std::string description;
    // Drivers below and above the one that the device is plugged in for, in the order in which they
    // attach.
    std::vector<Driver> lower_filters;
    std::vector<Driver> upper_filters;
};

class Device {
public:
    Device() = default;
    bool ok() const { return status().ok(); }
    explicit operator bool() const { return ok(); }
    Status status() const { return status_; }  // of the arrival: AddDevice, start
    const std::string &error() const { return error_; }

    // Orderly removal: query first, then remove. STATUS_DEVICE_BUSY while files are open or the
    // driver refuses.
    Status remove();
    // The device is gone at once.
    void surprise_remove();
    Status stop();
    Status restart();
    bool present() const;
    // "ROOT\ECHO\0000"
    std::string instance_path() const;
    // Links of its enabled device interfaces, as programs open them (\\?\ROOT#...).
    std::vector<std::string> interfaces() const;

private:
    friend class Machine;
    std::weak_ptr<MachineCore> core_;
    void *node_ = nullptr;
    Status status_{static_cast<std::int32_t>(0xC000000D)};
    std::string error_;
};

// A request under way. Destroying it gives up the result; the request itself goes on.
class Operation {
public:
    Operation();
    Operation(Operation &&other) noexcept;
    Operation &operator=(Operation &&other) noexcept;
    ~Operation();

    bool done() const;
    // Runs the machine until it is done, then its result. A deadlock gives STATUS_PENDING (and a
    // bugcheck that says why).
    Result wait();
    // The same, as a status.
    Status status() { return wait().status(); }
    // At most this long; STATUS_TIMEOUT when it is not done by then.
    Result wait_for(std::chrono::nanoseconds duration);
    // CancelIoEx. True: the cancellation reached the driver or the queue.
    bool cancel();
    // What it read: valid when done.
    std::span<const std::byte> data();
    std::string text();

    struct Pending;

private:
    friend class File;
    void give_up();
    std::unique_ptr<Pending> pending_;
};

// Clients may share one, as threads share a handle; only closing and moving it need them to be
// gone.
class File {
public:
    File() = default;
    File(File &&other) noexcept;
    File &operator=(File &&other) noexcept;
    ~File();  // closes

    bool ok() const { return status().ok(); }
    explicit operator bool() const { return ok(); }
    Status status() const { return status_; }  // of the open
    const std::string &error() const { return error_; }

    Result read(std::span<std::byte> buffer, std::uint64_t offset = 0);
    // What was read, as text; empty when the read fails: see last_result.
    std::string read(std::size_t size, std::uint64_t offset = 0);
    Result write(std::span<const std::byte> data, std::uint64_t offset = 0);
    Result write(std::string_view text, std::uint64_t offset = 0);
    Result ioctl(std::uint32_t code, std::span<const std::byte> input = {},
                 std::span<std::byte> output = {});
    // Of trivially copyable structures: ioctl(code, in, out).
    template <class In, class Out>
    Result ioctl(std::uint32_t code, const In &input, Out &output) requires(
        std::is_trivially_copyable_v<In> &&std::is_trivially_copyable_v<Out>)
    {
        return ioctl(code, std::as_bytes(std::span(&input, 1)),
                     std::as_writable_bytes(std::span(&output, 1)));
    }

    Operation read_async(std::size_t size, std::uint64_t offset = 0);
    Operation write_async(std::span<const std::byte> data, std::uint64_t offset = 0);
    Operation write_async(std::string_view text, std::uint64_t offset = 0);
    Operation ioctl_async(std::uint32_t code, std::span<const std::byte> input = {},
                          std::size_t output_size = 0);

    // Of the read, write or ioctl that ended last, whichever client's it was.
    Result last_result() const
    {
        return {last_status_.load(std::memory_order_relaxed),
                last_information_.load(std::memory_order_relaxed)};
    }
    // CancelIo for every request of this file. The number of requests that were asked to stop.
    std::size_t cancel();
    void close();
    // The FILE_OBJECT behind it, for tools.
    void *native_handle() const { return file_; }

private:
    friend class Machine;
    friend class Operation;
    // The machine while it exists. One plain load on the request path: a lock of the weak pointer
    // costs two atomics, so the machine clears the word that all its files share.
    MachineCore *live() const { return live_ ? *live_ : nullptr; }

    std::weak_ptr<MachineCore> core_;
    std::shared_ptr<MachineCore *> live_;
    void *file_ = nullptr;
    Status status_{static_cast<std::int32_t>(0xC000000D)};
    Result remember(Result result)
    {
        last_status_.store(result.status().value(), std::memory_order_relaxed);
        last_information_.store(result.information(), std::memory_order_relaxed);
        return result;
    }
    std::atomic<std::int32_t> last_status_ = 0;
    std::atomic<std::uint64_t> last_information_ = 0;
    std::string error_;
};

// A client beside the main one, with user code of its own.
class Client {
public:
    Client() = default;
    Client(Client &&) noexcept;
    Client &operator=(Client &&) noexcept;
    ~Client();  // joins
    // Runs the machine until its code has returned.
    void join();

private:
    friend class Machine;
    std::weak_ptr<MachineCore> core_;
    void *activity_ = nullptr;
};

class Machine {
public:
    Machine() : Machine(MachineOptions{}) {}
    explicit Machine(MachineOptions options);
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    // A driver module (.so made by `kmdf build` or kmdf_add_driver): DriverEntry has run on return.
    Driver load(const std::string &path);
    // A driver that is part of this program: a test's own, a fake neighbour in the device stack.
    // Code of the whole program then counts as a driver's in reports.
    Driver load_built_in(std::string_view name, BuiltInEntry entry);
    // "ROOT\\ECHO" names the hardware id and the instance (ROOT\ECHO\0000, 0001, ...).
    Device plug_in(const Driver &driver, std::string_view hardware_id,
                   const DeviceOptions &options = {});
    // \\.\Name, \\?\..., or a path of the object name space (\Device\...).
    File open(std::string_view path);
    // The n-th enabled interface of a class.
    File open_interface(const GUID &interface_class, std::size_t index = 0);
    // Runs DriverUnload and forgets the module. Devices of the driver are removed first.
    UnloadReport unload(Driver &driver);

    Client client(std::string_view name, std::function<void()> body);

    // Virtual time passes; what becomes due runs.
    void advance(std::chrono::nanoseconds duration);
    void run_until_idle();
    // 100 ns since the machine started.
    std::int64_t now() const;

    const Trace &trace();
    void clear_trace();

    std::optional<Bugcheck> bugcheck() const;
    bool stopped() const;

    // The choices made so far, to be given as MachineOptions::replay_file.
    bool save_replay(const std::string &path) const;
    // Not empty: the replay file did not fit, and where.
    std::string replay_mismatch() const;
    // Recorded choices that were not asked for yet. Not zero where the recorded run ended: the
    // program has changed.
    std::size_t replay_left() const;

    // The n-th failable allocation from now on fails (1: the next); `and_later` all that follow
    // too. 0: none.
    void fail_allocation(std::uint64_t nth, bool and_later = false);
    std::uint64_t allocations() const;  // failable ones so far

    // For tools: the machine behind it.
    MachineCore &core() { return *core_; }

private:
    bool find_filters(const std::vector<Driver> &filters, void **objects);
    template <class Load>
    Driver load_with(Load load);

    std::shared_ptr<MachineCore> core_;
};

}  // namespace openkmdf
