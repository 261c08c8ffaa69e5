#pragma once

#include "executive/ke/dispatcher.h"
#include "executive/testing.h"

#include <functional>

// System threads of tests, and what tests of locks and waits see of them.

namespace openkmdf::executive {

inline NTSTATUS poll(void *object)
{
    LARGE_INTEGER zero;
    zero.QuadPart = 0;
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &zero);
}

inline NTSTATUS wait(void *object)
{
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, nullptr);
}

// A system thread that runs a body of the test.
class Thread {
public:
    template <class Body>
    explicit Thread(Body &body) : body_(std::ref(body))
    {
        HANDLE handle;
        EXPECT_EQ(
            PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr, run, this),
            STATUS_SUCCESS);
        EXPECT_EQ(
            ObReferenceObjectByHandle(handle, SYNCHRONIZE, nullptr, KernelMode, &object_, nullptr),
            STATUS_SUCCESS);
        ZwClose(handle);
    }
    void join()
    {
        EXPECT_EQ(wait(object_), STATUS_SUCCESS);
        ObDereferenceObject(object_);
    }

    // Until it is joined.
    PETHREAD object() const { return static_cast<PETHREAD>(object_); }

private:
    // Not of the template: Clang 19 crashes on a function of this ABI that is one.
    static void NTAPI run(PVOID context) { static_cast<Thread *>(context)->body_(); }

    std::function<void()> body_;
    PVOID object_ = nullptr;
};

inline int waiters(const DISPATCHER_HEADER &header)
{
    scheduler::InternalGuard guard(ke::state().lock);
    int count = 0;
    for (PLIST_ENTRY entry = header.WaitListHead.Flink; entry != &header.WaitListHead;
         entry = entry->Flink)
        count++;
    return count;
}

template <class Condition>
void until(Condition condition)
{
    LARGE_INTEGER interval;
    interval.QuadPart = -10'000;
    for (int i = 0; i < 5000 && !condition(); i++)
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    EXPECT_TRUE(condition());
}

}  // namespace openkmdf::executive
