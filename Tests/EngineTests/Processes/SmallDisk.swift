import Foundation

/// A file system in memory with little room, where one may be mounted.
final class SmallDisk {
    static let canBeMade: Bool = (try? SmallDisk(byteCount: 64 << 10)) != nil

    let path = NSTemporaryDirectory() + "/roost-small-disk-" + UUID().uuidString

    init(byteCount: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(byteCount)") == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw Unexpected("mount is not allowed")
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
