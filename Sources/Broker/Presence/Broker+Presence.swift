package import Model

// Who watches. The broker knows no clock: the time comes in, and what is returned is when it is wanted again, with
// `takePresenceChanges`.
extension Broker {
    /// Shows a viewer to the others on a channel; one that is shown already stays so.
    ///
    /// - Parameter client: a name of the connection's own among those of its user. One that is away, or not known to be,
    ///   gives way to the new one of its name.
    package func attend(
        _ channel: Channel, _ viewer: any Viewer, as client: String, _ user: Actor, at now: Timestamp
    ) -> (view: PresenceView, due: Timestamp?) {
        core.change { $0.attend(channel, viewer, as: client, user, at: now) }
    }

    /// - Returns: whether the viewer is shown on the channel.
    package func show(
        _ state: [UInt8], on channel: Channel, by viewer: any Viewer, at now: Timestamp
    ) throws(PresenceStateTooLarge) -> (isThere: Bool, due: Timestamp?) {
        guard state.count <= core.limits.presenceStateBytesMax else {
            throw PresenceStateTooLarge(presenceStateBytesMax: core.limits.presenceStateBytesMax)
        }
        return core.change { $0.show(state, on: channel, by: viewer, at: now) }
    }

    /// It says that it goes.
    package func leave(_ channel: Channel, _ viewer: any Viewer, at now: Timestamp) -> Timestamp? {
        core.change { state in
            state.record(of: viewer).flatMap { state.leave(channel, $0, until: nil, at: now) }
        }
    }

    /// Its connection is lost: its subscriptions end, and its places are kept for a while.
    package func lose(_ viewer: any Viewer, at now: Timestamp) -> Timestamp? {
        let grace = now.adding(milliseconds: Int64(core.limits.presenceGraceSeconds) * 1_000)
        return core.change { $0.forget(viewer, until: grace, at: now) }
    }

    /// What viewers are due to be told by now; each change is to be told.
    package func takePresenceChanges(at now: Timestamp) -> (changes: [PresenceChange], next: Timestamp?) {
        core.change { $0.takePresenceChanges(at: now) }
    }

    package func tell(_ change: PresenceChange, _ news: PresenceNews) {
        core.change { $0.tell(change, news) }
    }

    /// How many watch a channel, of whom some may be away for a moment.
    package func watcherCount(of channel: Channel) -> Int { core.read { $0.channels[channel]?.room.total ?? 0 } }
}
