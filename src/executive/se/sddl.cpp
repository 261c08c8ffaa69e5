#include "executive/se/sddl.h"

#include "executive/rtl/upcase.h"
#include "executive/se/security_descriptor.h"

namespace openkmdf::executive::se {
namespace {

constexpr std::size_t kMostAclBytes = 1536;

struct NamedRights {
    char16_t name[3];
    ACCESS_MASK mask;
};

constexpr NamedRights kRights[] = {
    {u"GA", GENERIC_ALL},  {u"GR", GENERIC_READ}, {u"GW", GENERIC_WRITE}, {u"GX", GENERIC_EXECUTE},
    {u"RC", READ_CONTROL}, {u"SD", DELETE},       {u"WD", WRITE_DAC},     {u"WO", WRITE_OWNER},
    {u"FA", 0x001F01FF},   {u"FR", 0x00120089},   {u"FW", 0x00120116},    {u"FX", 0x001200A0},
    {u"KA", 0x000F003F},   {u"KR", 0x00020019},   {u"KW", 0x00020006},    {u"KX", 0x00020019},
    {u"CC", 0x1},          {u"DC", 0x2},          {u"LC", 0x4},           {u"SW", 0x8},
    {u"RP", 0x10},         {u"WP", 0x20},         {u"DT", 0x40},          {u"LO", 0x80},
    {u"CR", 0x100},
};

constexpr NamedRights kFlags[] = {
    {u"OI", 0x01}, {u"CI", 0x02}, {u"NP", 0x04}, {u"IO", 0x08},
    {u"ID", 0x10}, {u"SA", 0x40}, {u"FA", 0x80},
};

// System access control entries: audit 2, mandatory label 0x11.
constexpr NamedRights kTypes[] = {{u"A", 0}, {u"D", 1}, {u"AU", 2}, {u"ML", 0x11}};

struct NamedSid {
    char16_t name[3];
    Sid sid;
};

constexpr NamedSid kSids[] = {
    {u"SY", kLocalSystem},
    {u"BA", kAdministrators},
    {u"BU", kUsers},
    {u"BG", kGuests},
    {u"PU", kPowerUsers},
    {u"WD", kEveryone},
    {u"AU", kAuthenticatedUsers},
    {u"LS", kLocalService},
    {u"NS", kNetworkService},
    {u"IU", kInteractive},
    {u"AN", kAnonymous},
    {u"NU", kNetwork},
    {u"SU", kService},
    {u"RC", kRestricted},
    {u"CO", kCreatorOwner},
    {u"CG", make_sid(3, 1)},
    {u"OW", make_sid(3, 4)},
    {u"AC", make_sid(15, 2, 1)},
    {u"UD", make_sid(5, 84, 0, 0, 0, 0, 0)},
    {u"LW", make_sid(16, 4096)},
    {u"ME", make_sid(16, 8192)},
    {u"HI", make_sid(16, 12288)},
    {u"SI", make_sid(16, 16384)},
};

bool same(std::u16string_view left, std::u16string_view right)
{
    if (left.size() != right.size()) return false;
    for (std::size_t index = 0; index < left.size(); ++index) {
        if (rtl::upcase(left[index]) != right[index]) return false;
    }
    return true;
}

class Parser {
public:
    explicit Parser(std::u16string_view text) : text_(text) {}

    NTSTATUS run(void *buffer, std::size_t *length);

private:
    struct List {
        alignas(8) char bytes[kMostAclBytes];
        ACL *acl() { return reinterpret_cast<ACL *>(bytes); }
    };

    bool take(char16_t character);
    bool part();
    bool list(List &target, SECURITY_DESCRIPTOR_CONTROL shift);
    bool entry(List &target);
    bool sid(std::u16string_view word, Sid &result);
    bool word_sid(Sid &result);
    bool rights(std::u16string_view word, ACCESS_MASK &mask);
    std::u16string_view field(char16_t end);
    template <std::size_t count>
    static bool flags(std::u16string_view word, const NamedRights (&names)[count],
                      ACCESS_MASK &mask);

    std::u16string_view text_;
    bool missing_ = false;  // a separator of an entry
    DescriptorParts parts_;
    Sid owner_;
    Sid group_;
    List dacl_;
    List sacl_;
};

bool Parser::take(char16_t character)
{
    if (text_.empty() || rtl::upcase(text_[0]) != character) return false;
    text_.remove_prefix(1);
    return true;
}

std::u16string_view Parser::field(char16_t end)
{
    const std::size_t at = text_.find(end);
    if (at == std::u16string_view::npos) {
        missing_ = true;
        return {};
    }
    const std::u16string_view word = text_.substr(0, at);
    text_.remove_prefix(at + 1);
    return word;
}

template <std::size_t count>
bool Parser::flags(std::u16string_view word, const NamedRights (&names)[count], ACCESS_MASK &mask)
{
    for (; !word.empty(); word.remove_prefix(2)) {
        bool known = false;
        for (const NamedRights &row : names) {
            if (word.size() >= 2 && same(word.substr(0, 2), row.name)) {
                mask |= row.mask;
                known = true;
            }
        }
        if (!known) return false;
    }
    return true;
}

bool parse_number(std::u16string_view word, std::uint64_t &value)
{
    value = 0;
    const bool hexadecimal = word.size() > 2 && word[0] == u'0' && rtl::upcase(word[1]) == u'X';
    if (hexadecimal) word.remove_prefix(2);
    for (char16_t character : word) {
        const char16_t upper = rtl::upcase(character);
        const bool letter = hexadecimal && upper >= u'A' && upper <= u'F';
        if (!letter && (upper < u'0' || upper > u'9')) return false;
        value = value * (hexadecimal ? 16 : 10) +
                static_cast<unsigned>(letter ? upper - u'A' + 10 : upper - u'0');
    }
    return !word.empty();
}

bool Parser::rights(std::u16string_view word, ACCESS_MASK &mask)
{
    std::uint64_t number;
    if (!word.empty() && word[0] == u'0') {
        if (!parse_number(word, number) || number > 0xFFFFFFFF) return false;
        mask = static_cast<ACCESS_MASK>(number);
        return true;
    }
    return flags(word, kRights, mask);
}

bool Parser::sid(std::u16string_view word, Sid &result)
{
    for (const NamedSid &row : kSids) {
        if (same(word, row.name)) {
            result = row.sid;
            return true;
        }
    }
    if (word.size() < 4 || !same(word.substr(0, 4), u"S-1-")) return false;
    word.remove_prefix(4);
    result = {};
    for (int index = -1;; ++index) {
        const std::size_t end = word.find(u'-');
        std::uint64_t number;
        if (index >= SID_MAX_SUB_AUTHORITIES || !parse_number(word.substr(0, end), number))
            return false;
        if (index < 0) {
            for (int byte = 0; byte < 6; ++byte)
                result.authority[byte] = static_cast<UCHAR>(number >> (8 * (5 - byte)));
        } else {
            result.sub_authority[result.count++] = static_cast<ULONG>(number);
        }
        if (end == std::u16string_view::npos) return result.count != 0;
        word.remove_prefix(end + 1);
    }
}

// A SID that ends where the next part ("G:", "D:", "S:") begins.
bool Parser::word_sid(Sid &result)
{
    std::size_t end = text_.find(u':');
    end = end == std::u16string_view::npos ? text_.size() : end - 1;
    const std::u16string_view word = text_.substr(0, end);
    text_.remove_prefix(end);
    return sid(word, result);
}

bool Parser::entry(List &target)
{
    const std::u16string_view type_name = field(u';');
    ACCESS_MASK flag_bits = 0;
    ACCESS_MASK mask = 0;
    const NamedRights *type = nullptr;
    for (const NamedRights &row : kTypes) {
        if (same(type_name, row.name)) type = &row;
    }
    Sid who;
    const bool good = type != nullptr && flags(field(u';'), kFlags, flag_bits) &&
                      rights(field(u';'), mask) && field(u';').empty() && field(u';').empty() &&
                      sid(field(u')'), who);
    if (!good || missing_) return false;
    ACL *acl = target.acl();
    const std::size_t size = 8 + sid_length(&who);
    if (acl->AclSize + size > kMostAclBytes) return false;
    auto *ace = reinterpret_cast<Ace *>(target.bytes + acl->AclSize);
    ace->type = static_cast<UCHAR>(type->mask);
    ace->flags = static_cast<UCHAR>(flag_bits);
    ace->size = static_cast<USHORT>(size);
    ace->mask = mask;
    std::memcpy(&ace->sid_start, &who, sid_length(&who));
    acl->AclSize = static_cast<USHORT>(acl->AclSize + size);
    ++acl->AceCount;
    return true;
}

// `shift`: 0 for the discretionary list's control bits, 1 for the system list's.
bool Parser::list(List &target, SECURITY_DESCRIPTOR_CONTROL shift)
{
    ACL *acl = target.acl();
    *acl = {};
    acl->AclRevision = ACL_REVISION;
    acl->AclSize = sizeof(ACL);
    unsigned control = SE_DACL_PRESENT << (2 * shift);
    for (;;) {
        if (take(u'P')) {
            control |= shift ? SE_SACL_PROTECTED : SE_DACL_PROTECTED;
        } else if (take(u'A')) {
            if (take(u'R')) control |= shift ? SE_SACL_AUTO_INHERIT_REQ : SE_DACL_AUTO_INHERIT_REQ;
            else if (take(u'I')) control |= shift ? SE_SACL_AUTO_INHERITED : SE_DACL_AUTO_INHERITED;
            else return false;
        } else {
            break;
        }
    }
    parts_.control = static_cast<SECURITY_DESCRIPTOR_CONTROL>(parts_.control | control);
    (shift ? parts_.sacl : parts_.dacl) = acl;
    while (take(u'(')) {
        if (!entry(target)) return false;
    }
    return true;
}

bool Parser::part()
{
    const char16_t kind = rtl::upcase(text_[0]);
    text_.remove_prefix(1);
    if (!take(u':')) return false;
    switch (kind) {
    case u'O':
        parts_.owner = &owner_;
        return word_sid(owner_);
    case u'G':
        parts_.group = &group_;
        return word_sid(group_);
    case u'D':
        return parts_.dacl == nullptr && list(dacl_, 0);
    case u'S':
        return parts_.sacl == nullptr && list(sacl_, 1);
    default:
        return false;
    }
}

NTSTATUS Parser::run(void *buffer, std::size_t *length)
{
    while (!text_.empty()) {
        if (!part()) return STATUS_INVALID_PARAMETER;
    }
    *length = relative_length(parts_);
    make_relative(parts_, buffer);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS parse_sddl(std::u16string_view text, void *buffer, std::size_t *length)
{
    static_assert(sizeof(RelativeDescriptor) + 2 * kMostAclBytes + 2 * sizeof(Sid) <=
                  kMostDescriptorBytes);
    return Parser(text).run(buffer, length);
}

}  // namespace openkmdf::executive::se
