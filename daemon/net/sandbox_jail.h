#pragma once
/* What a worker of the sandbox may still do: compute, take a little memory, write its answers, end. */
#include <linux/filter.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_WITH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_WITH_SANITIZER 1
#endif
#endif
#ifndef SANDBOX_WITH_SANITIZER
#define SANDBOX_WITH_SANITIZER 0
#endif

/* How much longer everything may take: sanitizers are slow. */
enum { SANDBOX_SLOWER = SANDBOX_WITH_SANITIZER ? 5 : 1 };

/* A worker's exit code where it got no more memory. */
enum { SANDBOX_JAIL_EXHAUSTED = 77 };

/* The seccomp filter, compiled once so that workers only load it. Exits the process where that fails. */
struct sock_fprog sandbox_jail_compile(void);

/* Confines the calling process for good: ADDRESS_SPACE bytes in all (not under a sanitizer, which needs terabytes),
 * CPU_SECONDS in all, no files, and FILTER. Exits the process where that fails. */
void sandbox_jail_enter(const struct sock_fprog *filter, size_t address_space, size_t cpu_seconds);
