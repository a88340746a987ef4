import Foundation
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("The key of secrets") struct SecretBoxTests {
    @Test("of many who make it at once one makes it, and all open what the others have sealed")
    func made() async throws {
        let ids = SeededIDs(seed: 1)
        for _ in 0..<8 {
            let folder = try TemporaryFolder()
            let credential = Credential(
                id: .init(ids.next()), of: .hub, variable: "KEY", name: nil, at: ManualClock().now())
            let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<16 {
                    group.addTask { try SecretBox(in: folder.path).seal("secret \(number)", for: credential.id) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let opened = try sealed.map { try SecretBox(in: folder.path).open($0, for: credential) }
            #expect(Set(opened) == Set((0..<16).map { "secret \($0)" }))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [SecretBox.fileName])
        }
    }
}
