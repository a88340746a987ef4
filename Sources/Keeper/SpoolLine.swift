/// A line of a spool, or a piece of one that is too long to be handed over at once.
package struct SpoolLine: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case whole
        /// The line goes on with the next piece.
        case first
        case middle
        case last
    }

    /// Where it begins in the spool.
    package let offset: UInt64
    /// Without the line break.
    package let bytes: [UInt8]
    package let part: Part

    package init(offset: UInt64, bytes: [UInt8], part: Part) {
        self.offset = offset
        self.bytes = bytes
        self.part = part
    }
}
