internal import Model

/// A change that waits for the writer.
struct UnitOfWork: Sendable {
    /// Gives the caller its answer.
    typealias Acknowledge = (JournalPosition) -> Void

    /// Finds out whose entities it changes.
    let scope: @Sendable (Reader) throws -> JournalKey
    let actor: Actor
    /// Does the work; what it returns is called once the work is durable.
    let perform: @Sendable (Transaction) throws -> Acknowledge
    let fail: @Sendable (any Error) -> Void
}
