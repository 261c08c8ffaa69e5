#pragma once

#include "executive/cm/registry.h"
#include "executive/io/device.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/pnp_manager.h"
#include "executive/ps/processes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A computer for tests of I/O, PnP and power, and WDM drivers whose routines are closures of the
// test.

namespace openkmdf::executive::test {

using Mode = scheduler::Mode;

// What a driver does for each of its entries; what is not set has the behaviour of a filter driver.
struct Driver {
    std::u16string name;
    std::function<NTSTATUS(Driver &)> entry;
    std::function<NTSTATUS(Driver &, PDEVICE_OBJECT)> add_device;
    std::function<NTSTATUS(PDEVICE_OBJECT, PIRP)> on[IRP_MJ_MAXIMUM_FUNCTION + 1];
    std::function<void(Driver &)> unload;
    bool unloadable = true;
    // What its devices add to the flags; direct or buffered.
    ULONG io_flags = DO_BUFFERED_IO;
    PDRIVER_OBJECT object = nullptr;
    std::vector<std::string> *log = nullptr;

    // An unnamed device on top of the stack of `physical`.
    NTSTATUS attach(PDEVICE_OBJECT physical, std::u16string_view device_name = {});
};

struct Extension {
    PDEVICE_OBJECT lower;
    PDEVICE_OBJECT physical;
};

inline Extension &extension_of(PDEVICE_OBJECT device)
{
    return *static_cast<Extension *>(device->DeviceExtension);
}

inline std::string text_of(const Driver &driver)
{
    return {driver.name.begin(), driver.name.end()};
}

inline NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information = 0)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

inline NTSTATUS pass(PDEVICE_OBJECT device, PIRP irp)
{
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(extension_of(device).lower, irp);
}

inline const char *pnp_name(UCHAR minor)
{
    switch (minor) {
    case IRP_MN_START_DEVICE:
        return "start";
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return "query-remove";
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        return "cancel-remove";
    case IRP_MN_REMOVE_DEVICE:
        return "remove";
    case IRP_MN_SURPRISE_REMOVAL:
        return "surprise";
    case IRP_MN_QUERY_STOP_DEVICE:
        return "query-stop";
    case IRP_MN_CANCEL_STOP_DEVICE:
        return "cancel-stop";
    case IRP_MN_STOP_DEVICE:
        return "stop";
    case IRP_MN_FILTER_RESOURCE_REQUIREMENTS:
        return "filter-resources";
    case IRP_MN_QUERY_CAPABILITIES:
        return "capabilities";
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        return "state";
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        return "relations";
    default:
        return "other";
    }
}

// What any driver of a stack does with a PnP IRP.
inline NTSTATUS default_pnp(PDEVICE_OBJECT device, PIRP irp)
{
    const UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    if (minor != IRP_MN_REMOVE_DEVICE) return pass(device, irp);
    irp->IoStatus.Status = STATUS_SUCCESS;
    NTSTATUS status = pass(device, irp);
    IoDetachDevice(extension_of(device).lower);
    IoDeleteDevice(device);
    return status;
}

inline const int kClientTag = 0;

inline Driver &driver_of(PDRIVER_OBJECT object)
{
    return **static_cast<Driver **>(
        IoGetDriverObjectExtension(object, const_cast<int *>(&kClientTag)));
}

inline NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    Driver &driver = driver_of(device->DriverObject);
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    const UCHAR major = location->MajorFunction;
    if (major == IRP_MJ_PNP && driver.log)
        driver.log->push_back(text_of(driver) + " " + pnp_name(location->MinorFunction));
    if (driver.on[major]) return driver.on[major](device, irp);
    if (major == IRP_MJ_PNP) return default_pnp(device, irp);
    const bool is_bottom = !device->DeviceExtension || !extension_of(device).lower ||
                           extension_of(device).lower == extension_of(device).physical;
    if (is_bottom && (major == IRP_MJ_CREATE || major == IRP_MJ_CLEANUP || major == IRP_MJ_CLOSE))
        return complete(irp, STATUS_SUCCESS);
    if (device->DeviceExtension && extension_of(device).lower) return pass(device, irp);
    return complete(irp, STATUS_INVALID_DEVICE_REQUEST);
}

inline NTSTATUS NTAPI add_device(PDRIVER_OBJECT object, PDEVICE_OBJECT physical)
{
    Driver &driver = driver_of(object);
    if (driver.log) driver.log->push_back(text_of(driver) + " add");
    if (driver.add_device) return driver.add_device(driver, physical);
    return driver.attach(physical);
}

inline void NTAPI unload(PDRIVER_OBJECT object)
{
    Driver &driver = driver_of(object);
    if (driver.unload) return driver.unload(driver);
}

inline Driver *loading;

inline NTSTATUS NTAPI driver_entry(PDRIVER_OBJECT object, PUNICODE_STRING)
{
    Driver &driver = *loading;
    driver.object = object;
    void *extension;
    NTSTATUS status = IoAllocateDriverObjectExtension(object, const_cast<int *>(&kClientTag),
                                                      sizeof(void *), &extension);
    if (!NT_SUCCESS(status)) return status;
    *static_cast<Driver **>(extension) = &driver;
    for (PDRIVER_DISPATCH &entry : object->MajorFunction) entry = dispatch;
    object->DriverExtension->AddDevice = add_device;
    if (driver.unloadable) object->DriverUnload = unload;
    return driver.entry ? driver.entry(driver) : STATUS_SUCCESS;
}

inline NTSTATUS Driver::attach(PDEVICE_OBJECT physical, std::u16string_view device_name)
{
    UNICODE_STRING text = io::counted(device_name);
    PDEVICE_OBJECT device;
    NTSTATUS status =
        IoCreateDevice(object, sizeof(Extension), device_name.empty() ? nullptr : &text,
                       FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    extension_of(device).physical = physical;
    extension_of(device).lower = IoAttachDeviceToDeviceStack(device, physical);
    device->Flags |= io_flags;
    device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    return extension_of(device).lower ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

class Computer {
public:
    explicit Computer(Mode mode, std::uint64_t seed = 0)
    {
        scheduler::Options options;
        options.mode = mode;
        if (seed) {
            options.strategy = scheduler::StrategyKind::Random;
            options.seed = seed;
        }
        arena_ = scheduler::Arena::create();
        scheduler_ = scheduler::Scheduler::create(*arena_, options);
        kernel_ = create_kernel(*scheduler_, *arena_);
        call([&] {
            ObjectManager::create(*kernel_);
            Processes::create(*kernel_);
            kernel_->registry = Registry::create(*kernel_);
            IoManager::create(*kernel_);
            PnpManager::create(*kernel_);
        });
    }
    ~Computer()
    {
        scheduler_.reset();
        scheduler::Arena::destroy(arena_);
    }

    Kernel &kernel() { return *kernel_; }
    scheduler::Scheduler &scheduler() { return *scheduler_; }
    scheduler::Arena &arena() { return *arena_; }

    template <class Body>
    bool call(Body &&body)
    {
        return scheduler_->kernel_call(scheduler_->client_activity(), std::forward<Body>(body));
    }
    template <class Result, class Body>
    Result get(Result otherwise, Body &&body)
    {
        call([&] { otherwise = body(); });
        return otherwise;
    }

    NTSTATUS load(Driver &driver)
    {
        return get(STATUS_UNSUCCESSFUL, [&] {
            loading = &driver;
            return kernel_->pnp->load_driver(driver.name, driver_entry, &driver.object);
        });
    }
    NTSTATUS unload(Driver &driver, pnp::UnloadReport *report = nullptr)
    {
        return get(STATUS_UNSUCCESSFUL,
                   [&] { return kernel_->pnp->unload(driver.object, report); });
    }

    // The drivers from the bottom up; the function driver is the one at `function`.
    NTSTATUS plug_in(std::initializer_list<Driver *> stack, pnp::DevNode **node,
                     std::size_t function = 0)
    {
        pnp::DeviceDescription description;
        description.device_id = u"ROOT\\ECHO";
        std::size_t index = 0, below = 0, above = 0;
        for (Driver *driver : stack) {
            if (index < function) description.drivers.lower[below++] = driver->object;
            else if (index == function) description.drivers.function = driver->object;
            else description.drivers.upper[above++] = driver->object;
            ++index;
        }
        return plug_in(description, node);
    }
    NTSTATUS plug_in(const pnp::DeviceDescription &description, pnp::DevNode **node)
    {
        *node = nullptr;
        return get(STATUS_UNSUCCESSFUL, [&] { return kernel_->pnp->plug_in(description, node); });
    }
    template <class Operation>
    NTSTATUS with(pnp::DevNode *node, Operation operation)
    {
        return get(STATUS_UNSUCCESSFUL, [&] { return (kernel_->pnp->*operation)(*node); });
    }
    void release(pnp::DevNode *node)
    {
        call([&] { kernel_->pnp->release(*node); });
    }

    NTSTATUS open(std::u16string_view path, PFILE_OBJECT *file)
    {
        *file = nullptr;
        return get(STATUS_UNSUCCESSFUL, [&] {
            return kernel_->io->open_file(io::counted(path), FILE_GENERIC_READ | FILE_GENERIC_WRITE,
                                          0, 0, file, nullptr);
        });
    }
    void close(PFILE_OBJECT file)
    {
        call([&] { kernel_->io->close_file(file); });
    }
    IO_STATUS_BLOCK transfer(PFILE_OBJECT file, const IoManager::Transfer &transfer)
    {
        IO_STATUS_BLOCK result{};
        result.Status = STATUS_UNSUCCESSFUL;
        call([&] { result = kernel_->io->transfer(file, transfer); });
        return result;
    }
    io::IrpBlock *send(PFILE_OBJECT file, const IoManager::Transfer &transfer)
    {
        NTSTATUS failure = STATUS_SUCCESS;
        return get(static_cast<io::IrpBlock *>(nullptr),
                   [&] { return kernel_->io->send(file, transfer, false, &failure); });
    }
    bool wait(io::IrpBlock *block)
    {
        return call([&] { kernel_->io->wait(*block); });
    }
    IO_STATUS_BLOCK collect(io::IrpBlock *block)
    {
        IO_STATUS_BLOCK result{};
        call([&] { result = kernel_->io->collect(*block); });
        return result;
    }
    std::uint32_t bugcheck() const { return kernel_->bugcheck.code; }

private:
    scheduler::Arena *arena_ = nullptr;
    std::unique_ptr<scheduler::Scheduler> scheduler_;
    Kernel *kernel_ = nullptr;
};

constexpr ULONG control_code(ULONG method)
{
    return CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS);
}

inline IoManager::Transfer read_of(void *buffer, std::size_t size)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_READ;
    transfer.output = buffer;
    transfer.output_size = static_cast<std::uint32_t>(size);
    return transfer;
}

inline IoManager::Transfer write_of(const void *buffer, std::size_t size)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_WRITE;
    transfer.input = buffer;
    transfer.input_size = static_cast<std::uint32_t>(size);
    return transfer;
}

inline IoManager::Transfer control_of(ULONG code, const void *in, std::size_t in_size, void *out,
                                      std::size_t out_size)
{
    IoManager::Transfer transfer;
    transfer.major = IRP_MJ_DEVICE_CONTROL;
    transfer.code = code;
    transfer.input = in;
    transfer.input_size = static_cast<std::uint32_t>(in_size);
    transfer.output = out;
    transfer.output_size = static_cast<std::uint32_t>(out_size);
    return transfer;
}

// Both modes; a test with an order between threads waits on conditions.
class InBothModes : public testing::TestWithParam<Mode> {
protected:
    // The rest of a test, in the kernel.
    template <class Body>
    void in_kernel(Body &&body)
    {
        ASSERT_TRUE(pc.call(std::forward<Body>(body))) << pc.kernel().bugcheck.message;
    }
    // Runs `body` with an allocation that fails, the next one.
    template <class Body>
    auto without_memory(Body body)
    {
        pc.arena().fail_allocation(1, false);
        auto result = body();
        pc.arena().fail_allocation(0, false);
        return result;
    }

    Computer pc{GetParam()};
    std::vector<std::string> log;
};

inline std::string mode_name(const testing::TestParamInfo<Mode> &info)
{
    return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
}

#define OPENKMDF_IN_BOTH_MODES(suite)                                                              \
    INSTANTIATE_TEST_SUITE_P(Modes, suite, testing::Values(Mode::Deterministic, Mode::Threaded),   \
                             mode_name)

}  // namespace openkmdf::executive::test
