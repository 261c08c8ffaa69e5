#include "executive/ob/test_kernel.h"

#include "executive/cm/registry.h"
#include "tests/support/tested.h"

#include <string>
#include <vector>

namespace openkmdf::executive {
namespace {

constexpr const char16_t *kEcho = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Echo";

struct Seen {
    std::u16string name;
    ULONG type;
    ULONG length;
    std::u16string text;
};

std::vector<Seen> seen;
NTSTATUS answer;

NTSTATUS NTAPI record(PWSTR name, ULONG type, PVOID data, ULONG length, PVOID, PVOID)
{
    Seen entry{name != nullptr ? name : u"", type, length, u""};
    if (type == REG_SZ) entry.text.assign(static_cast<char16_t *>(data), length / 2 - 1);
    seen.push_back(entry);
    return answer;
}

class RegistryQueryTest : public KernelTest {
protected:
    RegistryQueryTest()
    {
        seen.clear();
        answer = STATUS_SUCCESS;
        Registry &registry = *pc_->registry;
        registry.create_key(std::u16string(kEcho) + u"\\Parameters");
        registry.set_number(kEcho, u"Number", 42);
        registry.set_string(kEcho, u"Text", u"hello");
        constexpr char16_t strings[] = u"one\0two\0";
        registry.set_value(kEcho, u"Strings", REG_MULTI_SZ, strings, sizeof strings);
        constexpr char blob[12] = "0123456789a";
        registry.set_value(kEcho, u"Blob", REG_BINARY, blob, sizeof blob);
        registry.set_number(std::u16string(kEcho) + u"\\Parameters", u"Depth", 7);
    }
    NTSTATUS query(const RTL_QUERY_REGISTRY_TABLE &entry, const char16_t *path = u"Echo",
                   ULONG relative = RTL_REGISTRY_SERVICES)
    {
        RTL_QUERY_REGISTRY_TABLE table[2] = {entry, {}};
        NTSTATUS status = STATUS_UNSUCCESSFUL;
        EXPECT_TRUE(pc_.run(
            [&] { status = RtlQueryRegistryValues(relative, path, table, nullptr, nullptr); }));
        return status;
    }
    static RTL_QUERY_REGISTRY_TABLE row(const char16_t *name, ULONG flags = 0)
    {
        RTL_QUERY_REGISTRY_TABLE entry = {};
        entry.QueryRoutine = flags & RTL_QUERY_REGISTRY_DIRECT ? nullptr : record;
        entry.Flags = flags;
        entry.Name = const_cast<PWSTR>(name);
        return entry;
    }
    static RTL_QUERY_REGISTRY_TABLE direct(const char16_t *name, PVOID target, ULONG type,
                                           ULONG flags = 0)
    {
        RTL_QUERY_REGISTRY_TABLE entry =
            row(name, RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK | flags);
        entry.EntryContext = target;
        entry.DefaultType = type << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
        return entry;
    }
};

TEST_F(RegistryQueryTest, DirectNumber)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    ULONG number = 0;
    EXPECT_EQ(query(direct(u"Number", &number, REG_DWORD)), STATUS_SUCCESS);
    EXPECT_EQ(number, 42u);
    EXPECT_EQ(query(direct(u"Text", &number, REG_DWORD)), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(query(direct(u"None", &number, REG_DWORD, RTL_QUERY_REGISTRY_REQUIRED)),
              STATUS_OBJECT_NAME_NOT_FOUND);
    number = 5;
    RTL_QUERY_REGISTRY_TABLE entry = direct(u"None", &number, REG_DWORD);
    EXPECT_EQ(query(entry), STATUS_SUCCESS);
    EXPECT_EQ(number, 5u);
    ULONG fallback = 9;
    entry.DefaultType |= REG_DWORD;
    entry.DefaultData = &fallback;
    entry.DefaultLength = sizeof fallback;
    EXPECT_EQ(query(entry), STATUS_SUCCESS);
    EXPECT_EQ(number, 9u);
}

TEST_F(RegistryQueryTest, DirectStrings)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    WCHAR buffer[8];
    UNICODE_STRING text = {0, sizeof buffer, buffer};
    EXPECT_EQ(query(direct(u"Text", &text, REG_SZ)), STATUS_SUCCESS);
    EXPECT_EQ(std::u16string(text.Buffer, text.Length / 2), u"hello");
    text.MaximumLength = 10;
    EXPECT_EQ(query(direct(u"Text", &text, REG_SZ)), STATUS_BUFFER_TOO_SMALL);
    UNICODE_STRING made = {};
    EXPECT_EQ(query(direct(u"Text", &made, REG_SZ)), STATUS_SUCCESS);
    EXPECT_EQ(std::u16string(made.Buffer), u"hello");
    in_kernel([&] { RtlFreeUnicodeString(&made); });
    EXPECT_EQ(query(direct(u"Strings", &text, REG_MULTI_SZ)), STATUS_INVALID_PARAMETER);
}

TEST_F(RegistryQueryTest, DirectBlobs)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    LONG buffer[8] = {-32};
    EXPECT_EQ(query(direct(u"Blob", buffer, REG_BINARY)), STATUS_SUCCESS);
    EXPECT_STREQ(reinterpret_cast<char *>(buffer), "0123456789a");
    buffer[0] = 32;
    EXPECT_EQ(query(direct(u"Blob", buffer, REG_BINARY)), STATUS_SUCCESS);
    EXPECT_EQ(buffer[0], 12);
    EXPECT_EQ(buffer[1], LONG{REG_BINARY});
    EXPECT_STREQ(reinterpret_cast<char *>(buffer + 2), "0123456789a");
    buffer[0] = 16;
    EXPECT_EQ(query(direct(u"Blob", buffer, REG_BINARY)), STATUS_BUFFER_TOO_SMALL);
}

TEST_F(RegistryQueryTest, RoutinesGetEachString)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    EXPECT_EQ(query(row(u"Strings")), STATUS_SUCCESS);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].text, u"one");
    EXPECT_EQ(seen[1].text, u"two");
    EXPECT_EQ(seen[1].name, u"Strings");
    seen.clear();
    EXPECT_EQ(query(row(u"Strings", RTL_QUERY_REGISTRY_NOEXPAND)), STATUS_SUCCESS);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].type, ULONG{REG_MULTI_SZ});
}

TEST_F(RegistryQueryTest, ANullNameEnumeratesAndARoutineEndsIt)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    EXPECT_EQ(query(row(nullptr, RTL_QUERY_REGISTRY_NOEXPAND)), STATUS_SUCCESS);
    EXPECT_EQ(seen.size(), 4u);
    EXPECT_EQ(seen[0].name, u"Number");
    seen.clear();
    answer = STATUS_ACCESS_DENIED;
    EXPECT_EQ(query(row(nullptr, RTL_QUERY_REGISTRY_NOEXPAND)), STATUS_ACCESS_DENIED);
    EXPECT_EQ(seen.size(), 1u);
    answer = STATUS_BUFFER_TOO_SMALL;
    EXPECT_EQ(query(row(u"Number")), STATUS_SUCCESS);
}

TEST_F(RegistryQueryTest, SubkeysAndTheWayBack)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    ULONG depth = 0;
    ULONG number = 0;
    RTL_QUERY_REGISTRY_TABLE table[5] = {};
    table[0].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    table[0].Name = const_cast<PWSTR>(u"Parameters");
    table[1] = direct(u"Depth", &depth, REG_DWORD, RTL_QUERY_REGISTRY_REQUIRED);
    table[2] = direct(u"Number", &number, REG_DWORD, RTL_QUERY_REGISTRY_TOPKEY);
    in_kernel([&] {
        EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"Echo", table, nullptr, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(depth, 7u);
        EXPECT_EQ(number, 42u);
        table[0].Name = const_cast<PWSTR>(u"Nowhere");
        EXPECT_EQ(RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, u"Echo", table, nullptr, nullptr),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(pc_->objects->type(ob::TypeIndex::Key)->live, 1u);
    });
}

TEST_F(RegistryQueryTest, DeleteFlagAndInvalidEntries)
{
    OPENKMDF_TESTS(RtlQueryRegistryValues);
    EXPECT_EQ(query(row(u"Number", RTL_QUERY_REGISTRY_DELETE)), STATUS_SUCCESS);
    EXPECT_EQ(query(row(u"Number", RTL_QUERY_REGISTRY_REQUIRED)), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(query(row(nullptr, RTL_QUERY_REGISTRY_DIRECT)), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(query(row(u"x"), u"Nowhere"), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(query(row(u"x"), u"Nowhere", RTL_REGISTRY_SERVICES | RTL_REGISTRY_OPTIONAL),
              STATUS_SUCCESS);
    seen.clear();
    EXPECT_EQ(query(row(u"Why", RTL_QUERY_REGISTRY_NOVALUE)), STATUS_SUCCESS);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].type, ULONG{REG_NONE});
}

TEST_F(RegistryQueryTest, WriteCheckDelete)
{
    OPENKMDF_TESTS(RtlCheckRegistryKey, RtlCreateRegistryKey, RtlWriteRegistryValue,
                   RtlDeleteRegistryValue);
    in_kernel([&] {
        ULONG number = 3;
        PWSTR path = const_cast<PWSTR>(kEcho);
        EXPECT_EQ(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, path), STATUS_SUCCESS);
        EXPECT_EQ(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"None")),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(u"New")),
                  STATUS_SUCCESS);
        EXPECT_EQ(RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, kEcho, u"New", REG_DWORD, &number,
                                        sizeof number),
                  STATUS_SUCCESS);
        EXPECT_EQ(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, kEcho, u"New"), STATUS_SUCCESS);
        EXPECT_EQ(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, kEcho, u"New"),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

}  // namespace
}  // namespace openkmdf::executive
