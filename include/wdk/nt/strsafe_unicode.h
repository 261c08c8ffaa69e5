// UNICODE_STRING functions: counted strings, never terminated unless a fill asks for it. Included by
// ntstrsafe.h.

NTSTRSAFEDDI RtlUnicodeStringValidateEx(PCUNICODE_STRING string, ULONG flags)
{
    if (flags & ~(ULONG)STRSAFE_IGNORE_NULLS) return STATUS_INVALID_PARAMETER;
    if (string == 0)
        return flags & STRSAFE_IGNORE_NULLS ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    if (string->Length % sizeof(WCHAR) != 0 || string->MaximumLength % sizeof(WCHAR) != 0 ||
        string->Length > string->MaximumLength ||
        string->MaximumLength > NTSTRSAFE_UNICODE_STRING_MAX_CCH * sizeof(WCHAR))
        return STATUS_INVALID_PARAMETER;
    if (string->Buffer == 0 && (string->Length != 0 || string->MaximumLength != 0))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlUnicodeStringValidate(PCUNICODE_STRING string)
{
    return RtlUnicodeStringValidateEx(string, 0);
}

NTSTRSAFEDDI RtlUnicodeStringInitEx(PUNICODE_STRING destination, const WCHAR *source, ULONG flags)
{
    SIZE_T length = 0, limit = NTSTRSAFE_UNICODE_STRING_MAX_CCH, bytes;
    if (flags & ~(ULONG)STRSAFE_IGNORE_NULLS) return STATUS_INVALID_PARAMETER;
    if (destination == 0)
        return (flags & STRSAFE_IGNORE_NULLS) && source == 0 ? STATUS_SUCCESS
                                                             : STATUS_INVALID_PARAMETER;
    destination->Length = 0;
    destination->MaximumLength = 0;
    destination->Buffer = 0;
    if (source == 0) return STATUS_SUCCESS;
    length = openkmdf_strsafe_lengthW(source, limit + 1);
    if (length > limit) return STATUS_INVALID_PARAMETER;
    // The longest string leaves no room for its terminator in a 16-bit size.
    bytes = (length < limit ? length + 1 : length) * sizeof(WCHAR);
    destination->Length = (USHORT)(length * sizeof(WCHAR));
    destination->MaximumLength = (USHORT)bytes;
    destination->Buffer = (PWCH)source;
    return STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlUnicodeStringInit(PUNICODE_STRING destination, const WCHAR *source)
{
    return RtlUnicodeStringInitEx(destination, source, 0);
}

// What the flags ask for once the outcome is known, and the rest of the buffer for the caller.
static inline __attribute__((unused)) void
openkmdf_strsafe_finish_unicode(PUNICODE_STRING destination, PUNICODE_STRING remaining,
                                NTSTATUS status, BOOLEAN append, ULONG flags)
{
    int pattern = STRSAFE_GET_FILL_PATTERN(flags);
    BOOLEAN empty = (flags & (STRSAFE_NULL_ON_FAILURE | STRSAFE_ZERO_LENGTH_ON_FAILURE)) != 0;
    if (destination == 0) {
        if (remaining != 0 && status == STATUS_SUCCESS)
            remaining->Length = 0, remaining->MaximumLength = 0, remaining->Buffer = 0;
        return;
    }
    if (status == STATUS_SUCCESS) {
        if ((flags & STRSAFE_FILL_BEHIND) && destination->Length < destination->MaximumLength)
            __builtin_memset((char *)destination->Buffer + destination->Length, pattern,
                             (SIZE_T)(destination->MaximumLength - destination->Length));
    } else if (destination->MaximumLength != 0) {
        if (flags & STRSAFE_FILL_ON_FAILURE) {
            __builtin_memset(destination->Buffer, pattern, destination->MaximumLength);
            destination->Length = pattern == 0 ? 0 : destination->MaximumLength;
        } else if (status == STATUS_BUFFER_OVERFLOW && (flags & STRSAFE_NO_TRUNCATION) && !append) {
            empty = 1;
        }
        if (empty) {
            destination->Length = 0;
            destination->Buffer[0] = 0;
        }
    }
    if (remaining != 0 && (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW)) {
        remaining->Length = 0;
        remaining->MaximumLength = (USHORT)(destination->MaximumLength - destination->Length);
        remaining->Buffer = destination->Buffer == 0
                                ? destination->Buffer
                                : destination->Buffer + destination->Length / sizeof(WCHAR);
    }
}

// Whether an operation may start: the flags, and the destination on its own.
NTSTRSAFEDDI openkmdf_strsafe_check_unicode(PCUNICODE_STRING destination, ULONG flags)
{
    if (flags & ~(ULONG)STRSAFE_UNICODE_STRING_VALID_FLAGS) return STATUS_INVALID_PARAMETER;
    return RtlUnicodeStringValidateEx(destination, flags & STRSAFE_IGNORE_NULLS);
}

// Copies or appends up to `limit` characters; unless `counted`, they end at a terminator.
NTSTRSAFEDDI openkmdf_strsafe_put_unicode(PUNICODE_STRING destination, const WCHAR *source,
                                          SIZE_T limit, BOOLEAN counted, BOOLEAN append,
                                          PUNICODE_STRING remaining, ULONG flags)
{
    SIZE_T used = 0, room = 0, length;
    NTSTATUS status = openkmdf_strsafe_check_unicode(destination, flags);
    if (status != STATUS_SUCCESS) return status;
    if (destination != 0) {
        used = append ? destination->Length / sizeof(WCHAR) : 0;
        room = destination->MaximumLength / sizeof(WCHAR) - used;
    }
    length = limit <= room ? limit : room + 1;
    if (source == 0)
        length = 0;
    else if (!counted)
        length = openkmdf_strsafe_lengthW(source, length);

    if (source == 0 && !counted && !(flags & STRSAFE_IGNORE_NULLS))
        status = STATUS_INVALID_PARAMETER;
    else if (length != 0 && (destination == 0 || destination->MaximumLength == 0))
        status = STATUS_INVALID_PARAMETER;
    else if (length > room)
        status = STATUS_BUFFER_OVERFLOW, length = room;
    if (destination != 0 && (status == STATUS_SUCCESS || (status == STATUS_BUFFER_OVERFLOW &&
                                                          !(flags & STRSAFE_NO_TRUNCATION)))) {
        for (SIZE_T i = 0; i < length; i++) destination->Buffer[used++] = source[i];
        destination->Length = (USHORT)(used * sizeof(WCHAR));
    }
    openkmdf_strsafe_finish_unicode(destination, remaining, status, append, flags);
    return status;
}

// The same with a UNICODE_STRING as source.
NTSTRSAFEDDI openkmdf_strsafe_put_unicode_string(PUNICODE_STRING destination,
                                                 PCUNICODE_STRING source, SIZE_T limit,
                                                 BOOLEAN append, PUNICODE_STRING remaining,
                                                 ULONG flags)
{
    SIZE_T length = source == 0 ? 0 : source->Length / sizeof(WCHAR);
    NTSTATUS status = openkmdf_strsafe_check_unicode(destination, flags);
    if (status != STATUS_SUCCESS) return status;
    if (limit > NTSTRSAFE_UNICODE_STRING_MAX_CCH ||
        RtlUnicodeStringValidateEx(source, flags & STRSAFE_IGNORE_NULLS) != STATUS_SUCCESS) {
        openkmdf_strsafe_finish_unicode(destination, 0, STATUS_INVALID_PARAMETER, append, flags);
        return STATUS_INVALID_PARAMETER;
    }
    return openkmdf_strsafe_put_unicode(destination, source == 0 ? 0 : source->Buffer,
                                        length < limit ? length : limit, 1, append, remaining,
                                        flags);
}

// The same with a terminated string whose length is limited.
NTSTRSAFEDDI openkmdf_strsafe_put_unicode_limited(PUNICODE_STRING destination, const WCHAR *source,
                                                  SIZE_T limit, BOOLEAN append,
                                                  PUNICODE_STRING remaining, ULONG flags)
{
    NTSTATUS status = openkmdf_strsafe_check_unicode(destination, flags);
    if (status != STATUS_SUCCESS) return status;
    if (limit > NTSTRSAFE_UNICODE_STRING_MAX_CCH) {
        openkmdf_strsafe_finish_unicode(destination, 0, STATUS_INVALID_PARAMETER, append, flags);
        return STATUS_INVALID_PARAMETER;
    }
    return openkmdf_strsafe_put_unicode(destination, source, limit, 0, append, remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCopy(PUNICODE_STRING destination, PCUNICODE_STRING source)
{
    return openkmdf_strsafe_put_unicode_string(destination, source,
                                               NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCopyEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                    PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source,
                                               NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, remaining,
                                               flags);
}

NTSTRSAFEDDI RtlUnicodeStringCbCopyN(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                     SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit / sizeof(WCHAR), 0, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCbCopyNEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                       SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit / sizeof(WCHAR), 0,
                                               remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCchCopyN(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                      SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit, 0, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCchCopyNEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                        SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit, 0, remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCopyString(PUNICODE_STRING destination, const WCHAR *source)
{
    return openkmdf_strsafe_put_unicode(destination, source, NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, 0,
                                        0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCopyStringEx(PUNICODE_STRING destination, const WCHAR *source,
                                          PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode(destination, source, NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, 0,
                                        remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCbCopyStringN(PUNICODE_STRING destination, const WCHAR *source,
                                           SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit / sizeof(WCHAR), 0, 0,
                                                0);
}

NTSTRSAFEDDI RtlUnicodeStringCbCopyStringNEx(PUNICODE_STRING destination, const WCHAR *source,
                                             SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit / sizeof(WCHAR), 0,
                                                remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCchCopyStringN(PUNICODE_STRING destination, const WCHAR *source,
                                            SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit, 0, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCchCopyStringNEx(PUNICODE_STRING destination, const WCHAR *source,
                                              SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit, 0, remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCat(PUNICODE_STRING destination, PCUNICODE_STRING source)
{
    return openkmdf_strsafe_put_unicode_string(destination, source,
                                               NTSTRSAFE_UNICODE_STRING_MAX_CCH, 1, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCatEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                   PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source,
                                               NTSTRSAFE_UNICODE_STRING_MAX_CCH, 1, remaining,
                                               flags);
}

NTSTRSAFEDDI RtlUnicodeStringCbCatN(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                    SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit / sizeof(WCHAR), 1, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCbCatNEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                      SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit / sizeof(WCHAR), 1,
                                               remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCchCatN(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                     SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit, 1, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCchCatNEx(PUNICODE_STRING destination, PCUNICODE_STRING source,
                                       SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_string(destination, source, limit, 1, remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCatString(PUNICODE_STRING destination, const WCHAR *source)
{
    return openkmdf_strsafe_put_unicode(destination, source, NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, 1,
                                        0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCatStringEx(PUNICODE_STRING destination, const WCHAR *source,
                                         PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode(destination, source, NTSTRSAFE_UNICODE_STRING_MAX_CCH, 0, 1,
                                        remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCbCatStringN(PUNICODE_STRING destination, const WCHAR *source,
                                          SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit / sizeof(WCHAR), 1, 0,
                                                0);
}

NTSTRSAFEDDI RtlUnicodeStringCbCatStringNEx(PUNICODE_STRING destination, const WCHAR *source,
                                            SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit / sizeof(WCHAR), 1,
                                                remaining, flags);
}

NTSTRSAFEDDI RtlUnicodeStringCchCatStringN(PUNICODE_STRING destination, const WCHAR *source,
                                           SIZE_T limit)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit, 1, 0, 0);
}

NTSTRSAFEDDI RtlUnicodeStringCchCatStringNEx(PUNICODE_STRING destination, const WCHAR *source,
                                             SIZE_T limit, PUNICODE_STRING remaining, ULONG flags)
{
    return openkmdf_strsafe_put_unicode_limited(destination, source, limit, 1, remaining, flags);
}

// A UNICODE_STRING into a buffer, terminated there.
NTSTRSAFEDDI openkmdf_strsafe_copy_unicode(WCHAR *destination, SIZE_T bytes,
                                           PCUNICODE_STRING source, WCHAR **end,
                                           SIZE_T *remaining, ULONG flags)
{
    const WCHAR *text = 0;
    SIZE_T length = 0;
    NTSTATUS valid = RtlUnicodeStringValidateEx(source, flags & STRSAFE_IGNORE_NULLS);
    if (valid == STATUS_SUCCESS && source != 0) {
        static const WCHAR nothing[1] = {0};
        text = source->Buffer == 0 ? nothing : source->Buffer;
        length = source->Length / sizeof(WCHAR);
    }
    // An invalid source is refused like a missing one, whatever the flags say of those.
    if (valid != STATUS_SUCCESS) length = (SIZE_T)NTSTRSAFE_MAX_CCH + 1;
    return openkmdf_strsafe_putW(destination, bytes, text, length, 1, 0, end, remaining, flags);
}

NTSTRSAFEDDI RtlStringCbCopyUnicodeString(WCHAR *destination, SIZE_T bytes, PCUNICODE_STRING source)
{
    return openkmdf_strsafe_copy_unicode(destination, bytes, source, 0, 0, 0);
}

NTSTRSAFEDDI RtlStringCbCopyUnicodeStringEx(WCHAR *destination, SIZE_T bytes,
                                            PCUNICODE_STRING source, WCHAR **end, SIZE_T *remaining,
                                            ULONG flags)
{
    return openkmdf_strsafe_copy_unicode(destination, bytes, source, end, remaining, flags);
}

NTSTRSAFEDDI RtlStringCchCopyUnicodeString(WCHAR *destination, SIZE_T count,
                                           PCUNICODE_STRING source)
{
    return openkmdf_strsafe_copy_unicode(destination, openkmdf_strsafe_bytesW(count), source, 0, 0,
                                         0);
}

NTSTRSAFEDDI RtlStringCchCopyUnicodeStringEx(WCHAR *destination, SIZE_T count,
                                             PCUNICODE_STRING source, WCHAR **end,
                                             SIZE_T *remaining, ULONG flags)
{
    NTSTATUS status = openkmdf_strsafe_copy_unicode(destination, openkmdf_strsafe_bytesW(count),
                                                    source, end, remaining, flags);
    if (remaining != 0 && (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW))
        *remaining /= sizeof(WCHAR);
    return status;
}

NTSTRSAFEDDI RtlUnalignedStringCchLengthW(NTSTRSAFE_PCUWSTR text, SIZE_T count, SIZE_T *length)
{
    SIZE_T found = 0;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (text != 0 && count <= NTSTRSAFE_MAX_CCH) {
        WCHAR character = 1;
        for (; found < count; found++) {
            __builtin_memcpy(&character, (const char *)text + found * sizeof(WCHAR), sizeof(WCHAR));
            if (character == 0) break;
        }
        if (found < count) status = STATUS_SUCCESS;
    }
    if (length != 0) *length = status == STATUS_SUCCESS ? found : 0;
    return status;
}

NTSTRSAFEDDI RtlUnalignedStringCbLengthW(NTSTRSAFE_PCUWSTR text, SIZE_T bytes, SIZE_T *length)
{
    NTSTATUS status = RtlUnalignedStringCchLengthW(text, bytes / sizeof(WCHAR), length);
    if (length != 0) *length *= sizeof(WCHAR);
    return status;
}

#if defined(OPENKMDF_DRIVER)
NTSTRSAFEDDI RtlUnicodeStringVPrintfEx(PUNICODE_STRING destination, PUNICODE_STRING remaining,
                                       ULONG flags, const WCHAR *format, va_list arguments)
{
    static const WCHAR nothing[1] = {0};
    NTSTATUS status = openkmdf_strsafe_check_unicode(destination, flags);
    if (status != STATUS_SUCCESS) return status;
    if (format == 0 && (flags & STRSAFE_IGNORE_NULLS)) format = nothing;
    if (format == 0 ||
        (format[0] != 0 && (destination == 0 || destination->MaximumLength == 0))) {
        status = STATUS_INVALID_PARAMETER;
    } else if (destination != 0) {
        SIZE_T count = destination->MaximumLength / sizeof(WCHAR);
        int length = count == 0 ? 0 : _vsnwprintf(destination->Buffer, count, format, arguments);
        BOOLEAN fits = length >= 0 && (SIZE_T)length <= count;
        destination->Length = (USHORT)((fits ? (SIZE_T)length : count) * sizeof(WCHAR));
        if (!fits) status = STATUS_BUFFER_OVERFLOW;
    }
    openkmdf_strsafe_finish_unicode(destination, remaining, status, 0, flags);
    return status;
}

NTSTRSAFEDDI RtlUnicodeStringVPrintf(PUNICODE_STRING destination, const WCHAR *format,
                                     va_list arguments)
{
    return RtlUnicodeStringVPrintfEx(destination, 0, 0, format, arguments);
}

NTSTRSAFEDDI RtlUnicodeStringPrintfEx(PUNICODE_STRING destination, PUNICODE_STRING remaining,
                                      ULONG flags, const WCHAR *format, ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = RtlUnicodeStringVPrintfEx(destination, remaining, flags, format, arguments);
    va_end(arguments);
    return status;
}

NTSTRSAFEDDI RtlUnicodeStringPrintf(PUNICODE_STRING destination, const WCHAR *format, ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = RtlUnicodeStringVPrintfEx(destination, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}
#endif
