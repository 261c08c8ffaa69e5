#include "executive/data_exports.h"
#include "executive/ps/processes.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

// PsThreads, processes and their tokens, as drivers ask for them.

namespace openkmdf::executive {
namespace {

template <class Body>
struct Entry {
    static void NTAPI run(PVOID context) { (*static_cast<Body *>(context))(); }
};

// A system thread that is waited for.
class SystemThread {
public:
    template <class Body>
    explicit SystemThread(Body &body, HANDLE process = nullptr)
    {
        EXPECT_EQ(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, process, &id,
                                       Entry<Body>::run, &body),
                  STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByHandle(handle, SYNCHRONIZE, nullptr, KernelMode,
                                            reinterpret_cast<PVOID *>(&thread), nullptr),
                  STATUS_SUCCESS);
    }
    ~SystemThread()
    {
        join();
        ObDereferenceObject(thread);
        ZwClose(handle);
    }
    void join() { KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, nullptr); }

    HANDLE handle = nullptr;
    PETHREAD thread = nullptr;
    CLIENT_ID id = {};
};

// A client process with a handle, until the end of the test.
class OwnProcess {
public:
    OwnProcess() : process(kernel().processes->create_client(u"host.exe"))
    {
        EXPECT_EQ(ObOpenObjectByPointer(process, OBJ_KERNEL_HANDLE, nullptr, PROCESS_ALL_ACCESS,
                                        nullptr, KernelMode, &handle),
                  STATUS_SUCCESS);
    }
    ~OwnProcess()
    {
        ZwClose(handle);
        kernel().processes->end(process, STATUS_SUCCESS);
        ObDereferenceObject(process);
    }

    PEPROCESS process;
    HANDLE handle = nullptr;
};

PEPROCESS system_process()
{
    return *static_cast<PEPROCESS *>(find_data_export(kernel(), "PsInitialSystemProcess"));
}

LONGLONG now()
{
    LARGE_INTEGER time;
    KeQuerySystemTime(&time);
    return time.QuadPart;
}

using PsThreads = BothModes;
INSTANTIATE_IN_BOTH_MODES(PsThreads);

TEST_P(PsThreads, WithoutAProcessRunInTheSystems)
{
    OPENKMDF_TESTS(PsCreateSystemThread, PsGetCurrentThread, PsGetCurrentThreadId,
                   PsGetCurrentProcess, PsGetCurrentProcessId, PsGetThreadId, PsGetThreadProcess,
                   PsGetThreadProcessId, PsGetProcessId, PsInitialSystemProcess);
    EXPECT_TRUE(pc.run([&] {
        PETHREAD thread = nullptr;
        HANDLE id = nullptr, process_id = nullptr;
        PEPROCESS process = nullptr, of_thread = nullptr;
        KIRQL irql = HIGH_LEVEL;
        auto body = [&] {
            thread = PsGetCurrentThread();
            id = PsGetCurrentThreadId();
            process = PsGetCurrentProcess();
            process_id = PsGetCurrentProcessId();
            of_thread = PsGetThreadProcess(thread);
            irql = KeGetCurrentIrql();
        };
        SystemThread one(body);
        one.join();
        EXPECT_TRUE(ObIsKernelHandle(one.handle));
        EXPECT_EQ(thread, one.thread);
        EXPECT_EQ(id, one.id.UniqueThread);
        EXPECT_EQ(PsGetThreadId(one.thread), id);
        EXPECT_EQ(process, system_process());
        EXPECT_EQ(of_thread, system_process());
        EXPECT_EQ(process_id, PsGetProcessId(system_process()));
        EXPECT_EQ(one.id.UniqueProcess, process_id);
        EXPECT_EQ(irql, PASSIVE_LEVEL);

        PETHREAD own = PsGetCurrentThread();
        EXPECT_NE(own, one.thread);
        EXPECT_NE(PsGetCurrentThreadId(), id);
        EXPECT_EQ(PsGetThreadId(own), PsGetCurrentThreadId());
        EXPECT_NE(PsGetCurrentProcess(), system_process());
        EXPECT_EQ(PsGetThreadProcess(own), PsGetCurrentProcess());
        EXPECT_EQ(PsGetThreadProcessId(own), PsGetCurrentProcessId());
        EXPECT_EQ(PsGetCurrentProcessId(), PsGetProcessId(PsGetCurrentProcess()));
    }));
}

TEST(PsTest, NoThreadComesOfABadProcessOrWithoutMemory)
{
    OPENKMDF_TESTS(PsCreateSystemThread);
    TestMachine pc;
    bool ran = false;
    EXPECT_TRUE(pc.run([&] {
        auto body = [&] { ran = true; };
        HANDLE event = nullptr, thread = nullptr;
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE), 0);
        auto create = [&](HANDLE process) {
            return PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, nullptr, process, nullptr,
                                        Entry<decltype(body)>::run, &body);
        };
        EXPECT_EQ(create(event), STATUS_OBJECT_TYPE_MISMATCH);
        ZwClose(event);
        EXPECT_EQ(create(event), STATUS_INVALID_HANDLE);
        pc.arena().fail_allocation(1, true);
        EXPECT_EQ(create(nullptr), STATUS_INSUFFICIENT_RESOURCES);
        pc.arena().fail_allocation(0, false);
    }));
    pc.settle();
    EXPECT_FALSE(ran);
}

TEST_P(PsThreads, StartInACriticalRegion)
{
    OPENKMDF_TESTS(PsCreateSystemThread);
    EXPECT_TRUE(pc.run([&] {
        BOOLEAN normal = FALSE, all = TRUE;
        auto body = [&] {
            normal = KeAreApcsDisabled();
            all = KeAreAllApcsDisabled();
        };
        SystemThread one(body);
        one.join();
        EXPECT_TRUE(normal);
        EXPECT_FALSE(all);
    }));
}

TEST_P(PsThreads, HaveKernelHandlesWhateverTheAttributesSay)
{
    OPENKMDF_TESTS(PsCreateSystemThread);
    EXPECT_TRUE(pc.run([&] {
        auto body = [] {};
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
        HANDLE thread = nullptr;
        ASSERT_EQ(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, nullptr, nullptr,
                                       Entry<decltype(body)>::run, &body),
                  STATUS_SUCCESS);
        EXPECT_EQ(ZwWaitForSingleObject(thread, FALSE, nullptr), STATUS_SUCCESS);
        EXPECT_TRUE(ObIsKernelHandle(thread));
        ZwClose(thread);
    }));
}

TEST_P(PsThreads, KeepTheirExitStatus)
{
    OPENKMDF_TESTS(PsIsThreadTerminating, PsGetThreadExitStatus, PsIsSystemThread);
    EXPECT_TRUE(pc.run([&] {
        EXPECT_FALSE(PsIsSystemThread(PsGetCurrentThread()));
        EXPECT_FALSE(PsIsThreadTerminating(PsGetCurrentThread()));
        EXPECT_EQ(PsGetThreadExitStatus(PsGetCurrentThread()), STATUS_PENDING);
        for (const NTSTATUS status : {STATUS_SUCCESS, STATUS_CANCELLED}) {
            KEVENT go;
            KeInitializeEvent(&go, NotificationEvent, FALSE);
            auto body = [&] {
                KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, nullptr);
                if (status != STATUS_SUCCESS) PsTerminateSystemThread(status);
            };
            SystemThread one(body);
            EXPECT_TRUE(PsIsSystemThread(one.thread));
            EXPECT_FALSE(PsIsThreadTerminating(one.thread));
            EXPECT_EQ(PsGetThreadExitStatus(one.thread), STATUS_PENDING);
            KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
            one.join();
            EXPECT_TRUE(PsIsThreadTerminating(one.thread));
            EXPECT_EQ(PsGetThreadExitStatus(one.thread), status);
        }
    }));
}

TEST_P(PsThreads, RememberTheirProcessWhenTheyHaveEnded)
{
    OPENKMDF_TESTS(PsGetThreadProcess, PsGetThreadProcessId);
    EXPECT_TRUE(pc.run([&] {
        OwnProcess own;
        auto body = [] {};
        SystemThread one(body, own.handle);
        one.join();
        EXPECT_EQ(PsGetThreadProcess(one.thread), own.process);
        EXPECT_EQ(PsGetThreadProcessId(one.thread), PsGetProcessId(own.process));
    }));
}

TEST_P(PsThreads, KnowWhenTheyWereCreated)
{
    OPENKMDF_TESTS(PsGetThreadCreateTime, PsGetProcessCreateTimeQuadPart);
    EXPECT_TRUE(pc.run([&] {
        LARGE_INTEGER interval;
        interval.QuadPart = -10'000;
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
        const LONGLONG before = now();
        auto body = [] {};
        OwnProcess own;
        SystemThread one(body);
        const LONGLONG after = now();
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
        EXPECT_GE(PsGetThreadCreateTime(one.thread), before);
        EXPECT_LE(PsGetThreadCreateTime(one.thread), after);
        EXPECT_GE(PsGetProcessCreateTimeQuadPart(own.process), before);
        EXPECT_LE(PsGetProcessCreateTimeQuadPart(own.process), after);
        EXPECT_LT(PsGetProcessCreateTimeQuadPart(system_process()), before);
    }));
}

TEST_P(PsThreads, AreFoundByTheirIdentifier)
{
    OPENKMDF_TESTS(PsLookupThreadByThreadId);
    EXPECT_TRUE(pc.run([&] {
        KEVENT go;
        KeInitializeEvent(&go, NotificationEvent, FALSE);
        auto body = [&] { KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, nullptr); };
        SystemThread one(body), two(body);
        PETHREAD found = nullptr;
        const std::int64_t before = ob::references_of(two.thread);
        EXPECT_EQ(PsLookupThreadByThreadId(two.id.UniqueThread, &found), STATUS_SUCCESS);
        EXPECT_EQ(found, two.thread);
        EXPECT_EQ(ob::references_of(two.thread), before + 1);
        ObDereferenceObject(found);
        EXPECT_EQ(PsLookupThreadByThreadId(nullptr, &found), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(PsLookupThreadByThreadId(reinterpret_cast<HANDLE>(0x7FFFFFFC), &found),
                  STATUS_INVALID_PARAMETER);
        KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    }));
}

TEST_P(PsThreads, OfClientsAreFoundToo)
{
    OPENKMDF_TESTS(PsLookupThreadByThreadId);
    EXPECT_TRUE(pc.run([&] {
        PETHREAD found = nullptr;
        ASSERT_EQ(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &found), STATUS_SUCCESS);
        EXPECT_EQ(found, PsGetCurrentThread());
        ObDereferenceObject(found);
    }));
}

using PsProcesses = BothModes;
INSTANTIATE_IN_BOTH_MODES(PsProcesses);

TEST_P(PsProcesses, FindOneByItsIdentifierWhileItRuns)
{
    OPENKMDF_TESTS(PsLookupProcessByProcessId, PsGetProcessExitStatus, PsGetProcessId);
    EXPECT_TRUE(pc.run([&] {
        PEPROCESS process = kernel().processes->create_client(u"short.exe");
        const HANDLE id = PsGetProcessId(process);
        EXPECT_NE(id, PsGetCurrentProcessId());
        const std::int64_t before = ob::references_of(process);
        PEPROCESS found = nullptr;
        EXPECT_EQ(PsLookupProcessByProcessId(id, &found), STATUS_SUCCESS);
        EXPECT_EQ(found, process);
        EXPECT_EQ(ob::references_of(process), before + 1);
        ObDereferenceObject(found);
        EXPECT_EQ(PsGetProcessExitStatus(process), STATUS_PENDING);
        kernel().processes->end(process, STATUS_CANCELLED);
        EXPECT_EQ(PsGetProcessExitStatus(process), STATUS_CANCELLED);
        EXPECT_EQ(PsLookupProcessByProcessId(id, &found), STATUS_INVALID_CID);
        EXPECT_EQ(PsLookupProcessByProcessId(nullptr, &found), STATUS_INVALID_CID);
        ObDereferenceObject(process);
    }));
}

TEST_P(PsProcesses, GiveEachItsOwnStartKey)
{
    OPENKMDF_TESTS(PsGetProcessStartKey);
    EXPECT_TRUE(pc.run([&] {
        std::set<ULONGLONG> keys = {PsGetProcessStartKey(system_process()),
                                    PsGetProcessStartKey(PsGetCurrentProcess())};
        for (int i = 0; i < 5; i++) {
            OwnProcess own;
            EXPECT_EQ(PsGetProcessStartKey(own.process), PsGetProcessStartKey(own.process));
            keys.insert(PsGetProcessStartKey(own.process));
        }
        EXPECT_EQ(keys.size(), 7u);
    }));
}

TEST_P(PsProcesses, ReferenceTokens)
{
    OPENKMDF_TESTS(PsReferencePrimaryToken, PsDereferencePrimaryToken,
                   PsReferenceImpersonationToken, PsDereferenceImpersonationToken);
    EXPECT_TRUE(pc.run([&] {
        PEPROCESS process = PsGetCurrentProcess();
        PACCESS_TOKEN token = PsReferencePrimaryToken(process);
        EXPECT_EQ(token, process->token);
        EXPECT_EQ(ob::references_of(token), 2);
        EXPECT_NE(token, system_process()->token);
        PsDereferencePrimaryToken(token);
        EXPECT_EQ(ob::references_of(token), 1);

        BOOLEAN copy = FALSE, effective = FALSE;
        SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
        EXPECT_EQ(PsReferenceImpersonationToken(PsGetCurrentThread(), &copy, &effective, &level),
                  nullptr);
        PsDereferenceImpersonationToken(nullptr);
        EXPECT_EQ(ob::references_of(token), 1);
        ObReferenceObject(token);
        PsDereferenceImpersonationToken(token);
        EXPECT_EQ(ob::references_of(token), 1);
    }));
}

TEST_P(PsProcesses, AreQueriedThroughAHandle)
{
    OPENKMDF_TESTS(ZwQueryInformationProcess);
    EXPECT_TRUE(pc.run([&] {
        PEPROCESS other = kernel().processes->create_client(u"other.exe");
        HANDLE process = nullptr;
        ASSERT_EQ(ObOpenObjectByPointer(other, OBJ_KERNEL_HANDLE, nullptr, PROCESS_ALL_ACCESS,
                                        nullptr, KernelMode, &process),
                  STATUS_SUCCESS);
        alignas(8) char buffer[64];
        ULONG needed = 0;
        auto query = [&](PROCESSINFOCLASS kind, ULONG length) {
            return ZwQueryInformationProcess(process, kind, buffer, length, &needed);
        };
        const auto &basic = *reinterpret_cast<PROCESS_BASIC_INFORMATION *>(buffer);
        EXPECT_EQ(query(ProcessBasicInformation, sizeof basic - 1), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(needed, sizeof basic);
        EXPECT_EQ(query(ProcessBasicInformation, sizeof basic), STATUS_SUCCESS);
        EXPECT_EQ(basic.ExitStatus, STATUS_PENDING);
        EXPECT_EQ(reinterpret_cast<HANDLE>(basic.UniqueProcessId), PsGetProcessId(other));
        EXPECT_EQ(reinterpret_cast<HANDLE>(basic.InheritedFromUniqueProcessId),
                  PsGetCurrentProcessId());
        EXPECT_EQ(query(ProcessImageFileName, 8), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(query(ProcessImageFileName, needed), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(reinterpret_cast<PUNICODE_STRING>(buffer)->Buffer), u"other.exe");
        EXPECT_EQ(query(MaxProcessInfoClass, sizeof buffer), STATUS_INVALID_INFO_CLASS);
        kernel().processes->end(other, STATUS_CANCELLED);
        EXPECT_EQ(query(ProcessBasicInformation, sizeof basic), STATUS_SUCCESS);
        EXPECT_EQ(basic.ExitStatus, STATUS_CANCELLED);
        ObDereferenceObject(other);
        ZwClose(process);
        EXPECT_EQ(query(ProcessBasicInformation, sizeof basic), STATUS_INVALID_HANDLE);
    }));
}

TEST_P(PsProcesses, AreOpenedByAValidClientIdOnly)
{
    OPENKMDF_TESTS(ZwOpenProcess, NtOpenProcess);
    EXPECT_TRUE(pc.run([] {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, u"\\BaseNamedObjects\\Process");
        OBJECT_ATTRIBUTES named, none;
        InitializeObjectAttributes(&named, &name, OBJ_KERNEL_HANDLE, nullptr, nullptr);
        InitializeObjectAttributes(&none, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr);
        CLIENT_ID unknown = {reinterpret_cast<HANDLE>(0x7FFFFFFC), nullptr};
        CLIENT_ID own = {PsGetCurrentProcessId(), nullptr};
        CLIENT_ID wrong_thread = {PsGetCurrentProcessId(), reinterpret_cast<HANDLE>(0x7FFFFFFC)};
        HANDLE handle = nullptr;
        for (auto *open : {ZwOpenProcess, NtOpenProcess}) {
            EXPECT_EQ(open(&handle, 1, &none, nullptr), STATUS_INVALID_PARAMETER_MIX);
            EXPECT_EQ(open(&handle, 1, &named, nullptr), STATUS_INVALID_PARAMETER_MIX);
            EXPECT_EQ(open(&handle, 1, &none, &unknown), STATUS_INVALID_CID);
            EXPECT_EQ(open(&handle, 1, &none, &wrong_thread), STATUS_INVALID_CID);
            EXPECT_EQ(open(&handle, 0x0C000000, &none, &own), STATUS_INVALID_PARAMETER);
        }
    }));
}

struct Notice {
    HANDLE parent;
    HANDLE process;
    BOOLEAN created;
};

std::vector<Notice> notices;

// Each instance is a routine of its own.
template <std::size_t Number>
struct Notify {
    static void NTAPI run(HANDLE parent, HANDLE process, BOOLEAN created)
    {
        if (Number == 0) notices.push_back({parent, process, created});
    }
};

template <std::size_t... Numbers>
constexpr std::array<PCREATE_PROCESS_NOTIFY_ROUTINE, sizeof...(Numbers)>
notify_routines(std::index_sequence<Numbers...>)
{
    return {Notify<Numbers>::run...};
}

TEST_P(PsProcesses, NotifyUpToSixtyFourRoutines)
{
    OPENKMDF_TESTS(PsSetCreateProcessNotifyRoutine);
    notices.clear();
    EXPECT_TRUE(pc.run([&] {
        constexpr std::size_t kMost = 64;
        const auto routines = notify_routines(std::make_index_sequence<kMost + 1>());
        for (std::size_t i = 0; i < kMost; i++)
            EXPECT_EQ(PsSetCreateProcessNotifyRoutine(routines[i], FALSE), STATUS_SUCCESS) << i;
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(routines[0], FALSE), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(routines[kMost], FALSE),
                  STATUS_INVALID_PARAMETER);
        HANDLE id = nullptr;
        {
            OwnProcess own;
            id = PsGetProcessId(own.process);
            ASSERT_EQ(notices.size(), 1u);
            EXPECT_EQ(notices[0].parent, PsGetCurrentProcessId());
            EXPECT_EQ(notices[0].process, id);
            EXPECT_TRUE(notices[0].created);
        }
        ASSERT_EQ(notices.size(), 2u);
        EXPECT_EQ(notices[1].process, id);
        EXPECT_FALSE(notices[1].created);
        for (std::size_t i = 0; i < kMost; i++)
            EXPECT_EQ(PsSetCreateProcessNotifyRoutine(routines[i], TRUE), STATUS_SUCCESS) << i;
        OwnProcess unseen;
        EXPECT_EQ(notices.size(), 2u);
    }));
}

TEST(PsTest, VersionsAgree)
{
    OPENKMDF_TESTS(PsGetVersion);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        RTL_OSVERSIONINFOW version = {};
        version.dwOSVersionInfoSize = sizeof version;
        ASSERT_EQ(RtlGetVersion(&version), STATUS_SUCCESS);
        ULONG major = 0, minor = 99, build = 0;
        UNICODE_STRING pack = {2, 2, nullptr};
        EXPECT_FALSE(PsGetVersion(&major, &minor, &build, &pack));
        EXPECT_EQ(major, version.dwMajorVersion);
        EXPECT_EQ(minor, version.dwMinorVersion);
        EXPECT_EQ(build, version.dwBuildNumber);
        EXPECT_EQ(pack.Length, std::u16string_view(version.szCSDVersion).size() * sizeof(WCHAR));
        EXPECT_FALSE(PsGetVersion(nullptr, nullptr, nullptr, nullptr));
    }));
}

// The upper bits tell a free build from a checked one.
TEST(PsTest, TheExportedBuildNumberIsTheVersions)
{
    OPENKMDF_TESTS(NtBuildNumber);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        RTL_OSVERSIONINFOW version = {};
        version.dwOSVersionInfoSize = sizeof version;
        ASSERT_EQ(RtlGetVersion(&version), STATUS_SUCCESS);
        auto *number = static_cast<ULONG *>(find_data_export(kernel(), "NtBuildNumber"));
        ASSERT_NE(number, nullptr);
        EXPECT_EQ(*number & 0xFFFF, version.dwBuildNumber);
        EXPECT_EQ(*number >> 28, 0xFu);
    }));
}

}  // namespace
}  // namespace openkmdf::executive
