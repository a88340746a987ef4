import Foundation
import Glibc
import Journal
import Keeper
import Model
import Repository

// The files of a run's worktree, or of a project's own folder.
//
// Writing is allowed while an agent is at work: people edit beside it, as they would beside a colleague, and agents look again before
// they change what they have read. A write can be based on what was read (`tag`), is whole or not at all (a rename), and
// what removes something saves it in a snapshot first.

extension Engine {
    /// The entries of a folder, folders first; or all files that git tracks, flat.
    package func files(at place: FilePlace, in path: String, tracked: Bool) async throws -> FileListing {
        let top = try await top(of: place)
        let path = path.split(separator: "/").joined(separator: "/")
        if tracked {
            let names = try await inHubTerms { try await git.trackedFiles(top) }
            let below = path.isEmpty ? names : names.filter { $0.hasPrefix(path + "/") }
            return FileListing(
                files: below.prefix(settings.files.filesListedMax).map {
                    .init(path: $0, kind: "file", byteCount: nil)
                },
                truncated: below.count > settings.files.filesListedMax)
        }
        let folder = try FileTree(root: top).folder(path)
        let prefix = path.isEmpty ? "" : path + "/"
        let items = try folder.names().filter { $0 != ".git" }.compactMap { name in
            FileStatus(name, in: folder).map { status in
                FileListing.Item(
                    path: prefix + name, kind: status.kind, byteCount: status.isFile ? status.byteCount : nil)
            }
        }
        let sorted = items.sorted { ($0.kind == "folder" ? 0 : 1, $0.path) < ($1.kind == "folder" ? 0 : 1, $1.path) }
        return FileListing(
            files: Array(sorted.prefix(settings.files.filesListedMax)),
            truncated: sorted.count > settings.files.filesListedMax)
    }

    /// - Parameter length: nil: as much as may be read at once.
    /// - Throws: `HubError` `.limitExceeded` (`fileReadBytesMax`), `.rangeNotSatisfiable`, `.fileNotFound`, `.pathForbidden`.
    package func readFile(at place: FilePlace, _ path: String, offset: Int, length: Int?) async throws -> FileText {
        let most = settings.files.fileReadBytesMax
        if let length, length > most {
            throw HubError.limit("fileReadBytesMax", most, "\(length) bytes of \(path) are more than are read at once")
        }
        let file = try FileTree(root: try await top(of: place)).file(path)
        let status = try FileStatus(file)
        guard offset <= status.byteCount else {
            throw HubError(.rangeNotSatisfiable, "\(path) has \(status.byteCount) bytes")
        }
        let bytes = try file.bytes(from: UInt64(offset), count: length ?? most)
        let text = bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
        return FileText(
            path: path, byteCount: status.byteCount, offset: offset, text: text,
            base64: text == nil ? Data(bytes).base64EncodedString() : nil, tag: try FileTag.make(of: file, status))
    }

    /// Files whose path holds all words of `query`, those that history touched most often first.
    package func findFiles(at place: FilePlace, _ query: String, countMax: Int) async throws -> [String] {
        let top = try await top(of: place)
        let words = query.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        return try await inHubTerms {
            let found = try await git.presentFiles(top).filter { path in
                let path = path.lowercased()
                return words.allSatisfy { path.contains($0) }
            }
            let touches = try await git.touchCounts(top)
            // A name that begins so is meant rather than a folder on the way to it.
            func rank(_ path: String) -> (Int, Int, Int, String) {
                let name = path.split(separator: "/").last?.lowercased() ?? ""
                let isNamed = words.contains { name.hasPrefix($0) }
                return (isNamed ? 0 : 1, -(touches[path] ?? 0), path.utf8.count, path)
            }
            return Array(found.sorted { rank($0) < rank($1) }.prefix(countMax))
        }
    }

    /// Lines that hold a text, in files that git does not ignore.
    /// - Parameter countMax: nil: as many as a page has.
    /// - Throws: `HubError` `.limitExceeded` (`fileMatchesMax`).
    package func searchFiles(at place: FilePlace, _ text: String, countMax: Int?) async throws -> FileMatches {
        let most = settings.files.fileMatchesMax
        if let countMax, countMax > most {
            throw HubError.limit("fileMatchesMax", most, "\(countMax) matches are more than a search tells")
        }
        let countMax = countMax ?? min(Limits.pageMax, most)
        let top = try await top(of: place)
        return try await inHubTerms {
            let found = try await git.search(top, text, countMax: countMax + 1)
            return FileMatches(
                matches: found.prefix(countMax).map { FileMatch(path: $0.path, line: $0.line, text: $0.text) },
                truncated: found.count > countMax)
        }
    }

    package func writeFile(at place: FilePlace, _ input: WriteFile) async throws -> FileChange {
        let bytes = try input.bytes
        try requireWritable(bytes.count, input.path)
        let tree = try FileTree(root: try await top(of: place))
        let (folder, name) = try tree.entry(input.path, makes: true)
        let before = FileStatus(name, in: folder)
        if let before, !before.isFile { throw HubError.invalid("/path", "\(input.path) is a \(before.kind)") }
        if let tag = input.tag, try !FileTag.holds(tag, for: name, in: folder) {
            throw HubError(.versionStale, "\(input.path) is not what it was when it was read")
        }
        let mode = before.map { $0.mode & 0o777 } ?? 0o644
        let temporary = ".roost-\(ids.next())"
        guard before != nil || input.tag == nil else {
            // Where nothing was read, nothing is replaced.
            guard let made = try folder.create(name, with: bytes, mode: mode, temporary: temporary, path: input.path)
            else { throw HubError(.versionStale, "\(input.path) is not what it was when it was read") }
            return FileChange(path: input.path, tag: FileTag.make(of: bytes, made), undo: nil)
        }
        let status = try folder.replace(name, with: bytes, mode: mode, temporary: temporary, path: input.path)
        return FileChange(path: input.path, tag: FileTag.make(of: bytes, status), undo: nil)
    }

    private func requireWritable(_ byteCount: Int, _ path: String) throws {
        let most = settings.files.fileWriteBytesMax
        guard byteCount <= most else {
            throw HubError.limit("fileWriteBytesMax", most, "\(path) would have \(byteCount) bytes")
        }
    }

    /// - Throws: `HubError` `.alreadyExists`, `.fileNotFound`.
    package func moveFile(at place: FilePlace, _ path: String, to target: String) async throws -> FileChange {
        let tree = try FileTree(root: try await top(of: place))
        let (folder, name) = try tree.entry(path)
        let (targetFolder, targetName) = try tree.entry(target, makes: true)
        try folder.move(name, to: targetName, in: targetFolder, path: path, target: target)
        return FileChange(path: target, tag: try FileTag.make(of: targetName, in: targetFolder), undo: nil)
    }

    /// Copies a file or a folder beside itself, `notes copy.txt`, then `notes copy 2.txt` … beside `notes.txt`; or to another path, and
    /// so beside what is there.
    /// - Throws: `HubError` `.limitExceeded` (`fileWriteBytesMax`, `folderFilesMax`, `folderBytesMax`), `.fileNotFound`.
    package func copyFile(at place: FilePlace, _ path: String, to wanted: String? = nil) async throws -> FileChange {
        let tree = try FileTree(root: try await top(of: place))
        let (source, name) = try tree.entry(path)
        let target = wanted ?? path
        guard !target.hasPrefix(path + "/") else { throw HubError.invalid("/to", "lies in \(path) itself") }
        let (folder, first) = try wanted.map { try tree.entry($0, makes: true) } ?? (source, name)
        let isFolder = FileStatus(name, in: source)?.isFolder == true
        let names =
            (wanted == nil ? [] : [first])
            + (1...Self.copiesMax).map { Self.copyName(of: first, $0, isFolder: isFolder) }
        let prefix = String(decoding: target.utf8.dropLast(first.utf8.count), as: UTF8.self)
        if isFolder {
            let inner = try FileTree.openFolder(name, in: source, path)
            return FileChange(
                path: prefix + (try await copyFolder(path, from: inner, to: folder, as: names)), tag: nil, undo: nil)
        }
        let file = try tree.file(path)
        let status = try FileStatus(file)
        try requireWritable(status.byteCount, path)
        let bytes = try file.bytes(from: 0, count: status.byteCount)
        for copy in names where FileStatus(copy, in: folder) == nil {
            guard
                let made = try folder.create(
                    copy, with: bytes, mode: status.mode & 0o777, temporary: ".roost-\(ids.next())", path: path)
            else { continue }
            return FileChange(path: prefix + copy, tag: FileTag.make(of: bytes, made), undo: nil)
        }
        throw HubError(.alreadyExists, "\(path) has too many copies")
    }

    /// 1,000 copies side by side: nobody tells more of them apart.
    private static let copiesMax = 1_000

    static func copyName(of name: String, _ number: Int, isFolder: Bool = false) -> String {
        let suffix = number == 1 ? " copy" : " copy \(number)"
        guard !isFolder, let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name + suffix }
        return name[..<dot] + suffix + name[dot...]
    }

    /// Removes a file or a folder, after a snapshot that holds it.
    /// - Throws: `HubError` `.targetBusy` for what git ignores or does not look at, which no snapshot would hold.
    package func deleteFile(at place: FilePlace, _ path: String) async throws -> FileChange {
        let top = try await top(of: place)
        let (folder, name) = try FileTree(root: top).entry(path)
        guard let status = FileStatus(name, in: folder) else { throw HubError(.fileNotFound, "there is no \(path)") }
        if status.isFolder { return try await deleteFolder(at: place, in: top, path, name, of: folder) }
        let tag = try FileTag.make(of: name, in: folder) ?? ""
        // Where nothing has changed since the last one, that is the one.
        let holder = try await inHubTerms { try await saveBefore("\(path) was deleted", at: place, in: top).name }
        guard try await inHubTerms({ try await git.holds(top, scope: place.scope, snapshot: holder, path: path) })
        else {
            throw HubError.unheld("git ignores \(path), or was told to take it for unchanged")
        }
        // What somebody has written meanwhile is in no snapshot.
        guard try FileTag.holds(tag, for: name, in: folder) else {
            throw HubError(.versionStale, "\(path) was changed while it was saved; nothing was removed")
        }
        guard unsafe unlinkat(folder.number, name, 0) == 0 else { throw FileTree.failure(path) }
        return FileChange(path: path, tag: nil, undo: holder)
    }

    /// Brings a file or a folder back as a snapshot holds it, where nothing is in its place.
    package func restoreFile(at place: FilePlace, _ path: String, from snapshot: String) async throws -> FileChange {
        let top = try await top(of: place)
        let held = try await inHubTerms { try await git.blob(top, scope: place.scope, snapshot: snapshot, path: path) }
        guard let held else {
            if let folder = try await restoreFolder(at: place, in: top, path, from: snapshot) { return folder }
            throw HubError(.fileNotFound, "\(snapshot) has no \(path)")
        }
        let (folder, name) = try FileTree(root: top).entry(path, makes: true)
        let made = try folder.create(
            name, with: held.bytes, mode: held.isExecutable ? 0o755 : 0o644, temporary: ".roost-\(ids.next())",
            path: path)
        guard let made else { throw HubError(.alreadyExists, "\(path) exists already") }
        return FileChange(path: path, tag: FileTag.make(of: held.bytes, made), undo: nil)
    }

    func top(of place: FilePlace) async throws -> String {
        switch place {
        case .project(let id): return try await journal.read { try $0.required(id).path }
        case .run(let id):
            let run = try await journal.read { try $0.required(id) }
            guard let worktree = run.worktreeOnDisk else {
                throw HubError.illegal(
                    "files", "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            return worktree
        }
    }
}

extension WriteFile {
    fileprivate var bytes: [UInt8] {
        get throws {
            switch (text, base64) {
            case (let text?, nil): return Array(text.utf8)
            case (nil, let base64?):
                guard let data = Data(base64Encoded: base64) else { throw HubError.invalid("/base64", "is not base64") }
                return Array(data)
            case (nil, nil), (_?, _?): throw HubError.invalid("/text", "is needed, or base64, and not both")
            }
        }
    }
}
