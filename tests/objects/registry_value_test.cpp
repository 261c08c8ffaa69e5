// Values of registry keys: WdfRegistryQuery*, WdfRegistryAssign* and WdfRegistryRemoveValue.

#include "registry_fixture.h"

#include <array>
#include <cstring>
#include <vector>

namespace openkmdf {
namespace {

using test::Text;
using RegistryTest = test::RegistryTest;

// --- Values --------------------------------------------------------------------------------------

TEST_F(RegistryTest, QueriesAndAssignsValues)
{
    OPENKMDF_TESTS(WdfRegistryQueryValue, WdfRegistryAssignValue, WdfRegistryRemoveValue);
    WDFKEY key = parameters();
    const std::array<char, 5> data = {1, 2, 3, 4, 5};
    ASSERT_EQ(assign(key, Text(u"Blob"), REG_BINARY, data.data(), data.size()),
              Status(STATUS_SUCCESS));
    std::array<char, 8> buffer{};
    ULONG length = 0, type = 0;
    ASSERT_EQ(query(key, Text(u"blob"), buffer.data(), buffer.size(), &length, &type),
              Status(STATUS_SUCCESS));
    EXPECT_EQ(length, data.size());
    EXPECT_EQ(type, ULONG{REG_BINARY});
    EXPECT_EQ(std::memcmp(buffer.data(), data.data(), data.size()), 0);

    // Too small: what fits; the length only, without a buffer.
    buffer = {};
    EXPECT_EQ(query(key, Text(u"Blob"), buffer.data(), 2, &length), Status(STATUS_BUFFER_OVERFLOW));
    EXPECT_EQ(length, data.size());
    EXPECT_EQ(buffer, (std::array<char, 8>{1, 2}));
    length = 0;
    EXPECT_EQ(query(key, Text(u"Blob"), nullptr, 0, &length), Status(STATUS_BUFFER_OVERFLOW));
    EXPECT_EQ(length, data.size());
    // An existing value is replaced, also by nothing.
    ASSERT_EQ(assign(key, Text(u"Blob"), REG_BINARY, data.data(), 0), Status(STATUS_SUCCESS));
    EXPECT_EQ(query(key, Text(u"Blob"), nullptr, 0, &length), Status(STATUS_SUCCESS));
    EXPECT_EQ(length, 0u);

    Text name(u"Blob");
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveValue, key, &name), STATUS_SUCCESS);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveValue, key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(query(key, Text(u"Blob"), nullptr, 0), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    Text bad(u"Blob");
    bad.Length = 3;
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveValue, key, &bad), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(query(key, bad, nullptr, 0), Status(STATUS_INVALID_PARAMETER));
    EXPECT_EQ(assign(key, bad, u"x"), Status(STATUS_INVALID_PARAMETER));
    calls.fail_allocation(1, true);
    const Status status = query(key, Text(u"Blob"), nullptr, 0);
    calls.fail_allocation(0);
    EXPECT_EQ(status, Status(STATUS_INSUFFICIENT_RESOURCES));
    close(key);
}

TEST_F(RegistryTest, Numbers)
{
    OPENKMDF_TESTS(WdfRegistryQueryULong, WdfRegistryAssignULong);
    WDFKEY key = parameters();
    Text name(u"Number"), missing(u"Missing"), word(u"Word");
    ULONG value = 0;
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &name, 0x1234'5678u), STATUS_SUCCESS);
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryQueryULong, key, &name, &value), STATUS_SUCCESS);
    EXPECT_EQ(value, 0x1234'5678u);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryULong, key, &missing, &value),
              STATUS_OBJECT_NAME_NOT_FOUND);
    ASSERT_TRUE(assign(key, word, u"text"));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryULong, key, &word, &value),
              STATUS_OBJECT_TYPE_MISMATCH);
    Text bad(u"Number");
    bad.MaximumLength = 2;
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryULong, key, &bad, &value),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &bad, 1u), STATUS_INVALID_PARAMETER);
    close(key);
}

TEST_F(RegistryTest, MemoryObjects)
{
    OPENKMDF_TESTS(WdfRegistryQueryMemory, WdfRegistryAssignMemory);
    WDFKEY key = parameters();
    Text name(u"Blob");
    ASSERT_TRUE(assign(key, name, REG_BINARY, "abcdef", 6));
    WDFMEMORY memory = nullptr;
    ULONG type = 0;
    ASSERT_EQ(
        DRIVER_CALL(calls, WdfRegistryQueryMemory, key, &name, PagedPool, nullptr, &memory, &type),
        STATUS_SUCCESS);
    EXPECT_EQ(type, ULONG{REG_BINARY});
    size_t size = 0;
    PVOID buffer = DRIVER_CALL(calls, WdfMemoryGetBuffer, memory, &size);
    ASSERT_EQ(size, 6u);
    EXPECT_EQ(std::memcmp(buffer, "abcdef", 6), 0);

    Text copy(u"Copy");
    char read[8] = {};
    ULONG length = 0;
    auto assign_memory = [&](PWDFMEMORY_OFFSET offsets) {
        return Status(DRIVER_CALL(calls, WdfRegistryAssignMemory, key, &copy, ULONG{REG_BINARY},
                                  memory, offsets));
    };
    ASSERT_EQ(assign_memory(nullptr), Status(STATUS_SUCCESS));
    ASSERT_TRUE(query(key, copy, read, sizeof read, &length));
    EXPECT_EQ(std::string(read, length), "abcdef");
    WDFMEMORY_OFFSET offsets = {2, 3};
    ASSERT_EQ(assign_memory(&offsets), Status(STATUS_SUCCESS));
    ASSERT_TRUE(query(key, copy, read, sizeof read, &length));
    EXPECT_EQ(std::string(read, length), "cde");
    for (WDFMEMORY_OFFSET wrong :
         {WDFMEMORY_OFFSET{4, 3}, WDFMEMORY_OFFSET{7, 0}, WDFMEMORY_OFFSET{~size_t{0}, 2}})
        EXPECT_EQ(assign_memory(&wrong), Status(STATUS_INTEGER_OVERFLOW));

    ASSERT_TRUE(assign(key, name, REG_BINARY, "", 0));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMemory, key, &name, PagedPool, nullptr, &memory,
                          nullptr),
              STATUS_RESOURCE_DATA_NOT_FOUND);
    EXPECT_EQ(memory, nullptr);
    Text missing(u"Missing");
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMemory, key, &missing, PagedPool, nullptr, &memory,
                          nullptr),
              STATUS_OBJECT_NAME_NOT_FOUND);
    WDF_OBJECT_ATTRIBUTES attributes{};
    ASSERT_TRUE(assign(key, name, REG_BINARY, "x", 1));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMemory, key, &name, PagedPool, &attributes,
                          &memory, nullptr),
              STATUS_INFO_LENGTH_MISMATCH);
    close(key);
}

TEST_F(RegistryTest, Strings)
{
    OPENKMDF_TESTS(WdfRegistryQueryString, WdfRegistryAssignString, WdfRegistryAssignUnicodeString);
    WDFKEY key = parameters();
    Text name(u"Text"), value(u"value"), terminated(std::u16string_view(u"ended\0", 6));
    // The terminator is added where it is missing, and not twice.
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignUnicodeString, key, &name, &value),
              STATUS_SUCCESS);
    EXPECT_EQ(stored(key, name, REG_SZ), std::u16string(u"value\0", 6));
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignUnicodeString, key, &name, &terminated),
              STATUS_SUCCESS);
    EXPECT_EQ(stored(key, name, REG_SZ), std::u16string(u"ended\0", 6));
    Text bad(u"value");
    bad.Length = 7;
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignUnicodeString, key, &name, &bad),
              STATUS_INVALID_PARAMETER);

    WDFSTRING string = make_string(u"");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryQueryString, key, &name, string), STATUS_SUCCESS);
    EXPECT_EQ(text_of(string), u"ended");
    WDFSTRING other = make_string(u"other");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignString, key, &name, other), STATUS_SUCCESS);
    EXPECT_EQ(stored(key, name, REG_SZ), std::u16string(u"other\0", 6));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignString, key, &bad, other),
              STATUS_INVALID_PARAMETER);
    // Stored by somebody who left the terminator out.
    ASSERT_TRUE(assign(key, name, u"bare"));
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryQueryString, key, &name, string), STATUS_SUCCESS);
    EXPECT_EQ(text_of(string), u"bare");

    Text number(u"Number"), empty(u"Empty"), missing(u"Missing");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &number, 1u), STATUS_SUCCESS);
    ASSERT_TRUE(assign(key, empty, REG_SZ, "", 0));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryString, key, &number, string),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryString, key, &empty, string),
              STATUS_RESOURCE_DATA_NOT_FOUND);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryString, key, &missing, string),
              STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(text_of(string), u"bare");
    close(key);
}

TEST_F(RegistryTest, CountedStrings)
{
    OPENKMDF_TESTS(WdfRegistryQueryUnicodeString);
    WDFKEY key = parameters();
    Text name(u"Text"), value(u"value");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignUnicodeString, key, &name, &value),
              STATUS_SUCCESS);
    char16_t room[8];
    UNICODE_STRING into{};
    into.Buffer = room;
    USHORT bytes = 0;
    auto query_into = [&](USHORT maximum) {
        std::memset(room, 0xFF, sizeof room);
        into.Length = 0;
        into.MaximumLength = maximum;
        return Status(DRIVER_CALL(calls, WdfRegistryQueryUnicodeString, key, &name, &bytes, &into));
    };
    ASSERT_EQ(query_into(12), Status(STATUS_SUCCESS));
    EXPECT_EQ(bytes, 12u);
    EXPECT_EQ(into.Length, 10u);
    EXPECT_EQ(std::u16string(room, 6), std::u16string(u"value\0", 6));
    EXPECT_EQ(room[6], 0xFFFF);
    EXPECT_EQ(query_into(6), Status(STATUS_BUFFER_OVERFLOW));
    EXPECT_EQ(std::u16string(room, into.Length / 2), u"val");
    EXPECT_EQ(room[3], 0xFFFF);
    bytes = 0;
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryUnicodeString, key, &name, &bytes, nullptr),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(bytes, 12u);
    Text number(u"Number"), missing(u"Missing");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &number, 1u), STATUS_SUCCESS);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryUnicodeString, key, &number, nullptr, &into),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryUnicodeString, key, &missing, nullptr, &into),
              STATUS_OBJECT_NAME_NOT_FOUND);
    close(key);
}

TEST_F(RegistryTest, ListsOfStrings)
{
    OPENKMDF_TESTS(WdfRegistryQueryMultiString, WdfRegistryAssignMultiString);
    WDFKEY key = parameters();
    Text name(u"List");
    WDFCOLLECTION list = nullptr, copy = nullptr;
    ASSERT_EQ(DRIVER_CALL(calls, WdfCollectionCreate, nullptr, &list), STATUS_SUCCESS);
    ASSERT_EQ(DRIVER_CALL(calls, WdfCollectionCreate, nullptr, &copy), STATUS_SUCCESS);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignMultiString, key, &name, list),
              STATUS_INVALID_PARAMETER);
    for (std::u16string_view text : {u"one", u"two", u"three"}) {
        WDFOBJECT string = make_string(text);
        ASSERT_EQ(DRIVER_CALL(calls, WdfCollectionAdd, list, string), STATUS_SUCCESS);
    }
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignMultiString, key, &name, list), STATUS_SUCCESS);
    EXPECT_EQ(stored(key, name, REG_MULTI_SZ), std::u16string(u"one\0two\0three\0\0", 15));

    // The strings come behind what the collection holds.
    WDFOBJECT first = make_string(u"first");
    ASSERT_EQ(DRIVER_CALL(calls, WdfCollectionAdd, copy, first), STATUS_SUCCESS);
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMultiString, key, &name, nullptr, copy),
              STATUS_SUCCESS);
    ASSERT_EQ(DRIVER_CALL(calls, WdfCollectionGetCount, copy), 4u);
    std::vector<std::u16string> texts;
    for (ULONG i = 0; i < 4; ++i)
        texts.push_back(
            text_of(static_cast<WDFSTRING>(DRIVER_CALL(calls, WdfCollectionGetItem, copy, i))));
    EXPECT_EQ(texts, (std::vector<std::u16string>{u"first", u"one", u"two", u"three"}));

    // Failing half-way leaves the collection as it was.
    for (std::uint64_t n = 2; n < 9; ++n) {
        calls.fail_allocation(n);
        const Status status =
            DRIVER_CALL(calls, WdfRegistryQueryMultiString, key, &name, nullptr, copy);
        calls.fail_allocation(0);
        EXPECT_EQ(status, Status(STATUS_INSUFFICIENT_RESOURCES)) << n;
        EXPECT_EQ(DRIVER_CALL(calls, WdfCollectionGetCount, copy), 4u) << n;
    }
    ASSERT_EQ(
        DRIVER_CALL(calls, WdfCollectionAdd, list, static_cast<WDFOBJECT>(calls.wdf_driver())),
        STATUS_SUCCESS);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignMultiString, key, &name, list),
              STATUS_INVALID_PARAMETER);
    Text number(u"Number"), empty(u"Empty"), missing(u"Missing");
    ASSERT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &number, 1u), STATUS_SUCCESS);
    ASSERT_TRUE(assign(key, empty, REG_MULTI_SZ, "", 0));
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMultiString, key, &number, nullptr, copy),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMultiString, key, &empty, nullptr, copy),
              STATUS_RESOURCE_DATA_NOT_FOUND);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryMultiString, key, &missing, nullptr, copy),
              STATUS_OBJECT_NAME_NOT_FOUND);
    close(key);
    EXPECT_EQ(calls.leaks(), "");
}

}  // namespace
}  // namespace openkmdf
