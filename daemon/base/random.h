#pragma once
/* Randomness: secrets always from the kernel; everything else from a generator that tests and rehearsals can seed. */
#include <stddef.h>
#include <stdint.h>

/* From getrandom(2), fetched in blocks, for secrets; deterministic only after random_seed. */
void random_bytes(void *bytes, size_t length);

/* After this, random_bytes and random_below repeat exactly for the same SEED: for demo, rehearsal and tests only. */
void random_seed(uint64_t seed);

uint64_t random_below(uint64_t limit); /* uniform in [0, limit); limit > 0 */

/* The same from a generator of one's own, which begins at any *STATE: what others draw changes nothing in it. */
uint64_t random_below_of(uint64_t *state, uint64_t limit);

/* Writes a secret of LENGTH characters of lower-case base32 (a-z, 2-7; 5 bits each) and a NUL. 16 give 80 bits. */
void random_secret(char *buffer, size_t length);
