#pragma once

#include <ntdef.h>
#include <ntstatus.h>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace openkmdf {

// "STATUS_CANCELLED"; "0xC0001234" for a value that has no name.
std::string status_name(std::int32_t status);
// "IRQL_NOT_LESS_OR_EQUAL"; "0x1234" for a code that has no name.
std::string bugcheck_name(std::uint32_t code);

// An NTSTATUS that prints its name.
class Status {
public:
    constexpr Status(std::int32_t value = 0) : value_(value) {}  // NOLINT: an NTSTATUS is one

    constexpr std::int32_t value() const { return value_; }
    // NT_SUCCESS: success and informational values, STATUS_PENDING among them.
    constexpr bool ok() const { return value_ >= 0; }
    constexpr explicit operator bool() const { return ok(); }
    std::string name() const { return status_name(value_); }

    friend constexpr bool operator==(Status left, Status right)
    {
        return left.value_ == right.value_;
    }

private:
    std::int32_t value_;
};

std::ostream &operator<<(std::ostream &out, Status status);

// What a request returned: its status and the number of bytes transferred. Compares with a count
// (the status must be a success then) and with a status.
class Result {
public:
    constexpr Result() = default;
    constexpr Result(Status status, std::uint64_t information)
        : status_(status), information_(information)
    {
    }

    constexpr Status status() const { return status_; }
    constexpr std::uint64_t information() const { return information_; }
    constexpr bool ok() const { return status_.ok(); }
    constexpr explicit operator bool() const { return ok(); }

    friend constexpr bool operator==(const Result &result, std::uint64_t count)
    {
        return result.ok() && result.information_ == count;
    }
    friend constexpr bool operator==(const Result &result, std::uint32_t count)
    {
        return result == std::uint64_t{count};
    }
    friend constexpr bool operator==(const Result &result, Status status)
    {
        return result.status_ == status;
    }
    friend constexpr bool operator==(const Result &result, std::int32_t status)
    {
        return result.status_ == Status(status);
    }
    friend constexpr bool operator==(const Result &left, const Result &right)
    {
        return left.status_ == right.status_ && left.information_ == right.information_;
    }

private:
    Status status_;
    std::uint64_t information_ = 0;
};

// "STATUS_SUCCESS, 5 bytes"
std::ostream &operator<<(std::ostream &out, const Result &result);

}  // namespace openkmdf
