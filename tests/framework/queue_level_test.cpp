// At which IRQL and under which lock the callbacks of queues run ("Using Automatic
// Synchronization").

#include "tests/framework/request_fixture.h"

namespace openkmdf::test {
namespace {

struct Level {
    KIRQL irql = HIGH_LEVEL;
    bool in_critical_region = false;
    static Level now() { return {KeGetCurrentIrql(), KeAreApcsDisabled() != FALSE}; }
    friend bool operator==(const Level &, const Level &) = default;
    friend std::ostream &operator<<(std::ostream &out, const Level &level)
    {
        return out << "IRQL " << int{level.irql}
                   << (level.in_critical_region ? " in a critical region" : "");
    }
};

class QueueLevelTest : public RequestFixture {
protected:
    Level of_read, of_state, of_canceled;
    WDFQUEUE second = nullptr;
    std::function<void(WDFQUEUE, WDFCONTEXT)> note_state = [this](WDFQUEUE, WDFCONTEXT) {
        of_state = Level::now();
    };
    std::function<void(WDFQUEUE, WDFREQUEST)> note_canceled = [this](WDFQUEUE, WDFREQUEST request) {
        of_canceled = Level::now();
        WdfRequestComplete(request, STATUS_CANCELLED);
    };

    void start_at(WDF_SYNCHRONIZATION_SCOPE scope, WDF_EXECUTION_LEVEL level,
                  WDF_IO_QUEUE_DISPATCH_TYPE type = WdfIoQueueDispatchParallel)
    {
        device_attributes.SynchronizationScope = scope;
        device_attributes.ExecutionLevel = level;
        keep = [this](WDFQUEUE, WDFREQUEST request, size_t) {
            of_read = Level::now();
            got.push_back(request);
        };
        after_create = [this] {
            WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchManual);
            config.EvtIoCanceledOnQueue =
                callback<PFN_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE>(note_canceled);
            second = create_queue(config);
            return STATUS_SUCCESS;
        };
        start_with(type);
    }
    PFN_WDF_IO_QUEUE_STATE on_state() { return callback<PFN_WDF_IO_QUEUE_STATE>(note_state); }
    void expect_levels(Level expected)
    {
        Operation one = read();
        ASSERT_EQ(got.size(), 1u);
        EXPECT_EQ(of_read, expected);
        run([&] {
            WdfIoQueueStop(queue, on_state(), nullptr);
            EXPECT_STATUS(WdfRequestForwardToIoQueue(got[0], second), STATUS_SUCCESS);
            got.clear();
        });
        EXPECT_EQ(of_state, expected);
        one.cancel();
        EXPECT_EQ(of_canceled, expected);
        EXPECT_EQ(one.status(), STATUS_CANCELLED);
        run([&] { WdfIoQueueStart(queue); });
    }
};

TEST_F(QueueLevelTest, IsTheCallersWithoutAScope)
{
    start_at(WdfSynchronizationScopeNone, WdfExecutionLevelDispatch);
    expect_levels({PASSIVE_LEVEL, false});
}

TEST_F(QueueLevelTest, IsDispatchLevelUnderALock)
{
    start_at(WdfSynchronizationScopeDevice, WdfExecutionLevelDispatch);
    expect_levels({DISPATCH_LEVEL, false});
}

TEST_F(QueueLevelTest, IsDispatchLevelUnderALockOfTheQueue)
{
    start_at(WdfSynchronizationScopeQueue, WdfExecutionLevelDispatch);
    expect_levels({DISPATCH_LEVEL, false});
}

TEST_F(QueueLevelTest, IsPassiveLevelInACriticalRegion)
{
    start_at(WdfSynchronizationScopeNone, WdfExecutionLevelPassive);
    expect_levels({PASSIVE_LEVEL, true});
}

TEST_F(QueueLevelTest, IsPassiveLevelInACriticalRegionUnderALock)
{
    start_at(WdfSynchronizationScopeDevice, WdfExecutionLevelPassive);
    expect_levels({PASSIVE_LEVEL, true});
}

TEST_F(QueueLevelTest, IsReachedByAWorkerFromDispatchLevel)
{
    start_at(WdfSynchronizationScopeNone, WdfExecutionLevelPassive);
    Operation one = read();
    ASSERT_EQ(got.size(), 1u);
    of_read = {};
    run_at(DISPATCH_LEVEL, [&] {
        EXPECT_STATUS(WdfRequestForwardToIoQueue(got[0], second), STATUS_SUCCESS);
        got.clear();
        WDFREQUEST request = nullptr;
        ASSERT_STATUS(WdfIoQueueRetrieveNextRequest(second, &request), STATUS_SUCCESS);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, queue), STATUS_SUCCESS);
        EXPECT_TRUE(got.empty()) << "not at this IRQL";
    });
    pc.run_until_idle();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(of_read, (Level{PASSIVE_LEVEL, true}));
    run_at(DISPATCH_LEVEL, [&] {
        WdfIoQueueStop(queue, on_state(), nullptr);
        complete_here(got[0]);
        EXPECT_EQ(of_state, Level{});
    });
    pc.run_until_idle();
    EXPECT_EQ(of_state, (Level{PASSIVE_LEVEL, true}));
    EXPECT_EQ(one.status(), STATUS_SUCCESS);
}

TEST_F(QueueLevelTest, IsReachedByAWorkerWhenARequestIsCancelled)
{
    start_at(WdfSynchronizationScopeNone, WdfExecutionLevelPassive);
    Level of_cancel;
    cancel = [&](WDFREQUEST request) {
        of_cancel = Level::now();
        complete_here(request, STATUS_CANCELLED);
    };
    Operation marked = read(), forwarded = read();
    ASSERT_EQ(got.size(), 2u);
    run_at(DISPATCH_LEVEL, [&] {
        EXPECT_STATUS(WdfRequestForwardToIoQueue(got[1], second), STATUS_SUCCESS);
        PIRP second_irp = WdfRequestWdmGetIrp(got[1]);
        got.pop_back();
        EXPECT_STATUS(WdfRequestMarkCancelableEx(got[0], on_cancel()), STATUS_SUCCESS);
        IoCancelIrp(WdfRequestWdmGetIrp(got[0]));
        IoCancelIrp(second_irp);
        EXPECT_EQ(of_cancel, Level{});
        EXPECT_EQ(of_canceled, Level{});
    });
    pc.run_until_idle();
    EXPECT_EQ(of_cancel, (Level{PASSIVE_LEVEL, true}));
    EXPECT_EQ(of_canceled, (Level{PASSIVE_LEVEL, true}));
    EXPECT_EQ(marked.status(), STATUS_CANCELLED);
    EXPECT_EQ(forwarded.status(), STATUS_CANCELLED);
}

TEST_F(QueueLevelTest, IsReachedByAWorkerForTheReadyCallback)
{
    OPENKMDF_TESTS(WdfIoQueueReadyNotify);
    start_at(WdfSynchronizationScopeNone, WdfExecutionLevelPassive, WdfIoQueueDispatchManual);
    Operation one = read();
    run_at(DISPATCH_LEVEL, [&] {
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, on_state(), nullptr), STATUS_SUCCESS);
        EXPECT_EQ(of_state, Level{});
    });
    pc.run_until_idle();
    EXPECT_EQ(of_state, (Level{PASSIVE_LEVEL, true}));
    retrieve();
}

constexpr int kSeeds = 20;

// Handlers of one scope never overlap, whatever the interleaving.
class SerializedQueueTest : public RequestFixture, public testing::WithParamInterface<int> {
protected:
    SerializedQueueTest()
        : RequestFixture(
              {.strategy = Strategy::Random, .seed = static_cast<std::uint64_t>(GetParam())})
    {
    }
    int inside = 0, most = 0, calls = 0;

    void start_in(WDF_SYNCHRONIZATION_SCOPE scope)
    {
        device_attributes.SynchronizationScope = scope;
        keep = [this](WDFQUEUE, WDFREQUEST request, size_t) {
            most = std::max(most, ++inside);
            ++calls;
            for (int i = 0; i < 3; ++i) KeStallExecutionProcessor(1);
            --inside;
            WdfRequestComplete(request, STATUS_SUCCESS);
        };
        start_with(WdfIoQueueDispatchParallel);
    }
    void read_from_two_clients()
    {
        auto body = [this] {
            File own = pc.open(R"(\\.\Test)");
            for (int i = 0; i < 5; ++i) EXPECT_EQ(own.read_async(4).status(), STATUS_SUCCESS);
        };
        Client first = pc.client("first", body), second = pc.client("second", body);
        first.join();
        second.join();
        EXPECT_EQ(calls, 10);
    }
};

TEST_P(SerializedQueueTest, CallsOneHandlerAtATimeInAScope)
{
    start_in(GetParam() % 2 ? WdfSynchronizationScopeDevice : WdfSynchronizationScopeQueue);
    read_from_two_clients();
    EXPECT_EQ(most, 1);
}

// The counterpart: without a scope some seed overlaps them, else the test above tests nothing.
int seeds_with_overlap = 0;

TEST_P(SerializedQueueTest, CallsSeveralHandlersAtATimeWithoutAScope)
{
    start_in(WdfSynchronizationScopeNone);
    read_from_two_clients();
    seeds_with_overlap += most > 1;
    if (GetParam() < kSeeds - 1) return;
    EXPECT_GT(seeds_with_overlap, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SerializedQueueTest, testing::Range(0, kSeeds));

}  // namespace
}  // namespace openkmdf::test
