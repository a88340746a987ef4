internal import CLibWebSockets
internal import Logging
internal import WebCodec

/// Records in and out. What a session hands over is encrypted when the socket has room for it, not before: frames that
/// wait can still be overtaken, and are shared as long as they wait.
extension Connection {
    /// Records of one turn: as much as is worth a system call.
    private static let recordsPerTurnMax = 4
    /// A fatal `internal_error` (RFC 8446 section 6.2), for those who come while no handshake can be afforded.
    private static let overloadAlert: [UInt8] = [21, 3, 3, 0, 2, 2, 80]

    func receive(_ bytes: UnsafeBufferPointer<UInt8>, through tls: TLSStream) {
        if !tls.hasBegun, isServed, let first = unsafe bytes.first, Self.beginsPlainText(first) {
            abandonTLS()
            session.failed(Self.plainTextReason, on: self)
            let requestId = context.service?.makeRequestID() ?? ""
            send(
                Frame(Problem(HTTPError(.tlsRequired, Self.plainTextReason)).response(date: date, requestId: requestId))
            )
            context.observer.refused(.tlsRequired)
            finish()
            return
        }
        let wasOpen = tls.isOpen
        let plain = unsafe tls.receive(bytes)
        if !wasOpen, tls.isOpen { clientCertificate = isServed ? tls.peer : nil }
        if !wasOpen, tls.isOpen || tls.end != nil { context.observer.handshakeEnded(succeeded: tls.isOpen) }
        markDirty()
        if !plain.isEmpty, !isFinishing { session.received(plain, on: self) }
        switch tls.end {
        case nil: break
        case .closed:
            session.peerFinished(on: self)
            finish()
        case .failed(let reason): fail(reason)
        }
    }

    private var date: String { HTTPDate.string(unixSeconds: context.service?.unixSeconds() ?? 0) }

    private static let plainTextReason = "this port speaks TLS: use https"

    /// A request line, where a handshake record should be.
    private static func beginsPlainText(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// What waits for the peer, an alert perhaps, still goes out.
    private func fail(_ reason: String) {
        context.log.debug("TLS failed", metadata: ["peer": "\(remote.host)", "reason": "\(reason)"])
        dropEverything()
        session.failed(reason, on: self)
        finish()
    }

    /// Instead of a handshake, which costs the most of all that a stranger can ask for.
    func refuseHandshake() {
        send(Frame(Self.overloadAlert))
        finish()
    }

    /// - Returns: false when the connection is broken.
    func encryptPending(through tls: TLSStream) -> Bool {
        guard tls.isOpen else { return true }
        for _ in 0..<Self.recordsPerTurnMax where !queue.isEmpty {
            let count = unsafe withUnsafeTemporaryAllocation(
                byteCount: TLSStream.recordByteCountMax, alignment: 1
            ) { record in
                var count = 0
                queue.forEachPending(countMax: Int(CLWS_SLICE_COUNT_MAX)) { frame, written in
                    let rest = unsafe UnsafeRawBufferPointer(
                        rebasing: frame.bytes[written...].prefix(record.count - count))
                    unsafe UnsafeMutableRawBufferPointer(rebasing: record[count...]).copyMemory(from: rest)
                    count += rest.count
                }
                return unsafe tls.write(UnsafeRawBufferPointer(rebasing: record[..<count])) ? count : 0
            }
            guard count > 0 else { return false }
            queue.consume(count)
        }
        return true
    }

    /// - Returns: how much was taken; negative when the connection is broken.
    func sendOutput(of tls: TLSStream) -> Int {
        var result = 0
        unsafe tls.withOutput { bytes in
            unsafe result = sendToSocket(bytes)
            return max(result, 0)
        }
        return result
    }
}
