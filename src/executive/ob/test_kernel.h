#pragma once

#include "executive/kernel.h"
#include "executive/ob/object_manager.h"
#include "scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

// A machine with an executive and nothing else, for the tests of objects, names, keys and security.

namespace openkmdf::executive {

class TestKernel {
public:
    TestKernel() : arena_(scheduler::Arena::create())
    {
        scheduler_ = scheduler::Scheduler::create(*arena_, {});
        kernel_ = create_kernel(*scheduler_, *arena_);
    }
    ~TestKernel()
    {
        scheduler_.reset();
        scheduler::Arena::destroy(arena_);
    }
    TestKernel(const TestKernel &) = delete;
    TestKernel &operator=(const TestKernel &) = delete;

    Kernel &operator*() { return *kernel_; }
    Kernel *operator->() { return kernel_; }
    scheduler::Arena &arena() { return *arena_; }
    scheduler::Scheduler &scheduler() { return *scheduler_; }

    // Runs `body` as a system call of the client. False: it ended in a bugcheck.
    template <class Body>
    bool run(Body &&body)
    {
        return scheduler_->kernel_call(scheduler_->client_activity(), std::forward<Body>(body));
    }

private:
    scheduler::Arena *arena_;
    std::unique_ptr<scheduler::Scheduler> scheduler_;
    Kernel *kernel_ = nullptr;
};

class KernelTest : public testing::Test {
protected:
    // The body of a test, in the kernel.
    template <class Body>
    void in_kernel(Body &&body)
    {
        ASSERT_TRUE(pc_.run(std::forward<Body>(body))) << pc_->bugcheck.message;
    }
    TestKernel pc_;
};

struct Text : UNICODE_STRING {
    explicit Text(const char16_t *text) { RtlInitUnicodeString(this, text); }
};

struct NameAttributes : OBJECT_ATTRIBUTES {
    explicit NameAttributes(UNICODE_STRING *name,
                            ULONG flags = OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                            HANDLE root = nullptr)
    {
        InitializeObjectAttributes(this, name, flags, root, nullptr);
    }
};

}  // namespace openkmdf::executive
