import Synchronization

/// How long a clone or fetch may take, and who hears how far it is.
package struct TransferWatch: Sendable {
    let secondsMax: Int
    let tell: @Sendable (TransferStep) -> Void

    /// - Parameter tell: is called on the thread that reads what git says, and must not wait.
    package init(secondsMax: Int, tell: @escaping @Sendable (TransferStep) -> Void) {
        self.secondsMax = secondsMax
        self.tell = tell
    }

    func follow(_ command: inout GitCommand) {
        let words = Mutex(TransferWords())
        command.patience = GitCommand.Patience(seconds: secondsMax, limit: "cloneSecondsMax")
        command.hearing = { [tell] bytes in
            for step in words.withLock({ $0.take(bytes) }) { tell(step) }
        }
    }
}
