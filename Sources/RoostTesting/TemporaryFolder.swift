internal import Foundation

/// A folder of a test's own, gone when the test is done with it.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "roost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("temporary folder left behind: \(error)")
        }
    }

    package func file(_ name: String) -> String { path + "/" + name }
}
