import Dispatch
import Glibc
import Model

/// A file that is in its folder whole, or not at all.
///
/// It is written without a name (O_TMPFILE, open(2)) and gets one when it is whole (linkat(2)): whatever cuts it short,
/// the hub's death included, leaves nothing. On file systems without nameless files it has a name with the prefix
/// `temporaryPrefix` meanwhile, which goes with this object, and after a crash with the next sweep of its folder.
package actor NewFile {
    /// Whether a nameless file is asked for first.
    package enum Manner: Sendable, CaseIterable {
        case nameless, named
    }

    static let temporaryPrefix = ".new-"
    private static let ownerOnly: mode_t = 0o600
    /// `O_TMPFILE`, a macro that Swift does not see: its own bit, the same on all that Swift runs on, and O_DIRECTORY.
    static let nameless = 0o20_000_000 | O_DIRECTORY
    /// What open(2) says where nameless files are not known: by the file system, or by the kernel.
    static let namelessUnknown = [EOPNOTSUPP, EISDIR, EINVAL, ENOENT]

    private let descriptor: Int32
    private let folder: String
    private let name: String
    private let byteCountMax: Int
    /// nil for a nameless one.
    private let temporaryPath: String?
    private let digest: ContentDigest?
    package private(set) var byteCount = 0
    /// Its first bytes, by which its type is known.
    private(set) var head: [UInt8] = []

    /// - Parameters:
    ///   - name: what it will be called unless it is kept by its hash, of characters that need no care.
    ///   - isHashed: whether its hash is wanted.
    package init(
        in folder: String, called name: String, byteCountMax: Int, manner: Manner = .nameless, isHashed: Bool = false
    ) throws(FileError) {
        (self.folder, self.name, self.byteCountMax) = (folder, name, byteCountMax)
        digest = isHashed ? try ContentDigest() : nil
        if manner == .nameless {
            let descriptor = unsafe open(folder, O_WRONLY | O_CLOEXEC | Self.nameless, Self.ownerOnly)
            guard descriptor < 0, Self.namelessUnknown.contains(errno) else {
                guard descriptor >= 0 else { throw .of(errno) }
                (self.descriptor, temporaryPath) = (descriptor, nil)
                return
            }
        }
        let path = folder + "/" + Self.temporaryPrefix + name
        descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, Self.ownerOnly)
        temporaryPath = path
        guard descriptor >= 0 else { throw .of(errno) }
    }

    deinit {
        close(descriptor)
        if let temporaryPath { unsafe unlink(temporaryPath) }
    }

    /// - Throws: `.tooLarge` before anything of `bytes` is written.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        guard bytes.count <= byteCountMax - byteCount else { throw .tooLarge(byteCountMax: byteCountMax) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { throw .of(errno) }
            rest = rest.dropFirst(max(0, written))
        }
        byteCount += bytes.count
        digest?.add(bytes)
        if head.count < ContentType.headByteCount { head += bytes.prefix(ContentType.headByteCount - head.count) }
    }

    /// Of one that is hashed: what was written so far.
    func summary() throws(FileError) -> (byteCount: Int, head: [UInt8], hash: ContentHash) {
        guard let digest else { preconditionFailure("it was not hashed") }
        return (byteCount, head, try digest.value())
    }

    /// Gives it its name; returns when both are on the disk. A name that is taken is an error.
    package func keep() async throws(FileError) { try await keep(as: name, orLeave: false) }

    /// Names it by what it holds: where there is such a file, that is this one.
    func keepByContent() async throws(FileError) {
        try await keep(as: summary().hash.hexadecimal, orLeave: true)
    }

    private func keep(as name: String, orLeave leaves: Bool) async throws(FileError) {
        let (descriptor, folder, path) = (descriptor, folder, folder + "/" + name)
        let source = temporaryPath ?? "/proc/self/fd/\(descriptor)"
        // A disk may take seconds for it, which no thread of the pool has.
        let code: Int32 = await withCheckedContinuation { waiter in
            DispatchQueue.global().async {
                waiter.resume(returning: Self.keep(descriptor, source, as: path, orLeave: leaves, in: folder))
            }
        }
        guard code == 0 else { throw .of(code) }
    }

    /// - Returns: `errno`, or 0.
    private static func keep(
        _ descriptor: Int32, _ source: String, as path: String, orLeave leaves: Bool, in folder: String
    ) -> Int32 {
        guard fsync(descriptor) == 0 else { return errno }
        let isLinked = unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
        guard isLinked || leaves && errno == EEXIST else { return errno }
        let folder = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return errno }
        defer { close(folder) }
        return fsync(folder) == 0 ? 0 : errno
    }
}
