import Foundation
import Glibc

/// A folder that lives as long as one verb.
struct Scratch: Sendable {
    let path: String

    static func with<Result: Sendable>(
        in folder: String, _ body: (Scratch) async throws -> Result
    ) async throws -> Result {
        let scratch = Scratch(path: try make(in: folder))
        let result: Result
        do {
            result = try await body(scratch)
        } catch {
            // The first failure is the one to tell of; a scratch folder that stays is swept with the scratch itself.
            do { try await scratch.remove() } catch {}
            throw error
        }
        try await scratch.remove()
        return result
    }

    private static func make(in folder: String) throws -> String {
        var template = Array((folder + "/git.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func remove() async throws { try await Self.removeTree(path) }

    /// On a thread of its own: there may be thousands of files in it. One that is not there is gone.
    static func removeTree(_ path: String) async throws {
        guard Paths.exists(path) else { return }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try FileManager.default.removeItem(atPath: path) })
            }
        }
    }
}
