/// Why a keeper does not do its work; goes to `keeper.log`.
enum KeeperFailure: Error {
    /// Another keeper has the folder.
    case folderTaken
    /// A keeper had the folder before, or the hub has abandoned it.
    case folderUsed
    /// /proc does not know us: it is not mounted, or that of another process namespace.
    case unknownToSystem
}
