import Glibc

/// The Unix socket of a process folder.
///
/// An address holds 107 bytes of path, and data folders may lie deep: the socket is reached through the open folder.
package enum ControlSocket {
    /// 64: connections that wait while the keeper does something else, which is never for long.
    private static let backlogMax: Int32 = 64

    package static func listen(in directory: Directory) throws -> Descriptor {
        try directory.remove(KeeperFolder.File.control)
        let descriptor = try socket()
        // The socket is for its owner alone, whatever the mask that the child is to inherit.
        let mask = umask(0o177)
        defer { umask(mask) }
        guard unsafe withAddress(in: directory, { unsafe bind(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError("bind control")
        }
        guard Glibc.listen(descriptor.number, backlogMax) == 0 else { throw SystemError("listen control") }
        try descriptor.makeNonBlocking()
        return descriptor
    }

    /// - Throws: ENOENT or ECONNREFUSED when nobody listens, EAGAIN when a keeper that has stopped left others waiting.
    package static func connect(in directory: Directory) throws -> Descriptor {
        let descriptor = try socket()
        try descriptor.makeNonBlocking()
        guard unsafe withAddress(in: directory, { unsafe Glibc.connect(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError("connect control")
        }
        return descriptor
    }

    /// - Returns: nil when nobody is waiting.
    /// - Throws: where the system lacks something for it (EMFILE, ENFILE, ENOBUFS, ENOMEM): whoever waits goes on waiting.
    package static func accept(from listener: Descriptor) throws -> Descriptor? {
        let number = Glibc.accept(listener.number, nil, nil)
        guard number >= 0 else {
            // A peer that gave up while it waited is no error of ours (accept(2)).
            guard [EAGAIN, EINTR, ECONNABORTED].contains(errno) else { throw SystemError("accept control") }
            return nil
        }
        let descriptor = Descriptor(owning: number)
        try descriptor.closeOnExec()
        try descriptor.makeNonBlocking()
        return descriptor
    }

    private static func socket() throws -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw SystemError("socket") }
        return Descriptor(owning: number)
    }

    private static func withAddress(
        in directory: Directory, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = "/proc/self/fd/\(directory.descriptor.number)/\(KeeperFolder.File.control)"
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
