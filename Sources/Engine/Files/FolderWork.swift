import Glibc
import Keeper
import Model

/// What is done with a whole folder: it is copied, read through, removed. No symlink is followed, and what is git's own is no part of it.
struct FolderWork {
    /// 128 levels: folders of a name are seldom a tenth as deep, and each level holds open descriptors.
    static let depthMax = 128
    private static let pieceByteCount = 1 << 20

    private let limits: FileLimits
    /// A name that is passed over: where the copy is made.
    private let temporary: String
    private let isCancelled: () -> Bool
    private var fileCount = 0
    private var byteCount = 0

    private init(_ limits: FileLimits, temporary: String, _ isCancelled: @escaping () -> Bool) {
        (self.limits, self.temporary, self.isCancelled) = (limits, temporary, isCancelled)
    }

    /// Makes a folder with all that another one holds. Cut short, nothing of it is left.
    /// - Throws: `HubError` `.limitExceeded` (`folderFilesMax`, `folderBytesMax`), `.storageFull`.
    static func copy(
        _ source: Descriptor, to name: String, in folder: Descriptor, _ limits: FileLimits, path: String,
        isCancelled: @escaping () -> Bool
    ) throws {
        var work = FolderWork(limits, temporary: name, isCancelled)
        do {
            try work.copy(source, to: name, in: folder, path, depth: 0)
        } catch {
            try remove(name, in: folder, path: path)
            throw error
        }
    }

    /// What stands for the content of each file below a folder, by its path from there.
    /// - Returns: nil where a folder inside has a repository of its own.
    /// - Throws: `HubError` `.limitExceeded` (`folderFilesMax`).
    static func tags(
        of folder: Descriptor, _ limits: FileLimits, path: String, isCancelled: @escaping () -> Bool
    ) throws -> [[UInt8]: String]? {
        var work = FolderWork(limits, temporary: "", isCancelled)
        var tags: [[UInt8]: String] = [:]
        return try work.tag(folder, "", &tags, path, depth: 0) ? tags : nil
    }

    /// Removes what has a name, with all that it holds; nothing where there is nothing.
    static func remove(_ name: String, in folder: Descriptor, path: String, depth: Int = 0) throws {
        guard let status = FileStatus(name, in: folder) else { return }
        guard status.isFolder else {
            guard unsafe unlinkat(folder.number, name, 0) == 0 else { throw FileTree.failure(path) }
            return
        }
        let inner = try open(name, in: folder, path, depth: depth)
        for each in try inner.names() { try remove(each, in: inner, path: path, depth: depth + 1) }
        guard unsafe unlinkat(folder.number, name, AT_REMOVEDIR) == 0 else { throw FileTree.failure(path) }
    }

    private static func open(_ name: String, in folder: Descriptor, _ path: String, depth: Int) throws -> Descriptor {
        guard depth < depthMax else {
            throw HubError.limit("folderDepthMax", depthMax, "\(path) has folders in folders beyond that")
        }
        return try FileTree.openFolder(name, in: folder, path)
    }

    private mutating func count(_ path: String) throws {
        guard !isCancelled() else { throw CancellationError() }
        fileCount += 1
        let most = limits.folderFilesMax
        guard fileCount <= most else { throw HubError.limit("folderFilesMax", most, "\(path) holds more files") }
    }

    private mutating func tag(
        _ folder: Descriptor, _ prefix: String, _ tags: inout [[UInt8]: String], _ path: String, depth: Int
    ) throws -> Bool {
        for name in try folder.names() {
            guard name != FileCopy.gitName else { return false }
            guard let status = FileStatus(name, in: folder) else {
                throw HubError.unheld("\(path) holds something whose name is no UTF-8")
            }
            if status.isFolder {
                let inner = try Self.open(name, in: folder, path, depth: depth + 1)
                guard try tag(inner, prefix + name + "/", &tags, path, depth: depth + 1) else { return false }
            } else {
                try count(path)
                tags[Array((prefix + name).utf8)] = try FileTag.make(of: name, in: folder) ?? ""
            }
        }
        return true
    }

    private mutating func copy(
        _ source: Descriptor, to name: String, in folder: Descriptor, _ path: String, depth: Int
    ) throws {
        guard unsafe mkdirat(folder.number, name, 0o700) == 0 else { throw FileTree.failure(path) }
        let target = try Self.open(name, in: folder, path, depth: depth)
        for each in try source.names() where each != FileCopy.gitName && each != temporary {
            guard let status = FileStatus(each, in: source) else { continue }
            if status.isFolder {
                let inner = try Self.open(each, in: source, path, depth: depth + 1)
                try copy(inner, to: each, in: target, path, depth: depth + 1)
            } else if status.isSymlink {
                try count(path)
                let link = try FileCopy.link(each, in: source)
                guard unsafe symlinkat(link, target.number, each) == 0 else { throw FileTree.failure(path) }
            } else if status.isFile {
                try count(path)
                try copyFile(each, from: source, to: target, path)
            }
        }
        guard fchmod(target.number, try FileStatus(source).mode & 0o777) == 0 else { throw FileTree.failure(path) }
    }

    private mutating func copyFile(
        _ name: String, from source: Descriptor, to target: Descriptor, _ path: String
    ) throws {
        // A pipe that took its place would wait for somebody at its other end.
        let from = unsafe openat(source.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard from >= 0 else { throw FileTree.failure(path) }
        let file = Descriptor(owning: from)
        let to = unsafe openat(target.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw FileTree.failure(path) }
        let copy = Descriptor(owning: to)
        let status = try FileStatus(file)
        var offset: UInt64 = 0
        while status.isFile {
            let piece = try file.bytes(from: offset, count: Self.pieceByteCount)
            if piece.isEmpty { break }
            guard !isCancelled() else { throw CancellationError() }
            offset += UInt64(piece.count)
            byteCount += piece.count
            let most = limits.folderBytesMax
            guard byteCount <= most else { throw HubError.limit("folderBytesMax", most, "\(path) holds more bytes") }
            try writeAll(piece, to: copy)
        }
        guard fchmod(copy.number, status.mode & 0o777) == 0 else { throw FileTree.failure(path) }
    }

    private func writeAll(_ bytes: [UInt8], to file: Descriptor) throws {
        do {
            try file.writeAll(bytes)
        } catch let error as SystemError where error.number == ENOSPC || error.number == EDQUOT {
            throw HubError(.storageFull, "the disk is full")
        }
    }
}
