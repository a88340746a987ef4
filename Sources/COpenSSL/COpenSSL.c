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

copenssl_sha256_state *copenssl_sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return (copenssl_sha256_state *)context;
}

bool copenssl_sha256_add(copenssl_sha256_state *state, const void *bytes, size_t byte_count) {
    return EVP_DigestUpdate((EVP_MD_CTX *)state, bytes, byte_count) == 1;
}

bool copenssl_sha256_value(const copenssl_sha256_state *state, uint8_t *digest) {
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool is_done = copy != NULL && EVP_MD_CTX_copy_ex(copy, (const EVP_MD_CTX *)state) == 1 &&
        EVP_DigestFinal_ex(copy, digest, NULL) == 1;
    EVP_MD_CTX_free(copy);
    return is_done;
}

void copenssl_sha256_free(copenssl_sha256_state *state) { EVP_MD_CTX_free((EVP_MD_CTX *)state); }

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

bool copenssl_seal(const uint8_t *key, const uint8_t *nonce, const void *context, size_t context_byte_count,
                   const void *bytes, size_t byte_count, uint8_t *sealed) {
    if (byte_count > INT_MAX || context_byte_count > INT_MAX) return false;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int count = 0, rest = 0;
    bool is_done = cipher != NULL && EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
        EVP_EncryptUpdate(cipher, NULL, &count, context, (int)context_byte_count) == 1 &&
        EVP_EncryptUpdate(cipher, sealed, &count, bytes, (int)byte_count) == 1 &&
        EVP_EncryptFinal_ex(cipher, sealed + count, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, COPENSSL_TAG_BYTE_COUNT, sealed + byte_count) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return is_done;
}

bool copenssl_open(const uint8_t *key, const uint8_t *nonce, const void *context, size_t context_byte_count,
                   const void *sealed, size_t byte_count, uint8_t *bytes) {
    if (byte_count < COPENSSL_TAG_BYTE_COUNT || byte_count > INT_MAX || context_byte_count > INT_MAX) return false;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int count = 0, rest = 0, text_byte_count = (int)byte_count - COPENSSL_TAG_BYTE_COUNT;
    bool is_done = cipher != NULL && EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, COPENSSL_TAG_BYTE_COUNT,
                            (void *)((const uint8_t *)sealed + text_byte_count)) == 1 &&
        EVP_DecryptUpdate(cipher, NULL, &count, context, (int)context_byte_count) == 1 &&
        EVP_DecryptUpdate(cipher, bytes, &count, sealed, text_byte_count) == 1 &&
        EVP_DecryptFinal_ex(cipher, bytes + count, &rest) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return is_done;
}

bool copenssl_scrypt(const void *password, size_t password_byte_count, const uint8_t *salt, size_t salt_byte_count,
                     uint64_t cost, uint64_t parallelization, uint8_t *key) {
    const uint64_t block_size = 8, memory_byte_count_max = (uint64_t)256 << 20;
    return EVP_PBE_scrypt(password, password_byte_count, salt, salt_byte_count, cost, block_size, parallelization,
                          memory_byte_count_max, key, COPENSSL_KEY_BYTE_COUNT) == 1;
}
