// The few functions of OpenSSL that Roost uses: digests here, TLS in COpenSSLTLS.h. OpenSSL's own headers stay out of sight of Swift: they
// are large, full of macros, and would become part of every module that imports this one.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "COpenSSLTLS.h"

enum { COPENSSL_SHA1_BYTE_COUNT = 20, COPENSSL_SHA256_BYTE_COUNT = 32 };

/// Writes COPENSSL_SHA1_BYTE_COUNT bytes to `digest`. For RFC 6455's handshake only: SHA-1 is not for anything secret.
void copenssl_sha1(const void *bytes, size_t byte_count, uint8_t *digest);

/// Writes COPENSSL_SHA256_BYTE_COUNT bytes to `digest`.
void copenssl_sha256(const void *bytes, size_t byte_count, uint8_t *digest);

typedef struct copenssl_sha256_state copenssl_sha256_state;

/// SHA-256 of bytes that come one piece after the other. NULL: no memory.
copenssl_sha256_state *copenssl_sha256_begin(void);
bool copenssl_sha256_add(copenssl_sha256_state *state, const void *bytes, size_t byte_count);
/// Of what was added so far; more can be added afterwards. Writes COPENSSL_SHA256_BYTE_COUNT bytes to `digest`.
bool copenssl_sha256_value(const copenssl_sha256_state *state, uint8_t *digest);
void copenssl_sha256_free(copenssl_sha256_state *state);

/// HMAC (RFC 2104) with SHA-256; writes COPENSSL_SHA256_BYTE_COUNT bytes to `digest`.
void copenssl_hmac_sha256(
    const void *key, size_t key_byte_count, const void *bytes, size_t byte_count, uint8_t *digest);

/// Fills `bytes` from the process's cryptographic generator. False when the generator could not be seeded.
bool copenssl_random(void *bytes, size_t byte_count);

enum { COPENSSL_KEY_BYTE_COUNT = 32, COPENSSL_NONCE_BYTE_COUNT = 12, COPENSSL_TAG_BYTE_COUNT = 16 };

/// AES-256-GCM (NIST SP 800-38D). `sealed` gets as many bytes as `bytes` has, and the tag behind them; `context` is
/// authenticated and not written. False when OpenSSL failed.
bool copenssl_seal(const uint8_t *key, const uint8_t *nonce, const void *context, size_t context_byte_count,
                   const void *bytes, size_t byte_count, uint8_t *sealed);

/// The reverse; `byte_count` counts the tag too. False when it was sealed under another key, nonce or context, or changed.
bool copenssl_open(const uint8_t *key, const uint8_t *nonce, const void *context, size_t context_byte_count,
                   const void *sealed, size_t byte_count, uint8_t *bytes);

/// scrypt (RFC 7914) with r = 8; needs 1,024 × `cost` bytes of memory. Writes COPENSSL_KEY_BYTE_COUNT bytes to `key`.
bool copenssl_scrypt(const void *password, size_t password_byte_count, const uint8_t *salt, size_t salt_byte_count,
                     uint64_t cost, uint64_t parallelization, uint8_t *key);

/// Compares in a time that depends on `byte_count` alone.
bool copenssl_equal(const void *left, const void *right, size_t byte_count);

#endif
