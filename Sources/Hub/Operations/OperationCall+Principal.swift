import Engine
import Model
import Synchronization

extension OperationCall {
    var principal: Principal { hub.principal(caller) }
}

extension Operations {
    /// Who calls, for what may put agents to work beside what it is about. That counts among the starts of a minute, as one
    /// however many there are.
    func principal(_ caller: Caller) -> Principal {
        let isCounted = Mutex(false)
        return Principal(
            caller.actor, mayStart: { caller.rights.abilities(in: $0)?.contains(.runWrite) == true },
            admitStart: { [limiter] in
                guard isCounted.withLock({ !$0 }) else { return }
                try limiter.admit(caller, to: .starting)
                isCounted.withLock { $0 = true }
            })
    }
}
