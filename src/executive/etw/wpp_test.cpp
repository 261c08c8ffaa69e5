#include "executive/ob/test_kernel.h"

#include "tests/support/tested.h"

#include <evntprov.h>
#include <wmistr.h>

#include <atomic>
#include <string>
#include <vector>

namespace openkmdf::executive {
namespace {

constexpr GUID kId = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};

class WppTest : public KernelTest {};

NTSTATUS NTAPIV trace_with_list(TRACEHANDLE logger, ULONG flags, ...)
{
    OPENKMDF_VA_LIST arguments;
    __builtin_ms_va_start(arguments, flags);
    const NTSTATUS status = WmiTraceMessageVa(logger, flags, &kId, 10, arguments);
    __builtin_ms_va_end(arguments);
    return status;
}

TEST_F(WppTest, WithoutASessionNoLoggerIsValid)
{
    OPENKMDF_TESTS(WmiTraceMessage, WmiTraceMessageVa);
    in_kernel([] {
        constexpr ULONG kTraceMessageGuid = 2;
        ULONG data = 5;
        for (TRACEHANDLE logger : {TRACEHANDLE{0}, TRACEHANDLE{0x1234}, ~TRACEHANDLE{0}}) {
            EXPECT_EQ(WmiTraceMessage(logger, kTraceMessageGuid, &kId, 10, &data,
                                      ULONG{sizeof data}, nullptr, ULONG{0}),
                      STATUS_INVALID_HANDLE);
            EXPECT_EQ(trace_with_list(logger, kTraceMessageGuid, &data, ULONG{sizeof data}, nullptr,
                                      ULONG{0}),
                      STATUS_INVALID_HANDLE);
        }
    });
}

TEST_F(WppTest, QueriesOfTracesFailAsTheirClassSays)
{
    OPENKMDF_TESTS(WmiQueryTraceInformation);
    in_kernel([] {
        WNODE_HEADER header = {};
        header.BufferSize = sizeof header;
        header.HistoricalContext = 0x1234;
        TRACEHANDLE handles[4] = {};
        ULONG required = 99;
        const auto query = [&](TRACE_INFORMATION_CLASS kind, ULONG size, PVOID buffer) {
            required = 99;
            return WmiQueryTraceInformation(kind, handles, size, &required, buffer);
        };
        EXPECT_EQ(query(GlobalLoggerHandleClass, sizeof(TRACEHANDLE), nullptr), STATUS_NOT_FOUND);
        for (auto kind : {TraceIdClass, TraceEnableFlagsClass, TraceEnableLevelClass}) {
            EXPECT_EQ(query(kind, sizeof(ULONG), &header), STATUS_INVALID_HANDLE);
            EXPECT_EQ(required, sizeof(ULONG));
            EXPECT_EQ(query(kind, sizeof(ULONG), nullptr), STATUS_INVALID_PARAMETER_MIX);
        }
        for (auto kind : {TraceHandleClass, TraceHandleByNameClass})
            EXPECT_EQ(query(kind, sizeof(TRACEHANDLE), nullptr), STATUS_INVALID_PARAMETER_MIX);
        Text name(u"Nobody");
        EXPECT_EQ(query(TraceHandleByNameClass, sizeof(TRACEHANDLE), &name),
                  STATUS_INVALID_PARAMETER);
        EXPECT_EQ(query(TraceIdClass, 1, &header), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(query(GlobalLoggerHandleClass, 1, nullptr), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(required, sizeof(TRACEHANDLE));
        EXPECT_EQ(query(MaxTraceInformationClass, 8, nullptr), STATUS_INVALID_INFO_CLASS);
        // No session: an empty list of handles is the whole list.
        EXPECT_EQ(query(AllLoggerHandlesClass, sizeof handles, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(required, 0u);
    });
}

TEST_F(WppTest, EventsGoNowhereSuccessfullyFromAProviderOnly)
{
    OPENKMDF_TESTS(EtwUnregister, EtwWrite, EtwWriteEx, EtwWriteTransfer, EtwWriteString);
    in_kernel([] {
        REGHANDLE handle = 0;
        ASSERT_EQ(EtwRegister(&kId, nullptr, nullptr, &handle), STATUS_SUCCESS);
        const EVENT_DESCRIPTOR event = {};
        EVENT_DATA_DESCRIPTOR data[129] = {};
        const auto write = [&](ULONG way, ULONG count, PEVENT_DATA_DESCRIPTOR first) {
            if (way == 0) return EtwWrite(handle, &event, &kId, count, first);
            if (way == 1) return EtwWriteEx(handle, &event, 0, 0, &kId, nullptr, count, first);
            if (way == 2) return EtwWriteTransfer(handle, &event, &kId, &kId, count, first);
            return EtwWriteString(handle, 0, 0, &kId, u"text");
        };
        for (ULONG way = 0; way < 4; ++way) {
            EXPECT_EQ(write(way, 0, nullptr), STATUS_SUCCESS);
            EXPECT_EQ(write(way, 128, data), STATUS_SUCCESS);
            EXPECT_EQ(write(way, 129, data), way < 3 ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS);
        }
        EXPECT_EQ(EtwUnregister(handle), STATUS_SUCCESS);
        for (ULONG way = 0; way < 4; ++way)
            EXPECT_EQ(write(way, 0, nullptr), STATUS_INVALID_HANDLE);
    });
}

TEST_F(WppTest, AProviderTakesInformation)
{
    OPENKMDF_TESTS(EtwSetInformation);
    in_kernel([] {
        REGHANDLE handle = 0;
        ASSERT_EQ(EtwRegister(&kId, nullptr, nullptr, &handle), STATUS_SUCCESS);
        UCHAR traits[] = {7, 0, 'E', 'c', 'h', 'o', 0};
        EXPECT_EQ(EtwSetInformation(handle, EventProviderSetTraits, traits, sizeof traits),
                  STATUS_SUCCESS);
        EXPECT_EQ(EtwSetInformation(handle, MaxEventInfo, traits, sizeof traits),
                  STATUS_INVALID_PARAMETER);
        EXPECT_EQ(EtwSetInformation(handle + 8, EventProviderSetTraits, traits, sizeof traits),
                  STATUS_INVALID_HANDLE);
        EXPECT_EQ(EtwUnregister(handle), STATUS_SUCCESS);
        EXPECT_EQ(EtwSetInformation(handle, EventProviderSetTraits, traits, sizeof traits),
                  STATUS_INVALID_HANDLE);
    });
}

TEST_F(WppTest, ACreatedActivityReplacesTheThreads)
{
    OPENKMDF_TESTS(EtwActivityIdControl);
    in_kernel([] {
        GUID set = kId;
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_SET_ID, &set), STATUS_SUCCESS);
        GUID before = {};
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_SET_ID, &before), STATUS_SUCCESS);
        EXPECT_TRUE(IsEqualGUID(before, kId));
        GUID now = {};
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_ID, &now), STATUS_SUCCESS);
        EXPECT_FALSE(IsEqualGUID(now, kId));
    });
}

}  // namespace
}  // namespace openkmdf::executive
