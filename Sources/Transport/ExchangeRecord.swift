internal import WebCodec

/// What there is to say of a request once it is over, or of the stream that it became.
package struct ExchangeRecord: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case request
        case webSocket
        case eventStream
    }

    package var kind = Kind.request
    package var requestId: String
    package var remote: RemoteAddress
    /// nil, as is `path`, where the request was not understood.
    package var method: String?
    /// Without the query, which may hold secrets.
    package var path: String?
    /// 499, which nobody was told, where the client left before the answer began (nginx's number for it).
    package var status: Int
    /// Of the body, or of all frames handed over; not what TLS and headers add.
    package var byteCount = 0
    package var milliseconds: UInt64
    /// Of a stream that has ended.
    package var closeCode: UInt16?
    package var notes = ResponseNotes()

    /// Of a request that is not answered yet.
    init(requestId: String, remote: RemoteAddress, _ head: RequestHead?) {
        self.init(requestId: requestId, remote: remote, status: Self.clientLeft, milliseconds: 0)
        method = head?.method.name
        path = head.map { String(Substring($0.target.utf8.prefix { $0 != UInt8(ascii: "?") })) }
    }

    static let clientLeft = 499

    package init(requestId: String, remote: RemoteAddress, status: Int, milliseconds: UInt64) {
        (self.requestId, self.remote, self.status, self.milliseconds) = (requestId, remote, status, milliseconds)
    }
}
