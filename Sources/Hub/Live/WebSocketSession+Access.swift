import Model
import Transport
import Wire

// By whom it is known: from its request, or from its first frame.
extension WebSocketSession {
    func awaitAuthentication() {
        let (clock, seconds) = (live.clock, live.limits.authenticationSeconds)
        authenticationDue = Task {
            do {
                try await clock.sleep(for: .seconds(seconds))
                // It may have said so while this waited for its turn.
                if !caller.isKnown { turnAway(.unauthenticated(within: seconds), nil) }
            } catch {
                // It has said who it is, or has gone.
            }
        }
    }

    /// The first frame, of one that may have been known before.
    func authenticate(_ frame: UpFrame) {
        guard !hasHeard else {
            return tell(HubError(.badRequest, "auth is the first frame, or none"), to: frame.id)
        }
        authenticationDue?.cancel()
        pass = live.access.caller(showing: frame.payload["token"]?.string).pass
        // First, so that a right that goes now is noticed.
        live.sessions.put(self, pass)
        if case .none(let reason) = caller.pass { return turnAway(.unauthenticated(reason), frame.id) }
        reply(to: frame, data: nil)
    }

    func turnAway(_ error: HubError, _ id: FrameID?) {
        guard isOpen else { return }
        isOpen = false
        tell(error, to: id)
        channel.close(code: CloseCode.unauthenticated, reason: error.code.rawValue)
    }

    /// Its token is good no more; the broker has ended its subscriptions. From any thread.
    nonisolated func disown() {
        channel.shard.submit { _ in self.assumeIsolated { $0.disowned() } }
    }

    private func disowned() {
        guard isOpen else { return }
        isOpen = false
        isDisowned = true
        follower.assumeIsolated { $0.tellEnds() }
        leaveWhenAnswered()
    }

    /// What was allowed when it was asked for is answered: it may be the very change that ended the right.
    func leaveWhenAnswered() {
        guard operationsInFlight == 0 else { return }
        channel.close(code: CloseCode.unauthenticated, reason: HubError.Code.unauthenticated.rawValue)
    }
}
