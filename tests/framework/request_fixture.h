#pragma once

#include "tests/framework/driver_test.h"

#include <algorithm>
#include <vector>

namespace openkmdf::test {

// Tests with requests: a default queue whose handlers keep what they are given. What a test does
// not complete is completed at its end.
class RequestFixture : public DriverTest {
protected:
    explicit RequestFixture(MachineOptions options = {}) : DriverTest(std::move(options)) {}

    WDF_IO_QUEUE_CONFIG config_of(WDF_IO_QUEUE_DISPATCH_TYPE type)
    {
        WDF_IO_QUEUE_CONFIG config;
        WDF_IO_QUEUE_CONFIG_INIT(&config, type);
        if (type == WdfIoQueueDispatchManual) return config;
        config.EvtIoRead = callback<PFN_WDF_IO_QUEUE_IO_READ>(keep);
        config.EvtIoWrite = config.EvtIoRead;
        config.EvtIoDeviceControl = callback<PFN_WDF_IO_QUEUE_IO_DEVICE_CONTROL>(keep_control);
        return config;
    }
    WDFQUEUE create_queue(WDF_IO_QUEUE_CONFIG config,
                          PWDF_OBJECT_ATTRIBUTES attributes = WDF_NO_OBJECT_ATTRIBUTES)
    {
        WDFQUEUE created = nullptr;
        EXPECT_STATUS(WdfIoQueueCreate(wdf_device, &config, attributes, &created), STATUS_SUCCESS);
        return created;
    }
    // The framework makes a WDFFILEOBJECT for each open.
    void want_file_objects()
    {
        before_create = [](PWDFDEVICE_INIT init) {
            WDF_FILEOBJECT_CONFIG files;
            WDF_FILEOBJECT_CONFIG_INIT(&files, nullptr, nullptr, nullptr);
            WdfDeviceInitSetFileObjectConfig(init, &files, WDF_NO_OBJECT_ATTRIBUTES);
        };
    }
    // A device with a default queue, opened.
    void start_with(WDF_IO_QUEUE_CONFIG config)
    {
        config.DefaultQueue = TRUE;
        auto further = after_create;
        after_create = [this, config, further] {
            queue = create_queue(config);
            return further();
        };
        start();
        file = open();
    }
    void start_with(WDF_IO_QUEUE_DISPATCH_TYPE type) { start_with(config_of(type)); }

    Operation read(std::size_t size = 4) { return file.read_async(size); }
    void complete(WDFREQUEST request, NTSTATUS status = STATUS_SUCCESS)
    {
        run([&] { complete_here(request, status); });
    }
    // The same, for code that runs as the driver's already.
    void complete_here(WDFREQUEST request, NTSTATUS status = STATUS_SUCCESS)
    {
        std::erase(got, request);
        WdfRequestComplete(request, status);
    }
    WDFREQUEST retrieve(WDFQUEUE from)
    {
        WDFREQUEST request = nullptr;
        run([&] {
            if (NT_SUCCESS(WdfIoQueueRetrieveNextRequest(from, &request))) got.push_back(request);
        });
        return request;
    }
    WDFREQUEST retrieve() { return retrieve(queue); }

    struct State {
        int bits;
        ULONG waiting, owned;
        friend bool operator==(const State &, const State &) = default;
        friend std::ostream &operator<<(std::ostream &out, const State &state)
        {
            return out << "bits " << state.bits << ", " << state.waiting << " waiting, "
                       << state.owned << " owned";
        }
    };
    State state_here(WDFQUEUE of)
    {
        State state = {};
        state.bits = WdfIoQueueGetState(of, &state.waiting, &state.owned);
        return state;
    }
    State state_here() { return state_here(queue); }
    State state(WDFQUEUE of)
    {
        State state = {};
        run([&] { state = state_here(of); });
        return state;
    }
    State state() { return state(queue); }

    void start_manual_with_second()
    {
        after_create = [this] {
            second = create_queue(config_of(WdfIoQueueDispatchManual));
            return STATUS_SUCCESS;
        };
        start_with(WdfIoQueueDispatchManual);
    }
    // A request that is kept by a reference after its completion.
    WDFREQUEST completed_but_held()
    {
        Operation one = read();
        WDFREQUEST request = retrieve();
        run([&] {
            WdfObjectReferenceActual(request, nullptr, __LINE__, __FILE__);
            complete_here(request);
        });
        return request;
    }
    void drop(WDFREQUEST request)
    {
        run([&] { WdfObjectDereferenceActual(request, nullptr, __LINE__, __FILE__); });
    }

    void TearDown() override
    {
        if (!pc.stopped())
            run([&] {
                while (!got.empty()) complete_here(got.front(), STATUS_CANCELLED);
            });
        file.close();
        DriverTest::TearDown();
    }

    WDFQUEUE queue = nullptr;
    File file;
    std::vector<WDFREQUEST> got;
    WDFQUEUE second = nullptr;
    int cancels = 0;
    std::function<void(WDFREQUEST)> cancel = [this](WDFREQUEST request) {
        ++cancels;
        complete_here(request, STATUS_CANCELLED);
    };
    PFN_WDF_REQUEST_CANCEL on_cancel() { return callback<PFN_WDF_REQUEST_CANCEL>(cancel); }

    // A PFN_WDF_IO_QUEUE_STATE that counts.
    int reached = 0;
    std::function<void(WDFQUEUE, WDFCONTEXT)> note_state = [this](WDFQUEUE of, WDFCONTEXT context) {
        EXPECT_EQ(of, queue);
        EXPECT_EQ(context, this);
        ++reached;
    };
    PFN_WDF_IO_QUEUE_STATE counted() { return callback<PFN_WDF_IO_QUEUE_STATE>(note_state); }

    std::function<void(WDFQUEUE, WDFREQUEST, size_t)> keep =
        [this](WDFQUEUE, WDFREQUEST request, size_t) { got.push_back(request); };
    std::function<void(WDFQUEUE, WDFREQUEST, size_t, size_t, ULONG)> keep_control =
        [this](WDFQUEUE, WDFREQUEST request, size_t, size_t, ULONG) { got.push_back(request); };
};

// The same in both modes, with the bits of WDF_IO_QUEUE_STATE.
class QueueFixture : public RequestFixture, public testing::WithParamInterface<Mode> {
protected:
    QueueFixture() : RequestFixture({.mode = GetParam()}) {}

    static constexpr int kAccepts = WdfIoQueueAcceptRequests;
    static constexpr int kDispatches = WdfIoQueueDispatchRequests;
    static constexpr int kEmpty = WdfIoQueueNoRequests;
    static constexpr int kDriverHasNone = WdfIoQueueDriverNoRequests;
};

#define INSTANTIATE_IN_BOTH_MODES(suite)                                                           \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        , suite, testing::Values(Mode::Deterministic, Mode::Threaded), [](const auto &info) {      \
            return info.param == Mode::Threaded ? "Threaded" : "Deterministic";                    \
        })

}  // namespace openkmdf::test
