// I/O queues: creation and the three ways to dispatch.

#include "tests/framework/request_fixture.h"

#include <string>

namespace openkmdf::test {
namespace {

class QueueTest : public QueueFixture {};

INSTANTIATE_IN_BOTH_MODES(QueueTest);

// --- Creation ------------------------------------------------------------------------------------

TEST_P(QueueTest, IsRefusedWithAWrongConfiguration)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    start_with(WdfIoQueueDispatchManual);
    auto create = [&](WDF_IO_QUEUE_CONFIG config,
                      PWDF_OBJECT_ATTRIBUTES attributes = WDF_NO_OBJECT_ATTRIBUTES) {
        auto created = reinterpret_cast<WDFQUEUE>(this);
        const NTSTATUS status = WdfIoQueueCreate(wdf_device, &config, attributes, &created);
        EXPECT_EQ(created != nullptr, NT_SUCCESS(status));
        return status;
    };
    run([&] {
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchSequential);
        EXPECT_STATUS(create(config), STATUS_SUCCESS);
        config.Size -= 8;
        EXPECT_STATUS(create(config), STATUS_INFO_LENGTH_MISMATCH);
        config = config_of(WdfIoQueueDispatchSequential);
        config.DispatchType = WdfIoQueueDispatchInvalid;
        EXPECT_STATUS(create(config), STATUS_INVALID_PARAMETER);
        config.DispatchType = WdfIoQueueDispatchMax;
        EXPECT_STATUS(create(config), STATUS_INVALID_PARAMETER);
        for (const auto type : {WdfIoQueueDispatchSequential, WdfIoQueueDispatchParallel}) {
            WDF_IO_QUEUE_CONFIG_INIT(&config, type);
            EXPECT_STATUS(create(config), STATUS_WDF_NO_CALLBACK);
        }
        for (const auto type : {WdfIoQueueDispatchSequential, WdfIoQueueDispatchManual}) {
            config = config_of(type);
            config.Settings.Parallel.NumberOfPresentedRequests = 1;
            EXPECT_STATUS(create(config), STATUS_INVALID_PARAMETER) << "it is for parallel queues";
        }
        config = config_of(WdfIoQueueDispatchParallel);
        config.DefaultQueue = TRUE;
        EXPECT_STATUS(create(config), STATUS_UNSUCCESSFUL) << "there is one";
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_driver);
        EXPECT_FALSE(NT_SUCCESS(create(config_of(WdfIoQueueDispatchManual), &attributes)))
            << "the parent must be a device or below one";
        attributes = attributes_with(queue);
        EXPECT_STATUS(create(config_of(WdfIoQueueDispatchManual), &attributes), STATUS_SUCCESS);
    });
}

TEST_P(QueueTest, NeedsMemoryForItsParts)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    start();
    for (const auto type : {WdfIoQueueDispatchSequential, WdfIoQueueDispatchParallel}) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
        attributes.SynchronizationScope = WdfSynchronizationScopeQueue;
        fails_without_memory([&] {
            WDF_IO_QUEUE_CONFIG config = config_of(type);
            config.DefaultQueue = type == WdfIoQueueDispatchParallel;
            WDFQUEUE created = nullptr;
            const NTSTATUS status = WdfIoQueueCreate(wdf_device, &config, &attributes, &created);
            EXPECT_EQ(created != nullptr, NT_SUCCESS(status));
            EXPECT_EQ(WdfDeviceGetDefaultQueue(wdf_device),
                      config.DefaultQueue ? created : nullptr);
            return status;
        });
    }
}

TEST_P(QueueTest, BelongsToItsDevice)
{
    OPENKMDF_TESTS(WdfIoQueueGetDevice, WdfDeviceGetDefaultQueue);
    start();
    run([&] {
        EXPECT_EQ(WdfDeviceGetDefaultQueue(wdf_device), nullptr);
        WDFQUEUE other = create_queue(config_of(WdfIoQueueDispatchManual));
        EXPECT_EQ(WdfDeviceGetDefaultQueue(wdf_device), nullptr);
        EXPECT_EQ(WdfIoQueueGetDevice(other), wdf_device);
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchManual);
        config.DefaultQueue = TRUE;
        queue = create_queue(config);
        EXPECT_EQ(WdfDeviceGetDefaultQueue(wdf_device), queue);
    });
}

TEST_P(QueueTest, IsNotDeletedWhenItIsTheDefault)
{
    OPENKMDF_TESTS(WdfObjectDelete);
    start_with(WdfIoQueueDispatchManual);
    violates(WDF_OBJECT_ERROR, [&] { WdfObjectDelete(queue); });
}

// --- Dispatching ---------------------------------------------------------------------------------

TEST_P(QueueTest, SequentialGivesOneAfterTheOther)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    start_with(WdfIoQueueDispatchSequential);
    Operation first = read(), second = read(), third = read();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches, 2, 1}));
    complete(got[0]);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(first.status(), STATUS_SUCCESS);
    EXPECT_FALSE(second.done());
    EXPECT_TRUE(third.cancel());
    EXPECT_EQ(third.status(), STATUS_CANCELLED) << "it was never delivered";
    complete(got[0], STATUS_DEVICE_BUSY);
    EXPECT_EQ(second.status(), STATUS_DEVICE_BUSY);
    EXPECT_TRUE(got.empty());
}

TEST_P(QueueTest, SequentialGivesMoreToWhoRetrieves)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveNextRequest);
    start_with(WdfIoQueueDispatchSequential);
    Operation first = read(), second = read(), third = read();
    WDFREQUEST polled = retrieve();
    ASSERT_NE(polled, nullptr);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches, 1, 2}));
    complete(polled);
    EXPECT_TRUE(second.done());
    EXPECT_EQ(got.size(), 1u) << "the one that was delivered is not completed yet";
    complete(got[0]);
    EXPECT_EQ(got.size(), 1u);
}

TEST_P(QueueTest, ParallelGivesAllAtOnce)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    start_with(WdfIoQueueDispatchParallel);
    std::vector<Operation> reads;
    for (int i = 0; i < 10; ++i) reads.push_back(read());
    EXPECT_EQ(got.size(), 10u);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty, 0, 10}));
}

TEST_P(QueueTest, ParallelGivesUpToItsLimit)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
    config.Settings.Parallel.NumberOfPresentedRequests = 2;
    start_with(config);
    std::vector<Operation> reads;
    for (int i = 0; i < 5; ++i) reads.push_back(read());
    EXPECT_EQ(got.size(), 2u);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches, 3, 2}));
    complete(got[1]);
    EXPECT_EQ(got.size(), 2u);
    complete(got[0]);
    complete(got[0]);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty, 0, 2}));
}

TEST_P(QueueTest, ManualGivesWhenAsked)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveNextRequest, WdfIoQueueGetState);
    start_with(WdfIoQueueDispatchManual);
    run([&] {
        auto request = reinterpret_cast<WDFREQUEST>(this);
        EXPECT_STATUS(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_NO_MORE_ENTRIES);
        EXPECT_EQ(request, nullptr);
        EXPECT_TRUE(WDF_IO_QUEUE_READY(WdfIoQueueGetState(queue, nullptr, nullptr)));
        EXPECT_TRUE(WDF_IO_QUEUE_IDLE(WdfIoQueueGetState(queue, nullptr, nullptr)));
    });
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty | kDriverHasNone, 0, 0}));
    Operation first = read(), second = read();
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kDriverHasNone, 2, 0}));
    WDFREQUEST request = retrieve();
    EXPECT_EQ(state(), (State{kAccepts | kDispatches, 1, 1}));
    complete(request);
    EXPECT_TRUE(first.done()) << "the oldest comes first";
    EXPECT_FALSE(second.done());
    EXPECT_NE(retrieve(), nullptr);
    EXPECT_EQ(state(), (State{kAccepts | kDispatches | kEmpty, 0, 1}));
}

TEST_P(QueueTest, ParallelIsNotRetrievedFrom)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveNextRequest, WdfIoQueueRetrieveRequestByFileObject);
    want_file_objects();
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] {
        WDFREQUEST request;
        EXPECT_STATUS(WdfIoQueueRetrieveNextRequest(queue, &request), STATUS_INVALID_DEVICE_STATE);
        EXPECT_STATUS(
            WdfIoQueueRetrieveRequestByFileObject(queue, WdfRequestGetFileObject(got[0]), &request),
            STATUS_INVALID_DEVICE_STATE);
    });
}

TEST_P(QueueTest, GivesTheRequestsOfAFile)
{
    OPENKMDF_TESTS(WdfIoQueueRetrieveRequestByFileObject);
    want_file_objects();
    start_with(WdfIoQueueDispatchManual);
    File other = open();
    Operation first = read(), others = other.read_async(4), second = read(),
              third = other.read_async(4);
    WDFREQUEST request = retrieve();
    run([&] {
        WDFFILEOBJECT first_file = WdfRequestGetFileObject(request);
        WDFREQUEST found = nullptr;
        ASSERT_STATUS(WdfIoQueueRetrieveRequestByFileObject(queue, first_file, &found),
                      STATUS_SUCCESS);
        EXPECT_EQ(WdfRequestGetFileObject(found), first_file);
        WdfRequestComplete(found, STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoQueueRetrieveRequestByFileObject(queue, first_file, &found),
                      STATUS_NO_MORE_ENTRIES);
        WdfIoQueueStop(queue, nullptr, nullptr);
        EXPECT_STATUS(WdfIoQueueRetrieveRequestByFileObject(queue, first_file, &found),
                      STATUS_WDF_PAUSED);
        WdfIoQueueStart(queue);
    });
    EXPECT_TRUE(second.done());
    EXPECT_EQ(state(), (State{kAccepts | kDispatches, 2, 1}));
}

TEST_P(QueueTest, CompletesWhatHasNoHandler)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoWrite = callback<PFN_WDF_IO_QUEUE_IO_WRITE>(keep);
    start_with(config);
    EXPECT_EQ(read().status(), STATUS_INVALID_DEVICE_REQUEST);
    Operation write = file.write_async("1234");
    EXPECT_EQ(got.size(), 1u);
}

TEST_P(QueueTest, PrefersTheHandlerOfTheType)
{
    std::string order;
    auto by_default = [&](WDFQUEUE, WDFREQUEST request) {
        order += "default ";
        WdfRequestComplete(request, STATUS_SUCCESS);
    };
    auto by_type = [&](WDFQUEUE, WDFREQUEST request, size_t) {
        order += "read ";
        WdfRequestComplete(request, STATUS_SUCCESS);
    };
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDefault = callback<PFN_WDF_IO_QUEUE_IO_DEFAULT>(by_default);
    config.EvtIoRead = callback<PFN_WDF_IO_QUEUE_IO_READ>(by_type);
    start_with(config);
    read().wait();
    file.write("1234");
    file.ioctl(0x222000);
    EXPECT_EQ(order, "read default default ");
}

TEST_P(QueueTest, DeliversEmptyTransfersOnlyWhenAsked)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
    start_with(config);
    EXPECT_EQ(file.read_async(0).wait(), 0u);
    EXPECT_EQ(file.write(""), 0u);
    EXPECT_TRUE(got.empty()) << "the framework completed them";
    Operation control = file.ioctl_async(0x222000);
    EXPECT_EQ(got.size(), 1u) << "device control is not concerned";
}

TEST_P(QueueTest, DeliversEmptyTransfersToQueuesThatAllowThem)
{
    OPENKMDF_TESTS(WdfIoQueueCreate);
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
    config.AllowZeroLengthRequests = TRUE;
    std::size_t length = 99;
    keep = [&](WDFQUEUE, WDFREQUEST request, size_t given) {
        length = given;
        got.push_back(request);
    };
    start_with(config);
    Operation empty = file.read_async(0);
    EXPECT_EQ(got.size(), 1u);
    EXPECT_EQ(length, 0u);
}

// A request that was completed elsewhere leaves its address behind for another, in another queue,
// while the handler that was given it still runs.
class ReusedRequestTest : public RequestFixture {
protected:
    ReusedRequestTest() : RequestFixture({.processors = 1}) {}
    // A handle is an address below a count of its uses.
    static std::uint64_t address_of(WDFREQUEST handle)
    {
        return reinterpret_cast<std::uint64_t>(handle) & 0xFFFF'FFFF'FFFF;
    }
};

TEST_F(ReusedRequestTest, IsNotTakenForTheOneThatTheHandlerWasGiven)
{
    WDFREQUEST old = nullptr, reused = nullptr;
    KEVENT given, go;
    after_create = [&] {
        KeInitializeEvent(&given, NotificationEvent, FALSE);
        KeInitializeEvent(&go, NotificationEvent, FALSE);
        second = create_queue(config_of(WdfIoQueueDispatchSequential));
        return WdfDeviceConfigureRequestDispatching(wdf_device, second, WdfRequestTypeWrite);
    };
    keep = [&](WDFQUEUE of, WDFREQUEST request, size_t) {
        if (of == second) return got.push_back(request);
        old = request;
        KeSetEvent(&given, IO_NO_INCREMENT, FALSE);
        KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, nullptr);
        complete_here(reused);
    };
    start_with(WdfIoQueueDispatchParallel);
    run([&] { WdfIoQueueStop(queue, nullptr, nullptr); });
    {
        Operation first = read();
        Client handler = pc.client(
            "handler", [&] { EXPECT_TRUE(pc.core().call([&] { WdfIoQueueStart(queue); })); });
        run([&] {
            KeWaitForSingleObject(&given, Executive, KernelMode, FALSE, nullptr);
            complete_here(old);
        });
        EXPECT_EQ(first.status(), STATUS_SUCCESS);
        first = Operation();
        Operation second_write, third_write;
        second_write = file.write_async("1234");
        ASSERT_EQ(got.size(), 1u);
        reused = got[0];
        ASSERT_NE(reused, old);
        ASSERT_EQ(address_of(reused), address_of(old)) << "what the test is about";
        third_write = file.write_async("1234");
        ASSERT_EQ(got.size(), 1u) << "the queue is sequential";
        run([&] { KeSetEvent(&go, IO_NO_INCREMENT, FALSE); });
        pc.run_until_idle();
        EXPECT_TRUE(second_write.done());
        EXPECT_EQ(got.size(), 1u) << "the next one is delivered";
        EXPECT_EQ(state(second).waiting, 0u);
    }
}

}  // namespace
}  // namespace openkmdf::test
