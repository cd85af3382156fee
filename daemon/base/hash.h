#pragma once
/* SHA-256 (FIPS 180-4), for recognising duplicates, template versions, and addresses that may not be kept. */
#include <stddef.h>

#define HASH_HEX_SIZE 65

/* Lower-case hexadecimal SHA-256 of LENGTH bytes into BUFFER (HASH_HEX_SIZE bytes). */
void hash_sha256_hex(const void *bytes, size_t length, char buffer[HASH_HEX_SIZE]);

/* The same of HMAC-SHA-256 (RFC 2104) under KEY. */
void hash_hmac_sha256_hex(const void *key, size_t key_length, const void *bytes, size_t length,
                          char buffer[HASH_HEX_SIZE]);
