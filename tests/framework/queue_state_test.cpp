// The states that a driver and the power of its device put an I/O queue into.

#include "tests/framework/request_fixture.h"

#include <atomic>

namespace openkmdf::test {
namespace {

class QueueStateTest : public QueueFixture {};

INSTANTIATE_IN_BOTH_MODES(QueueStateTest);

// --- Start and stop ------------------------------------------------------------------------------

TEST_P(QueueStateTest, StoppedHoldsWhatArrives)
{
    OPENKMDF_TESTS(WdfIoQueueStop, WdfIoQueueStart, WdfIoQueueGetState);
    start_with(WdfIoQueueDispatchParallel);
    Operation delivered = read();
    run([&] { WdfIoQueueStop(queue, counted(), this); });
    EXPECT_EQ(reached, 0) << "the driver has a request";
    Operation waiting = read();
    EXPECT_EQ(got.size(), 1u);
    EXPECT_EQ(state(), (State{kAccepts, 1, 1}));
    complete(got[0]);
    EXPECT_EQ(reached, 1);
    run([&] { EXPECT_TRUE(WDF_IO_QUEUE_STOPPED(WdfIoQueueGetState(queue, nullptr, nullptr))); });
    EXPECT_TRUE(got.empty());
    run([&] {
        WdfIoQueueStart(queue);
        EXPECT_EQ(got.size(), 1u) << "the handler runs in the call";
    });
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty, 0, 1}));
    EXPECT_EQ(reached, 1);
}

TEST_P(QueueStateTest, StoppingAnIdleOneIsDoneAtOnce)
{
    OPENKMDF_TESTS(WdfIoQueueStop, WdfIoQueueStopSynchronously, WdfIoQueueDrainSynchronously,
                   WdfIoQueuePurgeSynchronously, WdfIoQueueStopAndPurgeSynchronously);
    start_with(WdfIoQueueDispatchManual);
    run([&] {
        WdfIoQueueStop(queue, counted(), this);
        EXPECT_EQ(reached, 1);
        WdfIoQueueStart(queue);
        WdfIoQueueStopSynchronously(queue);
        WdfIoQueueStart(queue);
        WdfIoQueueDrainSynchronously(queue);
        WdfIoQueueStart(queue);
        WdfIoQueuePurgeSynchronously(queue);
        WdfIoQueueStart(queue);
        WdfIoQueueStopAndPurgeSynchronously(queue);
        WdfIoQueueStart(queue);
    });
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty | kDriverHasNone, 0, 0}));
}

TEST_P(QueueStateTest, StoppedIsNotRetrievedFrom)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveNextRequest);
    start_with(WdfIoQueueDispatchManual);
    Operation waiting = read();
    run([&] {
        WDFREQUEST request;
        WdfIoQueueStop(queue, nullptr, nullptr);
        EXPECT_STATUS(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_WDF_PAUSED);
        WdfIoQueueStart(queue);
    });
    EXPECT_NE(retrieve(), nullptr);
}

TEST_P(QueueStateTest, SynchronousFormsWaitForTheDriver)
{
    OPENKMDF_TESTS(WdfIoQueueStopSynchronously, WdfIoQueueDrainSynchronously,
                   WdfIoQueuePurgeSynchronously, WdfIoQueueStopAndPurgeSynchronously);
    start_with(WdfIoQueueDispatchParallel);
    for (auto *change : {&WdfIoQueueStopSynchronously, &WdfIoQueueDrainSynchronously,
                         &WdfIoQueuePurgeSynchronously, &WdfIoQueueStopAndPurgeSynchronously}) {
        Operation delivered = read();
        ASSERT_EQ(got.size(), 1u);
        std::atomic<bool> returned = false;
        Client waiter = pc.client("waiter", [&] {
            pc.core().call([&] { (*change)(queue); });
            returned = true;
        });
        pc.run_until_idle();
        EXPECT_FALSE(returned);
        complete(got[0]);
        waiter.join();
        EXPECT_TRUE(returned);
        run([&] { WdfIoQueueStart(queue); });
    }
}

TEST_P(QueueStateTest, SynchronousFormsAreNotForHandlers)
{
    OPENKMDF_TESTS(WdfIoQueueStopSynchronously);
    keep = [&](WDFQUEUE of, WDFREQUEST, size_t) { WdfIoQueueStopSynchronously(of); };
    start_with(WdfIoQueueDispatchParallel);
    expect_bugcheck();
    EXPECT_EQ(read().status(), kMachineStopped);
    ASSERT_TRUE(pc.bugcheck());
    EXPECT_EQ(pc.bugcheck()->code, WDF_VIOLATION);
    EXPECT_EQ(pc.bugcheck()->parameters[0], WDF_QUEUE_FATAL_ERROR);
}

// --- Drain ---------------------------------------------------------------------------------------

TEST_P(QueueStateTest, DrainedRefusesArrivalsAndDeliversTheRest)
{
    OPENKMDF_TESTS(WdfIoQueueDrain, WdfIoQueueGetState);
    start_with(WdfIoQueueDispatchSequential);
    Operation first = read(), second = read();
    run([&] { WdfIoQueueDrain(queue, counted(), this); });
    EXPECT_EQ(state(), (State{kDispatches, 1, 1}));
    EXPECT_EQ(read().status(), STATUS_INVALID_DEVICE_STATE);
    complete(got[0]);
    EXPECT_EQ(reached, 0);
    ASSERT_EQ(got.size(), 1u) << "what waited is delivered";
    complete(got[0]);
    EXPECT_EQ(reached, 1);
    EXPECT_EQ(second.status(), STATUS_SUCCESS);
    run([&] {
        EXPECT_TRUE(WDF_IO_QUEUE_DRAINED(WdfIoQueueGetState(queue, nullptr, nullptr)));
        WdfIoQueueStart(queue);
    });
    Operation third = read();
    EXPECT_EQ(got.size(), 1u);
    EXPECT_EQ(reached, 1);
}

TEST_P(QueueStateTest, StopLetsADrainedOneAcceptAgain)
{
    OPENKMDF_TESTS(WdfIoQueueStop, WdfIoQueueDrain);
    start_with(WdfIoQueueDispatchManual);
    run([&] {
        WdfIoQueueDrain(queue, nullptr, nullptr);
        WdfIoQueueStop(queue, nullptr, nullptr);
    });
    EXPECT_EQ(state(), (State{kAccepts | kEmpty | kDriverHasNone, 0, 0}));
    Operation waiting = read();
    EXPECT_FALSE(waiting.done());
    run([&] { WdfIoQueueStart(queue); });
}

// --- Purge ---------------------------------------------------------------------------------------

TEST_P(QueueStateTest, PurgedCancelsWhatItHasAndRefusesArrivals)
{
    OPENKMDF_TESTS(WdfIoQueuePurge, WdfIoQueueGetState);
    int cancels = 0;
    auto cancel = [&](WDFREQUEST request) {
        ++cancels;
        complete_here(request, STATUS_CANCELLED);
    };
    start_with(WdfIoQueueDispatchManual);
    Operation stubborn = read(), cancelable = read(), waiting = read();
    WDFREQUEST kept = retrieve(), marked = retrieve();
    run([&] {
        WdfRequestMarkCancelable(marked, callback<PFN_WDF_REQUEST_CANCEL>(cancel));
        WdfIoQueuePurge(queue, counted(), this);
    });
    EXPECT_EQ(waiting.status(), STATUS_CANCELLED);
    EXPECT_EQ(cancelable.status(), STATUS_CANCELLED);
    EXPECT_EQ(cancels, 1);
    EXPECT_FALSE(stubborn.done());
    EXPECT_EQ(reached, 0);
    EXPECT_EQ(state(), (State{kDispatches | kEmpty, 0, 1}));
    EXPECT_EQ(read().status(), STATUS_INVALID_DEVICE_STATE);
    complete(kept);
    EXPECT_EQ(reached, 1);
    run([&] {
        EXPECT_TRUE(WDF_IO_QUEUE_PURGED(WdfIoQueueGetState(queue, nullptr, nullptr)));
        WdfIoQueueStart(queue);
    });
    Operation again = read();
    EXPECT_FALSE(again.done());
}

TEST_P(QueueStateTest, StoppedAndPurgedHoldsArrivals)
{
    OPENKMDF_TESTS(WdfIoQueueStopAndPurge);
    int on_queue = 0;
    auto canceled = [&](WDFQUEUE, WDFREQUEST request) {
        ++on_queue;
        WdfRequestComplete(request, STATUS_CANCELLED);
    };
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchManual);
    config.EvtIoCanceledOnQueue = callback<PFN_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE>(canceled);
    start_with(config);
    Operation delivered_before = read(), never_delivered = read(), kept = read();
    run([&] {
        WDFREQUEST request;
        ASSERT_STATUS(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_SUCCESS);
        EXPECT_STATUS(WdfRequestRequeue(request), STATUS_SUCCESS);
    });
    run([&] {
        WdfIoQueueDrain(queue, nullptr, nullptr);
        WdfIoQueueStopAndPurge(queue, counted(), this);
        EXPECT_EQ(reached, 1);
    });
    EXPECT_EQ(delivered_before.status(), STATUS_CANCELLED);
    EXPECT_EQ(never_delivered.status(), STATUS_CANCELLED);
    EXPECT_EQ(on_queue, 1) << "only for what the driver has had";
    Operation arrival = read();
    EXPECT_EQ(state(), (State{kAccepts | kDriverHasNone, 1, 0}));
    run([&] { WdfIoQueueStart(queue); });
    EXPECT_NE(retrieve(), nullptr);
}

// --- Power ---------------------------------------------------------------------------------------

class PowerManagedQueueTest : public QueueStateTest {
protected:
    void fall_asleep()
    {
        run([&] {
            pc.core().kernel->pnp->set_system_power(PowerSystemSleeping3, PowerActionSleep);
        });
    }
    void wake_up()
    {
        run([&] { pc.core().kernel->pnp->set_system_power(PowerSystemWorking, PowerActionNone); });
    }
};

INSTANTIATE_IN_BOTH_MODES(PowerManagedQueueTest);

TEST_P(PowerManagedQueueTest, PausesOutsideD0)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveNextRequest, WdfIoQueueRetrieveRequestByFileObject,
                   WdfIoQueueGetState);
    WDFQUEUE always = nullptr;
    want_file_objects();
    after_create = [&] {
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
        config.PowerManaged = WdfFalse;
        always = create_queue(config);
        return WdfDeviceConfigureRequestDispatching(wdf_device, always, WdfRequestTypeWrite);
    };
    start_with(WdfIoQueueDispatchManual);
    Operation first = read();
    WDFFILEOBJECT of_file = nullptr;
    WDFREQUEST request = retrieve();
    run([&] { of_file = WdfRequestGetFileObject(request); });
    complete(request);
    fall_asleep();
    Operation waiting = read(), write = file.write_async("1234");
    EXPECT_EQ(got.size(), 1u) << "of the queue that power does not matter to";
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kDriverHasNone | WdfIoQueuePnpHeld, 1, 0}));
    run([&] {
        WDFREQUEST found;
        EXPECT_STATUS(WdfIoQueueRetrieveNextRequest(queue, &found), STATUS_WDF_PAUSED);
        EXPECT_STATUS(WdfIoQueueRetrieveRequestByFileObject(queue, of_file, &found),
                      STATUS_WDF_PAUSED);
    });
    wake_up();
    EXPECT_NE(retrieve(), nullptr);
}

TEST_P(PowerManagedQueueTest, AsksTheDriverToStopAndResume)
{
    OPENKMDF_TESTS(WdfRequestStopAcknowledge);
    std::vector<WDFREQUEST> stopped, resumed;
    auto stop = [&](WDFQUEUE, WDFREQUEST request, ULONG flags) {
        EXPECT_EQ(flags, static_cast<ULONG>(WdfRequestStopActionSuspend));
        stopped.push_back(request);
        const bool requeue = stopped.size() == 2;
        if (requeue) std::erase(got, request);
        WdfRequestStopAcknowledge(request, requeue);
    };
    auto resume = [&](WDFQUEUE, WDFREQUEST request) { resumed.push_back(request); };
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
    config.EvtIoStop = callback<PFN_WDF_IO_QUEUE_IO_STOP>(stop);
    config.EvtIoResume = callback<PFN_WDF_IO_QUEUE_IO_RESUME>(resume);
    start_with(config);
    Operation first = read(), second = read();
    const std::vector<WDFREQUEST> delivered = got;
    fall_asleep();
    EXPECT_EQ(stopped, delivered);
    EXPECT_EQ(state().waiting, 1u) << "one was requeued";
    EXPECT_EQ(state().owned, 1u);
    EXPECT_TRUE(resumed.empty());
    wake_up();
    EXPECT_EQ(resumed, std::vector{delivered[0]});
    EXPECT_EQ(got, delivered) << "the other was delivered again";
}

TEST_P(PowerManagedQueueTest, TellsThatARequestIsCancelableAndThatItIsPurged)
{
    OPENKMDF_TESTS(WdfRequestStopAcknowledge);
    std::vector<ULONG> flags_seen;
    auto cancel = [&](WDFREQUEST request) { complete_here(request, STATUS_CANCELLED); };
    auto stop = [&](WDFQUEUE, WDFREQUEST request, ULONG flags) {
        flags_seen.push_back(flags);
        if (flags & WdfRequestStopActionPurge) complete_here(request, STATUS_DELETE_PENDING);
        else WdfRequestStopAcknowledge(request, FALSE);
    };
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
    config.EvtIoStop = callback<PFN_WDF_IO_QUEUE_IO_STOP>(stop);
    start_with(config);
    Operation plain = read(), marked = read();
    run([&] { WdfRequestMarkCancelable(got[1], callback<PFN_WDF_REQUEST_CANCEL>(cancel)); });
    fall_asleep();
    EXPECT_EQ(flags_seen,
              (std::vector<ULONG>{WdfRequestStopActionSuspend,
                                  WdfRequestStopActionSuspend | WdfRequestStopRequestCancelable}));
    wake_up();
    flags_seen.clear();
    device.surprise_remove();
    EXPECT_EQ(flags_seen,
              (std::vector<ULONG>{WdfRequestStopActionSuspend,
                                  WdfRequestStopActionSuspend | WdfRequestStopRequestCancelable,
                                  WdfRequestStopActionPurge}))
        << "the cancelable one was cancelled before the last";
    EXPECT_EQ(plain.status(), STATUS_DELETE_PENDING);
    EXPECT_EQ(marked.status(), STATUS_CANCELLED);
}

}  // namespace
}  // namespace openkmdf::test
