// A driver that needs no header of the WDK: its build tests the build only.
#include "PART.H"

long DriverEntry(void *driver, void *path)
{
    (void)driver;
    (void)path;
    return part_value(SAMPLE_TEXT) * 100 + KMDF_VERSION_MINOR;
}
