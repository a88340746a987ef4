import Engine
import Model
import Synchronization

extension OperationCall {
    /// Who calls, for what may put agents to work beside what it is about. That counts among the starts of a minute, as one
    /// however many there are.
    var principal: Principal {
        let isCounted = Mutex(false)
        return Principal(
            actor, mayStart: { [caller] in caller.rights.abilities(in: $0)?.contains(.runWrite) == true },
            admitStart: { [caller, limiter = hub.limiter] in
                guard isCounted.withLock({ !$0 }) else { return }
                try limiter.admit(caller, to: .starting)
                isCounted.withLock { $0 = true }
            })
    }
}
