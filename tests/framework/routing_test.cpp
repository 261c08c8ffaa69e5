// What happens to requests before they reach a queue: routing by type, the caller's context, IRPs
// that a driver looks at first; and files.

#include "tests/framework/request_fixture.h"

#include <string>

namespace openkmdf::test {
namespace {

class RoutingTest : public RequestFixture {};

// --- WdfDeviceConfigureRequestDispatching --------------------------------------------------------

TEST_F(RoutingTest, GivesATypeToItsQueue)
{
    OPENKMDF_TESTS(WdfDeviceConfigureRequestDispatching);
    WDFQUEUE reads = nullptr, others = nullptr;
    after_create = [&] {
        reads = create_queue(config_of(WdfIoQueueDispatchManual));
        others = create_queue(config_of(WdfIoQueueDispatchManual));
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, reads, WdfRequestTypeRead),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, others, WdfRequestTypeWrite),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, others,
                                                           WdfRequestTypeDeviceControlInternal),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, others, WdfRequestTypeRead),
                      STATUS_WDF_BUSY)
            << "the type has a queue";
        EXPECT_STATUS(
            WdfDeviceConfigureRequestDispatching(wdf_device, others, WdfRequestTypeCleanup),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, others,
                                                           static_cast<WDF_REQUEST_TYPE>(99)),
                      STATUS_INVALID_PARAMETER);
        EXPECT_FALSE(NT_SUCCESS(
            WdfDeviceConfigureRequestDispatching(wdf_device, queue, WdfRequestTypeCreate)))
            << "the default queue takes no creates";
        return STATUS_SUCCESS;
    };
    start_with(WdfIoQueueDispatchManual);
    Operation a = read(), b = file.write_async("1234"), c = file.ioctl_async(0x222000);
    EXPECT_EQ(state(reads).waiting, 1u);
    EXPECT_EQ(state(others).waiting, 1u);
    EXPECT_EQ(state().waiting, 1u) << "what has no queue of its own goes to the default one";
    retrieve(reads);
    retrieve(others);
    retrieve();
}

TEST_F(RoutingTest, KeepsTheQueueOfAType)
{
    OPENKMDF_TESTS(WdfObjectDelete);
    after_create = [&] {
        WDFQUEUE reads = create_queue(config_of(WdfIoQueueDispatchManual));
        EXPECT_STATUS(WdfDeviceConfigureRequestDispatching(wdf_device, reads, WdfRequestTypeRead),
                      STATUS_SUCCESS);
        queue = reads;
        return STATUS_SUCCESS;
    };
    start();
    violates(WDF_OBJECT_ERROR, [&] { WdfObjectDelete(queue); });
}

TEST_F(RoutingTest, RefusesWhatHasNoQueue)
{
    start();
    file = open();
    EXPECT_EQ(read().status(), STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(file.ioctl(0x222000), STATUS_INVALID_DEVICE_REQUEST);
}

TEST_F(RoutingTest, GivesCreatesToTheirQueue)
{
    OPENKMDF_TESTS(WdfDeviceConfigureRequestDispatching);
    int creates = 0;
    auto on_create = [&](WDFQUEUE, WDFREQUEST request) {
        WDF_REQUEST_PARAMETERS parameters;
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WdfRequestGetParameters(request, &parameters);
        EXPECT_EQ(parameters.Type, WdfRequestTypeCreate);
        WdfRequestComplete(request, creates++ == 0 ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION);
    };
    after_create = [&] {
        WDF_IO_QUEUE_CONFIG config;
        WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
        config.EvtIoDefault = callback<PFN_WDF_IO_QUEUE_IO_DEFAULT>(on_create);
        return WdfDeviceConfigureRequestDispatching(wdf_device, create_queue(config),
                                                    WdfRequestTypeCreate);
    };
    start();
    File first = open();
    EXPECT_EQ(pc.open(R"(\\.\Test)").status(), STATUS_SHARING_VIOLATION);
    EXPECT_EQ(creates, 2);
}

// --- EvtIoInCallerContext ------------------------------------------------------------------------

class CallerContextTest : public RoutingTest {
protected:
    CallerContextTest()
    {
        before_create = [this](PWDFDEVICE_INIT init) {
            WdfDeviceInitSetIoInCallerContextCallback(
                init, callback<PFN_WDF_IO_IN_CALLER_CONTEXT>(in_context));
        };
    }
    NTSTATUS enqueued = STATUS_PENDING;
    std::function<void(WDFDEVICE, WDFREQUEST)> in_context = [this](WDFDEVICE of,
                                                                   WDFREQUEST request) {
        EXPECT_EQ(of, wdf_device);
        EXPECT_EQ(WdfRequestGetIoQueue(request), nullptr) << "it is on no queue yet";
        enqueued = WdfDeviceEnqueueRequest(of, request);
        if (!NT_SUCCESS(enqueued)) WdfRequestComplete(request, enqueued);
    };
};

TEST_F(CallerContextTest, ComesBeforeTheQueue)
{
    OPENKMDF_TESTS(WdfDeviceInitSetIoInCallerContextCallback, WdfDeviceEnqueueRequest);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    EXPECT_EQ(enqueued, STATUS_SUCCESS);
    EXPECT_EQ(got.size(), 1u);
}

TEST_F(CallerContextTest, MayCompleteTheRequest)
{
    OPENKMDF_TESTS(WdfDeviceInitSetIoInCallerContextCallback);
    in_context = [](WDFDEVICE, WDFREQUEST request) {
        WdfRequestComplete(request, STATUS_DEVICE_BUSY);
    };
    start_with(WdfIoQueueDispatchParallel);
    EXPECT_EQ(read().status(), STATUS_DEVICE_BUSY);
    EXPECT_TRUE(got.empty());
}

TEST_F(CallerContextTest, FindsTheQueueClosed)
{
    OPENKMDF_TESTS(WdfDeviceEnqueueRequest);
    start_with(WdfIoQueueDispatchParallel);
    run([&] { WdfIoQueueDrain(queue, nullptr, nullptr); });
    EXPECT_EQ(read().status(), STATUS_WDF_BUSY);
    EXPECT_EQ(enqueued, STATUS_WDF_BUSY);
    EXPECT_EQ(state().owned, 0u);
    run([&] { WdfIoQueueStart(queue); });
    Operation again = read();
    EXPECT_EQ(enqueued, STATUS_SUCCESS);
    EXPECT_EQ(got.size(), 1u);
}

TEST_F(CallerContextTest, FindsNoQueue)
{
    OPENKMDF_TESTS(WdfDeviceEnqueueRequest);
    start();
    file = open();
    EXPECT_EQ(read().status(), STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(enqueued, STATUS_INVALID_DEVICE_REQUEST);
}

TEST_F(CallerContextTest, IsTheOnlyPlaceForEnqueueing)
{
    OPENKMDF_TESTS(WdfDeviceEnqueueRequest);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] {
        EXPECT_STATUS(WdfDeviceEnqueueRequest(wdf_device, got[0]), STATUS_INVALID_DEVICE_REQUEST);
    });
}

TEST_F(CallerContextTest, MayBeCancelledOnTheQueueWithACallback)
{
    int canceled = 0;
    auto on_queue = [&](WDFQUEUE, WDFREQUEST request) {
        ++canceled;
        WdfRequestComplete(request, STATUS_CANCELLED);
    };
    WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchManual);
    config.EvtIoCanceledOnQueue = callback<PFN_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE>(on_queue);
    start_with(config);
    Operation one = read();
    one.cancel();
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
    EXPECT_EQ(canceled, 1) << "the driver had it in EvtIoInCallerContext";
}

// --- EvtDeviceWdmIrpPreprocess -------------------------------------------------------------------

class PreprocessTest : public RoutingTest {
protected:
    int seen = 0;
    std::function<NTSTATUS(WDFDEVICE, PIRP)> preprocess = [this](WDFDEVICE of, PIRP irp) {
        ++seen;
        IoSkipCurrentIrpStackLocation(irp);
        return WdfDeviceWdmDispatchPreprocessedIrp(of, irp);
    };
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS registered()
    {
        return callback<PFN_WDFDEVICE_WDM_IRP_PREPROCESS>(preprocess);
    }
};

TEST_F(PreprocessTest, SeesTheIrpFirst)
{
    OPENKMDF_TESTS(WdfDeviceInitAssignWdmIrpPreprocessCallback,
                   WdfDeviceWdmDispatchPreprocessedIrp);
    before_create = [&](PWDFDEVICE_INIT init) {
        EXPECT_STATUS(WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(), IRP_MJ_READ,
                                                                  nullptr, 0),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(),
                                                                  IRP_MJ_FLUSH_BUFFERS, nullptr, 0),
                      STATUS_SUCCESS);
    };
    start_with(WdfIoQueueDispatchParallel);
    run([&] {
        PDEVICE_OBJECT wdm = WdfDeviceWdmGetDeviceObject(wdf_device);
        EXPECT_EQ(wdm->StackSize, WdfDeviceWdmGetAttachedDevice(wdf_device)->StackSize + 2)
            << "one more, once";
    });
    Operation one = read(), write = file.write_async("1234");
    EXPECT_EQ(seen, 1);
    ASSERT_EQ(got.size(), 2u);
    complete(got[0]);
    EXPECT_EQ(one.status(), STATUS_SUCCESS);
}

TEST_F(PreprocessTest, MayCompleteTheIrp)
{
    OPENKMDF_TESTS(WdfDeviceInitAssignWdmIrpPreprocessCallback);
    preprocess = [&](WDFDEVICE, PIRP irp) {
        ++seen;
        irp->IoStatus.Status = STATUS_DEVICE_BUSY;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_DEVICE_BUSY;
    };
    before_create = [&](PWDFDEVICE_INIT init) {
        EXPECT_STATUS(WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(), IRP_MJ_READ,
                                                                  nullptr, 0),
                      STATUS_SUCCESS);
    };
    start_with(WdfIoQueueDispatchParallel);
    EXPECT_EQ(read().status(), STATUS_DEVICE_BUSY);
    EXPECT_EQ(seen, 1);
}

TEST_F(PreprocessTest, IsRefused)
{
    OPENKMDF_TESTS(WdfDeviceInitAssignWdmIrpPreprocessCallback);
    before_create = [&](PWDFDEVICE_INIT init) {
        UCHAR minors[] = {IRP_MN_QUERY_CAPABILITIES};
        EXPECT_STATUS(WdfDeviceInitAssignWdmIrpPreprocessCallback(
                          init, registered(), IRP_MJ_MAXIMUM_FUNCTION + 1, nullptr, 0),
                      STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(), IRP_MJ_PNP, minors, 1),
            STATUS_SUCCESS);
        EXPECT_STATUS(
            WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(), IRP_MJ_PNP, minors, 1),
            STATUS_INVALID_DEVICE_REQUEST)
            << "minor codes a second time";
        try_without_memory([&] {
            return WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(),
                                                               IRP_MJ_SYSTEM_CONTROL, nullptr, 0);
        });
        minors[0] = 0xFF;
    };
    start();
    EXPECT_GE(seen, 1) << "the array was copied";
}

TEST_F(PreprocessTest, TakesAllMinorCodesWithoutAnArray)
{
    OPENKMDF_TESTS(WdfDeviceInitAssignWdmIrpPreprocessCallback);
    before_create = [&](PWDFDEVICE_INIT init) {
        // The number means nothing then.
        EXPECT_STATUS(
            WdfDeviceInitAssignWdmIrpPreprocessCallback(init, registered(), IRP_MJ_PNP, nullptr, 3),
            STATUS_SUCCESS);
    };
    start();
    EXPECT_GT(seen, 3);
}

// --- Files ---------------------------------------------------------------------------------------

TEST_F(RoutingTest, TellsOfFilesFromCreateToClose)
{
    OPENKMDF_TESTS(WdfDeviceInitSetFileObjectConfig);
    struct Context {
        int number;
    };
    std::string order;
    auto on_create = [&](WDFDEVICE, WDFREQUEST request, WDFFILEOBJECT of) {
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        context_of<Context>(of)->number = 5;
        order += "create ";
        WdfRequestComplete(request, STATUS_SUCCESS);
    };
    auto on_cleanup = [&](WDFFILEOBJECT of) {
        EXPECT_EQ(context_of<Context>(of)->number, 5);
        order += "cleanup ";
    };
    auto on_close = [&](WDFFILEOBJECT) { order += "close "; };
    auto destroy = [&](WDFOBJECT) { order += "destroy "; };
    before_create = [&](PWDFDEVICE_INIT init) {
        WDF_FILEOBJECT_CONFIG config;
        WDF_FILEOBJECT_CONFIG_INIT(&config, callback<PFN_WDF_DEVICE_FILE_CREATE>(on_create),
                                   callback<PFN_WDF_FILE_CLOSE>(on_close),
                                   callback<PFN_WDF_FILE_CLEANUP>(on_cleanup));
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Context>();
        attributes.EvtDestroyCallback = callback<PFN_WDF_OBJECT_CONTEXT_DESTROY>(destroy);
        WdfDeviceInitSetFileObjectConfig(init, &config, &attributes);
    };
    start();
    file = open();
    EXPECT_EQ(order, "create ");
    file.close();
    EXPECT_EQ(order, "create cleanup close destroy ");
}

TEST_F(RoutingTest, CancelsWhatAFileLeftOnAQueue)
{
    start_with(WdfIoQueueDispatchManual);
    Operation one = read();
    file.close();
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
}

}  // namespace
}  // namespace openkmdf::test
