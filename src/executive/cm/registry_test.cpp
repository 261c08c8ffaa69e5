#include "executive/ob/test_kernel.h"

#include "executive/cm/registry.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>

namespace openkmdf::executive {
namespace {

constexpr const char16_t *kService =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Echo";

class RegistryTest : public KernelTest {
protected:
    HANDLE open(const char16_t *path, NTSTATUS expected = STATUS_SUCCESS, HANDLE root = nullptr)
    {
        Text name(path);
        NameAttributes attributes(&name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root);
        HANDLE handle = nullptr;
        EXPECT_EQ(ZwOpenKey(&handle, KEY_ALL_ACCESS, &attributes), expected);
        return handle;
    }
    HANDLE create(const char16_t *path, NTSTATUS expected = STATUS_SUCCESS, ULONG options = 0,
                  ULONG *disposition = nullptr, HANDLE root = nullptr)
    {
        Text name(path);
        NameAttributes attributes(&name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, root);
        Text class_name(u"Class");
        HANDLE handle = nullptr;
        EXPECT_EQ(
            ZwCreateKey(&handle, KEY_ALL_ACCESS, &attributes, 0, &class_name, options, disposition),
            expected);
        return handle;
    }
    NTSTATUS set(HANDLE key, const char16_t *name, ULONG number)
    {
        Text text(name);
        return ZwSetValueKey(key, &text, 0, REG_DWORD, &number, sizeof number);
    }
    NTSTATUS query(HANDLE key, const char16_t *name, ULONG length, ULONG *needed)
    {
        Text text(name);
        return ZwQueryValueKey(key, &text, KeyValuePartialInformation, buffer_, length, needed);
    }
    const KEY_VALUE_PARTIAL_INFORMATION &partial()
    {
        return *reinterpret_cast<KEY_VALUE_PARTIAL_INFORMATION *>(buffer_);
    }

    alignas(8) char buffer_[512];
};

TEST_F(RegistryTest, HasWhatASystemHas)
{
    Registry &registry = *pc_->registry;
    EXPECT_TRUE(registry.exists(Registry::kServices));
    EXPECT_TRUE(registry.exists(Registry::kEnum));
    EXPECT_TRUE(registry.exists(Registry::kClass));
    EXPECT_TRUE(
        registry.exists(u"\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"));
    EXPECT_FALSE(registry.exists(kService));
}

TEST_F(RegistryTest, CreatesOpensAndDeletesKeys)
{
    OPENKMDF_TESTS(ZwCreateKey, ZwOpenKey, ZwDeleteKey);
    in_kernel([&] {
        ULONG disposition = 0;
        HANDLE key = create(kService, STATUS_SUCCESS, 0, &disposition);
        EXPECT_EQ(disposition, ULONG{REG_CREATED_NEW_KEY});
        ZwClose(create(u"\\registry\\machine\\SYSTEM\\currentcontrolset\\services\\ECHO",
                       STATUS_SUCCESS, 0, &disposition));
        EXPECT_EQ(disposition, ULONG{REG_OPENED_EXISTING_KEY});
        HANDLE parameters = create(u"Parameters", STATUS_SUCCESS, 0, nullptr, key);
        EXPECT_EQ(ZwDeleteKey(key), STATUS_CANNOT_DELETE);
        EXPECT_EQ(ZwDeleteKey(parameters), STATUS_SUCCESS);
        EXPECT_EQ(set(parameters, u"x", 1), STATUS_KEY_DELETED);
        ZwClose(parameters);
        open(u"Parameters", STATUS_OBJECT_NAME_NOT_FOUND, key);
        create(u"No\\Such\\Parent", STATUS_OBJECT_NAME_NOT_FOUND, 0, nullptr, key);
        EXPECT_EQ(ZwDeleteKey(key), STATUS_SUCCESS);
        ZwClose(key);
        open(kService, STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(pc_->objects->type(ob::TypeIndex::Key)->live, 1u);
    });
}

TEST_F(RegistryTest, VolatileKeysHaveVolatileChildren)
{
    OPENKMDF_TESTS(ZwCreateKey);
    in_kernel([&] {
        HANDLE key = create(kService, STATUS_SUCCESS, REG_OPTION_VOLATILE);
        create(u"Stable", STATUS_CHILD_MUST_BE_VOLATILE, 0, nullptr, key);
        ZwClose(create(u"Volatile", STATUS_SUCCESS, REG_OPTION_VOLATILE, nullptr, key));
        ZwClose(key);
    });
}

TEST_F(RegistryTest, SmallBuffersGetWhatIsDocumented)
{
    OPENKMDF_TESTS(ZwSetValueKey, ZwQueryValueKey, ZwDeleteValueKey);
    in_kernel([&] {
        HANDLE key = create(kService);
        EXPECT_EQ(set(key, u"Speed", 0x11223344), STATUS_SUCCESS);
        ULONG needed = 0;
        constexpr ULONG fixed = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
        std::memset(buffer_, 0x55, sizeof buffer_);
        EXPECT_EQ(query(key, u"speed", fixed - 1, &needed), STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(needed, fixed + 4);
        EXPECT_EQ(buffer_[0], 0x55);
        EXPECT_EQ(query(key, u"speed", fixed + 2, &needed), STATUS_BUFFER_OVERFLOW);
        EXPECT_EQ(partial().Type, ULONG{REG_DWORD});
        EXPECT_EQ(partial().DataLength, 4u);
        EXPECT_EQ(partial().Data[1], 0x33);
        EXPECT_EQ(partial().Data[2], 0x55);
        EXPECT_EQ(query(key, u"speed", fixed + 4, &needed), STATUS_SUCCESS);
        EXPECT_EQ(*reinterpret_cast<const ULONG *>(partial().Data), 0x11223344u);
        EXPECT_EQ(query(key, u"none", sizeof buffer_, &needed), STATUS_OBJECT_NAME_NOT_FOUND);
        Text name(u"Speed");
        EXPECT_EQ(
            ZwQueryValueKey(key, &name, MaxKeyValueInfoClass, buffer_, sizeof buffer_, &needed),
            STATUS_INVALID_PARAMETER);
        EXPECT_EQ(
            ZwQueryValueKey(key, &name, KeyValueFullInformation, buffer_, sizeof buffer_, &needed),
            STATUS_SUCCESS);
        auto &full = *reinterpret_cast<KEY_VALUE_FULL_INFORMATION *>(buffer_);
        EXPECT_EQ(full.NameLength, 10u);
        EXPECT_EQ(*reinterpret_cast<ULONG *>(buffer_ + full.DataOffset), 0x11223344u);
        EXPECT_EQ(ZwDeleteValueKey(key, &name), STATUS_SUCCESS);
        EXPECT_EQ(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
        ZwClose(key);
    });
}

TEST_F(RegistryTest, EnumeratesSubkeysByNameAndValuesByAge)
{
    OPENKMDF_TESTS(ZwEnumerateKey, ZwEnumerateValueKey, ZwQueryKey);
    in_kernel([&] {
        HANDLE key = create(kService);
        for (const char16_t *name : {u"beta", u"Alpha", u"gamma"})
            ZwClose(create(name, STATUS_SUCCESS, 0, nullptr, key));
        set(key, u"Zulu", 1);
        set(key, u"Alpha", 2);
        ULONG needed = 0;
        std::u16string names;
        for (ULONG index = 0;
             ZwEnumerateKey(key, index, KeyBasicInformation, buffer_, sizeof buffer_, &needed) == 0;
             ++index) {
            auto &basic = *reinterpret_cast<KEY_BASIC_INFORMATION *>(buffer_);
            names.append(basic.Name, basic.NameLength / 2).append(u" ");
        }
        EXPECT_EQ(names, u"Alpha beta gamma ");
        EXPECT_EQ(ZwEnumerateKey(key, 3, KeyBasicInformation, buffer_, sizeof buffer_, &needed),
                  STATUS_NO_MORE_ENTRIES);
        EXPECT_EQ(
            ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, buffer_, sizeof buffer_, &needed),
            STATUS_SUCCESS);
        auto &value = *reinterpret_cast<KEY_VALUE_BASIC_INFORMATION *>(buffer_);
        EXPECT_EQ(std::u16string(value.Name, value.NameLength / 2), u"Zulu");
        EXPECT_EQ(
            ZwEnumerateValueKey(key, 2, KeyValueBasicInformation, buffer_, sizeof buffer_, &needed),
            STATUS_NO_MORE_ENTRIES);
        EXPECT_EQ(ZwQueryKey(key, KeyFullInformation, buffer_, sizeof buffer_, &needed),
                  STATUS_SUCCESS);
        auto &full = *reinterpret_cast<KEY_FULL_INFORMATION *>(buffer_);
        EXPECT_EQ(full.SubKeys, 3u);
        EXPECT_EQ(full.MaxNameLen, 10u);
        EXPECT_EQ(full.Values, 2u);
        EXPECT_EQ(full.MaxValueNameLen, 10u);
        EXPECT_EQ(full.MaxValueDataLen, 4u);
        EXPECT_EQ(std::u16string(full.Class, full.ClassLength / 2), u"Class");
        EXPECT_EQ(ZwQueryKey(key, KeyNameInformation, buffer_, sizeof buffer_, &needed),
                  STATUS_SUCCESS);
        const ULONG length = *reinterpret_cast<ULONG *>(buffer_);
        EXPECT_EQ(std::u16string(reinterpret_cast<char16_t *>(buffer_ + 4), length / 2),
                  u"\\REGISTRY\\Machine\\System\\ControlSet001\\Services\\Echo");
        ZwClose(key);
    });
}

TEST_F(RegistryTest, RenamesAndFlushes)
{
    OPENKMDF_TESTS(ZwRenameKey, ZwFlushKey);
    in_kernel([&] {
        HANDLE key = create(kService);
        Text longer(u"EchoWithALongerName");
        EXPECT_EQ(ZwRenameKey(key, &longer), STATUS_SUCCESS);
        EXPECT_EQ(ZwFlushKey(key), STATUS_SUCCESS);
        open(kService, STATUS_OBJECT_NAME_NOT_FOUND);
        ZwClose(
            open(u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\echowithalongername"));
        ZwClose(key);
    });
}

TEST_F(RegistryTest, HostSideHelpers)
{
    Registry &registry = *pc_->registry;
    ASSERT_EQ(registry.create_key(
                  u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Echo\\Parameters"),
              STATUS_SUCCESS);
    ASSERT_EQ(registry.set_string(kService, u"ImagePath", u"\\SystemRoot\\echo.sys", REG_EXPAND_SZ),
              STATUS_SUCCESS);
    ASSERT_EQ(registry.set_number(kService, u"Start", 3), STATUS_SUCCESS);
    ULONG type = 0;
    char16_t text[64];
    std::size_t size = 0;
    ASSERT_EQ(registry.query_value(kService, u"imagepath", &type, text, sizeof text, &size),
              STATUS_SUCCESS);
    EXPECT_EQ(type, ULONG{REG_EXPAND_SZ});
    EXPECT_EQ(std::u16string(text), u"\\SystemRoot\\echo.sys");
    EXPECT_EQ(size, 21 * sizeof(char16_t));
    EXPECT_EQ(registry.query_value(kService, u"Start", &type, text, 2, &size),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(registry.delete_tree(kService), STATUS_SUCCESS);
    EXPECT_FALSE(registry.exists(kService));
    EXPECT_EQ(registry.delete_tree(kService), STATUS_OBJECT_NAME_NOT_FOUND);
}

}  // namespace
}  // namespace openkmdf::executive
