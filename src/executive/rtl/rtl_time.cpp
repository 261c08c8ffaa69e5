#include <ntddk.h>

namespace {

constexpr LONGLONG kTicksPerMillisecond = 10'000;
constexpr LONGLONG kTicksPerSecond = 10'000'000;
constexpr LONGLONG kSecondsPerDay = 86'400;
constexpr LONGLONG kDaysIn400Years = 146'097;
// Seconds from 1601 to the beginnings of two other calendars.
constexpr LONGLONG kSecondsTo1970 = 11'644'473'600;
constexpr LONGLONG kSecondsTo1980 = 11'960'006'400;

bool is_leap(LONGLONG year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int month, LONGLONG year)
{
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays[month - 1] + (month == 2 && is_leap(year));
}

// Days from 1601-01-01 to the first day of the year.
LONGLONG days_before(LONGLONG year)
{
    const LONGLONG years = year - 1601;
    return years * 365 + years / 4 - years / 100 + years / 400;
}

}  // namespace

VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER time, struct _TIME_FIELDS *fields)
{
    const LONGLONG milliseconds = time->QuadPart / kTicksPerMillisecond;
    LONGLONG seconds = milliseconds / 1000;
    LONGLONG days = seconds / kSecondsPerDay;
    seconds %= kSecondsPerDay;
    fields->Weekday = static_cast<CSHORT>((days + 1) % 7);  // 1601 began with a Monday
    LONGLONG year = 1601 + days / kDaysIn400Years * 400;
    days %= kDaysIn400Years;
    while (days >= 365 + is_leap(year)) {
        days -= 365 + is_leap(year);
        ++year;
    }
    int month = 1;
    while (days >= days_in(month, year)) days -= days_in(month++, year);
    fields->Year = static_cast<CSHORT>(year);
    fields->Month = static_cast<CSHORT>(month);
    fields->Day = static_cast<CSHORT>(days + 1);
    fields->Hour = static_cast<CSHORT>(seconds / 3600);
    fields->Minute = static_cast<CSHORT>(seconds / 60 % 60);
    fields->Second = static_cast<CSHORT>(seconds % 60);
    fields->Milliseconds = static_cast<CSHORT>(milliseconds % 1000);
}

BOOLEAN NTAPI RtlTimeFieldsToTime(struct _TIME_FIELDS *fields, PLARGE_INTEGER time)
{
    if (fields->Year < 1601 || fields->Month < 1 || fields->Month > 12 || fields->Day < 1 ||
        fields->Day > days_in(fields->Month, fields->Year) || fields->Hour < 0 ||
        fields->Hour > 23 || fields->Minute < 0 || fields->Minute > 59 || fields->Second < 0 ||
        fields->Second > 59 || fields->Milliseconds < 0 || fields->Milliseconds > 999)
        return FALSE;
    LONGLONG days = days_before(fields->Year) + fields->Day - 1;
    for (int month = 1; month < fields->Month; ++month) days += days_in(month, fields->Year);
    const LONGLONG seconds =
        days * kSecondsPerDay + fields->Hour * 3600LL + fields->Minute * 60LL + fields->Second;
    time->QuadPart = seconds * kTicksPerSecond + fields->Milliseconds * kTicksPerMillisecond;
    return TRUE;
}

namespace {

BOOLEAN to_seconds(const LARGE_INTEGER *time, LONGLONG epoch, PULONG seconds)
{
    const LONGLONG elapsed = time->QuadPart / kTicksPerSecond - epoch;
    if (elapsed < 0 || elapsed > 0xFFFFFFFFLL) return FALSE;
    *seconds = static_cast<ULONG>(elapsed);
    return TRUE;
}

}  // namespace

BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER time, PULONG seconds)
{
    return to_seconds(time, kSecondsTo1970, seconds);
}

BOOLEAN NTAPI RtlTimeToSecondsSince1980(PLARGE_INTEGER time, PULONG seconds)
{
    return to_seconds(time, kSecondsTo1980, seconds);
}

VOID NTAPI RtlSecondsSince1970ToTime(ULONG seconds, PLARGE_INTEGER time)
{
    time->QuadPart = (kSecondsTo1970 + seconds) * kTicksPerSecond;
}

VOID NTAPI RtlSecondsSince1980ToTime(ULONG seconds, PLARGE_INTEGER time)
{
    time->QuadPart = (kSecondsTo1980 + seconds) * kTicksPerSecond;
}
