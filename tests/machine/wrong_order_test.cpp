// The tutorial's calls in the wrong order, and each of them failing: everything is undone.

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <bugcodes.h>
#include <gtest/gtest.h>

namespace openkmdf {
namespace {

constexpr const char *kLink = R"(\\.\WrongOrder)";
constexpr std::uint64_t kMost = 10'000;

class WrongOrderTest : public testing::TestWithParam<Mode> {
protected:
    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        return options;
    }
    // EvtDriverDeviceAdd fails: no device, no name, nothing left behind.
    void add_fails(const char *module, Status expected)
    {
        Driver driver = pc.load(module);
        ASSERT_TRUE(driver) << driver.error();
        Device device = pc.plug_in(driver, "ROOT\\WRONG");
        EXPECT_EQ(device.status(), expected);
        EXPECT_EQ(pc.open(kLink).status(), STATUS_OBJECT_NAME_NOT_FOUND);
        const UnloadReport report = pc.unload(driver);
        EXPECT_TRUE(report.clean()) << report;
        EXPECT_FALSE(pc.bugcheck());
    }
    void add_breaks_a_rule(const char *module, const char *function)
    {
        Driver driver = pc.load(module);
        ASSERT_TRUE(driver) << driver.error();
        Device device = pc.plug_in(driver, "ROOT\\WRONG");
        EXPECT_FALSE(device);
        const auto bugcheck = pc.bugcheck();
        ASSERT_TRUE(bugcheck);
        EXPECT_EQ(bugcheck->code, std::uint32_t{WDF_VIOLATION});
        EXPECT_NE(bugcheck->message.find(function), std::string::npos) << *bugcheck;
    }

    Machine pc{options()};
};

TEST_P(WrongOrderTest, ASecondDriverObjectIsRefused)
{
    Driver driver = pc.load(DRIVER_TWICE_DRIVER);
    EXPECT_EQ(driver.status(), STATUS_DRIVER_INTERNAL_ERROR);
    EXPECT_FALSE(pc.bugcheck());
    Driver good = pc.load(TUTORIAL_DRIVER);
    EXPECT_TRUE(good) << good.error();
    EXPECT_TRUE(pc.unload(good).clean());
}

TEST_P(WrongOrderTest, ADriverThatMakesNoDriverObjectGetsNoDevices)
{
    Driver driver = pc.load(NO_DRIVER_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    Device device = pc.plug_in(driver, "ROOT\\WRONG");
    EXPECT_FALSE(device);
    EXPECT_FALSE(device.error().empty());
    EXPECT_FALSE(pc.bugcheck());
}

TEST_P(WrongOrderTest, ASecondDeviceNeedsAnInitOfItsOwn)
{
    add_fails(DEVICE_TWICE_DRIVER, STATUS_INVALID_PARAMETER);
}

TEST_P(WrongOrderTest, ALinkNeedsADevice)
{
    add_breaks_a_rule(LINK_BEFORE_DEVICE_DRIVER, "WdfDeviceCreateSymbolicLink");
}

TEST_P(WrongOrderTest, ASettingComesBeforeTheDevice)
{
    add_breaks_a_rule(INIT_AFTER_DEVICE_DRIVER, "WdfDeviceInitSetIoType");
}

TEST_P(WrongOrderTest, ADeviceGoesWithTheAddThatFails)
{
    add_fails(DEVICE_AND_FAILURE_DRIVER, STATUS_DEVICE_CONFIGURATION_ERROR);
}

TEST_P(WrongOrderTest, TwoDevicesCannotHaveOneLink)
{
    Driver driver = pc.load(TUTORIAL_DRIVER);
    Device first = pc.plug_in(driver, "ROOT\\TUTORIAL");
    ASSERT_TRUE(first) << first.error();
    Device second = pc.plug_in(driver, "ROOT\\TUTORIAL");
    EXPECT_EQ(second.status(), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_TRUE(pc.open(R"(\\.\Tutorial)"));
    EXPECT_EQ(first.remove(), STATUS_SUCCESS);
    Device third = pc.plug_in(driver, "ROOT\\TUTORIAL");
    EXPECT_TRUE(third) << third.error();
    EXPECT_TRUE(pc.unload(driver).clean());
}

// Loads, plugs in and opens; false where the failing allocation ended it.
bool live(Machine &pc)
{
    Driver driver = pc.load(TUTORIAL_DRIVER);
    if (!driver) return false;
    Device device = pc.plug_in(driver, "ROOT\\TUTORIAL");
    const bool opened = device && pc.open(R"(\\.\Tutorial)");
    pc.fail_allocation(0);
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    return opened;
}

TEST_P(WrongOrderTest, EachCreationThatFailsIsUndone)
{
    std::uint64_t failures = 0;
    for (std::uint64_t nth = 1; nth < kMost && !HasFailure(); ++nth) {
        SCOPED_TRACE(testing::Message() << "allocation " << nth);
        Machine machine(options());
        const std::uint64_t before = machine.allocations();
        machine.fail_allocation(nth);
        const bool lived = live(machine);
        const bool reached = machine.allocations() - before >= nth;
        machine.fail_allocation(0);
        EXPECT_TRUE(live(machine)) << "after a failure that was undone it works";
        EXPECT_FALSE(machine.bugcheck()) << *machine.bugcheck();
        failures += !lived;
        if (!reached) break;
    }
    EXPECT_GT(failures, 10u) << "hardly any creation failed";
}

INSTANTIATE_TEST_SUITE_P(BothModes, WrongOrderTest,
                         testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
