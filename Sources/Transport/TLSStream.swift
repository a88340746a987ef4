internal import COpenSSL

/// TLS between one socket's bytes and its session's. Touched on its shard alone.
@safe final class TLSStream {
    enum End: Equatable {
        /// The peer has said that nothing follows.
        case closed
        /// It cannot go on; output that says so may wait.
        case failed(String)
    }

    static let recordByteCountMax = Int(COPENSSL_TLS_RECORD_BYTES_MAX)

    private let context: TLSContext
    private let handle: OpaquePointer
    /// Whether anything has come from the peer.
    private(set) var hasBegun = false
    private(set) var end: End?

    /// A server's end. nil: no memory.
    init?(accepting context: TLSContext) {
        guard let handle = unsafe copenssl_tls_accept(context.handle) else { return nil }
        self.context = context
        unsafe self.handle = handle
    }

    /// A client's end; its first message waits as output.
    /// - Parameter name: what the server's certificate must be for. nil is returned for one that cannot be in any.
    init?(connecting context: TLSContext, to name: String) {
        guard let handle = unsafe copenssl_tls_connect(context.handle, name) else { return nil }
        self.context = context
        unsafe self.handle = handle
    }

    deinit { unsafe copenssl_tls_free(handle) }

    var isOpen: Bool { unsafe copenssl_tls_is_open(handle) }

    var outputByteCount: Int {
        var count = 0
        _ = unsafe copenssl_tls_output(handle, &count)
        return count
    }

    /// - Parameter body: takes what waits; returns how much of it is gone.
    func withOutput(_ body: (UnsafeRawBufferPointer) -> Int) {
        var count = 0
        let start = unsafe copenssl_tls_output(handle, &count)
        let taken = unsafe body(UnsafeRawBufferPointer(start: start, count: count))
        if taken > 0 { unsafe copenssl_tls_output_taken(handle, taken) }
    }

    /// - Returns: what the peer's bytes say.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        hasBegun = true
        guard end == nil else { return [] }
        unsafe copenssl_tls_offer(handle, bytes.baseAddress, bytes.count)
        defer { unsafe copenssl_tls_offer(handle, nil, 0) }
        var plain: [UInt8] = []
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.recordByteCountMax) { buffer in
            while unsafe readOnce(into: buffer, appendingTo: &plain) {}
        }
        return plain
    }

    private func readOnce(into buffer: UnsafeMutableBufferPointer<UInt8>, appendingTo plain: inout [UInt8]) -> Bool {
        let capacity = Int(COPENSSL_TLS_ERROR_BYTES)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { error in
            let count = unsafe copenssl_tls_read(handle, buffer.baseAddress, buffer.count, error.baseAddress)
            if count > 0 {
                unsafe plain.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<count]))
                return true
            }
            switch count {
            case Int(COPENSSL_TLS_ENDED): end = .closed
            case Int(COPENSSL_TLS_FAILED):
                end = .failed(unsafe error.baseAddress.map { unsafe String(cString: $0) } ?? "")
            default: break
            }
            return false
        }
    }

    /// One record. False: the connection cannot go on.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe copenssl_tls_write(handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Says that nothing follows.
    func finish() { unsafe copenssl_tls_finish(handle) }

    /// Whom the peer has proved to be, if it was asked.
    var peer: ClientCertificate? {
        let (nameByteCount, byteCount) = (Int(COPENSSL_TLS_NAME_BYTES_MAX), Int(COPENSSL_TLS_FINGERPRINT_BYTES))
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: nameByteCount) { name in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: byteCount) { digest in
                guard let start = name.baseAddress, let digestStart = digest.baseAddress,
                    unsafe copenssl_tls_peer(handle, start, digestStart)
                else { return nil }
                let hexadecimal = unsafe digest.map { byte in
                    let digits = String(byte, radix: 16)
                    return digits.count == 1 ? "0" + digits : digits
                }
                return ClientCertificate(
                    subject: unsafe String(cString: start), fingerprint: hexadecimal.joined())
            }
        }
    }
}
