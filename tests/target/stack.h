#pragma once

#include "drivers/target.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <string>

namespace openkmdf::test {

// The bottom device with the filter on top of it, and perhaps a WDM filter between.
struct Stack {
    explicit Stack(MachineOptions options, const char *bottom_driver = TARGET_BOTTOM_DRIVER,
                   bool with_wdm_filter = false)
        : pc(std::move(options))
    {
        bottom = pc.load(bottom_driver);
        EXPECT_TRUE(bottom) << bottom.error();
        top = pc.load(TARGET_TOP_DRIVER);
        EXPECT_TRUE(top) << top.error();
        DeviceOptions device_options;
        if (with_wdm_filter) {
            between = pc.load(TARGET_WDM_FILTER_DRIVER);
            EXPECT_TRUE(between) << between.error();
            device_options.upper_filters.push_back(between);
        }
        device_options.upper_filters.push_back(top);
        device = pc.plug_in(bottom, "ROOT\\BOTTOM", device_options);
        EXPECT_TRUE(device) << device.error();
        file = open();
        EXPECT_TRUE(file) << file.error();
    }

    File open() { return pc.open(R"(\\.\Bottom)"); }
    void set_way(TOP_WAY way)
    {
        EXPECT_EQ(file.ioctl(IOCTL_TOP_SET_WAY, std::as_bytes(std::span(&way, 1))), STATUS_SUCCESS);
    }
    TOP_COUNTS counts()
    {
        TOP_COUNTS counts{};
        EXPECT_EQ(
            file.ioctl(IOCTL_TOP_GET_COUNTS, {}, std::as_writable_bytes(std::span(&counts, 1))),
            sizeof counts);
        return counts;
    }
    // Everything goes without a trace.
    void take_down()
    {
        file.close();
        EXPECT_EQ(device.remove(), STATUS_SUCCESS);
        const UnloadReport of_top = pc.unload(top);
        EXPECT_TRUE(of_top.clean()) << of_top;
        const UnloadReport of_bottom = pc.unload(bottom);
        EXPECT_TRUE(of_bottom.clean()) << of_bottom;
        if (between) {
            const UnloadReport of_between = pc.unload(between);
            EXPECT_TRUE(of_between.clean()) << of_between;
        }
        EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
    }

    Machine pc;
    Driver bottom;
    Driver between;
    Driver top;
    Device device;
    File file;
};

inline std::string prints(Machine &pc)
{
    std::string text;
    for (const std::string &line : pc.trace().prints()) text += line;
    return text;
}

}  // namespace openkmdf::test
