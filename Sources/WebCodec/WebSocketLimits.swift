/// What one inbound message may cost. Above either: close code 1009.
package struct WebSocketLimits: Sendable, Equatable {
    /// Over all fragments, inflated. 1 MiB holds any operation's input; larger things are uploaded over HTTP.
    package var messageByteCountMax = 1 << 20
    /// Empty fragments cost no memory, but work without an end.
    package var fragmentCountMax = 1024

    /// Of a message as it comes, when it is deflated: what cannot be compressed gets longer, by a twentieth where the
    /// sender's zlib has least memory (its `deflateBound`), and blocks with nothing in them must have an end too.
    package var deflatedByteCountMax: Int { messageByteCountMax + messageByteCountMax / 16 + 1024 }

    package init() {}
}
