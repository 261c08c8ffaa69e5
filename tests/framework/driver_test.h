#pragma once

#include "machine/machine_core.h"
#include "tests/framework/ddi.h"
#include "tests/support/tested.h"

#include <bugcodes.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <functional>
#include <optional>

// Tests of single functions of the framework: the test itself is the driver. It is loaded, bound
// and unloaded as a module is, its callbacks are lambdas of the test, and what it calls stands next
// to what is expected. `run` runs code as the driver's, at PASSIVE_LEVEL in the thread of the
// client.

namespace openkmdf::test {

class DriverTest : public testing::Test {
protected:
    explicit DriverTest(MachineOptions options = {});
    ~DriverTest() override;
    // Unloads the driver, whose callbacks need the whole fixture. Everything must be gone then:
    // what the driver left behind fails the test.
    void TearDown() override;

    // DriverEntry and EvtDriverDeviceAdd by default; the test changes what it needs before `load`
    // and `plug_in`.
    std::function<NTSTATUS(PDRIVER_OBJECT, PUNICODE_STRING)> driver_entry;
    WDF_DRIVER_CONFIG driver_config;
    WDF_OBJECT_ATTRIBUTES driver_attributes = attributes_with();
    std::function<NTSTATUS(PWDFDEVICE_INIT)> device_add;
    std::function<void(PWDFDEVICE_INIT)> before_create = [](PWDFDEVICE_INIT) {};
    WDF_OBJECT_ATTRIBUTES device_attributes = attributes_with();
    std::function<NTSTATUS()> after_create = [] { return STATUS_SUCCESS; };

    // DriverEntry; then a device ROOT\TEST that is opened as \\.\Test. Both must succeed.
    void load();
    void plug_in(const DeviceOptions &options = {});
    void start()
    {
        load();
        plug_in();
    }
    File open();

    template <class Body>
    void run(Body &&body)
    {
        ASSERT_TRUE(pc.core().call(body)) << *pc.bugcheck();
    }
    template <class Body>
    void run_at(KIRQL irql, Body &&body)
    {
        run([&] {
            KIRQL before;
            KeRaiseIrql(irql, &before);
            body();
            KeLowerIrql(before);
        });
    }
    // Runs what the framework must answer with a bugcheck, which is returned.
    template <class Body>
    Bugcheck stops(Body &&body)
    {
        EXPECT_FALSE(pc.core().call(body)) << "the machine lives on";
        expect_bugcheck_ = true;
        return pc.bugcheck().value_or(Bugcheck{});
    }
    // The same, for the kinds of WDF_VIOLATION.
    template <class Body>
    void violates(std::uint64_t kind, Body &&body)
    {
        const Bugcheck bugcheck = stops(body);
        EXPECT_EQ(bugcheck.code, WDF_VIOLATION) << bugcheck;
        EXPECT_EQ(bugcheck.parameters[0], kind) << bugcheck;
    }
    // The machine has died as it should.
    void expect_bugcheck() { expect_bugcheck_ = true; }

    // Calls `create` with its first allocation failing, then its second, until it reaches no
    // failing one: STATUS_INSUFFICIENT_RESOURCES each time, success at last. What it makes must be
    // undone in between.
    template <class Create>
    void fails_without_memory(Create create, NTSTATUS expected = STATUS_INSUFFICIENT_RESOURCES)
    {
        run([&] { try_without_memory(create, expected); });
    }
    // The same, for code that runs as the driver's already.
    template <class Create>
    void try_without_memory(Create create, NTSTATUS expected = STATUS_INSUFFICIENT_RESOURCES)
    {
        for (std::uint64_t nth = 1;; ++nth) {
            const std::uint64_t before = pc.allocations();
            pc.fail_allocation(nth);
            const NTSTATUS status = create();
            const bool reached = pc.allocations() - before >= nth;
            pc.fail_allocation(0);
            EXPECT_EQ(Status(status), reached ? Status(expected) : Status(STATUS_SUCCESS))
                << "allocation " << nth;
            if (!reached || status != expected) {
                EXPECT_GT(nth, 1u) << "nothing was allocated";
                return;
            }
        }
    }

    UnloadReport unload() { return pc.unload(driver); }
    static BuiltInEntry entry_point();

    Machine pc;
    Driver driver;
    Device device;
    WDFDRIVER wdf_driver = nullptr;
    WDFDEVICE wdf_device = nullptr;

private:
    static NTSTATUS NTAPI enter(PDRIVER_OBJECT driver_object, PUNICODE_STRING path);
    static NTSTATUS NTAPI add_device(WDFDRIVER driver, PWDFDEVICE_INIT init);
    static VOID NTAPI leave(PDRIVER_OBJECT driver_object);
    NTSTATUS bind(PDRIVER_OBJECT driver_object, PUNICODE_STRING path);

    static DriverTest *current_;
    bool expect_bugcheck_ = false;
    WDF_BIND_INFO2 bind_info_ = {};
    char16_t path_text_[256] = {};
    UNICODE_STRING path_ = {};
    PDRIVER_UNLOAD displaced_unload_ = nullptr;
    bool torn_down_ = false;
};

// NTSTATUS values by name.
#define EXPECT_STATUS(expression, expected)                                                        \
    EXPECT_EQ(::openkmdf::Status(expression), ::openkmdf::Status(expected))
#define ASSERT_STATUS(expression, expected)                                                        \
    ASSERT_EQ(::openkmdf::Status(expression), ::openkmdf::Status(expected))

}  // namespace openkmdf::test
