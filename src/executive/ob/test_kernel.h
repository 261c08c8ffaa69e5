#pragma once

#include "executive/ps/processes.h"
#include "executive/testing.h"

#include <gtest/gtest.h>

#include <utility>

// What the tests of objects, names, keys and security share.

namespace openkmdf::executive {

class KernelTest : public testing::Test {
protected:
    // The body of a test, in the kernel.
    template <class Body>
    void in_kernel(Body &&body)
    {
        ASSERT_TRUE(pc_.run(std::forward<Body>(body))) << pc_->bugcheck.message;
    }
    // `body` in a process with a token of the kind.
    template <class Body>
    void as(se::TokenKind kind, Body body)
    {
        in_kernel([&] {
            Processes &processes = *pc_->processes;
            PEPROCESS process = processes.create_client(u"subject.exe", kind);
            processes.assign(*scheduler::current.activity, process);
            body();
            processes.assign(*scheduler::current.activity, nullptr);
            processes.end(process, STATUS_SUCCESS);
            ObDereferenceObject(process);
        });
    }
    TestMachine pc_;
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
