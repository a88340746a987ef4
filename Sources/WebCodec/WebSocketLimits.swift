/// What one inbound message may cost. Above either: close code 1009.
package struct WebSocketLimits: Sendable, Equatable {
    /// Over all fragments. 1 MiB holds any operation's input; larger things are uploaded over HTTP.
    package var messageByteCountMax = 1 << 20
    /// Empty fragments cost no memory, but work without an end.
    package var fragmentCountMax = 1024

    package init() {}
}
