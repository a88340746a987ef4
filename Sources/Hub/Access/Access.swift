// Who may do what: the one place that every door asks.
//
// Users, tokens and memberships are rows like all others, and their changes events of the hub's journal. AccessTable
// holds them in memory and follows the commits: to ask costs a lock, never a read. Sessions live long, so they keep a
// Pass, by which they are known, and ask for the Caller, what that allows now, each time. When rights change, the hub
// reviews all subscriptions (LiveHub.swift) before the broker hears of the events that were committed with the change.

package import Journal
package import Logging
package import Model
internal import Synchronization

package final class Access: Sendable {
    private let table = Mutex(AccessTable())
    private let clock: any TimeSource
    private let log: Logger
    private let expiry = Mutex<Task<Void, Never>?>(nil)
    private let whenExpired = Mutex<(@Sendable () -> Void)?>(nil)

    package init(clock: any TimeSource, log: Logger) {
        self.clock = clock
        self.log = log
    }

    /// Before the first request, and before the first change.
    package func load(from journal: Journal) async throws {
        let loaded = try await journal.read { try AccessTable($0) }
        table.withLock { $0 = loaded }
        awaitExpiry()
    }

    /// - Parameter action: called when a token has expired.
    package func onExpiry(_ action: @escaping @Sendable () -> Void) { whenExpired.withLock { $0 = action } }

    /// A hub without users belongs to whoever reaches it.
    package var hasUsers: Bool { table.withLock(\.hasUsers) }

    // MARK: Asking

    package func caller(_ pass: Pass) -> Caller {
        let now = clock.now()
        return table.withLock { $0.caller(pass, at: now) }
    }

    /// - Parameter secret: a token as its user shows it; nil when none was shown.
    package func caller(showing secret: String?) -> Caller {
        let now = clock.now()
        // Whoever reaches a hub without users is its one user, whatever token he shows.
        guard hasUsers, let secret else { return caller(.local) }
        let hash = TokenSecret(secret).hash
        return table.withLock { $0.caller($0.pass(forHash: hash), at: now) }
    }

    // MARK: Changes

    /// What a commit made visible, before anybody else hears of it.
    ///
    /// - Returns: whether somebody's rights may have changed who was known before.
    package func take(_ events: [CommittedEvent]) -> Bool {
        var (isConcerned, hasChanged) = (false, false)
        for event in events where AccessTable.concerns(event) {
            isConcerned = true
            do {
                if try table.withLock({ try $0.take(event) }) { hasChanged = true }
            } catch {
                hasChanged = true
                log.critical("an event about rights cannot be read", metadata: ["error": "\(error)"])
            }
        }
        if isConcerned { awaitExpiry() }
        return hasChanged
    }

    /// The hash of a token that has just been committed.
    package func learn(_ hash: [UInt8], of token: Token.ID) { table.withLock { $0.learn(hash, of: token) } }

    private func awaitExpiry() {
        let now = clock.now()
        let next = table.withLock { $0.nextExpiry(after: now) }
        expiry.withLock { task in
            task?.cancel()
            task = next.map { due in
                Task { [weak self, clock] in await Self.wait(until: due, clock) { self?.expire() } }
            }
        }
    }

    private static func wait(until due: Timestamp, _ clock: any TimeSource, _ then: () -> Void) async {
        do {
            try await clock.sleep(for: .milliseconds(due.millisecondsSince1970 - clock.now().millisecondsSince1970))
            then()
        } catch {
            // Another one is waited for.
        }
    }

    private func expire() {
        whenExpired.withLock { $0 }?()
        awaitExpiry()
    }
}
