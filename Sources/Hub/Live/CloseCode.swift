/// Why the hub closes a WebSocket, beyond the codes of RFC 6455. 4000 to 4099: do not come back unchanged; 4100 to
/// 4199: come back later.
enum CloseCode {
    static let unauthenticated: UInt16 = 4001
    static let tooManyMessages: UInt16 = 4029
    /// The hub could not go on with this connection; another may do.
    static let failed: UInt16 = 4100
}
