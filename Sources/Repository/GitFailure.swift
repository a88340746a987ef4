/// A git process that did not do what it was asked, in git's own words.
package struct GitFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case exited(code: Int32)
        case signalled(Int32)
        /// `GitSettings.commandSecondsMax`, or the limit of what was asked for.
        case timedOut(seconds: Int, limit: String = "commandSecondsMax")
        /// `GitSettings.outputBytesMax`
        case outputTooLarge(bytesMax: Int)
        case notStarted
        /// It ended well and said something else than its manual promises.
        case unreadable
    }

    /// `worktree add`, without the arguments: they may hold anything.
    package let subcommand: String
    package let reason: Reason
    /// What git wrote to its standard error; may be empty.
    package let words: String

    package var description: String {
        let what =
            switch reason {
            case .exited(let code): "exit code \(code)"
            case .signalled(let number): "ended by signal \(number)"
            case .timedOut(let seconds, let limit): "not done after \(seconds) s (\(limit))"
            case .outputTooLarge(let bytesMax): "more than \(bytesMax) bytes of output (outputBytesMax)"
            case .notStarted: "could not be started"
            case .unreadable: "an answer that cannot be read"
            }
        return "git \(subcommand): \(what)" + (words.isEmpty ? "" : ": \(words)")
    }
}
