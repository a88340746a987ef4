import Foundation
import Glibc

/// What we ask the file system itself.
enum Paths {
    enum Kind {
        case folder, other
    }

    /// - Returns: the path without symlinks, or nil when there is nothing at it.
    static func canonical(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The path as git would print it once it exists: the parent without symlinks, the name as given.
    static func canonicalTarget(_ path: String) -> String {
        if let resolved = canonical(path) { return resolved }
        let (parent, name) = split(path)
        guard let parent = canonical(parent) else { return path }
        return parent == "/" ? "/" + name : parent + "/" + name
    }

    static func split(_ path: String) -> (parent: String, name: String) {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
        let parent = trimmed[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(trimmed[trimmed.index(after: slash)...]))
    }

    /// What is at the path itself: a symlink is not followed.
    static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }

    static func isFolder(_ path: String) -> Bool {
        canonical(path).map { kind($0) == .folder } ?? false
    }

    static func exists(_ path: String) -> Bool { kind(path) != nil }

    /// A path that does not exist counts as empty.
    static func isEmpty(_ path: String) throws -> Bool {
        guard exists(path) else { return true }
        guard isFolder(path) else { return false }
        return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    static func text(of path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }
}
