import Foundation
import Keeper

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init(name: String = "roost-keeper-tests-" + UUID().uuidString) throws {
        path = NSTemporaryDirectory() + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }

    func append(_ name: String, _ bytes: [UInt8]) throws {
        try Directory(path: path).open(name, O_WRONLY | O_CREAT | O_APPEND).writeAll(bytes)
    }
}
