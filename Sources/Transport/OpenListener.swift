internal import CLibWebSockets
internal import Glibc

/// One place where a server listens, and the sockets there: one for each shard.
struct OpenListener: Sendable {
    /// As bound: the port is the one that the kernel gave.
    let place: Listener.Place
    let tls: TLSHolder?
    /// Of the file that was made, so that another one in its place is left alone.
    private let file: (device: UInt64, inode: UInt64)?
    let descriptors: [Int32]

    init(_ listener: Listener, shardCount: Int, joinsOthers: Bool) throws(TransportError) {
        do {
            if let configuration = listener.tls { tls = try TLSHolder(configuration) } else { tls = nil }
        } catch {
            throw .cannotSpeakTLS(listener.place, error)
        }
        switch listener.place {
        case .tcp(let host, let port):
            (place, descriptors) = try Self.bind(host: host, port: port, shardCount, joinsOthers: joinsOthers)
            file = nil
        case .unix(let path):
            place = listener.place
            descriptors = try Self.bind(path: path, shardCount, joinsOthers: joinsOthers)
            file = Self.identity(ofFile: path)
        }
    }

    private static func bind(
        host: String, port: UInt16, _ shardCount: Int, joinsOthers: Bool
    ) throws(TransportError) -> (Listener.Place, [Int32]) {
        var port = port
        var descriptors: [Int32] = []
        for index in 0..<shardCount {
            let sharing = index > 0 || joinsOthers ? CLWS_SHARED : CLWS_EXCLUSIVE
            var descriptor: Int32 = -1
            let error = unsafe clws_listen_tcp(host, port, sharing, &descriptor, &port)
            guard error == 0 else {
                for open in descriptors { Glibc.close(open) }
                throw .cannotListen(.tcp(host: host, port: port), errno: error)
            }
            descriptors.append(descriptor)
        }
        return (.tcp(host: host, port: port), descriptors)
    }

    /// The kernel deals nothing out here: all shards wait on the same socket, and one gets it.
    private static func bind(
        path: String, _ shardCount: Int, joinsOthers: Bool
    ) throws(TransportError) -> [Int32] {
        var descriptor: Int32 = -1
        let error = unsafe clws_listen_unix(path, joinsOthers ? CLWS_SHARED : CLWS_EXCLUSIVE, &descriptor)
        guard error == 0 else { throw .cannotListen(.unix(path: path), errno: error) }
        var descriptors = [descriptor]
        while descriptors.count < shardCount {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else {
                let error = errno
                for open in descriptors { Glibc.close(open) }
                throw .cannotListen(.unix(path: path), errno: error)
            }
            descriptors.append(copy)
        }
        return descriptors
    }

    private static func identity(ofFile path: String) -> (device: UInt64, inode: UInt64)? {
        var information = stat()
        guard unsafe lstat(path, &information) == 0 else { return nil }
        return (UInt64(information.st_dev), UInt64(information.st_ino))
    }

    /// Of all sockets that share the port, from now on these alone get new connections; those of another server, which
    /// began to listen before them, keep what they have.
    ///
    /// - Parameter otherCount: how many sockets the other server has there. When the last of them is closed, the kernel
    ///   deals connections out as ever.
    /// - Returns: whether the kernel does it.
    func prefer(overOthers otherCount: Int) -> Bool {
        guard case .tcp = place, let first = descriptors.first else { return true }
        return clws_prefer(first, UInt32(otherCount), UInt32(descriptors.count)) == 0
    }

    /// What `prefer` did is undone.
    func preferNone() -> Bool {
        guard case .tcp = place, let first = descriptors.first else { return true }
        return clws_prefer_none(first) == 0
    }

    /// Before the shards have them.
    func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
        removeFile()
    }

    /// The socket's file, if it is still ours.
    func removeFile() {
        guard case .unix(let path) = place, let file, let now = Self.identity(ofFile: path), now == file else { return }
        unsafe unlink(path)
    }
}
