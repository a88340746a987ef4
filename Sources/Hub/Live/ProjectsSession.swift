import Broker
import Model
import Transport
import Wire

/// The events of all projects that the caller may see as one event stream.
///
/// Each project's journal is a subscription of its own, in order and with its own numbers; among journals there is no
/// order. Events are the frames that everybody's streams share, and so have no `id:`; what a client comes back with is
/// a `position` event behind each batch, whose `id:` says all journals' places at once.
actor ProjectsSession: OutboundHandler, ProjectsListener {
    private nonisolated let channel: OutboundChannel
    private nonisolated let live: LiveHub
    private nonisolated let pass: Pass
    private nonisolated let follower: Follower
    private nonisolated let openings: ProjectsOpening
    private nonisolated let door: Door
    private nonisolated let place: StreamCount.Place?
    private var following = ProjectsFollowing()
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.unownedExecutor }

    init(
        _ channel: OutboundChannel, _ live: LiveHub, _ pass: Pass, _ openings: ProjectsOpening, _ door: Door,
        _ place: StreamCount.Place? = nil
    ) {
        self.place = place
        self.channel = channel
        self.live = live
        self.pass = pass
        self.openings = openings
        self.door = door
        follower = Follower(channel, live, door)
    }

    nonisolated func opened() { assumeIsolated { $0.begin() } }
    nonisolated func drained() { follower.assumeIsolated { $0.drained() } }
    nonisolated func stopping() { channel.send([door.closing(retryAfterMs: live.retryAfterMs())]) }
    nonisolated func closed(code: UInt16, reason: String) {
        follower.assumeIsolated { $0.close() }
        place?.leave()
        assumeIsolated { session in
            session.isClosed = true
            session.live.projectsWatch.remove(session)
        }
    }

    /// From any thread.
    nonisolated func heard(_ notice: ProjectNotice) {
        channel.shard.submit { _ in self.assumeIsolated { $0.take(notice) } }
    }

    private func begin() {
        live.projectsWatch.add(self)
        follower.assumeIsolated { follower in
            follower.onEnd = { [weak self] end in self?.assumeIsolated { $0.take(end) } }
            follower.onFlow = { [weak self] in self?.assumeIsolated { $0.flowed() } }
        }
        var data = JSONObjectBytes()
        data.add("channel", "projects")
        data.add("projects", .integer(Int64(openings.projects.count)))
        data.add("recovered", .bool(openings.isRecovered))
        let starts = Dictionary(uniqueKeysWithValues: openings.projects.map { ($0.project, $0.opening.start) })
        channel.send([
            .events(
                ServerSentEvent.block(
                    id: VectorPosition(starts).description, event: "subscribed", data: data.finished()))
        ])
        perform(following.began(openings))
    }

    private func perform(_ effects: [ProjectsFollowing.Effect]) {
        for effect in effects where !isClosed {
            switch effect {
            case .list: Task { await list() }
            case .open(let project, let position): Task { await open(project, after: position) }
            case .follow(let project, let opening): follow(project, opening)
            case .unfollow(let project): _ = follower.assumeIsolated { $0.unfollow(.project(project)) }
            case .fail(let error): channel.close(code: CloseCode.failed, reason: error.code.rawValue)
            }
        }
    }

    private func list() async {
        do throws(HubError) {
            let now = try await live.visibleProjects(for: live.access.caller(pass))
            perform(following.listed(now))
            // What was archived before the list came may have been handed over to its end before.
            if following.isLeaving { flowed() }
        } catch {
            perform([.fail(error)])
        }
    }

    private func open(_ project: Project.ID, after position: JournalPosition?) async {
        do throws(HubError) {
            let opening = try await live.openProject(
                project, after: position, filter: openings.filter, for: live.access.caller(pass))
            perform([following.opened(project, opening)])
        } catch {
            if let effect = following.refused(project, error) { perform([effect]) }
        }
    }

    private func follow(_ project: Project.ID, _ opening: Opening) {
        guard follower.assumeIsolated({ $0.follow(opening) }) else { return following.lost(project) }
        guard let lost = opening.lost else { return }
        channel.send([
            Door.projectsGap(opening.selection.channel, from: lost.position, to: opening.head, reason: lost.reason)
        ])
    }

    private func take(_ notice: ProjectNotice) {
        guard !isClosed else { return }
        // Whoever may see less is told so before the projects are looked at again.
        if case .rights = notice { follower.assumeIsolated { $0.tellEnds() } }
        perform(following.heard(notice))
        // What is over may have been handed over to its end before.
        if case .archived = notice { flowed() }
    }

    private func take(_ end: Follower.End) {
        guard case .project(let project) = end.channel else { return }
        perform(following.ended(project, at: end.to, end.reason))
    }

    /// Something was handed over: says where that leads to, and lets go of what is over.
    private func flowed() {
        let (vector, effects) = following.flowed(to: follower.assumeIsolated { $0.positions })
        perform(effects)
        channel.send([
            .events(ServerSentEvent.block(id: vector.description, event: "position", data: Array("{}".utf8)))
        ])
    }
}
