package import Engine
import Journal
package import Logging
package import Model
import Synchronization
import Wire

/// Has operations done: what every door calls, whatever a call came in by.
package final class Operations: Sendable {
    package let table: OperationTable
    let engine: Engine
    let access: Access
    let about: HubDescription
    let clock: any TimeSource
    private let log: Logger
    let limiter: RateLimiter
    /// Those with a key that have not been answered yet: no more than there are requests at the same time.
    let underWay = Mutex<Set<RequestKey>>([])

    package init(
        engine: Engine, access: Access, about: HubDescription, rates: RateLimits = RateLimits(), clock: any TimeSource,
        log: Logger
    ) {
        table = .all
        self.engine = engine
        self.access = access
        self.about = about
        self.clock = clock
        self.log = log
        limiter = RateLimiter(rates, clock: clock)
    }

    /// - Parameters:
    ///   - name: an operation's name or alias.
    ///   - key: makes what changes something happen once, however often it is asked for; reads do not need one.
    /// - Throws: `HubError` only: `.operationNotFound`, `.forbidden`, `.validationFailed`, what the operation itself
    ///   refuses, and `.internal` for what nobody foresaw, which is logged and not told.
    package func call(
        _ name: String, _ input: JSONValue, by caller: Caller, key: IdempotencyKey? = nil
    ) async throws(HubError) -> OperationAnswer {
        guard let operation = table[name] else {
            throw HubError(.operationNotFound, "there is no operation \(name.prefix(Limits.nameCharactersMax))")
        }
        return try await call(operation, input, by: caller, key: key)
    }

    package func isOnlyWaiting(_ name: String) -> Bool { table[name]?.isOnlyWaiting ?? false }

    /// Never on the caller's actor: operations wait for the journal and for git, connections must not. Unless it is
    /// brief, it leaves the executor that the caller prefers, too.
    @concurrent
    package func call(
        _ operation: Operation, _ input: JSONValue, by caller: Caller, key: IdempotencyKey? = nil
    ) async throws(HubError) -> OperationAnswer {
        guard !operation.isBrief else { return try await perform(operation, input, by: caller, key) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { () throws(HubError) in
            try await perform(operation, input, by: caller, key)
        }
    }

    private func perform(
        _ operation: Operation, _ input: JSONValue, by caller: Caller, _ key: IdempotencyKey?
    ) async throws(HubError) -> OperationAnswer {
        try limiter.admit(caller, to: operation.rateGroup)
        if let ability = operation.ability { try caller.require(ability, for: operation.name) }
        let errors = operation.input.validate(input)
        guard errors.isEmpty else { throw HubError.invalid(errors) }
        do {
            try await authorize(operation, input, for: caller)
            let call = OperationCall(input: input, caller: caller, hub: self)
            guard operation.changesSomething else { return try await operation.handler(call) }
            let answer = try await change(call, by: operation, for: caller, key)
            if operation.waits { try await authorize(operation, input, for: access.caller(caller.pass)) }
            return answer
        } catch {
            throw hubError(for: error, in: operation.name)
        }
    }

    private func change(
        _ call: OperationCall, by operation: Operation, for caller: Caller, _ key: IdempotencyKey?
    ) async throws -> OperationAnswer {
        guard let key else { return try await operation.handler(call) }
        guard !operation.tellsSecret else {
            throw HubError(
                .badRequest, "\(operation.name) takes no idempotency key: its answer is not to be kept anywhere")
        }
        return try await once(key, operation, call)
    }

    /// - Parameter operation: what is logged, and told.
    func hubError(for error: any Error, in operation: String) -> HubError {
        switch error {
        case let error as HubError:
            if error.code == .internal { log(error, of: operation) }
            return error
        case JournalError.unknownJournal(let key):
            return HubError.notFound(.project, key.description)
        case JournalError.closed:
            return HubError(.shuttingDown, "the hub is shutting down", retryAfterSeconds: Self.restartSeconds)
        case JournalError.full:
            log(error, of: operation)
            return HubError(.storageFull, "the hub's disk is full; nothing of this was kept")
        case JournalError.storage(let code, _):
            log(error, of: operation)
            // An fsync that failed may still have reached the disk: what is found after a restart decides.
            return HubError(
                .storageFailed, "the hub's disk failed (SQLite error \(code)); whether anything was kept is not known")
        case is CancellationError:
            return HubError(.shuttingDown, "the call was given up", retryAfterSeconds: Self.restartSeconds)
        default:
            log(error, of: operation)
            return HubError(.internal, "the hub failed at \(operation); its log says why")
        }
    }

    /// What a client is asked to wait while a hub restarts: it starts in less than a second, and drains spools first.
    private static let restartSeconds = 2

    private func log(_ error: any Error, of operation: String) {
        log.error("operation failed", metadata: ["operation": "\(operation)", "error": "\(error)"])
    }
}
