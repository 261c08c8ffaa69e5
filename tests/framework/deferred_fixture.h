#pragma once

#include "tests/framework/driver_test.h"

#include <atomic>

namespace openkmdf::test {

// Tests of callbacks that run later, in both modes.
class DeferredTest : public DriverTest, public testing::WithParamInterface<Mode> {
protected:
    DeferredTest() : DriverTest({.mode = GetParam()}) {}
    void SetUp() override { start(); }
    WDF_OBJECT_ATTRIBUTES of_device() const { return attributes_with(wdf_device); }

    template <class Lambda>
    WDFDPC make_dpc(Lambda &lambda)
    {
        WDF_DPC_CONFIG config;
        WDF_DPC_CONFIG_INIT(&config, callback<PFN_WDF_DPC>(lambda));
        WDF_OBJECT_ATTRIBUTES attributes = of_device();
        WDFDPC dpc = nullptr;
        EXPECT_STATUS(WdfDpcCreate(&config, &attributes, &dpc), STATUS_SUCCESS);
        return dpc;
    }
    template <class Lambda>
    WDFTIMER make_timer(Lambda &lambda, LONG period = 0,
                        WDF_EXECUTION_LEVEL level = WdfExecutionLevelInheritFromParent)
    {
        WDF_TIMER_CONFIG config;
        WDF_TIMER_CONFIG_INIT_PERIODIC(&config, callback<PFN_WDF_TIMER>(lambda), period);
        config.AutomaticSerialization = FALSE;
        WDF_OBJECT_ATTRIBUTES attributes = of_device();
        attributes.ExecutionLevel = level;
        WDFTIMER timer = nullptr;
        EXPECT_STATUS(WdfTimerCreate(&config, &attributes, &timer), STATUS_SUCCESS);
        return timer;
    }
    template <class Lambda>
    WDFWORKITEM make_work_item(Lambda &lambda, WDFOBJECT parent = nullptr)
    {
        WDF_WORKITEM_CONFIG config;
        WDF_WORKITEM_CONFIG_INIT(&config, callback<PFN_WDF_WORKITEM>(lambda));
        WDF_OBJECT_ATTRIBUTES attributes = parent ? attributes_with(parent) : of_device();
        WDFWORKITEM item = nullptr;
        EXPECT_STATUS(WdfWorkItemCreate(&config, &attributes, &item), STATUS_SUCCESS);
        return item;
    }

    std::atomic<int> runs = 0;
    std::atomic<int> irql = -1;
    void note_run()
    {
        irql = KeGetCurrentIrql();
        ++runs;
    }
};

// Whatever differs from a good configuration.
template <class Config, class Change>
Config changed(Config config, Change change)
{
    change(config);
    return config;
}

#define INSTANTIATE_IN_BOTH_MODES(suite)                                                           \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        , suite, testing::Values(Mode::Deterministic, Mode::Threaded), [](const auto &info) {      \
            return info.param == Mode::Threaded ? "Threaded" : "Deterministic";                    \
        })

}  // namespace openkmdf::test
