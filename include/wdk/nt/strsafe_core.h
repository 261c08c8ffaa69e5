// What all string functions of one character type are made of. Included by ntstrsafe.h once for
// each type, with OPENKMDF_CHAR and OPENKMDF_NAME set.

// Length of `text` if its terminator is among the first `limit` characters, else `limit`.
static inline __attribute__((unused)) SIZE_T
OPENKMDF_NAME(openkmdf_strsafe_length)(const OPENKMDF_CHAR *text, SIZE_T limit)
{
    SIZE_T length = 0;
    while (length < limit && text[length] != 0) length++;
    return length;
}

// What the flags ask for once the outcome is known. `used` is the length of the string in the
// buffer, which this may change.
static inline __attribute__((unused)) void
OPENKMDF_NAME(openkmdf_strsafe_apply)(OPENKMDF_CHAR *destination, SIZE_T bytes, SIZE_T *used,
                                      NTSTATUS status, BOOLEAN append, ULONG flags)
{
    SIZE_T count = bytes / sizeof(OPENKMDF_CHAR);
    int pattern = STRSAFE_GET_FILL_PATTERN(flags);
    BOOLEAN empty = (flags & STRSAFE_NULL_ON_FAILURE) != 0;
    if (destination == 0 || count == 0) return;
    if (status == STATUS_SUCCESS) {
        if (flags & STRSAFE_FILL_BEHIND_NULL) {
            SIZE_T kept = (*used + 1) * sizeof(OPENKMDF_CHAR);
            __builtin_memset((char *)destination + kept, pattern, bytes - kept);
        }
        return;
    }
    if (flags & STRSAFE_FILL_ON_FAILURE) {
        __builtin_memset(destination, pattern, bytes);
        *used = pattern == 0 ? 0 : count - 1;
        destination[*used] = 0;
    } else if (status == STATUS_BUFFER_OVERFLOW && (flags & STRSAFE_NO_TRUNCATION) && !append) {
        empty = 1;
    }
    if (empty) {
        *used = 0;
        destination[0] = 0;
    }
}

static inline __attribute__((unused)) void
OPENKMDF_NAME(openkmdf_strsafe_report)(OPENKMDF_CHAR *destination, SIZE_T bytes, SIZE_T used,
                                       NTSTATUS status, OPENKMDF_CHAR **end, SIZE_T *remaining)
{
    if (status != STATUS_SUCCESS && status != STATUS_BUFFER_OVERFLOW) return;
    if (end != 0) *end = destination == 0 ? destination : destination + used;
    if (remaining != 0) *remaining = bytes - used * sizeof(OPENKMDF_CHAR);
}

// Checks a destination of `count` characters. For appending, `used` gets the length of the string
// that is there.
NTSTRSAFEDDI
OPENKMDF_NAME(openkmdf_strsafe_check)(const OPENKMDF_CHAR *destination, SIZE_T count, SIZE_T *used,
                                      BOOLEAN append, ULONG flags)
{
    BOOLEAN nulls = (flags & STRSAFE_IGNORE_NULLS) != 0;
    *used = 0;
    if (destination == 0) return nulls && count == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    if (count == 0) return nulls ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    if (append) *used = OPENKMDF_NAME(openkmdf_strsafe_length)(destination, count);
    return *used < count ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

// Copies or appends up to `limit` characters of `source`; unless `counted`, they end at a
// terminator. The destination is `bytes` long; sizes that are no multiple of a character leave a
// rest which only fills touch.
NTSTRSAFEDDI
OPENKMDF_NAME(openkmdf_strsafe_put)(OPENKMDF_CHAR *destination, SIZE_T bytes,
                                    const OPENKMDF_CHAR *source, SIZE_T limit, BOOLEAN counted,
                                    BOOLEAN append, OPENKMDF_CHAR **end, SIZE_T *remaining,
                                    ULONG flags)
{
    static const OPENKMDF_CHAR nothing[1] = {0};
    SIZE_T count = bytes / sizeof(OPENKMDF_CHAR), used = 0;
    NTSTATUS status;
    if ((flags & ~(ULONG)STRSAFE_VALID_FLAGS) != 0 || count > NTSTRSAFE_MAX_CCH)
        return STATUS_INVALID_PARAMETER;
    if (source == 0 && (flags & STRSAFE_IGNORE_NULLS)) source = nothing, counted = 0;

    status = OPENKMDF_NAME(openkmdf_strsafe_check)(destination, count, &used, append, flags);
    if (source == 0 || limit > NTSTRSAFE_MAX_CCH) status = STATUS_INVALID_PARAMETER;
    if (status == STATUS_SUCCESS) {
        SIZE_T room = count == 0 ? 0 : count - used - 1;
        SIZE_T length = limit <= room ? limit : room + 1;
        if (!counted) length = OPENKMDF_NAME(openkmdf_strsafe_length)(source, length);
        if (count == 0) {
            if (length != 0) status = STATUS_INVALID_PARAMETER;
        } else if (length > room) {
            status = STATUS_BUFFER_OVERFLOW;
            length = room;
        }
        if (count != 0 && (status == STATUS_SUCCESS || !(flags & STRSAFE_NO_TRUNCATION))) {
            for (SIZE_T i = 0; i < length; i++) destination[used++] = source[i];
            destination[used] = 0;
        }
    }
    OPENKMDF_NAME(openkmdf_strsafe_apply)(destination, bytes, &used, status, append, flags);
    OPENKMDF_NAME(openkmdf_strsafe_report)(destination, bytes, used, status, end, remaining);
    return status;
}

// Length of a string in a buffer of `count` characters.
NTSTRSAFEDDI
OPENKMDF_NAME(openkmdf_strsafe_measure)(const OPENKMDF_CHAR *text, SIZE_T count, SIZE_T *length)
{
    SIZE_T found = 0;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (text != 0 && count <= NTSTRSAFE_MAX_CCH) {
        found = OPENKMDF_NAME(openkmdf_strsafe_length)(text, count);
        if (found < count) status = STATUS_SUCCESS;
    }
    if (length != 0) *length = status == STATUS_SUCCESS ? found : 0;
    return status;
}
