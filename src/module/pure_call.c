// Where a virtual function without a body is called: from the constructor of its class, or after
// its object is gone.

typedef unsigned long long Parameter;

void KeBugCheckEx(unsigned code, Parameter first, Parameter second, Parameter third,
                  Parameter fourth);

enum { KMODE_EXCEPTION_NOT_HANDLED = 0x1E };
enum { STATUS_NONCONTINUABLE_EXCEPTION = (int)0xC0000025 };

int _purecall(void)
{
    KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (Parameter)STATUS_NONCONTINUABLE_EXCEPTION,
                 (Parameter)__builtin_return_address(0), 0, 0);
    return 0;
}
