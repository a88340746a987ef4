import Glibc
import Logging

/// Tells the service manager how the hub does, by the datagrams of sd_notify(3): no library of systemd's is needed.
///
/// Without `NOTIFY_SOCKET` there is nobody to tell, and every call does nothing.
struct ServiceManager: Sendable {
    enum News: Sendable, Equatable {
        case ready
        /// The manager waits for `.ready` afterwards. It tells this moment from others by the monotonic clock.
        case reloading(monotonicMicroseconds: UInt64)
        case stopping
        /// Within the interval of `watchdogMicroseconds`.
        case alive
        /// Which process the service is from now on.
        case mainProcess(Int32)

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let now): "RELOADING=1\nMONOTONIC_USEC=\(now)"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .mainProcess(let pid): "MAINPID=\(pid)"
            }
        }
    }

    /// A path, or `@` and an abstract name.
    private let address: String?
    /// The manager ends a hub of which it has not heard `.alive` for this long; nil where it does not watch.
    let watchdogMicroseconds: Int64?

    /// - Parameter pid: this process, which is perhaps not the one that the environment was made for.
    init(environment: [String: String], pid: Int32) throws(SettingError) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        watchdogMicroseconds = try Self.watchdogMicroseconds(environment, pid)
    }

    /// sd_watchdog_enabled(3): `WATCHDOG_USEC` holds for the process `WATCHDOG_PID`, or for all where that is missing.
    private static func watchdogMicroseconds(
        _ environment: [String: String], _ pid: Int32
    ) throws(SettingError) -> Int64? {
        guard let text = environment["WATCHDOG_USEC"] else { return nil }
        if let watched = environment["WATCHDOG_PID"] {
            guard let watched = Int32(watched), watched > 0 else {
                throw SettingError("WATCHDOG_PID: '\(watched)' is not the number of a process")
            }
            guard watched == pid else { return nil }
        }
        guard let microseconds = Int64(text), microseconds > 0 else {
            throw SettingError("WATCHDOG_USEC: '\(text)' is not a number of microseconds above 0")
        }
        return microseconds
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

    /// What could not be told is a line in the log.
    func tell(_ news: News, _ log: Logger) {
        guard let reason = tell(news) else { return }
        log.warning("the service manager could not be told", metadata: ["news": "\(news)", "reason": "\(reason)"])
    }
}
