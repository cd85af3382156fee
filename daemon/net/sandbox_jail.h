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

/* A worker's exit codes: it got no more memory; it could not be confined. */
enum { SANDBOX_JAIL_EXHAUSTED = 77, SANDBOX_JAIL_REFUSED = 79 };

/* The seccomp filter, compiled once so that workers only load it. Empty where the machine has none: then nothing can be
 * confined. Exits the process where it fails otherwise. */
struct sock_fprog sandbox_jail_compile(void);

/* Confines the calling process for good: ADDRESS_SPACE bytes in all (not under a sanitizer, which needs terabytes),
 * no files, and FILTER. Exits the process with SANDBOX_JAIL_REFUSED where that fails. */
void sandbox_jail_enter(const struct sock_fprog *filter, size_t address_space);
