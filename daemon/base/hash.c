#include "base/hash.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <stdint.h>

static void write_hex(const uint8_t digest[SHA256_DIGEST_SIZE], char buffer[HASH_HEX_SIZE]) {
    for (size_t i = 0; i < SHA256_DIGEST_SIZE; i++) {
        buffer[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        buffer[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    buffer[HASH_HEX_SIZE - 1] = '\0';
}

void hash_sha256_hex(const void *bytes, size_t length, char buffer[HASH_HEX_SIZE]) {
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, length, bytes);
    sha256_digest(&context, sizeof digest, digest);
    write_hex(digest, buffer);
}

void hash_hmac_sha256_hex(const void *key, size_t key_length, const void *bytes, size_t length,
                          char buffer[HASH_HEX_SIZE]) {
    struct hmac_sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    hmac_sha256_set_key(&context, key_length, key);
    hmac_sha256_update(&context, length, bytes);
    hmac_sha256_digest(&context, sizeof digest, digest);
    write_hex(digest, buffer);
}
