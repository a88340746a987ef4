internal import Model

/// A change that waits for the writer.
struct UnitOfWork: Sendable {
    /// Gives the caller its answer.
    typealias Acknowledge = (JournalPosition) -> Void

    /// Finds out whose entities it changes, and may give the one that told it.
    let scope: @Sendable (Reader) throws -> (JournalKey, subject: (any Entity)?)
    let actor: Actor
    /// Does the work; what it returns is called once the work is durable.
    let perform: @Sendable (Transaction) throws -> Acknowledge
    let fail: @Sendable (any Error) -> Void
}
