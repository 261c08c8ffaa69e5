// Formatted output of one character type. Included by ntstrsafe.h once for each type, with
// OPENKMDF_FORMAT naming the kernel's formatter.

NTSTRSAFEDDI
OPENKMDF_NAME(openkmdf_strsafe_format)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                       OPENKMDF_CHAR **end, SIZE_T *remaining, ULONG flags,
                                       const OPENKMDF_CHAR *format, va_list arguments)
{
    static const OPENKMDF_CHAR nothing[1] = {0};
    SIZE_T count = bytes / sizeof(OPENKMDF_CHAR), used = 0;
    NTSTATUS status;
    if ((flags & ~(ULONG)STRSAFE_VALID_FLAGS) != 0 || count > NTSTRSAFE_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    if (format == 0 && (flags & STRSAFE_IGNORE_NULLS)) format = nothing;

    status = OPENKMDF_NAME(openkmdf_strsafe_check)(destination, count, &used, 0, flags);
    if (format == 0) status = STATUS_INVALID_PARAMETER;
    if (status == STATUS_SUCCESS && count == 0) {
        if (format[0] != 0) status = STATUS_INVALID_PARAMETER;
    } else if (status == STATUS_SUCCESS) {
        int length = OPENKMDF_FORMAT(destination, count - 1, format, arguments);
        BOOLEAN fits = length >= 0 && (SIZE_T)length <= count - 1;
        used = fits ? (SIZE_T)length : count - 1;
        destination[used] = 0;
        if (!fits) status = STATUS_BUFFER_OVERFLOW;
    }
    OPENKMDF_NAME(openkmdf_strsafe_apply)(destination, bytes, &used, status, 0, flags);
    OPENKMDF_NAME(openkmdf_strsafe_report)(destination, bytes, used, status, end, remaining);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbVPrintf)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                  const OPENKMDF_CHAR *format, va_list arguments)
{
    return OPENKMDF_NAME(openkmdf_strsafe_format)(destination, bytes, 0, 0, 0, format, arguments);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbPrintf)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                 const OPENKMDF_CHAR *format, ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = OPENKMDF_NAME(RtlStringCbVPrintf)(destination, bytes, format, arguments);
    va_end(arguments);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbVPrintfEx)(OPENKMDF_CHAR *destination, SIZE_T bytes, OPENKMDF_CHAR **end,
                                    SIZE_T *remaining, ULONG flags, const OPENKMDF_CHAR *format,
                                    va_list arguments)
{
    return OPENKMDF_NAME(openkmdf_strsafe_format)(destination, bytes, end, remaining, flags, format,
                                                  arguments);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbPrintfEx)(OPENKMDF_CHAR *destination, SIZE_T bytes, OPENKMDF_CHAR **end,
                                   SIZE_T *remaining, ULONG flags, const OPENKMDF_CHAR *format, ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = OPENKMDF_NAME(RtlStringCbVPrintfEx)(destination, bytes, end, remaining, flags, format,
                                                 arguments);
    va_end(arguments);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchVPrintf)(OPENKMDF_CHAR *destination, SIZE_T count,
                                   const OPENKMDF_CHAR *format, va_list arguments)
{
    return OPENKMDF_NAME(openkmdf_strsafe_format)(destination,
                                                  OPENKMDF_NAME(openkmdf_strsafe_bytes)(count), 0,
                                                  0, 0, format, arguments);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchPrintf)(OPENKMDF_CHAR *destination, SIZE_T count,
                                  const OPENKMDF_CHAR *format, ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = OPENKMDF_NAME(RtlStringCchVPrintf)(destination, count, format, arguments);
    va_end(arguments);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchVPrintfEx)(OPENKMDF_CHAR *destination, SIZE_T count, OPENKMDF_CHAR **end,
                                     SIZE_T *remaining, ULONG flags, const OPENKMDF_CHAR *format,
                                     va_list arguments)
{
    NTSTATUS status = OPENKMDF_NAME(openkmdf_strsafe_format)(
        destination, OPENKMDF_NAME(openkmdf_strsafe_bytes)(count), end, remaining, flags, format,
        arguments);
    if (remaining != 0 && (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW))
        *remaining /= sizeof(OPENKMDF_CHAR);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchPrintfEx)(OPENKMDF_CHAR *destination, SIZE_T count, OPENKMDF_CHAR **end,
                                    SIZE_T *remaining, ULONG flags, const OPENKMDF_CHAR *format,
                                    ...)
{
    va_list arguments;
    NTSTATUS status;
    va_start(arguments, format);
    status = OPENKMDF_NAME(RtlStringCchVPrintfEx)(destination, count, end, remaining, flags, format,
                                                  arguments);
    va_end(arguments);
    return status;
}
