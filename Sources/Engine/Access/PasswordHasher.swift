import COpenSSL
import Dispatch
import Journal
import Model
import Synchronization

/// scrypt (RFC 7914), which costs whoever guesses as much memory as us. One at a time, off the pool: each takes 32 MiB and
/// some 0.2 s of a core, and whoever is a stranger may ask for it.
final class PasswordHasher: Sendable {
    /// N = 2¹⁵, r = 8, p = 3: OWASP's Password Storage Cheat Sheet, for machines with little memory.
    static let cost = 1 << 15
    static let parallelization = 3
    private static let saltByteCount = 16
    /// 16 passwords, some 3 s of waiting; above it 503.
    static let passwordsWaitingMax = 16

    private let queue = DispatchQueue(label: "roost.passwords")
    private let waiting = Mutex(0)

    func make(_ password: String) async throws -> StoredPassword {
        var salt = [UInt8](repeating: 0, count: Self.saltByteCount)
        guard unsafe copenssl_random(&salt, salt.count) else {
            throw HubError(.internal, "OpenSSL gives no random bytes")
        }
        let (cost, parallelization) = (Self.cost, Self.parallelization)
        let hash = try await derive(password, salt, cost, parallelization)
        return StoredPassword(salt: salt, cost: cost, parallelization: parallelization, hash: hash)
    }

    /// - Parameter stored: nil where there is none: it takes as long to say so.
    func matches(_ password: String, _ stored: StoredPassword?) async throws -> Bool {
        let salt = stored?.salt ?? [UInt8](repeating: 0, count: Self.saltByteCount)
        let hash = try await derive(
            password, salt, stored?.cost ?? Self.cost, stored?.parallelization ?? Self.parallelization)
        guard let stored, stored.hash.count == hash.count else { return false }
        return unsafe copenssl_equal(hash, stored.hash, hash.count)
    }

    private func derive(
        _ password: String, _ salt: [UInt8], _ cost: Int, _ parallelization: Int
    ) async throws -> [UInt8] {
        let isFree = waiting.withLock { waiting in
            guard waiting < Self.passwordsWaitingMax else { return false }
            waiting += 1
            return true
        }
        guard isFree else {
            throw HubError.limit(
                "passwordsWaitingMax", Self.passwordsWaitingMax, "so many passwords are being looked at",
                code: .overloaded,
                retryAfterSeconds: 3)
        }
        defer { waiting.withLock { $0 -= 1 } }
        let hash: [UInt8]? = await withCheckedContinuation { waiter in
            queue.async {
                let bytes = Array(password.utf8)
                var key = [UInt8](repeating: 0, count: Int(COPENSSL_KEY_BYTE_COUNT))
                let isDone = unsafe copenssl_scrypt(
                    bytes, bytes.count, salt, salt.count, UInt64(cost), UInt64(parallelization), &key)
                waiter.resume(returning: isDone ? key : nil)
            }
        }
        guard let hash else { throw HubError(.internal, "OpenSSL cannot do scrypt") }
        return hash
    }
}
