#pragma once
/* What every test in C begins with: cmocka, and the headers that it wants to find before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
