import Glibc

/// Tells the service manager how the hub does, by the datagrams of sd_notify(3): no library of systemd's is needed.
///
/// Without `NOTIFY_SOCKET` there is nobody to tell, and every call does nothing.
struct ServiceManager: Sendable {
    enum News: Sendable, Equatable {
        case ready
        /// The manager waits for `.ready` afterwards. It tells this moment from others by the monotonic clock.
        case reloading(monotonicMicroseconds: UInt64)
        case stopping

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let now): "RELOADING=1\nMONOTONIC_USEC=\(now)"
            case .stopping: "STOPPING=1"
            }
        }
    }

    /// A path, or `@` and an abstract name.
    private let address: String?

    init(environment: [String: String]) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    }

    /// - Returns: nil when it is told or there is nobody to tell; else why it could not be told, for the log.
    func tell(_ news: News) -> String? {
        guard let address else { return nil }
        var socketAddress = sockaddr_un()
        socketAddress.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        let capacity = MemoryLayout.size(ofValue: socketAddress.sun_path)
        guard path.count < capacity else { return "NOTIFY_SOCKET has more than \(capacity - 1) bytes" }
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &socketAddress.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        // An abstract name ends where the length says, and not at a NUL.
        let byteCount = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let message = Array(news.text.utf8)
        let sent = withUnsafeBytes(of: socketAddress) { bytes in
            sendto(
                descriptor, message, message.count, Int32(MSG_NOSIGNAL),
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), byteCount)
        }
        return sent == message.count ? nil : String(cString: strerror(errno))
    }
}
