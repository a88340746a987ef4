#include "COpenSSL.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

void copenssl_sha1(const void *bytes, size_t byte_count, uint8_t *digest) {
    SHA1(bytes, byte_count, digest);
}

void copenssl_sha256(const void *bytes, size_t byte_count, uint8_t *digest) {
    SHA256(bytes, byte_count, digest);
}

void copenssl_hmac_sha256(
    const void *key, size_t key_byte_count, const void *bytes, size_t byte_count, uint8_t *digest) {
    HMAC(EVP_sha256(), key, (int)key_byte_count, bytes, byte_count, digest, NULL);
}

bool copenssl_random(void *bytes, size_t byte_count) {
    return byte_count <= INT_MAX && RAND_bytes(bytes, (int)byte_count) == 1;
}

bool copenssl_equal(const void *left, const void *right, size_t byte_count) {
    return CRYPTO_memcmp(left, right, byte_count) == 0;
}
