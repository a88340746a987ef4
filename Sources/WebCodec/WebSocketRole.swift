/// Which end of the connection we are: a client masks what it sends, a server does not, and each refuses the contrary
/// (RFC 6455 section 5.1).
package enum WebSocketRole: Sendable {
    case server
    case client
}
