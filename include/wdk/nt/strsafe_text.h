// Copy, append, measure: the functions of one character type, counted in bytes (Cb) and in
// characters (Cch). Included by ntstrsafe.h once for each type.

// Characters as bytes; a count that is too large stays too large.
static inline __attribute__((unused)) SIZE_T OPENKMDF_NAME(openkmdf_strsafe_bytes)(SIZE_T count)
{
    return count > NTSTRSAFE_MAX_CCH ? ~(SIZE_T)0 : count * sizeof(OPENKMDF_CHAR);
}

// A number of remaining bytes as characters.
NTSTRSAFEDDI OPENKMDF_NAME(openkmdf_strsafe_put_counted)(
    OPENKMDF_CHAR *destination, SIZE_T count, const OPENKMDF_CHAR *source, SIZE_T limit,
    BOOLEAN counted, BOOLEAN append, OPENKMDF_CHAR **end, SIZE_T *remaining, ULONG flags)
{
    NTSTATUS status = OPENKMDF_NAME(openkmdf_strsafe_put)(
        destination, OPENKMDF_NAME(openkmdf_strsafe_bytes)(count), source, limit, counted, append,
        end, remaining, flags);
    if (remaining != 0 && (status == STATUS_SUCCESS || status == STATUS_BUFFER_OVERFLOW))
        *remaining /= sizeof(OPENKMDF_CHAR);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCopy)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                               const OPENKMDF_CHAR *source)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source, NTSTRSAFE_MAX_CCH, 0, 0,
                                               0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCopyEx)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                 const OPENKMDF_CHAR *source, OPENKMDF_CHAR **end,
                                 SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source, NTSTRSAFE_MAX_CCH, 0, 0,
                                               end, remaining, flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCopyN)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                const OPENKMDF_CHAR *source, SIZE_T limit)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source,
                                               limit / sizeof(OPENKMDF_CHAR), 0, 0, 0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCopyNEx)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                  const OPENKMDF_CHAR *source, SIZE_T limit, OPENKMDF_CHAR **end,
                                  SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source,
                                               limit / sizeof(OPENKMDF_CHAR), 0, 0, end, remaining,
                                               flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCat)(OPENKMDF_CHAR *destination, SIZE_T bytes, const OPENKMDF_CHAR *source)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source, NTSTRSAFE_MAX_CCH, 0, 1,
                                               0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCatEx)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                const OPENKMDF_CHAR *source, OPENKMDF_CHAR **end, SIZE_T *remaining,
                                ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source, NTSTRSAFE_MAX_CCH, 0, 1,
                                               end, remaining, flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCatN)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                               const OPENKMDF_CHAR *source, SIZE_T limit)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source,
                                               limit / sizeof(OPENKMDF_CHAR), 0, 1, 0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbCatNEx)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                 const OPENKMDF_CHAR *source, SIZE_T limit, OPENKMDF_CHAR **end,
                                 SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put)(destination, bytes, source,
                                               limit / sizeof(OPENKMDF_CHAR), 0, 1, end, remaining,
                                               flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCbLength)(const OPENKMDF_CHAR *text, SIZE_T bytes, SIZE_T *length)
{
    NTSTATUS status = OPENKMDF_NAME(openkmdf_strsafe_measure)(
        text, bytes / sizeof(OPENKMDF_CHAR), length);
    if (length != 0) *length *= sizeof(OPENKMDF_CHAR);
    return status;
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCopy)(OPENKMDF_CHAR *destination, SIZE_T count,
                                const OPENKMDF_CHAR *source)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source,
                                                       NTSTRSAFE_MAX_CCH, 0, 0, 0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCopyEx)(OPENKMDF_CHAR *destination, SIZE_T count,
                                  const OPENKMDF_CHAR *source, OPENKMDF_CHAR **end,
                                  SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source,
                                                       NTSTRSAFE_MAX_CCH, 0, 0, end, remaining,
                                                       flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCopyN)(OPENKMDF_CHAR *destination, SIZE_T count,
                                 const OPENKMDF_CHAR *source, SIZE_T limit)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source, limit, 0, 0, 0,
                                                       0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCopyNEx)(OPENKMDF_CHAR *destination, SIZE_T count,
                                   const OPENKMDF_CHAR *source, SIZE_T limit, OPENKMDF_CHAR **end,
                                   SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source, limit, 0, 0, end,
                                                       remaining, flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCat)(OPENKMDF_CHAR *destination, SIZE_T count,
                               const OPENKMDF_CHAR *source)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source,
                                                       NTSTRSAFE_MAX_CCH, 0, 1, 0, 0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCatEx)(OPENKMDF_CHAR *destination, SIZE_T count,
                                 const OPENKMDF_CHAR *source, OPENKMDF_CHAR **end,
                                 SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source,
                                                       NTSTRSAFE_MAX_CCH, 0, 1, end, remaining,
                                                       flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCatN)(OPENKMDF_CHAR *destination, SIZE_T count,
                                const OPENKMDF_CHAR *source, SIZE_T limit)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source, limit, 0, 1, 0,
                                                       0, 0);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchCatNEx)(OPENKMDF_CHAR *destination, SIZE_T count,
                                  const OPENKMDF_CHAR *source, SIZE_T limit, OPENKMDF_CHAR **end,
                                  SIZE_T *remaining, ULONG flags)
{
    return OPENKMDF_NAME(openkmdf_strsafe_put_counted)(destination, count, source, limit, 0, 1, end,
                                                       remaining, flags);
}

NTSTRSAFEDDI
OPENKMDF_NAME(RtlStringCchLength)(const OPENKMDF_CHAR *text, SIZE_T count, SIZE_T *length)
{
    return OPENKMDF_NAME(openkmdf_strsafe_measure)(text, count, length);
}
