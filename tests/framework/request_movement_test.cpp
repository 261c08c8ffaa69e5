// Requests between queues: forward, requeue, find, and the news that a manual queue has some.

#include "tests/framework/request_fixture.h"

namespace openkmdf::test {
namespace {

class RequestMovementTest : public RequestFixture {
protected:
    RequestMovementTest() { want_file_objects(); }
};

// --- Forward -------------------------------------------------------------------------------------

TEST_F(RequestMovementTest, IsForwardedToTheTailOfAQueue)
{
    OPENKMDF_TESTS(WdfRequestForwardToIoQueue, WdfRequestGetIoQueue);
    start_manual_with_second();
    Operation first = read(), other = read(), third = read();
    WDFREQUEST one = retrieve(), two = retrieve();
    run([&] {
        EXPECT_EQ(WdfRequestGetIoQueue(one), queue);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(one, second), STATUS_SUCCESS);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(two, second), STATUS_SUCCESS);
    });
    got.clear();
    EXPECT_EQ(state(second).waiting, 2u);
    EXPECT_EQ(state().owned, 0u);
    EXPECT_EQ(retrieve(second), one) << "the handle stays";
    EXPECT_EQ(retrieve(second), two);
    run([&] { EXPECT_EQ(WdfRequestGetIoQueue(one), second); });
}

TEST_F(RequestMovementTest, IsNotForwardedWhenItMayNot)
{
    OPENKMDF_TESTS(WdfRequestForwardToIoQueue);
    start_manual_with_second();
    WDFREQUEST completed = completed_but_held();
    Operation one = read();
    WDFREQUEST request = retrieve();
    run([&] {
        EXPECT_STATUS(WdfRequestForwardToIoQueue(completed, second), STATUS_INVALID_DEVICE_REQUEST)
            << "not owned";
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, queue), STATUS_INVALID_DEVICE_REQUEST)
            << "the same queue";
        EXPECT_STATUS(WdfRequestMarkCancelableEx(request, on_cancel()), STATUS_SUCCESS);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_INVALID_DEVICE_REQUEST)
            << "cancelable";
        EXPECT_STATUS(WdfRequestUnmarkCancelable(request), STATUS_SUCCESS);
        WdfIoQueuePurge(second, nullptr, nullptr);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_WDF_BUSY);
        WdfIoQueueStart(second);
        WdfIoQueueDrain(second, nullptr, nullptr);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_WDF_BUSY);
        EXPECT_EQ(WdfRequestGetIoQueue(request), queue) << "the driver has it still";
        WdfIoQueueStart(second);
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_SUCCESS);
    });
    got.clear();
    retrieve(second);
    drop(completed);
}

TEST_F(RequestMovementTest, IsNotForwardedToAnotherDevice)
{
    OPENKMDF_TESTS(WdfRequestForwardToIoQueue);
    start_with(WdfIoQueueDispatchManual);
    Operation one = read();
    WDFREQUEST request = retrieve();
    WDFDEVICE first_device = wdf_device;
    device_add = [&](PWDFDEVICE_INIT init) {
        NTSTATUS status = WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &wdf_device);
        second = create_queue(config_of(WdfIoQueueDispatchManual));
        return status;
    };
    ASSERT_TRUE(pc.plug_in(driver, "ROOT\\TEST").ok());
    ASSERT_NE(wdf_device, first_device);
    run([&] {
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_INVALID_DEVICE_REQUEST);
    });
}

TEST_F(RequestMovementTest, ForwardedFromAHandlerFreesTheSequentialQueue)
{
    OPENKMDF_TESTS(WdfRequestForwardToIoQueue);
    int delivered = 0;
    after_create = [this] {
        second = create_queue(config_of(WdfIoQueueDispatchManual));
        return STATUS_SUCCESS;
    };
    keep = [&](WDFQUEUE, WDFREQUEST request, size_t) {
        ++delivered;
        EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_SUCCESS);
    };
    start_with(WdfIoQueueDispatchSequential);
    Operation one = read(), two = read();
    EXPECT_EQ(delivered, 2);
    EXPECT_NE(retrieve(second), nullptr);
    EXPECT_NE(retrieve(second), nullptr);
}

// --- Requeue -------------------------------------------------------------------------------------

TEST_F(RequestMovementTest, IsRequeuedAtTheHead)
{
    OPENKMDF_TESTS(WdfRequestRequeue);
    start_manual_with_second();
    Operation first = read(), other = read();
    WDFREQUEST request = retrieve();
    run([&] { EXPECT_STATUS(WdfRequestRequeue(request), STATUS_SUCCESS); });
    got.clear();
    EXPECT_EQ(state().waiting, 2u);
    EXPECT_EQ(retrieve(), request);
}

TEST_F(RequestMovementTest, IsNotRequeuedWhenItMayNot)
{
    OPENKMDF_TESTS(WdfRequestRequeue);
    start_manual_with_second();
    WDFREQUEST completed = completed_but_held();
    Operation one = read();
    WDFREQUEST request = retrieve();
    run([&] {
        EXPECT_STATUS(WdfRequestRequeue(completed), STATUS_INVALID_DEVICE_REQUEST) << "not owned";
        WdfRequestMarkCancelable(request, on_cancel());
        EXPECT_STATUS(WdfRequestRequeue(request), STATUS_INVALID_DEVICE_REQUEST) << "cancelable";
        EXPECT_STATUS(WdfRequestUnmarkCancelable(request), STATUS_SUCCESS);
    });
    drop(completed);
}

TEST_F(RequestMovementTest, IsRequeuedOnManualQueuesOnly)
{
    OPENKMDF_TESTS(WdfRequestRequeue);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] { EXPECT_STATUS(WdfRequestRequeue(got[0]), STATUS_INVALID_DEVICE_REQUEST); });
}

// --- Find ----------------------------------------------------------------------------------------

TEST_F(RequestMovementTest, IsFoundOnItsQueue)
{
    OPENKMDF_TESTS(WdfIoQueueFindRequest, WdfIoQueueRetrieveFoundRequest);
    start_manual_with_second();
    File other_file = open();
    Operation a = read(4), b = other_file.read_async(8), c = read(16);
    run([&] {
        WDF_REQUEST_PARAMETERS parameters;
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WDFREQUEST found[4] = {};
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, nullptr, nullptr, &parameters, &found[0]),
                      STATUS_SUCCESS);
        EXPECT_EQ(parameters.Type, WdfRequestTypeRead);
        EXPECT_EQ(parameters.Parameters.Read.Length, 4u);
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, found[0], nullptr, &parameters, &found[1]),
                      STATUS_SUCCESS);
        EXPECT_EQ(parameters.Parameters.Read.Length, 8u);
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, found[1], nullptr, nullptr, &found[2]),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, found[2], nullptr, nullptr, &found[3]),
                      STATUS_NO_MORE_ENTRIES);
        EXPECT_EQ(found[3], nullptr);
        EXPECT_EQ(state_here().owned, 0u) << "finding is not owning";
        WDFREQUEST owned = nullptr;
        ASSERT_STATUS(WdfIoQueueRetrieveFoundRequest(queue, found[1], &owned), STATUS_SUCCESS);
        EXPECT_EQ(owned, found[1]);
        got.push_back(owned);
        EXPECT_STATUS(WdfIoQueueRetrieveFoundRequest(queue, found[1], &owned), STATUS_NOT_FOUND)
            << "it left the queue";
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, found[1], nullptr, nullptr, &owned),
                      STATUS_NOT_FOUND);
        WDFFILEOBJECT of_first = WdfRequestGetFileObject(got[0]);
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, nullptr, of_first, nullptr, &owned),
                      STATUS_NO_MORE_ENTRIES)
            << "the only one of this file was retrieved";
        for (WDFREQUEST request : {found[0], found[1], found[2]})
            WdfObjectDereferenceActual(request, nullptr, __LINE__, __FILE__);
    });
}

TEST_F(RequestMovementTest, IsFoundByItsFile)
{
    OPENKMDF_TESTS(WdfIoQueueFindRequest);
    start_manual_with_second();
    File other_file = open();
    Operation own = other_file.read_async(4), a = read(8), b = other_file.read_async(16);
    WDFREQUEST first = retrieve();
    run([&] {
        WDF_REQUEST_PARAMETERS parameters;
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WDFREQUEST found = nullptr;
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, nullptr, WdfRequestGetFileObject(first),
                                            &parameters, &found),
                      STATUS_SUCCESS);
        EXPECT_EQ(parameters.Parameters.Read.Length, 16u);
        WdfObjectDereferenceActual(found, nullptr, __LINE__, __FILE__);
    });
}

TEST_F(RequestMovementTest, IsNotFoundAgainAfterItWasCancelled)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveFoundRequest, WdfIoQueueFindRequest);
    start_manual_with_second();
    Operation one = read();
    WDFREQUEST found = nullptr;
    run([&] {
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, nullptr, nullptr, nullptr, &found),
                      STATUS_SUCCESS);
    });
    EXPECT_TRUE(one.cancel());
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
    run([&] {
        WDFREQUEST request = nullptr;
        EXPECT_STATUS(WdfIoQueueRetrieveFoundRequest(queue, found, &request), STATUS_NOT_FOUND);
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, found, nullptr, nullptr, &request),
                      STATUS_NOT_FOUND);
    });
    drop(found);
}

TEST_F(RequestMovementTest, IsFoundOnManualQueuesOnly)
{
    OPENKMDF_TESTS(WdfIoQueueFindRequest, WdfIoQueueRetrieveFoundRequest);
    start_with(WdfIoQueueDispatchSequential);
    Operation one = read();
    run([&] {
        WDFREQUEST found;
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, nullptr, nullptr, nullptr, &found),
                      STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_STATUS(WdfIoQueueRetrieveFoundRequest(queue, got[0], &found),
                      STATUS_INVALID_DEVICE_REQUEST);
    });
}

TEST_F(RequestMovementTest, IsFoundWithParametersOfTheRightSize)
{
    OPENKMDF_TESTS(WdfIoQueueFindRequest);
    start_manual_with_second();
    Operation one = read();
    run([&] {
        WDF_REQUEST_PARAMETERS parameters;
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        parameters.Size -= 8;
        WDFREQUEST found;
        EXPECT_STATUS(WdfIoQueueFindRequest(queue, nullptr, nullptr, &parameters, &found),
                      STATUS_INFO_LENGTH_MISMATCH);
    });
}

// --- Ready notification --------------------------------------------------------------------------

TEST_F(RequestMovementTest, ArrivalOnAnEmptyManualQueueIsTold)
{
    OPENKMDF_TESTS(WdfIoQueueReadyNotify);
    int ready = 0;
    auto note = [&](WDFQUEUE of, WDFCONTEXT context) {
        EXPECT_EQ(of, queue);
        EXPECT_EQ(context, this);
        ++ready;
    };
    const auto on_ready = callback<PFN_WDF_IO_QUEUE_STATE>(note);
    start_manual_with_second();
    run([&] {
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, nullptr, nullptr), STATUS_INVALID_DEVICE_REQUEST)
            << "none is registered";
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, on_ready, this), STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, on_ready, this), STATUS_INVALID_DEVICE_REQUEST)
            << "one is registered";
    });
    EXPECT_EQ(ready, 0);
    Operation a = read();
    EXPECT_EQ(ready, 1);
    Operation b = read();
    EXPECT_EQ(ready, 1) << "it was not empty";
    retrieve();
    retrieve();
    Operation c = read();
    EXPECT_EQ(ready, 2) << "though the driver owns requests";
    run([&] {
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, nullptr, nullptr), STATUS_INVALID_DEVICE_REQUEST)
            << "stop it first";
        WdfIoQueueStop(queue, nullptr, nullptr);
    });
    retrieve();
    Operation d = read();
    EXPECT_EQ(ready, 2) << "it is stopped";
    run([&] { WdfIoQueueStart(queue); });
    EXPECT_EQ(ready, 3);
    run([&] {
        WdfIoQueueStop(queue, nullptr, nullptr);
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, nullptr, nullptr), STATUS_SUCCESS);
        WdfIoQueueStart(queue);
    });
    EXPECT_EQ(ready, 3);
    run([&] { EXPECT_STATUS(WdfIoQueueReadyNotify(queue, on_ready, this), STATUS_SUCCESS); });
    EXPECT_EQ(ready, 4) << "called before it returns: the queue is not empty";
}

TEST_F(RequestMovementTest, ArrivalOnOtherQueuesIsNotTold)
{
    OPENKMDF_TESTS(WdfIoQueueReadyNotify);
    auto note = [&](WDFQUEUE, WDFCONTEXT) {};
    start_with(WdfIoQueueDispatchSequential);
    run([&] {
        EXPECT_STATUS(WdfIoQueueReadyNotify(queue, callback<PFN_WDF_IO_QUEUE_STATE>(note), nullptr),
                      STATUS_INVALID_DEVICE_REQUEST);
    });
}

}  // namespace
}  // namespace openkmdf::test
