#include "executive/io/test_computer.h"
#include "executive/ob/test_kernel.h"

#include "executive/ps/processes.h"
#include "tests/support/tested.h"

#include <string>
#include <vector>

namespace openkmdf::executive {
namespace {

std::vector<std::string> events;

VOID NTAPI note(HANDLE, HANDLE id, BOOLEAN created)
{
    events.push_back(std::to_string(reinterpret_cast<std::uint64_t>(id)) +
                     (created ? " starts" : " ends"));
}

class ProcessesTest : public KernelTest {
protected:
    ProcessesTest() { events.clear(); }
};

TEST_F(ProcessesTest, ClientsRunInTheirOwn)
{
    OPENKMDF_TESTS(PsGetCurrentProcess, PsGetProcessId, PsLookupProcessByProcessId, SeTokenIsAdmin);
    in_kernel([&] {
        Processes &processes = *pc_->processes;
        EXPECT_EQ(PsGetCurrentProcess(), processes.default_client());
        EXPECT_EQ(reinterpret_cast<std::uint64_t>(PsGetProcessId(processes.system())), 4u);
        PEPROCESS mine = processes.create_client(u"mine.exe", se::TokenKind::User);
        PEPROCESS before = processes.assign(*scheduler::current.activity, mine);
        EXPECT_EQ(before, processes.default_client());
        EXPECT_EQ(PsGetCurrentProcess(), mine);
        EXPECT_FALSE(SeTokenIsAdmin(mine->token));
        processes.assign(*scheduler::current.activity, nullptr);
        EXPECT_EQ(PsGetCurrentProcess(), processes.default_client());
        PEPROCESS found;
        EXPECT_EQ(PsLookupProcessByProcessId(PsGetProcessId(mine), &found), STATUS_SUCCESS);
        EXPECT_EQ(found, mine);
        ObfDereferenceObject(found);
        processes.end(mine, STATUS_SUCCESS);
        EXPECT_EQ(PsLookupProcessByProcessId(PsGetProcessId(mine), &found), STATUS_INVALID_CID);
        ObfDereferenceObject(mine);
        EXPECT_EQ(pc_->objects->type(ob::TypeIndex::Process)->live, 2u);
        EXPECT_EQ(pc_->objects->type(ob::TypeIndex::Token)->live, 2u);
    });
}

TEST_F(ProcessesTest, EndingClosesHandlesAndSignals)
{
    OPENKMDF_TESTS(PsGetProcessExitStatus);
    in_kernel([&] {
        Processes &processes = *pc_->processes;
        PEPROCESS process = processes.create_client(u"short.exe");
        void *event;
        pc_->objects->create_object(ob::TypeIndex::Event, sizeof(KEVENT), &event);
        HANDLE handle;
        EXPECT_EQ(pc_->objects->create_handle_in(process, event, 1, 0, &handle), STATUS_SUCCESS);
        EXPECT_EQ(reinterpret_cast<std::uint64_t>(handle), 4u);
        EXPECT_EQ(ob::handles_of(event), 1);
        processes.end(process, STATUS_CANCELLED);
        EXPECT_EQ(ob::handles_of(event), 0);
        EXPECT_EQ(PsGetProcessExitStatus(process), STATUS_CANCELLED);
        EXPECT_NE(KeReadStateEvent(&process->ended), 0);
        ObfDereferenceObject(event);
        ObfDereferenceObject(process);
    });
}

TEST_F(ProcessesTest, NotifyRoutinesHearOfBothEnds)
{
    OPENKMDF_TESTS(PsSetCreateProcessNotifyRoutine);
    in_kernel([&] {
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(note, FALSE), STATUS_SUCCESS);
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(note, FALSE), STATUS_INVALID_PARAMETER);
        PEPROCESS process = pc_->processes->create_client(u"a.exe");
        pc_->processes->end(process, STATUS_SUCCESS);
        ObfDereferenceObject(process);
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(note, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(PsSetCreateProcessNotifyRoutine(note, TRUE), STATUS_PROCEDURE_NOT_FOUND);
    });
    ASSERT_EQ(events.size(), 2u);
    EXPECT_NE(events[0].find("starts"), std::string::npos);
    EXPECT_NE(events[1].find("ends"), std::string::npos);
}

class ThreadsOfAProcess : public test::InBothModes {};
INSTANTIATE_TEST_SUITE_P(Modes, ThreadsOfAProcess,
                         testing::Values(scheduler::Mode::Deterministic, scheduler::Mode::Threaded),
                         test::mode_name);

// They may run, and end, before PsCreateSystemThread returns.
TEST_P(ThreadsOfAProcess, RunThereFromTheirFirstInstruction)
{
    OPENKMDF_TESTS(PsCreateSystemThread, PsGetCurrentThread, PsGetCurrentThreadId,
                   PsGetThreadProcess, PsGetCurrentProcess);
    struct Seen {
        PEPROCESS expected;
        int right;
        HANDLE id;
    };
    constexpr int kThreads = 50;
    Seen seen{};
    EXPECT_TRUE(pc.call([&] {
        Kernel &own = kernel();
        PEPROCESS process = own.processes->create_client(u"host.exe");
        HANDLE handle = nullptr;
        EXPECT_EQ(own.objects->create_handle(process, PROCESS_ALL_ACCESS, OBJ_KERNEL_HANDLE,
                                             KernelMode, &handle),
                  STATUS_SUCCESS);
        seen.expected = process;
        for (int i = 0; i < kThreads; i++) {
            HANDLE thread = nullptr;
            CLIENT_ID id{};
            EXPECT_EQ(PsCreateSystemThread(
                          &thread, THREAD_ALL_ACCESS, nullptr, handle, &id,
                          [](PVOID context) NTAPI {
                              auto &seen = *static_cast<Seen *>(context);
                              seen.id = PsGetCurrentThreadId();
                              seen.right +=
                                  PsGetCurrentProcess() == seen.expected &&
                                  PsGetThreadProcess(PsGetCurrentThread()) == seen.expected;
                          },
                          &seen),
                      STATUS_SUCCESS);
            EXPECT_EQ(ZwWaitForSingleObject(thread, FALSE, nullptr), STATUS_SUCCESS);
            EXPECT_EQ(seen.id, id.UniqueThread);
            EXPECT_EQ(id.UniqueProcess, PsGetProcessId(process));
            ZwClose(thread);
        }
        ZwClose(handle);
        own.processes->end(process, STATUS_SUCCESS);
        ObfDereferenceObject(process);
    }));
    EXPECT_EQ(seen.right, kThreads);
}

TEST(SystemThreadTest, EndsInTheCriticalRegionThatItStartedIn)
{
    OPENKMDF_TESTS(PsCreateSystemThread, PsTerminateSystemThread);
    constexpr PKSTART_ROUTINE kRoutines[] = {
        [](PVOID) NTAPI {
            KeEnterCriticalRegion();
            PsTerminateSystemThread(STATUS_SUCCESS);
        },
        [](PVOID) NTAPI {
            KeLeaveCriticalRegion();
            PsTerminateSystemThread(STATUS_SUCCESS);
        },
        [](PVOID) NTAPI { KeLeaveCriticalRegion(); },
    };
    for (PKSTART_ROUTINE routine : kRoutines) {
        TestMachine pc;
        const BugcheckRecord &report = pc.stops([&] {
            HANDLE thread = nullptr;
            EXPECT_EQ(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                           routine, nullptr),
                      STATUS_SUCCESS);
            ZwWaitForSingleObject(thread, FALSE, nullptr);
        });
        EXPECT_EQ(report.code, KERNEL_APC_PENDING_DURING_EXIT);
    }
}

}  // namespace
}  // namespace openkmdf::executive
