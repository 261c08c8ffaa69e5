#include "executive/exports.h"
#include "executive/ke/ke_state.h"
#include "executive/mm/mm_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace openkmdf::executive {
namespace {

constexpr unsigned short kPort = 0x3F8;

struct Access {
    bool write;
    std::uint64_t where;
    unsigned size;
    std::uint64_t value;  // written
    bool operator==(const Access &) const = default;
};

// Has one port and the registers from `low` to `high`; each access reads another value.
struct Device {
    std::vector<Access> accesses;
    std::uint64_t low = 0, high = 0;
    std::uint64_t next = 0x0102'0304'0506'0708;

    void attach(TestMachine &pc)
    {
        mm::IoSpace &space = pc->mm->io_space;
        space.context = this;
        space.read = [](void *context, const volatile void *address, unsigned size,
                        std::uint64_t &value) {
            return static_cast<Device *>(context)->read(number_of(address), size, value);
        };
        space.write = [](void *context, volatile void *address, unsigned size,
                         std::uint64_t value) {
            return static_cast<Device *>(context)->write(number_of(address), size, value);
        };
        space.read_port = [](void *context, std::uint16_t port, unsigned size,
                             std::uint64_t &value) {
            return port == kPort && static_cast<Device *>(context)->read(port, size, value);
        };
        space.write_port = [](void *context, std::uint16_t port, unsigned size,
                              std::uint64_t value) {
            return port == kPort && static_cast<Device *>(context)->write(port, size, value);
        };
    }
    bool has(std::uint64_t where) const { return where == kPort || (where >= low && where < high); }
    bool read(std::uint64_t where, unsigned size, std::uint64_t &value)
    {
        if (!has(where)) return false;
        value = next;
        next += 0x0101'0101'0101'0101;
        accesses.push_back({false, where, size, 0});
        return true;
    }
    bool write(std::uint64_t where, unsigned size, std::uint64_t value)
    {
        if (!has(where)) return false;
        accesses.push_back({true, where, size, value});
        return true;
    }
};

// --- Registers -----------------------------------------------------------------------------------

class Registers : public BothModes {
protected:
    template <class Value>
    void check(Value(NTAPI *read)(volatile Value *), void(NTAPI *write)(volatile Value *, Value),
               void(NTAPI *read_buffer)(volatile Value *, Value *, ULONG),
               void(NTAPI *write_buffer)(volatile Value *, Value *, ULONG))
    {
        const auto high = static_cast<Value>(0xFEDC'BA98'7654'3210);
        Value registers[6] = {1, 2, 3, 4, 5, 6};
        Device device;
        device.low = number_of(&registers[4]);
        device.high = number_of(&registers[6]);
        device.attach(pc);
        EXPECT_TRUE(pc.run([&] {
            // They may be called at any IRQL.
            const KIRQL old = KfRaiseIrql(HIGH_LEVEL);
            EXPECT_EQ(read(&registers[1]), 2u);
            write(&registers[1], high);
            EXPECT_EQ(read(&registers[1]), high);
            Value values[] = {high, 7, 8, 9};
            write_buffer(&registers[2], values, 2);
            EXPECT_EQ((std::to_array(registers)), (std::array<Value, 6>{1, high, high, 7, 5, 6}));
            read_buffer(&registers[0], values, 3);
            EXPECT_EQ((std::to_array(values)), (std::array<Value, 4>{1, high, high, 9}));
            read_buffer(&registers[0], values, 0);
            write_buffer(&registers[0], &values[1], 0);
            EXPECT_EQ(values[0], 1u);
            EXPECT_EQ(registers[0], 1u);
            EXPECT_TRUE(device.accesses.empty());

            // The device's own: one access of the register's width for each.
            EXPECT_EQ(read(&registers[4]), static_cast<Value>(0x0102'0304'0506'0708));
            write(&registers[5], high);
            read_buffer(&registers[4], values, 2);
            EXPECT_EQ(values[0], static_cast<Value>(0x0203'0405'0607'0809));
            EXPECT_EQ(values[1], static_cast<Value>(0x0304'0506'0708'090A));
            values[0] = high, values[1] = 12;
            write_buffer(&registers[4], values, 2);
            KeLowerIrql(old);
        }));
        const std::uint64_t first = number_of(&registers[4]), second = number_of(&registers[5]);
        constexpr unsigned kSize = sizeof(Value);
        EXPECT_EQ(device.accesses, (std::vector<Access>{{false, first, kSize, 0},
                                                        {true, second, kSize, high},
                                                        {false, first, kSize, 0},
                                                        {false, second, kSize, 0},
                                                        {true, first, kSize, high},
                                                        {true, second, kSize, 12}}));
        EXPECT_EQ(registers[4], 5u) << "the device's memory is not written behind its back";
        EXPECT_EQ(registers[5], 6u);
    }
};
INSTANTIATE_IN_BOTH_MODES(Registers);

TEST_P(Registers, OfOneByteAreTheDevicesOrMemory)
{
    OPENKMDF_TESTS(READ_REGISTER_UCHAR, WRITE_REGISTER_UCHAR, READ_REGISTER_BUFFER_UCHAR,
                   WRITE_REGISTER_BUFFER_UCHAR);
    check(READ_REGISTER_UCHAR, WRITE_REGISTER_UCHAR, READ_REGISTER_BUFFER_UCHAR,
          WRITE_REGISTER_BUFFER_UCHAR);
}

TEST_P(Registers, OfTwoBytesAreTheDevicesOrMemory)
{
    OPENKMDF_TESTS(READ_REGISTER_USHORT, WRITE_REGISTER_USHORT, READ_REGISTER_BUFFER_USHORT,
                   WRITE_REGISTER_BUFFER_USHORT);
    check(READ_REGISTER_USHORT, WRITE_REGISTER_USHORT, READ_REGISTER_BUFFER_USHORT,
          WRITE_REGISTER_BUFFER_USHORT);
}

TEST_P(Registers, OfFourBytesAreTheDevicesOrMemory)
{
    OPENKMDF_TESTS(READ_REGISTER_ULONG, WRITE_REGISTER_ULONG, READ_REGISTER_BUFFER_ULONG,
                   WRITE_REGISTER_BUFFER_ULONG);
    check(READ_REGISTER_ULONG, WRITE_REGISTER_ULONG, READ_REGISTER_BUFFER_ULONG,
          WRITE_REGISTER_BUFFER_ULONG);
}

TEST_P(Registers, OfEightBytesAreTheDevicesOrMemory)
{
    OPENKMDF_TESTS(READ_REGISTER_ULONG64, WRITE_REGISTER_ULONG64, READ_REGISTER_BUFFER_ULONG64,
                   WRITE_REGISTER_BUFFER_ULONG64);
    check(READ_REGISTER_ULONG64, WRITE_REGISTER_ULONG64, READ_REGISTER_BUFFER_ULONG64,
          WRITE_REGISTER_BUFFER_ULONG64);
}

// --- Ports ---------------------------------------------------------------------------------------

class Ports : public BothModes {
protected:
    // `Port` is a pointer for the routines and a number for the intrinsics.
    template <class Value, class Port>
    void check(Value(NTAPI *read)(Port), void(NTAPI *write)(Port, Value),
               void(NTAPI *read_buffer)(Port, Value *, ULONG),
               void(NTAPI *write_buffer)(Port, Value *, ULONG))
    {
        const auto port = port_of<Port>(kPort), other = port_of<Port>(kPort + 8);
        const auto high = static_cast<Value>(0xFEDC'BA98);
        Device device;
        device.attach(pc);
        EXPECT_TRUE(pc.run([&] {
            const KIRQL old = KfRaiseIrql(HIGH_LEVEL);
            EXPECT_EQ(read(port), static_cast<Value>(0x0506'0708));
            write(port, high);
            Value values[] = {0, 0, 3, 4};
            read_buffer(port, values, 2);
            EXPECT_EQ((std::to_array(values)),
                      (std::array<Value, 4>{static_cast<Value>(0x0607'0809),
                                            static_cast<Value>(0x0708'090A), 3, 4}));
            read_buffer(port, values, 0);
            write_buffer(port, values, 0);
            write_buffer(port, &values[2], 2);
            KeLowerIrql(old);
        }));
        constexpr unsigned kSize = sizeof(Value);
        EXPECT_EQ(device.accesses, (std::vector<Access>{{false, kPort, kSize, 0},
                                                        {true, kPort, kSize, high},
                                                        {false, kPort, kSize, 0},
                                                        {false, kPort, kSize, 0},
                                                        {true, kPort, kSize, 3},
                                                        {true, kPort, kSize, 4}}));
        Value value = 0;
        expect_no_port([&] { read(other); });
        expect_no_port([&] { write(other, value); });
        expect_no_port([&] { read_buffer(other, &value, 1); });
        expect_no_port([&] { write_buffer(other, &value, 1); });
        EXPECT_EQ(device.accesses.size(), 6u);
    }
    template <class Type>
    Type import(const char *name)
    {
        void *entry = find_export(pc.kernel(), name);
        EXPECT_TRUE(entry) << name;
        return reinterpret_cast<Type>(entry);
    }

private:
    template <class Port>
    static Port port_of(unsigned number)
    {
        if constexpr (std::is_pointer_v<Port>)
            return reinterpret_cast<Port>(static_cast<std::uintptr_t>(number));
        else return static_cast<Port>(number);
    }
    // A port of no device is the driver's mistake, and named.
    template <class Body>
    void expect_no_port(Body body)
    {
        TestMachine other(GetParam());
        const BugcheckRecord &record = other.stops(body);
        EXPECT_EQ(static_cast<NTSTATUS>(record.code), STATUS_DRIVER_ENTRYPOINT_NOT_FOUND);
        EXPECT_EQ(record.parameters[0], std::uint64_t{kPort + 8});
    }
};
INSTANTIATE_IN_BOTH_MODES(Ports);

TEST_P(Ports, TheRoutinesReachTheDevicesOwnOnes)
{
    OPENKMDF_TESTS(READ_PORT_UCHAR, WRITE_PORT_UCHAR, READ_PORT_BUFFER_UCHAR,
                   WRITE_PORT_BUFFER_UCHAR, READ_PORT_USHORT, WRITE_PORT_USHORT,
                   READ_PORT_BUFFER_USHORT, WRITE_PORT_BUFFER_USHORT, READ_PORT_ULONG,
                   WRITE_PORT_ULONG, READ_PORT_BUFFER_ULONG, WRITE_PORT_BUFFER_ULONG);
    check(READ_PORT_UCHAR, WRITE_PORT_UCHAR, READ_PORT_BUFFER_UCHAR, WRITE_PORT_BUFFER_UCHAR);
    check(READ_PORT_USHORT, WRITE_PORT_USHORT, READ_PORT_BUFFER_USHORT, WRITE_PORT_BUFFER_USHORT);
    check(READ_PORT_ULONG, WRITE_PORT_ULONG, READ_PORT_BUFFER_ULONG, WRITE_PORT_BUFFER_ULONG);
}

template <class Value>
using In = Value(NTAPI *)(unsigned short);
template <class Value>
using Out = void(NTAPI *)(unsigned short, Value);
template <class Value>
using String = void(NTAPI *)(unsigned short, Value *, ULONG);

TEST_P(Ports, TheIntrinsicsReachTheDevicesOwnOnes)
{
    OPENKMDF_TESTS(__inbyte, __outbyte, __inbytestring, __outbytestring, __inword, __outword,
                   __inwordstring, __outwordstring, __indword, __outdword, __indwordstring,
                   __outdwordstring);
    check(import <In<UCHAR>>("__inbyte"), import <Out<UCHAR>>("__outbyte"),
          import <String<UCHAR>>("__inbytestring"), import <String<UCHAR>>("__outbytestring"));
    check(import <In<USHORT>>("__inword"), import <Out<USHORT>>("__outword"),
          import <String<USHORT>>("__inwordstring"), import <String<USHORT>>("__outwordstring"));
    check(import <In<ULONG>>("__indword"), import <Out<ULONG>>("__outdword"),
          import <String<ULONG>>("__indwordstring"), import <String<ULONG>>("__outdwordstring"));
}

// --- The processor's other instructions ----------------------------------------------------------

// A machine and its imports.
struct Processor : TestMachine {
    using TestMachine::TestMachine;
    using Read = ULONG64(NTAPI *)();
    using ReadAt = ULONG64(NTAPI *)(ULONG);
    using WriteAt = void(NTAPI *)(ULONG, ULONG64);
    using Do = void(NTAPI *)();

    template <class Type>
    Type import(const char *name)
    {
        return reinterpret_cast<Type>(find_export(kernel(), name));
    }
    Read rdtsc = import <Read>("__rdtsc");
    ULONG64(NTAPI *rdtscp)(ULONG *) = import <decltype(rdtscp)>("__rdtscp");
    Read readcr8 = import <Read>("__readcr8");
    void(NTAPI *writecr8)(ULONG64) = import <decltype(writecr8)>("__writecr8");
};

class Intrinsics : public testing::TestWithParam<scheduler::Mode> {
protected:
    Processor pc{GetParam()};
};
INSTANTIATE_IN_BOTH_MODES(Intrinsics);

TEST_P(Intrinsics, TheTimeStampCounterRunsWithTheMachinesClock)
{
    OPENKMDF_TESTS(__rdtsc, __rdtscp);
    EXPECT_TRUE(pc.run([&] {
        const ULONG64 start = pc.rdtsc();
        KeStallExecutionProcessor(100);
        ULONG processor = ~0u;
        const ULONG64 then = pc.rdtscp(&processor);
        EXPECT_EQ(processor, KeGetCurrentProcessorNumber());
        EXPECT_GE(then - start, 1000u * 100) << "slower than 1 GHz";
        struct Other {
            Processor &pc;
            ULONG processor;
        } other{pc, ~0u};
        KDPC dpc;
        KeInitializeDpc(
            &dpc,
            [](PKDPC, PVOID context, PVOID, PVOID) NTAPI {
                auto &own = *static_cast<Other *>(context);
                own.pc.rdtscp(&own.processor);
            },
            &other);
        const ULONG wanted = 1 - KeGetCurrentProcessorNumber();
        KeSetTargetProcessorDpc(&dpc, static_cast<CCHAR>(wanted));
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        KeFlushQueuedDpcs();
        EXPECT_EQ(other.processor, wanted);
    }));
}

TEST(IntrinsicsTest, VirtualTimeHasAConstantRate)
{
    OPENKMDF_TESTS(__rdtsc);
    ULONG64 first[2];
    for (ULONG64 &start : first) {
        Processor pc;
        EXPECT_TRUE(pc.run([&] {
            start = pc.rdtsc();
            KeStallExecutionProcessor(10'000);
            const ULONG64 then = pc.rdtsc();
            KeStallExecutionProcessor(30'000);
            const double ratio =
                static_cast<double>(pc.rdtsc() - then) / static_cast<double>(then - start);
            EXPECT_NEAR(ratio, 3.0, 0.01);
        }));
    }
    EXPECT_EQ(first[0], first[1]) << "not the host's counter";
}

TEST_P(Intrinsics, Cr8IsTheIrql)
{
    OPENKMDF_TESTS(__readcr8, __writecr8);
    EXPECT_TRUE(pc.run([&] {
        static int runs;
        runs = 0;
        KDPC dpc;
        KeInitializeDpc(
            &dpc, [](PKDPC, PVOID, PVOID, PVOID) NTAPI { runs++; }, nullptr);
        EXPECT_EQ(pc.readcr8(), 0u);
        for (ULONG64 level : {APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL}) {
            pc.writecr8(level);
            EXPECT_EQ(KeGetCurrentIrql(), level);
            EXPECT_EQ(pc.readcr8(), level);
        }
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        pc.writecr8(DISPATCH_LEVEL);
        EXPECT_EQ(runs, 0);
        pc.writecr8(PASSIVE_LEVEL);
        EXPECT_EQ(runs, 1) << "lowering it delivers what waits";
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    }));
}

TEST_P(Intrinsics, PrivilegedInstructionsRaise)
{
    OPENKMDF_TESTS(__halt, __readmsr, __writemsr, __readpmc, __int2c);
    const auto raises = [](NTSTATUS status, auto body) {
        Processor other(GetParam());
        const BugcheckRecord &record = other.stops([&] { body(other); });
        EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
        EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), status);
    };
    raises(STATUS_PRIVILEGED_INSTRUCTION,
           [](Processor &p) { p.import <Processor::Do>("__halt")(); });
    raises(STATUS_PRIVILEGED_INSTRUCTION,
           [](Processor &p) { p.import <Processor::ReadAt>("__readmsr")(0x10); });
    raises(STATUS_PRIVILEGED_INSTRUCTION,
           [](Processor &p) { p.import <Processor::WriteAt>("__writemsr")(0x10, 0); });
    raises(STATUS_PRIVILEGED_INSTRUCTION,
           [](Processor &p) { p.import <Processor::ReadAt>("__readpmc")(0); });
    raises(STATUS_ASSERTION_FAILURE, [](Processor &p) { p.import <Processor::Do>("__int2c")(); });
}

TEST_P(Intrinsics, AFastFailNamesItsCode)
{
    OPENKMDF_TESTS(__fastfail);
    const BugcheckRecord &record = pc.stops([&] {
        pc.import <void(NTAPI *)(ULONG)>("__fastfail")(5);
        ADD_FAILURE() << "it returned";
    });
    EXPECT_EQ(record.code, KERNEL_SECURITY_CHECK_FAILURE);
    EXPECT_EQ(record.parameters[0], 5u);
}

TEST_P(Intrinsics, WritingBackCachesLosesNoData)
{
    OPENKMDF_TESTS(__wbinvd, KeInvalidateAllCaches, KeFlushIoBuffers);
    EXPECT_TRUE(pc.run([&] {
        auto *data = static_cast<UCHAR *>(ExAllocatePool2(POOL_FLAG_NON_PAGED, PAGE_SIZE, 'tseT'));
        ASSERT_TRUE(data);
        const auto intact = [&] {
            return std::all_of(data, data + PAGE_SIZE, [](UCHAR byte) { return byte == 0x5A; });
        };
        std::memset(data, 0x5A, PAGE_SIZE);
        pc.import <Processor::Do>("__wbinvd")();
        EXPECT_TRUE(intact());
        KeInvalidateAllCaches();
        EXPECT_TRUE(intact());
        PMDL mdl = IoAllocateMdl(data, PAGE_SIZE, FALSE, FALSE, nullptr);
        ASSERT_TRUE(mdl);
        MmBuildMdlForNonPagedPool(mdl);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        for (BOOLEAN read : {FALSE, TRUE})
            for (BOOLEAN dma : {FALSE, TRUE}) KeFlushIoBuffers(mdl, read, dma);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        KeLowerIrql(old);
        EXPECT_TRUE(intact());
        IoFreeMdl(mdl);
        ExFreePool(data);
    }));
}

template <class Value>
std::vector<Value> random_values(std::uint64_t seed, const char *name)
{
    Processor pc{scheduler::Options{.seed = seed}};
    std::vector<Value> values;
    EXPECT_TRUE(pc.run([&] {
        auto step = pc.import <int(NTAPI *)(Value *)>(name);
        for (int i = 0; i < 16; i++) {
            Value value[] = {0, 0};
            EXPECT_EQ(step(value), 1);
            EXPECT_EQ(value[1], 0u) << "no more than its width is written";
            values.push_back(value[0]);
        }
    }));
    return values;
}

template <class Value>
void expect_random(const char *name)
{
    const std::vector<Value> values = random_values<Value>(1, name);
    std::vector<Value> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_GE(std::unique(sorted.begin(), sorted.end()) - sorted.begin(), 12) << name;
    EXPECT_GT(sorted.back(), static_cast<Value>(-1) / 2) << "the high bit too: " << name;
    EXPECT_EQ(random_values<Value>(1, name), values) << "a run can be repeated: " << name;
    EXPECT_NE(random_values<Value>(2, name), values) << name;
}

TEST(IntrinsicsTest, RandomNumbersFollowTheSeed)
{
    OPENKMDF_TESTS(_rdrand16_step, _rdrand32_step, _rdrand64_step, _rdseed16_step, _rdseed32_step,
                   _rdseed64_step);
    for (const char *name : {"_rdrand16_step", "_rdseed16_step"}) expect_random<USHORT>(name);
    for (const char *name : {"_rdrand32_step", "_rdseed32_step"}) expect_random<ULONG>(name);
    for (const char *name : {"_rdrand64_step", "_rdseed64_step"}) expect_random<ULONG64>(name);
}

}  // namespace
}  // namespace openkmdf::executive
