// File objects: what they say, where the framework keeps them, who gets creates, cleanups and
// closes.

#include "drivers/files.h"
#include "tests/support/tested.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace openkmdf {
namespace {

using Lines = std::vector<std::string>;

constexpr const char *kLink = R"(\\.\Files)";

struct Computer {
    explicit Computer(const std::string &letters, Checks checks = Checks::On)
        : machine({.checks = checks}), driver(machine.load(FILES_DRIVER)),
          device(machine.plug_in(driver, "ROOT\\FILES-" + letters))
    {
        machine.clear_trace();
    }

    // What the driver printed since the last time.
    Lines prints()
    {
        Lines lines = machine.trace().prints();
        sent_.assign(machine.trace().begin(), machine.trace().end());
        machine.clear_trace();
        return lines;
    }
    // How many devices got the request, up to the last call of prints().
    long sent(const char *major) const
    {
        return std::count_if(sent_.begin(), sent_.end(), [&](const Event &event) {
            return event.kind == EventKind::Irp && event.name.starts_with(major);
        });
    }
    bool noted(const char *text) const
    {
        return std::any_of(sent_.begin(), sent_.end(), [&](const Event &event) {
            return event.kind == EventKind::Note && event.name.find(text) != std::string::npos;
        });
    }
    std::string leaks()
    {
        const UnloadReport found = machine.unload(driver);
        return found.clean() ? std::string() : found.text();
    }

    Machine machine;
    Driver driver;
    Device device;

private:
    std::vector<Event> sent_;
};

TEST(FileObjectTest, SaysWhatWasOpened)
{
    OPENKMDF_TESTS(WdfFileObjectGetFileName, WdfFileObjectGetFlags, WdfFileObjectGetDevice,
                   WdfFileObjectWdmGetFileObject, WdfFileObjectGetInitiatorProcessId);
    Computer pc("");
    {
        File file = pc.machine.open(kLink);
        EXPECT_EQ(pc.prints(), (Lines{"create device of 1, wdm 1, flags 1, initiator 0",
                                      "contexts 1 0, found 1"}));
        File named = pc.machine.open(std::string(kLink) + "\\dir\\name");
        EXPECT_EQ(pc.prints(), (Lines{"create \\dir\\name of 1, wdm 1, flags 1, initiator 0",
                                      "contexts 1 0, found 1"}));
        named.write("x");
        file.write("x");
        EXPECT_EQ(pc.prints(), (Lines{"request of 2", "request of 1"}));
        EXPECT_FALSE(pc.noted("WdfRequestGetFileObject"));
        file.close();
        EXPECT_EQ(pc.prints(), (Lines{"cleanup 1", "close 1", "deleted 1"}));
    }
    EXPECT_EQ(pc.prints(), (Lines{"cleanup 2", "close 2", "deleted 2"}));
    EXPECT_EQ(pc.leaks(), "");
}

TEST(FileObjectTest, IsKeptWhereTheDriverSays)
{
    struct Case {
        const char *letters;
        const char *contexts;
    };
    for (const Case &it :
         {Case{"2", "contexts 0 1, found 1"}, Case{"X", "contexts 0 0, found 1"},
          Case{"2O", "contexts 0 1, found 1"}, Case{"O", "contexts 1 0, found 1"}}) {
        Computer pc(it.letters);
        {
            File file = pc.machine.open(kLink);
            const Lines lines = pc.prints();
            ASSERT_EQ(lines.size(), 2u) << it.letters;
            EXPECT_EQ(lines[1], it.contexts) << it.letters;
            file.write("x");
            EXPECT_EQ(pc.prints(), (Lines{"request of 1"})) << it.letters;
        }
        EXPECT_EQ(pc.leaks(), "");
    }
    // Not required: there is none, and its callbacks are not called.
    Computer pc("N");
    {
        File file = pc.machine.open(kLink);
        EXPECT_EQ(pc.prints(), (Lines{"create without object"}));
        file.write("x");
        EXPECT_EQ(pc.prints(), (Lines{"request of 0"}));
        EXPECT_FALSE(pc.noted("WdfRequestGetFileObject"));
    }
    EXPECT_EQ(pc.prints(), Lines{});
}

TEST(FileObjectTest, GoesWithARefusedCreate)
{
    for (const char *letters : {"R", "RQ"}) {
        Computer pc(letters);
        EXPECT_EQ(pc.machine.open(kLink).status(), Status(STATUS_SHARING_VIOLATION));
        // Without cleanup and close.
        EXPECT_EQ(pc.prints(), (Lines{"create device of 1, wdm 1, flags 1, initiator 0",
                                      "contexts 1 0, found 1", "deleted 1"}))
            << letters;
        EXPECT_EQ(pc.leaks(), "");
    }
}

TEST(FileObjectTest, AQueueMayTakeCreates)
{
    Computer pc("Q");
    File file = pc.machine.open(kLink);
    EXPECT_TRUE(file.ok()) << file.error();
    EXPECT_EQ(pc.prints(),
              (Lines{"create device of 1, wdm 1, flags 1, initiator 0", "contexts 1 0, found 1"}));
    file.close();
    EXPECT_EQ(pc.prints(), (Lines{"cleanup 1", "close 1", "deleted 1"}));
}

// The root bus answers no create, so one that is forwarded fails.
TEST(FileObjectTest, ForwardsWhatTheConfigurationSays)
{
    OPENKMDF_TESTS(WdfDeviceInitSetFileObjectConfig);
    struct Case {
        const char *letters;
        Status opened;
        int creates;
        int cleanups;
    };
    for (const Case &it : {
             Case{"", STATUS_SUCCESS, 1, 1},   // a function driver's callback
             Case{"C", STATUS_SUCCESS, 1, 1},  // ... none: let in by the framework
             Case{"F", STATUS_SUCCESS, 1, 2},  // the callback does not forward, cleanups are
             Case{"CF", STATUS_INVALID_DEVICE_REQUEST, 2,
                  0},  // no callback: the create is forwarded
             Case{"CFN", STATUS_INVALID_DEVICE_REQUEST, 2, 0},
             Case{"IC", STATUS_INVALID_DEVICE_REQUEST, 2, 0},  // a filter forwards
             Case{"I", STATUS_SUCCESS, 1, 2},
             Case{"ICL", STATUS_SUCCESS, 1, 1},  // unless it says otherwise
             Case{"IL", STATUS_SUCCESS, 1, 1},
         }) {
        Computer pc(it.letters);
        ASSERT_TRUE(pc.device.ok()) << pc.device.error();
        File file = pc.machine.open(kLink);
        EXPECT_EQ(file.status(), it.opened) << it.letters;
        file.close();
        pc.prints();
        EXPECT_EQ(pc.sent("IRP_MJ_CREATE"), it.creates) << it.letters;
        EXPECT_EQ(pc.sent("IRP_MJ_CLEANUP"), it.cleanups) << it.letters;
        EXPECT_EQ(pc.sent("IRP_MJ_CLOSE"), it.cleanups) << it.letters;
        EXPECT_EQ(pc.leaks(), "") << it.letters;
    }
}

TEST(FileObjectTest, CallbacksNeedThePassiveLevel)
{
    // Scope device with level dispatch: only without a scope of the files' own.
    EXPECT_EQ(Computer("D").device.status(), Status(STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL));
    for (const char *letters : {"DP", "DS", "DPS"}) {
        Computer pc(letters);
        ASSERT_TRUE(pc.device.ok()) << letters << pc.device.error();
        File file = pc.machine.open(kLink);
        EXPECT_TRUE(file.ok()) << letters;
        file.close();
        EXPECT_EQ(pc.prints().size(), 5u) << letters;
        EXPECT_EQ(pc.leaks(), "") << letters;
    }
}

TEST(FileObjectTest, RequestsWithoutAFile)
{
    // A create without a WDM file object makes no framework file object, which the verifier says of
    // the read.
    Computer pc("");
    File file = pc.machine.open(kLink);
    pc.prints();
    EXPECT_EQ(file.ioctl(IOCTL_FILES_WITHOUT_FILE), 0u);
    EXPECT_EQ(pc.prints(),
              (Lines{"create without object", "create without file: 0", "request of 0"}));
    EXPECT_TRUE(pc.noted("WdfRequestGetFileObject"));
    file.close();
    EXPECT_EQ(pc.leaks(), "");

    Computer prepared("O");
    file = prepared.machine.open(kLink);
    prepared.prints();
    EXPECT_EQ(file.ioctl(IOCTL_FILES_WITHOUT_FILE), 0u);
    EXPECT_EQ(prepared.prints().back(), "request of 0");
    EXPECT_FALSE(prepared.noted("WdfRequestGetFileObject"));
    file.close();
    EXPECT_EQ(prepared.leaks(), "");
}

// WdfFileObjectWdfCannotUseFsContexts on an exclusive device: the file object exists all the same.
TEST(FileObjectTest, AnExclusiveDeviceHasOneWithoutAFile)
{
    Computer pc("XE");
    File file = pc.machine.open(kLink);
    ASSERT_TRUE(file.ok()) << file.error();
    pc.prints();
    EXPECT_EQ(file.ioctl(IOCTL_FILES_WITHOUT_FILE), 0u);
    EXPECT_EQ(pc.prints(),
              (Lines{"create nothing of 1, wdm 0, flags 0, initiator 0", "create without file: 0",
                     "request of 2", "cleanup 2", "close 2", "deleted 2"}));
    file.close();
    EXPECT_EQ(pc.leaks(), "");
}

TEST(FileObjectTest, FailingAllocationsFailTheOpen)
{
    Computer pc("");
    unsigned refused = 0;
    for (std::uint64_t n = 1; n < 20; ++n) {
        pc.machine.fail_allocation(n);
        File file = pc.machine.open(kLink);
        pc.machine.fail_allocation(0);
        if (file.ok()) break;
        EXPECT_EQ(file.status(), Status(STATUS_INSUFFICIENT_RESOURCES));
        ++refused;
    }
    EXPECT_GT(refused, 1u);
    EXPECT_EQ(pc.leaks(), "");
}

}  // namespace
}  // namespace openkmdf
