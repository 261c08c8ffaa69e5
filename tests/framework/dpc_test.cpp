// DPCs, and what AutomaticSerialization asks of all three kinds of deferred callbacks.

#include "tests/framework/deferred_fixture.h"

using namespace std::chrono_literals;

namespace openkmdf::test {
namespace {

class DpcTest : public DeferredTest {};

INSTANTIATE_IN_BOTH_MODES(DpcTest);

TEST_P(DpcTest, RunsAtDispatchLevel)
{
    OPENKMDF_TESTS(WdfDpcCreate, WdfDpcEnqueue, WdfDpcGetParentObject, WdfDpcWdmGetDpc);
    auto run_dpc = [&](WDFDPC) { note_run(); };
    run([&] {
        WDFDPC dpc = make_dpc(run_dpc);
        EXPECT_EQ(WdfDpcGetParentObject(dpc), wdf_device);
        ASSERT_NE(WdfDpcWdmGetDpc(dpc), nullptr);
        KIRQL before;
        KeRaiseIrql(DISPATCH_LEVEL, &before);
        EXPECT_TRUE(WdfDpcEnqueue(dpc));
        EXPECT_FALSE(WdfDpcEnqueue(dpc)) << "it is queued";
        EXPECT_FALSE(KeInsertQueueDpc(WdfDpcWdmGetDpc(dpc), nullptr, nullptr));
        EXPECT_EQ(runs, 0);
        KeLowerIrql(before);
        EXPECT_EQ(runs, 1);
        EXPECT_EQ(irql, DISPATCH_LEVEL);
        EXPECT_TRUE(WdfDpcEnqueue(dpc));
        EXPECT_EQ(runs, 2) << "below DISPATCH_LEVEL it runs at once";
    });
}

TEST_P(DpcTest, IsEnqueuedAtAnyIrql)
{
    OPENKMDF_TESTS(WdfDpcEnqueue, WdfDpcCancel);
    auto run_dpc = [&](WDFDPC) { note_run(); };
    WDFDPC dpc = nullptr;
    run([&] { dpc = make_dpc(run_dpc); });
    run_at(HIGH_LEVEL, [&] {
        EXPECT_TRUE(WdfDpcEnqueue(dpc));
        EXPECT_TRUE(WdfDpcCancel(dpc, FALSE));
        EXPECT_TRUE(WdfDpcEnqueue(dpc));
    });
    EXPECT_EQ(runs, 1);
}

TEST_P(DpcTest, IsCancelledWhileItIsQueued)
{
    OPENKMDF_TESTS(WdfDpcCancel);
    auto run_dpc = [&](WDFDPC dpc) {
        EXPECT_FALSE(WdfDpcCancel(dpc, FALSE)) << "it runs";
        note_run();
    };
    run([&] {
        WDFDPC dpc = make_dpc(run_dpc);
        KIRQL before;
        KeRaiseIrql(DISPATCH_LEVEL, &before);
        WdfDpcEnqueue(dpc);
        EXPECT_TRUE(WdfDpcCancel(dpc, FALSE));
        KeLowerIrql(before);
        EXPECT_EQ(runs, 0);
        EXPECT_FALSE(WdfDpcCancel(dpc, TRUE)) << "it is not queued";
        WdfDpcEnqueue(dpc);
        EXPECT_FALSE(WdfDpcCancel(dpc, TRUE)) << "it has run";
        EXPECT_EQ(runs, 1);
    });
}

TEST_P(DpcTest, EndsAtPassiveLevel)
{
    std::atomic<int> cleanup_irql = -1;
    auto cleanup = [&](WDFOBJECT) { cleanup_irql = KeGetCurrentIrql(); };
    auto run_dpc = [&](WDFDPC) { EXPECT_EQ(cleanup_irql, -1) << "it does not run afterwards"; };
    WDFDPC dpc = nullptr;
    run([&] {
        dpc = make_dpc(run_dpc);
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<int>();
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
        void *context;
        EXPECT_STATUS(WdfObjectAllocateContext(dpc, &attributes, &context), STATUS_SUCCESS);
    });
    run_at(DISPATCH_LEVEL, [&] {
        WdfDpcEnqueue(dpc);
        WdfObjectDelete(dpc);
    });
    pc.run_until_idle();
    EXPECT_EQ(cleanup_irql, PASSIVE_LEVEL);
}

TEST_P(DpcTest, IsRefused)
{
    OPENKMDF_TESTS(WdfDpcCreate);
    auto run_dpc = [&](WDFDPC) {};
    WDF_DPC_CONFIG good;
    WDF_DPC_CONFIG_INIT(&good, callback<PFN_WDF_DPC>(run_dpc));
    auto create = [&](WDF_DPC_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes) {
        auto dpc = reinterpret_cast<WDFDPC>(this);
        const NTSTATUS status = WdfDpcCreate(&config, attributes, &dpc);
        EXPECT_EQ(dpc != nullptr, NT_SUCCESS(status));
        return status;
    };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = of_device(), orphan = attributes_with(),
                              of_driver = attributes_with(wdf_driver);
        EXPECT_STATUS(create(changed(good, [](auto &config) { config.Size += 8; }), &attributes),
                      STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_STATUS(
            create(changed(good, [](auto &config) { config.EvtDpcFunc = nullptr; }), &attributes),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(create(good, nullptr), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &orphan), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &of_driver), STATUS_INVALID_DEVICE_REQUEST);
        WDFOBJECT between = nullptr;
        ASSERT_STATUS(WdfObjectCreate(&attributes, &between), STATUS_SUCCESS);
        WDF_OBJECT_ATTRIBUTES below = attributes_with(between);
        EXPECT_STATUS(create(good, &below), STATUS_SUCCESS) << "a device is among its ancestors";
    });
}

// --- AutomaticSerialization ----------------------------------------------------------------------

class SerializedTest : public DriverTest {
protected:
    void start_with(WDF_EXECUTION_LEVEL level)
    {
        device_attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
        device_attributes.ExecutionLevel = level;
        start();
    }
    NTSTATUS create_dpc()
    {
        static auto nothing = [](WDFDPC) {};
        WDF_DPC_CONFIG config;
        WDF_DPC_CONFIG_INIT(&config, callback<PFN_WDF_DPC>(nothing));
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_device);
        WDFDPC dpc;
        return WdfDpcCreate(&config, &attributes, &dpc);
    }
    NTSTATUS create_timer(WDF_EXECUTION_LEVEL level)
    {
        static auto nothing = [](WDFTIMER) {};
        WDF_TIMER_CONFIG config;
        WDF_TIMER_CONFIG_INIT(&config, callback<PFN_WDF_TIMER>(nothing));
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_device);
        attributes.ExecutionLevel = level;
        WDFTIMER timer;
        return WdfTimerCreate(&config, &attributes, &timer);
    }
    NTSTATUS create_work_item()
    {
        static auto nothing = [](WDFWORKITEM) {};
        WDF_WORKITEM_CONFIG config;
        WDF_WORKITEM_CONFIG_INIT(&config, callback<PFN_WDF_WORKITEM>(nothing));
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_device);
        WDFWORKITEM item;
        return WdfWorkItemCreate(&config, &attributes, &item);
    }
};

TEST_F(SerializedTest, UnderADispatchParentIsForDpcsAndTimers)
{
    OPENKMDF_TESTS(WdfDpcCreate, WdfTimerCreate, WdfWorkItemCreate);
    start_with(WdfExecutionLevelDispatch);
    run([&] {
        EXPECT_STATUS(create_dpc(), STATUS_SUCCESS);
        EXPECT_STATUS(create_timer(WdfExecutionLevelInheritFromParent), STATUS_SUCCESS);
        EXPECT_STATUS(create_timer(WdfExecutionLevelPassive),
                      STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
        EXPECT_STATUS(create_work_item(), STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
    });
}

TEST_F(SerializedTest, UnderAPassiveParentIsForWorkItemsAndPassiveTimers)
{
    OPENKMDF_TESTS(WdfDpcCreate, WdfTimerCreate, WdfWorkItemCreate);
    start_with(WdfExecutionLevelPassive);
    run([&] {
        EXPECT_STATUS(create_dpc(), STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
        EXPECT_STATUS(create_timer(WdfExecutionLevelDispatch),
                      STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
        EXPECT_STATUS(create_timer(WdfExecutionLevelPassive), STATUS_SUCCESS);
        EXPECT_STATUS(create_work_item(), STATUS_SUCCESS);
    });
}

// The callback never runs while the driver holds the scope's lock on another processor.
TEST_F(SerializedTest, CallbacksHoldTheScopesLock)
{
    bool held = false;
    int runs = 0;
    auto run_dpc = [&](WDFDPC) {
        EXPECT_FALSE(held);
        ++runs;
    };
    start_with(WdfExecutionLevelDispatch);
    run([&] {
        WDF_DPC_CONFIG config;
        WDF_DPC_CONFIG_INIT(&config, callback<PFN_WDF_DPC>(run_dpc));
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_device);
        WDFDPC dpc = nullptr;
        ASSERT_STATUS(WdfDpcCreate(&config, &attributes, &dpc), STATUS_SUCCESS);
        KeSetTargetProcessorDpc(WdfDpcWdmGetDpc(dpc), 1);
        for (int i = 0; i < 20; ++i) {
            WdfObjectAcquireLock(wdf_device);
            held = true;
            WdfDpcEnqueue(dpc);
            for (int step = 0; step < 20; ++step) KeStallExecutionProcessor(1);
            EXPECT_EQ(runs, i);
            held = false;
            WdfObjectReleaseLock(wdf_device);
            KeFlushQueuedDpcs();
            EXPECT_EQ(runs, i + 1);
        }
    });
}

}  // namespace
}  // namespace openkmdf::test
