/// permessage-deflate (RFC 7692) as a server agrees to it: without context takeover in either direction. So a message
/// that goes out can be deflated once for all who get it, and a connection holds no compressor between messages.
package struct WebSocketDeflate: Sendable, Equatable {
    /// 2^15 bytes, as far as deflate goes.
    static let windowBitsMax = 15
    /// zlib makes no raw stream of 8 bits.
    static let windowBitsMin = 9

    /// The client wants our window no larger than 2^this.
    package let serverWindowBits: Int?

    /// Whether what is deflated for everybody is too wide for this client.
    package var isNarrow: Bool { (serverWindowBits ?? Self.windowBitsMax) < Self.windowBitsMax }

    /// The first of the offers that can be agreed to (sections 5.1 and 7.1). One with a parameter that is unknown,
    /// doubled or badly valued is declined, as is a window of ours of 8 bits.
    package static func agree(to offers: [WebSocketExtension]) -> WebSocketDeflate? {
        for offer in offers where offer.name == "permessage-deflate" {
            if let agreed = WebSocketDeflate(offer) { return agreed }
        }
        return nil
    }

    private init?(_ offer: WebSocketExtension) {
        var serverWindowBits: Int?
        var seen: Set<String> = []
        for parameter in offer.parameters {
            guard seen.insert(parameter.name).inserted else { return nil }
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil): break
            // What the client's window is at most; we inflate with the largest.
            case ("client_max_window_bits", nil): break
            case ("client_max_window_bits", let value?):
                guard Self.windowBits(value) != nil else { return nil }
            case ("server_max_window_bits", let value?):
                guard let bits = Self.windowBits(value), bits >= Self.windowBitsMin else { return nil }
                serverWindowBits = bits
            default: return nil
            }
        }
        self.serverWindowBits = serverWindowBits
    }

    /// The value of `Sec-WebSocket-Extensions` in the response.
    package var answer: String {
        let answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        return answer + (serverWindowBits.map { "; server_max_window_bits=\($0)" } ?? "")
    }

    /// 8 to 15 without leading zeros (section 7.1.2).
    private static func windowBits(_ value: String) -> Int? {
        (8...windowBitsMax).first { value == "\($0)" }
    }
}
