internal import Synchronization
internal import WebCodec

/// Bytes that are ready for the wire and never change, shared by every socket they go to: encoded once, written from
/// where they are.
///
/// `@unchecked Sendable`: the storage is written in `init` and freed in `deinit`, and only read between.
@safe package final class Frame: @unchecked Sendable {
    /// The same message deflated; made when the first socket that agreed to it wants it.
    private enum Twin {
        case unmade
        /// It is no message, or one that would not be shorter.
        case none
        case made(Frame)
    }

    private struct Twins {
        var wide: Twin
        var narrow: Twin
    }

    /// 1 KiB: what is shorter goes out in one packet anyhow, and deflating it costs as much as sending it.
    static let deflatedByteCountMin = 1 << 10
    /// 256 KiB: the loop stands still for some 4 ms while it deflates that much.
    static let deflatedByteCountMax = 256 << 10

    private let storage: UnsafeMutableRawBufferPointer
    private let twins: Mutex<Twins>
    /// What it consists of, where it has no storage of its own.
    let parts: [Frame]
    package let byteCount: Int

    package convenience init(_ head: some Collection<UInt8>, _ body: some Collection<UInt8> = [UInt8]()) {
        self.init(head, body, twin: .none)
    }

    private init(_ head: some Collection<UInt8>, _ body: some Collection<UInt8>, twin: Twin) {
        twins = Mutex(Twins(wide: twin, narrow: twin))
        parts = []
        byteCount = head.count + body.count
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 1)
        unsafe storage.copyBytes(from: head)
        unsafe UnsafeMutableRawBufferPointer(rebasing: storage[head.count...]).copyBytes(from: body)
    }

    /// - Parameter parts: of which none has parts itself.
    private init(joining parts: [Frame]) {
        precondition(parts.allSatisfy(\.parts.isEmpty), "parts have no parts")
        twins = Mutex(Twins(wide: .none, narrow: .none))
        self.parts = parts
        byteCount = parts.reduce(0) { $0 + $1.byteCount }
        unsafe storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit { unsafe storage.deallocate() }

    /// Its own storage; valid while the frame is.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(storage) }

    // MARK: What a server sends

    /// - Parameter payload: UTF-8.
    package static func text(_ payload: some Collection<UInt8>) -> Frame { message(.text, payload) }
    package static func binary(_ payload: some Collection<UInt8>) -> Frame { message(.binary, payload) }

    /// A message around something large that other messages share: it is written from where it is, never deflated.
    ///
    /// - Parameters: UTF-8 together.
    package static func text(_ before: some Collection<UInt8>, _ shared: Frame, _ after: [UInt8]) -> Frame {
        let byteCount = before.count + shared.byteCount + after.count
        let header = WebSocketFrame.header(.text, payloadByteCount: byteCount, isMasked: false)
        return Frame(joining: [Frame(header, before), shared, Frame(after)])
    }

    /// Several text messages of a server's as one: a JSON array of what they say, in their order.
    ///
    /// - Parameter messages: each with storage of its own (`text(_:)`).
    package static func array(of messages: [Frame]) -> Frame {
        var array: [UInt8] = []
        array.reserveCapacity(messages.reduce(2) { $0 + $1.byteCount + 1 })
        for message in messages {
            array.append(UInt8(ascii: array.isEmpty ? "[" : ","))
            unsafe array.append(contentsOf: message.bytes[WebSocketFrame.headerByteCount(of: message.bytes)...])
        }
        array.append(UInt8(ascii: "]"))
        return .text(array)
    }

    /// A piece of an event stream: one or more whole events (`data: …\n\n`), framed as one chunk.
    package static func events(_ payload: some Collection<UInt8>) -> Frame { Frame(ChunkedEncoding.chunk(payload)) }

    private static func message(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> Frame {
        let isWorthIt = (deflatedByteCountMin...deflatedByteCountMax).contains(payload.count)
        return Frame(
            WebSocketFrame.header(opcode, payloadByteCount: payload.count, isMasked: false), payload,
            twin: isWorthIt ? .unmade : .none)
    }

    /// For a peer that agreed to permessage-deflate. Deflated once, whoever asks, and however many do.
    /// - Returns: nil when it goes out as it is.
    func deflated(for window: MessageDeflater.Window) -> Frame? {
        twins.withLock { twins in
            switch window {
            case .wide: deflated(&twins.wide, window)
            case .narrow: deflated(&twins.narrow, window)
            }
        }
    }

    private func deflated(_ twin: inout Twin, _ window: MessageDeflater.Window) -> Frame? {
        switch twin {
        case .made(let frame): return frame
        case .none: return nil
        case .unmade:
            let frame = makeDeflated(window)
            twin = frame.map { .made($0) } ?? .none
            return frame
        }
    }

    private func makeDeflated(_ window: MessageDeflater.Window) -> Frame? {
        let headerByteCount = unsafe WebSocketFrame.headerByteCount(of: bytes)
        guard let opcode = unsafe WebSocketOpcode(rawValue: bytes[0] & 0x0F),
            let payload = unsafe MessageDeflater.deflate(
                UnsafeRawBufferPointer(rebasing: bytes[headerByteCount...]), window: window)
        else { return nil }
        return Frame(
            WebSocketFrame.header(opcode, payloadByteCount: payload.count, isMasked: false, isDeflated: true), payload)
    }

    // MARK: What a client sends

    package static func maskedText(_ payload: some Collection<UInt8>) -> Frame { make(.text, payload, role: .client) }
    package static func maskedBinary(_ payload: some Collection<UInt8>) -> Frame {
        make(.binary, payload, role: .client)
    }

    static func make(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>, role: WebSocketRole) -> Frame {
        switch role {
        case .server: message(opcode, payload)
        // The system's generator is a cryptographic one, as RFC 6455 section 10.3 wants.
        case .client: Frame(WebSocketFrame.encode(opcode, payload, maskedWith: WebSocketMask(.random(in: 0 ... .max))))
        }
    }
}
