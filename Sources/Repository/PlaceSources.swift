import Glibc

/// All that says where a place's git folders are and what its configuration names.
struct PlaceSources: Equatable, Sendable {
    private enum Source: Equatable {
        case missing
        case folder(device: UInt, inode: UInt)
        /// With its content: two writes within one tick of the clock have the same time.
        case file(inode: UInt, changed: [Int], bytes: [UInt8])
    }

    /// 64 KiB: a configuration has some hundred bytes. What is longer is asked for each time.
    private static let byteCountMax = 64 << 10

    private let sources: [Source]

    /// - Returns: nil when one of them cannot be read.
    init?(of place: Place) {
        let paths = [
            place.top + "/.git", place.own("commondir"), place.shared("config"), place.own("config.worktree"),
        ]
        var sources: [Source] = []
        for path in paths {
            guard let source = Self.source(path) else { return nil }
            sources.append(source)
        }
        self.sources = sources
    }

    private static func source(_ path: String) -> Source? {
        let number = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else { return errno == ENOENT ? .missing : nil }
        defer { close(number) }
        var status = stat()
        guard fstat(number, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        case S_IFREG where status.st_size < byteCountMax:
            var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
            // One more than it has, so that one that grows meanwhile is known.
            guard read(number, &bytes, bytes.count) == Int(status.st_size) else { return nil }
            let changed = [status.st_ctim, status.st_mtim].flatMap { [$0.tv_sec, $0.tv_nsec] }
            return .file(inode: UInt(status.st_ino), changed: changed, bytes: Array(bytes.dropLast()))
        default: return nil
        }
    }
}
