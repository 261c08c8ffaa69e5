// The stack protector of the Windows ABI. The cookie is fixed: a run must not depend on chance.

typedef unsigned long long Cookie;

void KeBugCheckEx(unsigned code, Cookie first, Cookie second, Cookie third, Cookie fourth);

Cookie __security_cookie = 0x00005bd1e995a5c3ULL;

enum { DRIVER_OVERRAN_STACK_BUFFER = 0xF7 };

void __security_check_cookie(Cookie cookie)
{
    if (cookie != __security_cookie) {
        KeBugCheckEx(DRIVER_OVERRAN_STACK_BUFFER, cookie, __security_cookie, ~__security_cookie, 0);
    }
}
