package import Model

/// How far a process's output has been read, and where its conversation stands: what the engine needs to go on after
/// a restart. The engine's own bookkeeping; nobody is told of it.
package struct ProcessProgress: Sendable, Equatable {
    package var stdoutOffset: Int
    package var stderrOffset: Int
    /// The dialogue's state, in the spelling of the adapter that wrote it.
    package var dialogue: [UInt8]
    /// When it has said something last; nil before it has.
    package var heardAt: Timestamp?

    package init(
        stdoutOffset: Int = 0, stderrOffset: Int = 0, dialogue: [UInt8] = [], heardAt: Timestamp? = nil
    ) {
        self.stdoutOffset = stdoutOffset
        self.stderrOffset = stderrOffset
        self.dialogue = dialogue
        self.heardAt = heardAt
    }
}
