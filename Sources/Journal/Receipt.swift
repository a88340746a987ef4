package import Model
internal import Synchronization

/// Has a request's answer kept in the unit of work that does what it asks for, so that whoever did not hear the answer
/// can ask again, whatever died in between.
///
/// A request makes changes in several places, and most of them are not its own doing: the queue that moves on, a worktree
/// that goes. The receipt is filed with the first change that is made in the request's task, by its own actor, and that
/// comes to a value which the request could answer.
package final class Receipt: Sendable {
    /// 24 h: a client that was away for longer looks before it asks again.
    package static let keptSeconds = 24 * 60 * 60
    /// Beyond either of these the oldest go before their time: some 70 a minute for the whole of the day, and what
    /// their answers take on the disk.
    package static let keptCountMax = 100_000
    package static let keptBytesMax = 128 << 20
    /// How many of the old go with each new one: their number shrinks, and no commit is long for it.
    static let forgottenAtOnceMax = 16

    /// The request whose task this is. nil for work that must not be taken for the request's own.
    @TaskLocal package static var current: Receipt?

    package typealias Write = @Sendable (_ value: any Sendable, _ position: JournalPosition) throws -> [UInt8]?

    let key: RequestKey
    private let fingerprint: [UInt8]
    private let actor: Actor
    private let write: Write
    private let filed = Mutex<[UInt8]?>(nil)

    /// - Parameter write: the answer that the change's value makes; nil when it makes none.
    package init(_ key: RequestKey, fingerprint: [UInt8], by actor: Actor, write: @escaping Write) {
        self.key = key
        self.fingerprint = fingerprint
        self.actor = actor
        self.write = write
    }

    /// What has been kept, once it is durable.
    package var answer: [UInt8]? { filed.withLock(\.self) }

    /// The task's own receipt, if a change by `actor` would be its.
    static func open(for actor: Actor) -> Receipt? {
        guard let current, current.actor == actor, current.answer == nil else { return nil }
        return current
    }

    /// Files it with the change.
    /// - Returns: what is to be called when the change is durable.
    func file(_ value: any Sendable, in tx: Transaction) throws -> () -> Void {
        guard let answer = try write(value, tx.position(of: tx.scope)) else { return {} }
        try tx.keep(answer, fingerprint: fingerprint, for: key)
        return { [self] in filed.withLock { $0 = answer } }
    }
}
