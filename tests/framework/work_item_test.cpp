// Work items.

#include "tests/framework/deferred_fixture.h"

#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace openkmdf::test {
namespace {

class WorkItemTest : public DeferredTest {};

INSTANTIATE_IN_BOTH_MODES(WorkItemTest);

TEST_P(WorkItemTest, RunsAtPassiveLevel)
{
    OPENKMDF_TESTS(WdfWorkItemCreate, WdfWorkItemEnqueue, WdfWorkItemFlush,
                   WdfWorkItemGetParentObject);
    auto work = [&](WDFWORKITEM) { note_run(); };
    WDFWORKITEM item = nullptr;
    run([&] {
        item = make_work_item(work);
        EXPECT_EQ(WdfWorkItemGetParentObject(item), wdf_device);
        WdfWorkItemFlush(item);
        EXPECT_EQ(runs, 0) << "there was nothing to wait for";
    });
    run_at(DISPATCH_LEVEL, [&] { WdfWorkItemEnqueue(item); });
    run([&] {
        WdfWorkItemFlush(item);
        EXPECT_EQ(runs, 1);
        EXPECT_EQ(irql, PASSIVE_LEVEL);
    });
}

TEST_P(WorkItemTest, IsNotQueuedTwice)
{
    OPENKMDF_TESTS(WdfWorkItemEnqueue, WdfWorkItemFlush);
    std::atomic<int> again = 0;
    auto work = [&](WDFWORKITEM item) {
        // While it runs another run is queued.
        if (runs++ == 0) {
            ++again;
            WdfWorkItemEnqueue(item);
        }
    };
    run([&] {
        WDFWORKITEM item = make_work_item(work);
        KIRQL before;
        KeRaiseIrql(DISPATCH_LEVEL, &before);
        for (int i = 0; i < 5; ++i) WdfWorkItemEnqueue(item);
        const int seen = runs;
        KeLowerIrql(before);
        WdfWorkItemFlush(item);
        if (GetParam() == Mode::Deterministic) {
            EXPECT_EQ(seen, 0);
            EXPECT_EQ(runs, 2);
        }
        EXPECT_EQ(again, 1);
    });
}

TEST_P(WorkItemTest, RunsInItsTurn)
{
    // Before the registration: a skipped case would count against its functions.
    if (GetParam() == Mode::Threaded) GTEST_SKIP() << "several workers run side by side";
    OPENKMDF_TESTS(WdfWorkItemEnqueue);
    std::string order;
    auto first = [&](WDFWORKITEM) { order += "first "; };
    auto second = [&](WDFWORKITEM) { order += "second "; };
    run([&] {
        WDFWORKITEM one = make_work_item(first), two = make_work_item(second);
        WdfWorkItemEnqueue(two);
        WdfWorkItemEnqueue(one);
        WdfWorkItemFlush(one);
        WdfWorkItemFlush(two);
    });
    EXPECT_EQ(order, "second first ");
}

TEST_P(WorkItemTest, WaitsForOverlappingRuns)
{
    OPENKMDF_TESTS(WdfWorkItemFlush);
    std::atomic<int> finished = 0;
    auto work = [&](WDFWORKITEM item) {
        const int number = ++runs;
        if (number == 1) WdfWorkItemEnqueue(item);
        LARGE_INTEGER delay;
        delay.QuadPart = number == 1 ? WDF_REL_TIMEOUT_IN_MS(1) : WDF_REL_TIMEOUT_IN_MS(8);
        KeDelayExecutionThread(KernelMode, FALSE, &delay);
        ++finished;
    };
    run([&] {
        WDFWORKITEM item = make_work_item(work);
        WdfWorkItemEnqueue(item);
        WdfWorkItemFlush(item);
        EXPECT_EQ(finished, 2);
    });
}

TEST_P(WorkItemTest, IsDeletedInItsCallback)
{
    std::vector<std::string> order;
    auto cleanup = [&](WDFOBJECT) { order.push_back("cleanup"); };
    auto work = [&](WDFWORKITEM item) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<int>();
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
        void *context;
        EXPECT_STATUS(WdfObjectAllocateContext(item, &attributes, &context), STATUS_SUCCESS);
        WdfObjectDelete(item);
        order.push_back("left the callback");
    };
    run([&] { WdfWorkItemEnqueue(make_work_item(work)); });
    pc.run_until_idle();
    EXPECT_EQ(order, (std::vector<std::string>{"left the callback", "cleanup"}));
}

TEST_P(WorkItemTest, IsDeletedAfterItsRunWhenQueued)
{
    auto work = [&](WDFWORKITEM) { note_run(); };
    run([&] {
        WDFWORKITEM item = make_work_item(work);
        WdfWorkItemEnqueue(item);
        WdfObjectDelete(item);
        EXPECT_EQ(runs, 1);
    });
}

TEST_P(WorkItemTest, IsWaitedForByItsParent)
{
    std::string order;
    auto work = [&](WDFWORKITEM) { order += "work "; };
    auto cleanup = [&](WDFOBJECT) { order += "cleanup "; };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = of_device();
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
        WDFOBJECT parent = nullptr;
        ASSERT_STATUS(WdfObjectCreate(&attributes, &parent), STATUS_SUCCESS);
        WdfWorkItemEnqueue(make_work_item(work, parent));
        WdfObjectDelete(parent);
    });
    pc.run_until_idle();
    EXPECT_EQ(order, "work cleanup ");
}

TEST_P(WorkItemTest, IsRefused)
{
    OPENKMDF_TESTS(WdfWorkItemCreate);
    auto work = [&](WDFWORKITEM) {};
    WDF_WORKITEM_CONFIG good;
    WDF_WORKITEM_CONFIG_INIT(&good, callback<PFN_WDF_WORKITEM>(work));
    auto create = [&](WDF_WORKITEM_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes) {
        auto item = reinterpret_cast<WDFWORKITEM>(this);
        const NTSTATUS status = WdfWorkItemCreate(&config, attributes, &item);
        EXPECT_EQ(item != nullptr, NT_SUCCESS(status));
        return status;
    };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = of_device(), orphan = attributes_with(),
                              of_driver = attributes_with(wdf_driver);
        EXPECT_STATUS(create(changed(good, [](auto &config) { config.Size += 8; }), &attributes),
                      STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_STATUS(create(changed(good, [](auto &config) { config.EvtWorkItemFunc = nullptr; }),
                             &attributes),
                      STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(create(good, nullptr), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &orphan), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &of_driver), STATUS_INVALID_DEVICE_REQUEST);
    });
}

}  // namespace
}  // namespace openkmdf::test
