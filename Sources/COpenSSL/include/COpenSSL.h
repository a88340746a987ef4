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

/// HMAC (RFC 2104) with SHA-256; writes COPENSSL_SHA256_BYTE_COUNT bytes to `digest`.
void copenssl_hmac_sha256(
    const void *key, size_t key_byte_count, const void *bytes, size_t byte_count, uint8_t *digest);

/// Fills `bytes` from the process's cryptographic generator. False when the generator could not be seeded.
bool copenssl_random(void *bytes, size_t byte_count);

/// Compares in a time that depends on `byte_count` alone.
bool copenssl_equal(const void *left, const void *right, size_t byte_count);

#endif
