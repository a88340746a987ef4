internal import CLibWebSockets
internal import Glibc

extension RemoteAddress {
    /// - Returns: nil when the peer is gone already.
    init?(of socket: OpaquePointer) {
        let byteCount = Int(INET6_ADDRSTRLEN)
        var port: UInt16 = 0
        let host: String? = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: byteCount) { text in
            guard let start = text.baseAddress, unsafe clws_peer(socket, start, byteCount, &port) else {
                return nil
            }
            return unsafe String(cString: start)
        }
        guard let host else { return nil }
        self.init(host: host, port: port)
    }
}
