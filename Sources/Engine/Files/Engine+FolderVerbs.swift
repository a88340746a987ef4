import Journal
import Keeper
import Model
import Repository

// Whole folders of a run's worktree, or of a project's own folder.
extension Engine {
    /// Makes a folder, and those around it.
    /// - Throws: `HubError` `.alreadyExists`.
    package func makeFolder(at place: FilePlace, _ path: String) async throws -> FileChange {
        try FileTree(root: try await top(of: place)).makeFolder(path)
        return FileChange(path: path, tag: nil, undo: nil)
    }

    /// Puts a copy of a folder where nothing is: of these names, the first that is free.
    /// - Returns: that name.
    func copyFolder(
        _ path: String, from source: Descriptor, to folder: Descriptor, as names: [String]
    ) async throws -> String {
        let temporary = ".roost-\(ids.next())"
        return try await blocking { [limits = settings.files] isCancelled in
            try FolderWork.copy(
                source, to: temporary, in: folder, limits, path: path, isCancelled: isCancelled)
            do {
                for name in names where FileStatus(name, in: folder) == nil {
                    try folder.move(temporary, to: name, in: folder, path: path, target: name)
                    return name
                }
                throw HubError(.alreadyExists, "\(path) has too many copies")
            } catch {
                try FolderWork.remove(temporary, in: folder, path: path)
                throw error
            }
        }
    }

    /// Removes a folder, after a snapshot that holds all of it.
    /// - Throws: `HubError` `.targetBusy` where it holds what no snapshot would: what git ignores, or a repository of its own;
    ///   `.versionStale`, `.limitExceeded` (`folderFilesMax`).
    func deleteFolder(
        at place: FilePlace, in top: String, _ path: String, _ name: String, of folder: Descriptor
    ) async throws -> FileChange {
        let limits = settings.files
        let tags = try await blocking { isCancelled in
            let inner = try FileTree(root: top).folder(path)
            return try FolderWork.tags(of: inner, limits, path: path, isCancelled: isCancelled)
        }
        guard let tags else { throw HubError.unheld("\(path) holds a repository of its own") }
        let holder = try await inHubTerms { () async throws -> String? in
            let holder = try await saveBefore("\(path) was deleted", at: place, in: top).name
            // Empty folders are nothing to git, and are made again by hand.
            if tags.isEmpty { return holder }
            let holds = try await git.holdsFolder(top, scope: place.scope, snapshot: holder, path: path)
            return holds ? holder : nil
        }
        guard let holder else { throw HubError.unheld("\(path) holds what git ignores, or takes for unchanged") }
        // Under another name nobody writes into it by its path; what was written before is seen then.
        let aside = ".roost-\(ids.next())"
        try await blocking { isCancelled in
            try folder.move(name, to: aside, in: folder, path: path, target: aside)
            do {
                let now = try FolderWork.tags(
                    of: try FileTree.openFolder(aside, in: folder, path), limits, path: path, isCancelled: isCancelled)
                guard now == tags else {
                    throw HubError(.versionStale, "\(path) was changed while it was saved; nothing was removed")
                }
            } catch {
                try folder.move(aside, to: name, in: folder, path: path, target: path)
                throw error
            }
            try FolderWork.remove(aside, in: folder, path: path)
        }
        return FileChange(path: path, tag: nil, undo: tags.isEmpty ? nil : holder)
    }

    /// Brings a folder back as a snapshot holds it, where nothing is in its place.
    /// - Returns: nil where the snapshot has no folder of this path.
    func restoreFolder(at place: FilePlace, in top: String, _ path: String, from snapshot: String) async throws
        -> FileChange?
    {
        let (folder, name) = try FileTree(root: top).entry(path, makes: true)
        guard FileStatus(name, in: folder) == nil else { throw HubError(.alreadyExists, "\(path) exists already") }
        let copied: String? = try await inHubTerms {
            try await git.withFolder(top, scope: place.scope, snapshot: snapshot, path: path) { written in
                let source = try FileTree(root: written).folder(path)
                return try await copyFolder(path, from: source, to: folder, as: [name])
            }
        }
        return copied.map { _ in FileChange(path: path, tag: nil, undo: nil) }
    }
}

extension HubError {
    static func unheld(_ what: String) -> HubError {
        HubError(.targetBusy, "\(what): no snapshot holds it, and it could not be brought back")
    }
}
