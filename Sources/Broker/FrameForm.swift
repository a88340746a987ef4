/// In which outer form an event goes out: one encoding of it is shared by all subscriptions of the same channel and
/// form. The doors name their own forms (WebSocket, server-sent events, the same deflated …); here they are numbers.
package struct FrameForm: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
}
