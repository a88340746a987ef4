import Glibc

/// The folders whose changes may change what is told of a worktree.
package struct WatchedFolders: Sendable, Equatable {
    /// Of the worktree itself, but for what git ignores and what it keeps for itself.
    package let content: [String]
    /// Where git says what HEAD, index, branches and remotes are.
    package let git: [String]
    /// There are more than were asked for.
    package let isTruncated: Bool
    /// Another repository is in it, submodules too: what becomes of that one's commits is told by its own git folder.
    package let hasOthers: Bool
}

extension Git {
    /// - Parameter countMax: where the search ends.
    package func watchedFolders(_ worktree: String, target: String, countMax: Int) async throws -> WatchedFolders {
        let place = try await place(worktree)
        let list = place.command(
            "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "--full-name")
        var ignored: Set<String> = []
        for field in try await run(list).fields where field.last == UInt8(ascii: "/") {
            ignored.insert(place.top + "/" + String(decoding: field.dropLast(), as: UTF8.self))
        }
        let heads = place.commonFolder + "/refs/heads"
        var git: Set<String> = [place.gitFolder, heads, place.commonFolder + "/refs/remotes/origin"]
        for branch in [target, try await currentBranch(at: place)] {
            if let branch, let slash = branch.lastIndex(of: "/") { git.insert(heads + "/" + branch[..<slash]) }
        }
        let (content, isTruncated) = FolderTree.list(place.top, skipping: ignored, countMax: countMax)
        return WatchedFolders(
            content: content, git: git.filter(Paths.isFolder).sorted(), isTruncated: isTruncated,
            hasOthers: content.dropFirst().contains { Paths.exists($0 + "/.git") })
    }
}

/// Folders on the disk, from the top down. Symlinks are not followed.
enum FolderTree {
    static func list(
        _ top: String, skipping skipped: Set<String>, countMax: Int
    ) -> (folders: [String], isTruncated: Bool) {
        var folders: [String] = []
        var next = [top]
        while let folder = next.popLast() {
            guard folders.count < countMax else { return (folders, true) }
            folders.append(folder)
            next += names(of: folder).map { folder + "/" + $0 }.filter { !skipped.contains($0) }
        }
        return (folders, false)
    }

    /// The folders in a folder, but for git's own. One that cannot be read has none.
    private static func names(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if ![".", "..", ".git"].contains(name) { names.append(name) }
        }
        return names
    }
}
