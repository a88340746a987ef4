import Foundation
import Model

// Folders of this machine as far as they may become projects: inside of the configured roots, and never the hub's own.
extension Engine {
    /// - Parameters:
    ///   - path: absolute; nil: the roots themselves.
    ///   - withFiles: whether the files in it are listed as well.
    /// - Throws: `HubError` `.pathForbidden`, `.fileNotFound`.
    package func folders(in path: String?, withFiles: Bool = false) async throws -> FolderListing {
        guard let path else {
            let roots = settings.roots.filter { FolderOnDisk($0).exists }
            return FolderListing(
                path: "", parent: nil, folders: roots.map { Self.item(name: $0, path: $0, nil) },
                files: withFiles ? [] : nil, truncated: false)
        }
        let place = try ProjectPath(settings: settings, git: git).allowed(path)
        let found = try Self.contents(of: place).filter { !$0.name.hasPrefix(".") }.sorted {
            ($0.name.lowercased(), $0.name) < ($1.name.lowercased(), $1.name)
        }
        let (folders, files) = (found.filter(\.status.isFolder), found.filter(\.status.isFile))
        let most = settings.files.foldersListedMax
        let top = place == "/" ? "" : place
        let parent =
            settings.roots.contains(place) ? nil : String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        return FolderListing(
            path: place, parent: parent?.isEmpty == true ? "/" : parent,
            folders: folders.prefix(most).compactMap { name, status in
                let item = top + "/" + name
                return item == settings.dataFolder
                    ? nil : Self.item(name: name, path: item, status.writtenAt)
            },
            files: withFiles
                ? files.prefix(most).map { name, status in
                    FolderListing.File(
                        name: name, path: top + "/" + name, byteCount: status.byteCount, modifiedAt: status.writtenAt)
                } : nil,
            truncated: folders.count > most || withFiles && files.count > most)
    }

    /// Repositories below a folder, or below all roots: the nearest first, and none inside of another.
    package func repositories(below path: String?) async throws -> RepositoryListing {
        let starts = try path.map { [try ProjectPath(settings: settings, git: git).allowed($0)] } ?? settings.roots
        // It may look at thousands of folders.
        return try await blocking { [settings, clock] isCancelled in
            try Self.search(below: starts, settings, clock, isCancelled)
        }
    }

    private static func search(
        below starts: [String], _ settings: EngineSettings, _ clock: any TimeSource, _ isCancelled: () -> Bool
    ) throws -> RepositoryListing {
        let until = clock.now().adding(milliseconds: Int64(settings.files.folderSearchSeconds) * 1_000)
        var next = starts.map { (path: $0, depth: 0) }
        var (found, looked, isTruncated) = ([String](), 0, false)
        while !next.isEmpty {
            let (folder, depth) = next.removeFirst()
            guard folder != settings.dataFolder else { continue }
            looked += 1
            guard looked <= settings.files.folderSearchFoldersMax,
                found.count < settings.files.repositoriesFoundMax, clock.now() < until
            else {
                isTruncated = true
                break
            }
            guard !isCancelled() else { throw CancellationError() }
            if isRepository(folder) {
                found.append(folder)
                continue
            }
            let names = searchedNames(in: folder)
            guard depth < settings.files.folderSearchDepthMax else {
                isTruncated = isTruncated || !names.isEmpty
                continue
            }
            next += names.sorted().map { ((folder == "/" ? "" : folder) + "/" + $0, depth + 1) }
        }
        return RepositoryListing(repositories: found, truncated: isTruncated)
    }

    private static func item(name: String, path: String, _ modifiedAt: Timestamp?) -> FolderListing.Item {
        FolderListing.Item(name: name, path: path, repository: isRepository(path), modifiedAt: modifiedAt)
    }

    /// A folder that cannot be read has none: others are found nevertheless.
    private static func searchedNames(in folder: String) -> [String] {
        do {
            return try contents(of: folder).filter { name, status in
                status.isFolder && !name.hasPrefix(".") && name != "node_modules"
            }.map(\.name)
        } catch {
            return []
        }
    }

    /// By its looks: git itself is asked when it is taken.
    private static func isRepository(_ path: String) -> Bool { FolderOnDisk(path + "/.git").exists }

    /// Symlinks are neither folders nor files: where one leads is reached by its own path, if it may be.
    private static func contents(of path: String) throws -> [(name: String, status: FileStatus)] {
        let folder = try FileTree(root: path).folder("")
        return try folder.names().compactMap { name in FileStatus(name, in: folder).map { (name, $0) } }
    }
}
