internal import WebCodec

/// Bytes that are ready for the wire and never change, shared by every socket they go to: encoded once, written from
/// where they are.
///
/// `@unchecked Sendable`: the storage is written in `init` and freed in `deinit`, and only read between.
@safe package final class Frame: @unchecked Sendable {
    private let storage: UnsafeMutableRawBufferPointer

    package var byteCount: Int { unsafe storage.count }

    package init(_ head: some Collection<UInt8>, _ body: some Collection<UInt8> = [UInt8]()) {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: head.count + body.count, alignment: 1)
        unsafe storage.copyBytes(from: head)
        unsafe UnsafeMutableRawBufferPointer(rebasing: storage[head.count...]).copyBytes(from: body)
    }

    deinit { unsafe storage.deallocate() }

    /// Valid while the frame is.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(storage) }

    // MARK: What a server sends

    /// - Parameter payload: UTF-8.
    package static func text(_ payload: some Collection<UInt8>) -> Frame { message(.text, payload) }
    package static func binary(_ payload: some Collection<UInt8>) -> Frame { message(.binary, payload) }

    /// A piece of an event stream: one or more whole events (`data: …\n\n`), framed as one chunk.
    package static func events(_ payload: some Collection<UInt8>) -> Frame { Frame(ChunkedEncoding.chunk(payload)) }

    private static func message(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> Frame {
        Frame(WebSocketFrame.header(opcode, payloadByteCount: payload.count, isMasked: false), payload)
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
