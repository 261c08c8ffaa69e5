#include "executive/io/io_manager.h"
#include "machine/machine_core.h"

#include <openkmdf/machine.h>

#include <fmt/format.h>

#include <cstring>

namespace openkmdf {

namespace {

using executive::IoManager;
using executive::io::IrpBlock;

PFILE_OBJECT file_object(void *file)
{
    return static_cast<PFILE_OBJECT>(file);
}

Result result_of(const IO_STATUS_BLOCK &status)
{
    return {Status(status.Status), status.Information};
}

IoManager::Transfer read_transfer(void *buffer, std::size_t size, std::uint64_t offset)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_READ;
    transfer.output = buffer;
    transfer.output_size = static_cast<std::uint32_t>(size);
    transfer.offset = static_cast<std::int64_t>(offset);
    return transfer;
}

IoManager::Transfer write_transfer(std::span<const std::byte> data, std::uint64_t offset)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_WRITE;
    transfer.input = data.data();
    transfer.input_size = static_cast<std::uint32_t>(data.size());
    transfer.offset = static_cast<std::int64_t>(offset);
    return transfer;
}

IoManager::Transfer control_transfer(std::uint32_t code, std::span<const std::byte> input,
                                     std::span<std::byte> output)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_DEVICE_CONTROL;
    transfer.code = code;
    transfer.input = input.data();
    transfer.input_size = static_cast<std::uint32_t>(input.size());
    transfer.output = output.data();
    transfer.output_size = static_cast<std::uint32_t>(output.size());
    return transfer;
}

Result run_transfer(MachineCore *core, void *file, const IoManager::Transfer &transfer)
{
    if (!core || !file) return {STATUS_INVALID_HANDLE, 0};
    IO_STATUS_BLOCK status;
    if (!core->call([&] { status = core->kernel->io->transfer(file_object(file), transfer); }))
        [[unlikely]]
        return {kMachineStopped, 0};
    return result_of(status);
}

std::span<const std::byte> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

// --- Opening and closing -------------------------------------------------------------------------

File Machine::open(std::string_view path)
{
    File file;
    file.core_ = core_;
    file.live_ = core_->live;
    const std::u16string name = machine::nt_path(path);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PFILE_OBJECT object = nullptr;
    const bool alive = core_->call([&] {
        ULONG_PTR information = 0;
        const UNICODE_STRING counted = machine::counted(name);
        status = core_->kernel->io->open_file(
            counted, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
            FILE_SHARE_READ | FILE_SHARE_WRITE, 0, &object, &information);
    });
    file.status_ = alive ? Status(status) : kMachineStopped;
    if (file.status_.ok()) file.file_ = object;
    else file.error_ = fmt::format("{} cannot be opened: {}.", path, file.status_.name());
    return file;
}

File Machine::open_interface(const GUID &interface_class, std::size_t index)
{
    std::string path;
    core_->call([&] {
        char16_t buffer[512];
        const std::size_t length = core_->kernel->pnp->interface_link(
            &interface_class, nullptr, index, buffer, std::size(buffer));
        if (length) path = machine::narrow({buffer, length});
    });
    if (!path.empty()) return open(path);
    File file;
    file.core_ = core_;
    file.status_ = core_->usable() ? Status(STATUS_OBJECT_NAME_NOT_FOUND) : kMachineStopped;
    file.error_ = "No enabled device interface of that class exists.";
    return file;
}

File::File(File &&other) noexcept
{
    *this = std::move(other);
}

File &File::operator=(File &&other) noexcept
{
    if (this == &other) return *this;
    close();
    core_ = std::move(other.core_);
    live_ = std::move(other.live_);
    file_ = std::exchange(other.file_, nullptr);
    status_ = other.status_;
    remember(other.last_result());
    error_ = std::move(other.error_);
    return *this;
}

File::~File()
{
    close();
}

void File::close()
{
    auto core = core_.lock();
    void *file = std::exchange(file_, nullptr);
    live_.reset();
    if (core && file) core->call([&] { core->kernel->io->close_file(file_object(file)); });
}

// --- Requests ------------------------------------------------------------------------------------

Result File::read(std::span<std::byte> buffer, std::uint64_t offset)
{
    return remember(
        run_transfer(live(), file_, read_transfer(buffer.data(), buffer.size(), offset)));
}

std::string File::read(std::size_t size, std::uint64_t offset)
{
    std::string text(size, '\0');
    const Result result = read(std::as_writable_bytes(std::span(text.data(), text.size())), offset);
    text.resize(result.ok() ? std::min<std::size_t>(result.information(), size) : 0);
    return text;
}

Result File::write(std::span<const std::byte> data, std::uint64_t offset)
{
    return remember(run_transfer(live(), file_, write_transfer(data, offset)));
}

Result File::write(std::string_view text, std::uint64_t offset)
{
    return write(bytes_of(text), offset);
}

Result File::ioctl(std::uint32_t code, std::span<const std::byte> input,
                   std::span<std::byte> output)
{
    return remember(run_transfer(live(), file_, control_transfer(code, input, output)));
}

std::size_t File::cancel()
{
    MachineCore *core = live();
    std::size_t count = 0;
    if (core && file_)
        core->call([&] { count = core->kernel->io->cancel_file(file_object(file_), nullptr); });
    return count;
}

// --- Operations ----------------------------------------------------------------------------------

// Buffers live in host memory and must stay put while the request is under way; a request that is
// given up leaves them to the machine, which frees them at its end.
struct Operation::Pending {
    std::weak_ptr<MachineCore> core;
    IrpBlock *block = nullptr;
    std::vector<std::byte> input;
    std::vector<std::byte> output;
    std::optional<Result> result;

    MachineCore *live() const
    {
        auto strong = core.lock();
        return strong && strong->usable() ? strong.get() : nullptr;
    }
    bool is_done() const { return IoManager::is_done(*block); }
    void collect(MachineCore &machine)
    {
        IO_STATUS_BLOCK status{};
        IrpBlock *taken = std::exchange(block, nullptr);
        if (machine.call([&] { status = machine.kernel->io->collect(*taken); }))
            result = result_of(status);
        else result = Result(kMachineStopped, 0);
    }
};

namespace {

template <class Fill>
void start(Operation::Pending &pending, MachineCore *core, void *file, Fill fill)
{
    if (!core || !file) {
        pending.result = Result(STATUS_INVALID_HANDLE, 0);
        return;
    }
    NTSTATUS failure = STATUS_SUCCESS;
    const IoManager::Transfer transfer = fill();
    if (!core->call([&] {
            pending.block = core->kernel->io->send(file_object(file), transfer, false, &failure);
        }))
        pending.result = Result(kMachineStopped, 0);
    else if (!pending.block) pending.result = Result(Status(failure), 0);
}

}  // namespace

Operation::Operation() = default;
Operation::Operation(Operation &&other) noexcept = default;

Operation &Operation::operator=(Operation &&other) noexcept
{
    if (this != &other) {
        give_up();
        pending_ = std::move(other.pending_);
    }
    return *this;
}

Operation::~Operation()
{
    give_up();
}

void Operation::give_up()
{
    if (!pending_ || !pending_->block) return;
    MachineCore *core = pending_->live();
    if (!core) return;
    const bool done = pending_->is_done();
    pending_->collect(*core);
    // Its buffers are still the driver's: they live as long as the machine.
    if (!done && core->usable())
        core->abandoned_buffers.push_back(
            {std::move(pending_->input), std::move(pending_->output)});
}

Operation File::read_async(std::size_t size, std::uint64_t offset)
{
    Operation operation;
    operation.pending_ = std::make_unique<Operation::Pending>();
    Operation::Pending &pending = *operation.pending_;
    pending.core = core_;
    pending.output.resize(size);
    start(pending, live(), file_,
          [&] { return read_transfer(pending.output.data(), size, offset); });
    return operation;
}

Operation File::write_async(std::span<const std::byte> data, std::uint64_t offset)
{
    Operation operation;
    operation.pending_ = std::make_unique<Operation::Pending>();
    Operation::Pending &pending = *operation.pending_;
    pending.core = core_;
    pending.input.assign(data.begin(), data.end());
    start(pending, live(), file_, [&] { return write_transfer(pending.input, offset); });
    return operation;
}

Operation File::write_async(std::string_view text, std::uint64_t offset)
{
    return write_async(bytes_of(text), offset);
}

Operation File::ioctl_async(std::uint32_t code, std::span<const std::byte> input,
                            std::size_t output_size)
{
    Operation operation;
    operation.pending_ = std::make_unique<Operation::Pending>();
    Operation::Pending &pending = *operation.pending_;
    pending.core = core_;
    pending.input.assign(input.begin(), input.end());
    pending.output.resize(output_size);
    start(pending, live(), file_,
          [&] { return control_transfer(code, pending.input, pending.output); });
    return operation;
}

bool Operation::done() const
{
    if (!pending_ || pending_->result) return true;
    return !pending_->live() || pending_->is_done();
}

Result Operation::wait()
{
    return wait_for(std::chrono::nanoseconds::max());
}

Result Operation::wait_for(std::chrono::nanoseconds duration)
{
    if (!pending_) return {STATUS_INVALID_HANDLE, 0};
    if (pending_->result) return *pending_->result;
    MachineCore *core = pending_->live();
    if (!core) return {kMachineStopped, 0};
    if (!pending_->is_done()) {
        const bool forever = duration == std::chrono::nanoseconds::max();
        const std::int64_t deadline =
            forever ? scheduler::kForever : core->scheduler->now() + duration.count() / 100;
        // In deterministic mode other clients and time itself go on only while host code waits.
        if (core->scheduler->threaded())
            core->call([&] { core->kernel->io->wait(*pending_->block, deadline); });
        else
            core->scheduler->run_until(
                [](void *block) { return IoManager::is_done(*static_cast<IrpBlock *>(block)); },
                pending_->block, deadline);
        if (!core->usable()) {
            core->note_death();
            pending_->block = nullptr;
            return *(pending_->result = Result(kMachineStopped, 0));
        }
        if (!pending_->is_done()) return {forever ? STATUS_PENDING : STATUS_TIMEOUT, 0};
    }
    pending_->collect(*core);
    return *pending_->result;
}

bool Operation::cancel()
{
    MachineCore *core = pending_ ? pending_->live() : nullptr;
    if (!core || !pending_->block) return false;
    bool delivered = false;
    core->call([&] { delivered = core->kernel->io->cancel(*pending_->block); });
    return delivered;
}

std::span<const std::byte> Operation::data()
{
    if (!pending_ || !pending_->result || !pending_->result->ok()) return {};
    const std::size_t size =
        std::min<std::size_t>(pending_->result->information(), pending_->output.size());
    return std::span(pending_->output).first(size);
}

std::string Operation::text()
{
    wait();
    const auto bytes = data();
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

}  // namespace openkmdf
