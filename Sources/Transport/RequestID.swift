internal import Synchronization
internal import WebCodec

/// The name of one request in answers and logs: the client's own, so that its logs and ours can be laid side by side, or
/// one of ours.
package enum RequestID {
    package static let header = "X-Request-Id"
    /// 128 bytes: a UUID, a ULID or a trace id, with a prefix.
    package static let byteCountMax = 128

    /// - Returns: the client's, if it is one that can stand anywhere unescaped; one that is not is no error.
    static func given(_ headers: HTTPHeaders) -> String? {
        let values = headers.values(header)
        guard values.count == 1, let text = values.first, isWellFormed(text) else { return nil }
        return text
    }

    /// 1, 2, 3 …: unique in one server, for those who have no other source.
    package static func counting() -> @Sendable () -> String {
        let count = Count()
        return { String(count.last.add(1, ordering: .relaxed).newValue) }
    }

    private final class Count: Sendable { let last = Atomic<Int>(0) }

    static func isWellFormed(_ text: String) -> Bool {
        (1...byteCountMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
