#include "executive/ob/test_kernel.h"

#include "executive/cm/registry.h"
#include "executive/rtl/version.h"
#include "tests/support/tested.h"

#include <atomic>
#include <string>
#include <vector>

// Stack traces, assertions, status codes, versions, one-time initialisation, registry values.

namespace openkmdf::executive {
namespace {

class RtlDiagnosisTest : public KernelTest {};

struct Trace {
    PVOID frames[8] = {};
    ULONG count = 0;
    ULONG hash = 0;
    PVOID callers[2] = {};  // where the two functions return to
};

[[gnu::noinline]] void capture(Trace &trace, ULONG skip, ULONG count)
{
    trace.callers[0] = __builtin_return_address(0);
    trace.count = RtlCaptureStackBackTrace(skip, count, trace.frames, &trace.hash);
    __asm__ volatile("");
}

[[gnu::noinline]] void walk(Trace &trace, ULONG skip, ULONG count)
{
    trace.callers[0] = __builtin_return_address(0);
    trace.count =
        RtlWalkFrameChain(trace.frames, count, skip << RTL_STACK_WALKING_MODE_FRAMES_TO_SKIP_SHIFT);
    __asm__ volatile("");
}

[[gnu::noinline]] Trace take(void (*way)(Trace &, ULONG, ULONG), ULONG skip, ULONG count)
{
    Trace trace;
    trace.callers[1] = __builtin_return_address(0);
    way(trace, skip, count);
    __asm__ volatile("");
    return trace;
}

TEST_F(RtlDiagnosisTest, AStackIsTracedFromTheCallerOutwards)
{
    OPENKMDF_TESTS(RtlCaptureStackBackTrace, RtlWalkFrameChain);
    in_kernel([] {
        for (auto way : {capture, walk}) {
            Trace traces[2];
            volatile int rounds = 2;  // one call, made twice
            for (int round = 0; round < rounds; ++round) traces[round] = take(way, 0, 8);
            const Trace &whole = traces[0];
            ASSERT_GE(whole.count, 3u);
            const auto inside = reinterpret_cast<ULONG_PTR>(whole.frames[0]);
            EXPECT_GT(inside, reinterpret_cast<ULONG_PTR>(way));
            EXPECT_LT(inside, reinterpret_cast<ULONG_PTR>(way) + 512);
            EXPECT_EQ(whole.frames[1], whole.callers[0]);
            EXPECT_EQ(whole.frames[2], whole.callers[1]);
            EXPECT_EQ(traces[1].hash, whole.hash);
            const Trace limited = take(way, 0, 2);
            EXPECT_EQ(limited.count, 2u);
            EXPECT_EQ(limited.frames[1], limited.callers[0]);
            EXPECT_EQ(limited.frames[2], nullptr);
            const Trace skipped = take(way, 1, 2);
            EXPECT_EQ(skipped.count, 2u);
            EXPECT_EQ(skipped.frames[0], skipped.callers[0]);
            EXPECT_EQ(skipped.frames[1], skipped.callers[1]);
            EXPECT_TRUE(skipped.hash != limited.hash || way == walk);
            EXPECT_EQ(take(way, 1000, 8).count, 0u);
        }
        PVOID frame = nullptr;
        EXPECT_EQ(RtlCaptureStackBackTrace(0, 1, &frame, nullptr), 1);
    });
}

TEST_F(RtlDiagnosisTest, AFailedAssertionStopsTheSystemAndSaysWhere)
{
    OPENKMDF_TESTS(RtlAssert);
    const BugcheckRecord &record = pc_.stops([] {
        char expression[] = "Buffer != NULL";
        char file[] = "echo.c";
        char message[] = "no buffer";
        RtlAssert(expression, file, 217, message);
    });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_BREAKPOINT);
    for (const char *part : {"Buffer != NULL", "echo.c", "217", "no buffer"}) {
        EXPECT_NE(std::string(record.message).find(part), std::string::npos) << part;
        ASSERT_EQ(pc_.prints().size(), 1u);
        EXPECT_NE(pc_.prints()[0].find(part), std::string::npos) << part;
    }
}

TEST_F(RtlDiagnosisTest, StatusesHaveSystemErrorCodes)
{
    OPENKMDF_TESTS(RtlNtStatusToDosErrorNoTeb);
    const struct {
        NTSTATUS status;
        ULONG error;
    } rows[] = {
        {STATUS_SUCCESS, 0},
        {STATUS_BUFFER_OVERFLOW, 234},
        {STATUS_UNSUCCESSFUL, 31},
        {STATUS_INVALID_PARAMETER, 87},
        {STATUS_INSUFFICIENT_RESOURCES, 1450},
        {STATUS_BUFFER_TOO_SMALL, 122},
        {STATUS_CANCELLED, 995},
        {STATUS_NOT_FOUND, 1168},
        {STATUS_OBJECT_NAME_NOT_FOUND, 2},
        {STATUS_IO_TIMEOUT, 121},
        {static_cast<NTSTATUS>(0x80070020), 32},
        {static_cast<NTSTATUS>(0xC0FFEE00), 317},
    };
    for (const auto &row : rows)
        EXPECT_EQ(RtlNtStatusToDosErrorNoTeb(row.status), row.error) << std::hex << row.status;
}

template <class Body>
struct Entry {
    static void NTAPI run(PVOID context) { (*static_cast<Body *>(context))(); }
};

void initialise_while_others_wait(int others)
{
    RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
    alignas(8) int data = 0;
    PVOID context = nullptr;
    EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
    std::atomic<int> successes = 0;
    KSEMAPHORE begun;
    KeInitializeSemaphore(&begun, 0, others);
    auto other = [&] {
        KeReleaseSemaphore(&begun, 0, 1, FALSE);
        PVOID made = nullptr;
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &made), STATUS_SUCCESS);
        EXPECT_EQ(made, &data);
        EXPECT_EQ(data, 42);
        ++successes;
    };
    std::vector<HANDLE> threads(others);
    for (HANDLE &thread : threads)
        EXPECT_EQ(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                       Entry<decltype(other)>::run, &other),
                  STATUS_SUCCESS);
    for (int count = 0; count < others; ++count)
        KeWaitForSingleObject(&begun, Executive, KernelMode, FALSE, nullptr);
    EXPECT_EQ(successes, 0);
    data = 42;
    EXPECT_EQ(RtlRunOnceComplete(&once, 0, &data), STATUS_SUCCESS);
    for (HANDLE thread : threads) {
        EXPECT_EQ(ZwWaitForSingleObject(thread, FALSE, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(ZwClose(thread), STATUS_SUCCESS);
    }
    EXPECT_EQ(successes, others);
}

using RtlRunOnce = BothModes;
INSTANTIATE_IN_BOTH_MODES(RtlRunOnce);

TEST_P(RtlRunOnce, OneInitialisesAndTheOthersGetWhatItMade)
{
    OPENKMDF_TESTS(RtlRunOnceBeginInitialize, RtlRunOnceComplete);
    EXPECT_TRUE(pc.run([] {
        RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
        alignas(8) int data = 0;
        PVOID context = nullptr;
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
        EXPECT_EQ(RtlRunOnceComplete(&once, 0, &data), STATUS_SUCCESS);
        EXPECT_EQ(RtlRunOnceComplete(&once, 0, &data), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS);
        EXPECT_EQ(context, &data);
        once = RTL_RUN_ONCE_INIT;
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
        EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_INIT_FAILED, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
        EXPECT_FALSE(NT_SUCCESS(RtlRunOnceBeginInitialize(&once, 0, &context)));
        EXPECT_FALSE(NT_SUCCESS(RtlRunOnceComplete(&once, 0, &data)));
        EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, &data), STATUS_SUCCESS);
        for (ULONG flags : {RTL_RUN_ONCE_ASYNC, RTL_RUN_ONCE_CHECK_ONLY}) {
            context = nullptr;
            EXPECT_EQ(RtlRunOnceBeginInitialize(&once, flags, &context), STATUS_SUCCESS);
            EXPECT_EQ(context, &data);
        }
    })) << pc->bugcheck.message;
}

TEST_P(RtlRunOnce, WaitingForItLeavesTheProcessorsToOthers)
{
    OPENKMDF_TESTS(RtlRunOnceBeginInitialize);
    EXPECT_TRUE(pc.run([] {
        initialise_while_others_wait(1);
        initialise_while_others_wait(3);
    })) << pc->bugcheck.message;
}

TEST_F(RtlDiagnosisTest, VersionsAreComparedAsTheConditionsSay)
{
    OPENKMDF_TESTS(VerSetConditionMask);
    const ULONG conditions[] = {VER_EQUAL, VER_GREATER, VER_GREATER_EQUAL, VER_LESS,
                                VER_LESS_EQUAL};
    const bool holds[][3] = {{0, 1, 0}, {1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}};
    for (int condition = 0; condition < 5; ++condition) {
        for (int step = 0; step < 3; ++step) {
            RTL_OSVERSIONINFOEXW wanted = {};
            wanted.dwBuildNumber = kBuildNumber - 1 + step;
            wanted.dwMajorVersion = kMajorVersion + 1;
            ULONGLONG mask = VerSetConditionMask(0, VER_MAJORVERSION, VER_LESS);
            mask = VerSetConditionMask(mask, VER_BUILDNUMBER,
                                       static_cast<UCHAR>(conditions[condition]));
            EXPECT_EQ(RtlVerifyVersionInfo(&wanted, VER_BUILDNUMBER, mask),
                      holds[condition][step] ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH);
            EXPECT_EQ(RtlVerifyVersionInfo(&wanted, VER_MAJORVERSION, mask), STATUS_SUCCESS);
        }
    }
}

TEST_F(RtlDiagnosisTest, AServicePackIsOneOfTheRunningWindows)
{
    OPENKMDF_TESTS(RtlIsServicePackVersionInstalled);
    constexpr ULONG kServicePack1 = 0x00000100;
    EXPECT_TRUE(RtlIsServicePackVersionInstalled(NTDDI_WIN10));
    EXPECT_FALSE(RtlIsServicePackVersionInstalled(NTDDI_WIN10 + kServicePack1));
    for (ULONG other : {NTDDI_WIN7, NTDDI_VISTASP2, NTDDI_WS03SP1, NTDDI_WINXPSP3, 0x0B000000})
        EXPECT_FALSE(RtlIsServicePackVersionInstalled(other));
}

class RtlRegistryTest : public KernelTest {
protected:
    static constexpr const char16_t *kServices =
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
    HANDLE open(std::u16string path)
    {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, path.c_str());
        NameAttributes attributes(&name);
        HANDLE handle = nullptr;
        EXPECT_EQ(ZwOpenKey(&handle, KEY_READ, &attributes), STATUS_SUCCESS);
        return handle;
    }
};

TEST_F(RtlRegistryTest, AValueIsLookedForInTheSecondKeyIfTheFirstHasNone)
{
    OPENKMDF_TESTS(RtlQueryRegistryValueWithFallback);
    const std::u16string first = std::u16string(kServices) + u"First";
    const std::u16string second = std::u16string(kServices) + u"Second";
    pc_->registry->create_key(first);
    pc_->registry->create_key(second);
    pc_->registry->set_number(first, u"Both", 1);
    pc_->registry->set_number(second, u"Both", 2);
    pc_->registry->set_string(second, u"One", u"abc");
    in_kernel([&] {
        HANDLE primary = open(first);
        HANDLE fallback = open(second);
        ULONG type = 99;
        ULONG length = 99;
        char16_t data[8] = {};
        const auto query = [&](const char16_t *text, ULONG room) {
            Text name(text);
            return RtlQueryRegistryValueWithFallback(primary, fallback, &name, room, &type, data,
                                                     &length);
        };
        EXPECT_EQ(query(u"Both", 16), STATUS_SUCCESS);
        EXPECT_EQ(type, ULONG{REG_DWORD});
        EXPECT_EQ(length, 4u);
        EXPECT_EQ(data[0], 1);
        EXPECT_EQ(query(u"One", 8), STATUS_SUCCESS);
        EXPECT_EQ(type, ULONG{REG_SZ});
        EXPECT_EQ(length, 8u);
        EXPECT_EQ(std::u16string(data), u"abc");
        EXPECT_EQ(query(u"One", 6), STATUS_BUFFER_OVERFLOW);
        EXPECT_EQ(length, 8u);
        EXPECT_EQ(query(u"None", 16), STATUS_OBJECT_NAME_NOT_FOUND);
        ZwClose(primary);
        ZwClose(fallback);
    });
}

TEST_F(RtlRegistryTest, AKeyIsCreatedBelowAnExistingOneOnly)
{
    OPENKMDF_TESTS(RtlCreateRegistryKey, RtlCheckRegistryKey, RtlWriteRegistryValue,
                   RtlDeleteRegistryValue);
    in_kernel([] {
        char16_t deep[] = u"Echo\\Parameters";
        char16_t top[] = u"Echo";
        char16_t absolute[] = u"\\Registry\\User\\.Default\\Echo\\Parameters";
        EXPECT_FALSE(NT_SUCCESS(RtlCreateRegistryKey(RTL_REGISTRY_USER, deep)));
        EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_USER, top), STATUS_SUCCESS);
        EXPECT_FALSE(NT_SUCCESS(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, absolute)));
        EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_USER, deep), STATUS_SUCCESS);
        EXPECT_EQ(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, absolute), STATUS_SUCCESS);

        const auto write = [&](const char16_t *path) {
            return RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, path, u"Text", REG_SZ, top, 10);
        };
        EXPECT_FALSE(NT_SUCCESS(write(deep)));
        EXPECT_EQ(write(top), STATUS_SUCCESS);
        EXPECT_EQ(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, top, u"Text"), STATUS_SUCCESS);
    });
}

TEST_F(RtlRegistryTest, ADirectQueryOfAnUntrustedHiveNeedsATypeCheck)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    pc_->registry->set_number(u"\\Registry\\User\\.Default", u"Number", 42);
    const BugcheckRecord &record = pc_.stops([] {
        ULONG read = 0;
        RTL_QUERY_REGISTRY_TABLE table[2] = {};
        table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
        table[0].Name = const_cast<PWSTR>(u"Number");
        table[0].EntryContext = &read;
        RtlQueryRegistryValues(RTL_REGISTRY_USER, u"", table, nullptr, nullptr);
    });
    EXPECT_EQ(record.code, KERNEL_SECURITY_CHECK_FAILURE);
}

}  // namespace
}  // namespace openkmdf::executive
