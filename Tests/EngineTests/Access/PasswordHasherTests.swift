import Journal
import Model
import Testing

@testable import Engine

@Suite("Passwords") struct PasswordHasherTests {
    /// RFC 7914 section 12: "password", "NaCl", N = 1,024, r = 8, p = 16.
    @Test("are scrypt, as the standard has it") func vector() async throws {
        let stored = StoredPassword(
            salt: Array("NaCl".utf8), cost: 1_024, parallelization: 16,
            hash: [
                0xFD, 0xBA, 0xBE, 0x1C, 0x9D, 0x34, 0x72, 0x00, 0x78, 0x56, 0xE7, 0x19, 0x0D, 0x01, 0xE9, 0xFE, 0x7C,
                0x6A, 0xD7, 0xCB, 0xC8, 0x23, 0x78, 0x30, 0xE7, 0x73, 0x76, 0x63, 0x4B, 0x37, 0x31, 0x62,
            ])
        let hasher = PasswordHasher()
        #expect(try await hasher.matches("password", stored))
        #expect(try await !hasher.matches("Password", stored))
    }

    @Test("of two users that are the same are kept differently, and none is matched by nothing") func salted()
        async throws
    {
        let hasher = PasswordHasher()
        let (first, second) = (try await hasher.make("correct horse"), try await hasher.make("correct horse"))
        #expect(first != second && first.cost == PasswordHasher.cost)
        #expect(try await hasher.matches("correct horse", second))
        #expect(try await !hasher.matches("correct horse", nil))
    }

    @Test("that wait for too many others are asked for again later") func crowded() async {
        let hasher = PasswordHasher()
        let codes = await withTaskGroup(of: HubError.Code?.self) { group in
            for _ in 0..<3 * PasswordHasher.passwordsWaitingMax {
                group.addTask {
                    do {
                        let stored = StoredPassword(salt: [1], cost: 1 << 14, parallelization: 1, hash: [])
                        _ = try await hasher.matches("x", stored)
                        return nil
                    } catch {
                        return (error as? HubError)?.code
                    }
                }
            }
            return await group.reduce(into: [HubError.Code?]()) { $0.append($1) }
        }
        #expect(Set(codes.compactMap(\.self)) == [.overloaded])
        #expect(codes.filter { $0 == nil }.count >= PasswordHasher.passwordsWaitingMax)
    }
}
