// The buffers of requests: buffered, direct and neither, from user and kernel mode, and what
// clients pass wrongly.

#include "drivers/buffers.h"
#include "tests/support/tested.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <ntddk.h>

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstring>
#include <string>

namespace openkmdf {
namespace {

constexpr std::size_t kInput = 0;
constexpr std::size_t kOutput = 1;

class Computer {
public:
    explicit Computer(const char *path, Checks checks = Checks::On)
        : machine({.checks = checks}), driver(machine.load(path)),
          device(machine.plug_in(driver, "ROOT\\BUFFERS")), file(machine.open(R"(\\.\Buffers)"))
    {
        EXPECT_TRUE(file.ok()) << file.error();
    }

    void set(BUFFERS_SETTINGS settings)
    {
        EXPECT_EQ(file.ioctl(IOCTL_BUFFERS_SET, std::as_bytes(std::span(&settings, 1))), 0u);
    }
    BUFFERS_REPORT report()
    {
        BUFFERS_REPORT report{};
        EXPECT_EQ(
            file.ioctl(IOCTL_BUFFERS_REPORT, {}, std::as_writable_bytes(std::span(&report, 1))),
            sizeof report);
        return report;
    }
    // The addresses need not be there.
    Result ioctl(unsigned code, const void *input, std::size_t input_size, void *output,
                 std::size_t output_size)
    {
        return file.ioctl(code, std::span(static_cast<const std::byte *>(input), input_size),
                          std::span(static_cast<std::byte *>(output), output_size));
    }
    Result ioctl(unsigned code) { return ioctl(code, in, sizeof in, out, sizeof out); }
    BUFFERS_REPORT inner(unsigned code, bool internal)
    {
        const BUFFERS_INNER inner = {code, internal, 8, 8};
        EXPECT_EQ(file.ioctl(IOCTL_BUFFERS_INNER, std::as_bytes(std::span(&inner, 1))), 0u);
        return report();
    }
    std::string leaks()
    {
        file.close();
        const UnloadReport found = machine.unload(driver);
        return found.clean() ? std::string() : found.text();
    }

    Machine machine;
    Driver driver;
    Device device;
    File file;
    char in[8] = {'i', 'n', 'p', 'u', 't', '1', '2', '3'};
    char out[6] = {};
};

// One page which the host gives no access to, and one before it which can only be read.
class BadPages {
public:
    BadPages()
        : base_(static_cast<char *>(
              mmap(nullptr, 2 * kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)))
    {
        mprotect(base_ + kPage, kPage, PROT_NONE);
    }
    ~BadPages() { munmap(base_, 2 * kPage); }
    BadPages(const BadPages &) = delete;
    BadPages &operator=(const BadPages &) = delete;
    char *read_only() const { return base_; }
    char *unmapped() const { return base_ + kPage; }

private:
    static constexpr std::size_t kPage = 4096;
    char *base_;
};

unsigned long long number(const void *address)
{
    return reinterpret_cast<std::uintptr_t>(address);
}

void expect_all(const BUFFERS_ANSWER (&answers)[2], Status status)
{
    EXPECT_EQ(Status(answers[kInput].Status), status);
    EXPECT_EQ(Status(answers[kOutput].Status), status);
}

// Buffer, memory object and MDL are the same bytes.
void expect_one_buffer(const BUFFERS_REPORT &report, std::size_t side, std::size_t length)
{
    EXPECT_EQ(Status(report.Buffer[side].Status), Status(STATUS_SUCCESS));
    EXPECT_EQ(report.Buffer[side].Length, length);
    EXPECT_NE(report.Buffer[side].Address, 0u);
    for (const BUFFERS_ANSWER &answer : {report.Memory[side], report.Mdl[side]}) {
        EXPECT_EQ(Status(answer.Status), Status(STATUS_SUCCESS));
        EXPECT_EQ(answer.Address, report.Buffer[side].Address);
        EXPECT_EQ(answer.Length, length);
    }
}

void expect_refused(const BUFFERS_REPORT &report, std::size_t side, Status status)
{
    for (const BUFFERS_ANSWER &answer :
         {report.Buffer[side], report.Memory[side], report.Mdl[side]}) {
        EXPECT_EQ(Status(answer.Status), status);
        EXPECT_EQ(answer.Address, 0u);
        EXPECT_EQ(answer.Length, 0u);
    }
}

// --- Control codes -------------------------------------------------------------------------------

TEST(RequestBuffersTest, BufferedControlsHaveOneSystemBuffer)
{
    OPENKMDF_TESTS(WdfRequestGetRequestorProcessId);
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_BUFFERED), sizeof pc.out);
    EXPECT_EQ(std::string(pc.out, sizeof pc.out), "ABCDEF");
    const BUFFERS_REPORT report = pc.report();
    EXPECT_EQ(report.Requests, 2u);
    EXPECT_NE(report.ProcessId, 0u);
    expect_one_buffer(report, kInput, sizeof pc.in);
    expect_one_buffer(report, kOutput, sizeof pc.out);
    EXPECT_EQ(report.Buffer[kInput].Address, report.Buffer[kOutput].Address);
    EXPECT_NE(report.Buffer[kInput].Address, number(pc.in));
    EXPECT_EQ(std::memcmp(report.Input, pc.in, sizeof pc.in), 0);
    EXPECT_TRUE(report.SameMdlTwice);
    EXPECT_EQ(report.MdlIsMapped, 2u);
    expect_all(report.Unsafe, STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, LargeBuffersToo)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    std::string in(10000, 'x'), out(20000, ' ');
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_BUFFERED, in.data(), in.size(), out.data(), out.size()),
              out.size());
    expect_one_buffer(pc.report(), kInput, in.size());
    expect_one_buffer(pc.report(), kOutput, out.size());
    EXPECT_EQ(out.substr(26, 3), "ABC");
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, DirectControlsGiveTheClientsPages)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    for (unsigned code : {IOCTL_BUFFERS_OUT_DIRECT, IOCTL_BUFFERS_IN_DIRECT}) {
        std::memset(pc.out, 0, sizeof pc.out);
        EXPECT_EQ(pc.ioctl(code), sizeof pc.out);
        const BUFFERS_REPORT report = pc.report();
        // The input is copied, whichever direction the code names.
        expect_one_buffer(report, kInput, sizeof pc.in);
        EXPECT_NE(report.Buffer[kInput].Address, number(pc.in));
        EXPECT_EQ(std::memcmp(report.Input, pc.in, sizeof pc.in), 0);
        expect_one_buffer(report, kOutput, sizeof pc.out);
        EXPECT_EQ(report.Mdl[kOutput].Address, number(pc.out));
        EXPECT_TRUE(report.SameMdlTwice);
        EXPECT_EQ(std::string(pc.out, sizeof pc.out), "ABCDEF");
        expect_all(report.Unsafe, STATUS_INVALID_DEVICE_REQUEST);
    }
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, BadDirectBuffersFailBeforeTheDriver)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    const BadPages pages;
    pc.ioctl(IOCTL_BUFFERS_BUFFERED);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_OUT_DIRECT, pc.in, sizeof pc.in, pages.unmapped(), 64),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_OUT_DIRECT, pc.in, sizeof pc.in, pages.read_only(), 64),
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_IN_DIRECT, pc.in, sizeof pc.in, pages.unmapped(), 64),
              STATUS_ACCESS_VIOLATION);
    const BUFFERS_REPORT report = pc.report();
    EXPECT_EQ(report.Buffer[kOutput].Length, sizeof pc.out) << "of the request before";
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, MinimumsAndZeroLengths)
{
    OPENKMDF_TESTS(WdfRequestRetrieveInputBuffer, WdfRequestRetrieveOutputBuffer,
                   WdfRequestRetrieveInputMemory, WdfRequestRetrieveOutputMemory,
                   WdfRequestRetrieveInputWdmMdl, WdfRequestRetrieveOutputWdmMdl);
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    for (unsigned code :
         {IOCTL_BUFFERS_BUFFERED, IOCTL_BUFFERS_OUT_DIRECT, IOCTL_BUFFERS_IN_DIRECT}) {
        EXPECT_EQ(pc.ioctl(code, nullptr, 0, nullptr, 0), 0u);
        expect_refused(pc.report(), kInput, STATUS_BUFFER_TOO_SMALL);
        expect_refused(pc.report(), kOutput, STATUS_BUFFER_TOO_SMALL);
        // A minimum is what the buffers are asked with, not the objects.
        pc.set({.Flags = 0, .MinimumLength = sizeof pc.in, .LockAddress = 0, .LockLength = 0});
        pc.ioctl(code);
        EXPECT_EQ(Status(pc.report().Buffer[kInput].Status), Status(STATUS_SUCCESS));
        EXPECT_EQ(Status(pc.report().Buffer[kOutput].Status), Status(STATUS_BUFFER_TOO_SMALL));
        EXPECT_EQ(Status(pc.report().Memory[kOutput].Status), Status(STATUS_SUCCESS));
        pc.set({});
    }
}

TEST(RequestBuffersTest, ACompletedRequestHasNone)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER, Checks::Off);
    pc.set({.Flags = BUFFERS_COMPLETE_FIRST,
            .MinimumLength = 0,
            .LockAddress = number(pc.in),
            .LockLength = 4});
    EXPECT_TRUE(pc.ioctl(IOCTL_BUFFERS_BUFFERED).ok());
    expect_refused(pc.report(), kInput, STATUS_INTERNAL_ERROR);
    expect_refused(pc.report(), kOutput, STATUS_INTERNAL_ERROR);
    expect_all(pc.report().Lock, STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, EveryFailingAllocationIsReported)
{
    for (unsigned code : {IOCTL_BUFFERS_BUFFERED, IOCTL_BUFFERS_OUT_DIRECT}) {
        Computer pc(BUFFERS_BUFFERED_DRIVER);
        pc.ioctl(code);
        unsigned refused = 0;
        for (std::uint64_t n = 1; n < 40; ++n) {
            pc.machine.fail_allocation(n);
            const Result result = pc.ioctl(code);
            pc.machine.fail_allocation(0);
            if (!result.ok()) {
                EXPECT_EQ(result, STATUS_INSUFFICIENT_RESOURCES);
                continue;
            }
            const BUFFERS_REPORT report = pc.report();
            for (const auto &answers : {report.Buffer, report.Memory, report.Mdl})
                for (std::size_t side : {kInput, kOutput}) {
                    if (answers[side].Status == STATUS_SUCCESS) continue;
                    EXPECT_EQ(Status(answers[side].Status), Status(STATUS_INSUFFICIENT_RESOURCES));
                    ++refused;
                }
        }
        EXPECT_GT(refused, 2u);
        EXPECT_EQ(pc.leaks(), "");
    }
}

// --- Neither -------------------------------------------------------------------------------------

TEST(RequestBuffersTest, NeitherControlsAreTheClientsAddresses)
{
    OPENKMDF_TESTS(WdfRequestRetrieveUnsafeUserInputBuffer,
                   WdfRequestRetrieveUnsafeUserOutputBuffer);
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_NEITHER), 0u);
    BUFFERS_REPORT report = pc.report();
    expect_all(report.Unsafe, STATUS_SUCCESS);
    EXPECT_EQ(report.Unsafe[kInput].Address, number(pc.in));
    EXPECT_EQ(report.Unsafe[kInput].Length, sizeof pc.in);
    EXPECT_EQ(report.Unsafe[kOutput].Address, number(pc.out));
    EXPECT_EQ(report.Unsafe[kOutput].Length, sizeof pc.out);
    expect_refused(report, kInput, STATUS_INVALID_DEVICE_REQUEST);
    expect_refused(report, kOutput, STATUS_INVALID_DEVICE_REQUEST);

    pc.set({.Flags = 0, .MinimumLength = 7, .LockAddress = 0, .LockLength = 0});
    pc.ioctl(IOCTL_BUFFERS_NEITHER);
    report = pc.report();
    EXPECT_EQ(Status(report.Unsafe[kInput].Status), Status(STATUS_SUCCESS));
    EXPECT_EQ(Status(report.Unsafe[kOutput].Status), Status(STATUS_BUFFER_TOO_SMALL));
    EXPECT_EQ(report.Unsafe[kOutput].Address, 0u);
    // Later it is too late.
    pc.set({.Flags = BUFFERS_UNSAFE_LATE, .MinimumLength = 0, .LockAddress = 0, .LockLength = 0});
    pc.ioctl(IOCTL_BUFFERS_NEITHER);
    expect_all(pc.report().Unsafe, STATUS_INVALID_DEVICE_REQUEST);
}

TEST(RequestBuffersTest, LocksTheClientsPages)
{
    OPENKMDF_TESTS(WdfRequestProbeAndLockUserBufferForRead,
                   WdfRequestProbeAndLockUserBufferForWrite);
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    pc.set({.Flags = BUFFERS_LOCK, .MinimumLength = 0, .LockAddress = 0, .LockLength = 0});
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_NEITHER), sizeof pc.out);
    EXPECT_EQ(std::string(pc.out, sizeof pc.out), "ABCDEF");
    BUFFERS_REPORT report = pc.report();
    expect_all(report.Lock, STATUS_SUCCESS);
    EXPECT_EQ(report.Lock[kInput].Length, sizeof pc.in);
    EXPECT_EQ(report.Lock[kOutput].Length, sizeof pc.out);
    EXPECT_EQ(std::memcmp(report.Input, pc.in, sizeof pc.in), 0);

    auto lock = [&](const void *address, std::size_t length, unsigned flags = BUFFERS_LOCK) {
        pc.set({.Flags = flags,
                .MinimumLength = 0,
                .LockAddress = number(address),
                .LockLength = length});
        pc.ioctl(IOCTL_BUFFERS_NEITHER);
        return pc.report();
    };
    expect_all(lock(pc.in, 0).Lock, STATUS_INVALID_USER_BUFFER);
    // Only the creator's thread.
    expect_all(lock(pc.in, 4, BUFFERS_LOCK_ELSEWHERE).Lock, STATUS_ACCESS_VIOLATION);
    const BadPages pages;
    expect_all(lock(pages.unmapped(), 1).Lock, STATUS_ACCESS_VIOLATION);
    expect_all(lock(reinterpret_cast<void *>(1), 1).Lock, STATUS_ACCESS_VIOLATION);
    expect_all(lock(pages.read_only() + 4000, 200).Lock, STATUS_ACCESS_VIOLATION);
    expect_all(lock(reinterpret_cast<void *>(~std::uintptr_t{7}), 64).Lock,
               STATUS_ACCESS_VIOLATION);
    report = lock(pages.read_only(), 16);
    EXPECT_EQ(Status(report.Lock[kInput].Status), Status(STATUS_SUCCESS));
    EXPECT_EQ(Status(report.Lock[kOutput].Status), Status(STATUS_ACCESS_VIOLATION));
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, KernelAddressesOfAClientAreNoBuffers)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    pc.ioctl(IOCTL_BUFFERS_OUT_DIRECT);
    const unsigned long long kernel = pc.report().Buffer[kInput].Address;
    ASSERT_NE(kernel, 0u);
    pc.set({.Flags = BUFFERS_LOCK, .MinimumLength = 0, .LockAddress = kernel, .LockLength = 8});
    pc.ioctl(IOCTL_BUFFERS_NEITHER);
    expect_all(pc.report().Lock, STATUS_ACCESS_VIOLATION);
    // As the request's own buffers, too: the I/O manager leaves those of METHOD_NEITHER alone.
    pc.set({.Flags = BUFFERS_LOCK, .MinimumLength = 0, .LockAddress = 0, .LockLength = 0});
    void *address = reinterpret_cast<void *>(kernel);
    EXPECT_EQ(pc.ioctl(IOCTL_BUFFERS_NEITHER, address, 8, address, 8), 0u);
    expect_all(pc.report().Unsafe, STATUS_SUCCESS);
    expect_all(pc.report().Lock, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.leaks(), "");
}

TEST(RequestBuffersTest, EveryFailingAllocationOfALockIsUndone)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    pc.set({.Flags = BUFFERS_LOCK, .MinimumLength = 0, .LockAddress = 0, .LockLength = 0});
    pc.ioctl(IOCTL_BUFFERS_NEITHER);
    unsigned refused = 0;
    for (std::uint64_t n = 1; n < 20; ++n) {
        pc.machine.fail_allocation(n);
        const Result result = pc.ioctl(IOCTL_BUFFERS_NEITHER);
        pc.machine.fail_allocation(0);
        if (!result.ok()) continue;
        const BUFFERS_REPORT report = pc.report();
        for (const BUFFERS_ANSWER &answer : report.Lock) {
            if (answer.Status == STATUS_SUCCESS) continue;
            EXPECT_EQ(Status(answer.Status), Status(STATUS_INSUFFICIENT_RESOURCES));
            ++refused;
        }
    }
    EXPECT_GE(refused, 4u);
    EXPECT_EQ(pc.leaks(), "");
}

// --- Kernel mode ---------------------------------------------------------------------------------

TEST(RequestBuffersTest, KernelModeMayUseNeither)
{
    Computer pc(BUFFERS_BUFFERED_DRIVER);
    for (bool internal : {false, true}) {
        const BUFFERS_REPORT report = pc.inner(IOCTL_BUFFERS_NEITHER, internal);
        expect_one_buffer(report, kInput, 8);
        expect_one_buffer(report, kOutput, 8);
        EXPECT_EQ(std::memcmp(report.Input, "iiiiiiii", 8), 0);
        EXPECT_EQ(report.MdlIsMapped, 2u);
        // There are no unsafe user buffers in an internal control.
        expect_all(report.Unsafe, internal ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS);
    }
    for (unsigned code :
         {IOCTL_BUFFERS_BUFFERED, IOCTL_BUFFERS_IN_DIRECT, IOCTL_BUFFERS_OUT_DIRECT}) {
        const BUFFERS_REPORT report = pc.inner(code, true);
        expect_one_buffer(report, kInput, 8);
        expect_one_buffer(report, kOutput, 8);
    }
    EXPECT_EQ(pc.leaks(), "");
}

// --- Reads and writes ----------------------------------------------------------------------------

class ReadWriteTest : public testing::TestWithParam<const char *> {
protected:
    bool is(const char *path) const { return std::strcmp(GetParam(), path) == 0; }
};

TEST_P(ReadWriteTest, HaveOneBufferEach)
{
    Computer pc(GetParam());
    const bool neither = is(BUFFERS_NEITHER_DRIVER);
    EXPECT_EQ(pc.file.write(std::as_bytes(std::span(pc.in))), 0u);
    BUFFERS_REPORT report = pc.report();
    expect_refused(report, kOutput, STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(Status(report.Unsafe[kOutput].Status), Status(STATUS_INVALID_DEVICE_REQUEST));
    if (neither) {
        expect_refused(report, kInput, STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_EQ(report.Unsafe[kInput].Address, number(pc.in));
        EXPECT_EQ(report.Unsafe[kInput].Length, sizeof pc.in);
    } else {
        expect_one_buffer(report, kInput, sizeof pc.in);
        EXPECT_EQ(std::memcmp(report.Input, pc.in, sizeof pc.in), 0);
        EXPECT_EQ(report.Buffer[kInput].Address == number(pc.in), is(BUFFERS_DIRECT_DRIVER));
        expect_all(report.Unsafe, STATUS_INVALID_DEVICE_REQUEST);
    }

    pc.set({.Flags = neither ? BUFFERS_LOCK : 0u,
            .MinimumLength = 0,
            .LockAddress = 0,
            .LockLength = 0});
    EXPECT_EQ(pc.file.read(std::as_writable_bytes(std::span(pc.out))), sizeof pc.out);
    EXPECT_EQ(std::string(pc.out, sizeof pc.out), "ABCDEF");
    report = pc.report();
    expect_refused(report, kInput, STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(Status(report.Unsafe[kInput].Status), Status(STATUS_INVALID_DEVICE_REQUEST));
    if (neither) {
        EXPECT_EQ(report.Lock[kOutput].Length, sizeof pc.out);
    } else {
        expect_one_buffer(report, kOutput, sizeof pc.out);
        EXPECT_TRUE(report.SameMdlTwice);
    }
    EXPECT_EQ(pc.leaks(), "");
}

TEST_P(ReadWriteTest, OfZeroLengthHaveNone)
{
    Computer pc(GetParam());
    EXPECT_EQ(pc.file.write(std::span<const std::byte>()), 0u);
    expect_refused(pc.report(), kInput, STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(pc.file.read(std::span<std::byte>()), 0u);
    expect_refused(pc.report(), kOutput, STATUS_BUFFER_TOO_SMALL);
}

std::string io_type(const testing::TestParamInfo<const char *> &info)
{
    static constexpr const char *kNames[] = {"Buffered", "Direct", "Neither"};
    return kNames[info.index];
}

INSTANTIATE_TEST_SUITE_P(IoTypes, ReadWriteTest,
                         testing::Values(BUFFERS_BUFFERED_DRIVER, BUFFERS_DIRECT_DRIVER,
                                         BUFFERS_NEITHER_DRIVER),
                         io_type);

}  // namespace
}  // namespace openkmdf
