import Broker
import Model
import Transport
import Wire

/// The events of all projects that the caller may see as one event stream.
///
/// Each project's journal is a subscription of its own, in order and with its own numbers; among journals there is no
/// order. Events are the frames that everybody's streams share, and so have no `id:`; what a client comes back with is
/// a `position` event behind each batch, whose `id:` says all journals' places at once.
actor ProjectsSession: OutboundHandler {
    private nonisolated let channel: OutboundChannel
    private nonisolated let live: LiveHub
    private nonisolated let pass: Pass
    private nonisolated let follower: Follower
    private nonisolated let openings: ProjectsOpening
    private nonisolated let door: Door
    /// Gone on with soon: after a gap, from where it ended.
    private var waiting: [Project.ID: JournalPosition] = [:]
    /// Archived projects, and the last event that is theirs.
    private var leaving: [Project.ID: UInt64] = [:]
    /// Heard of before the stream was open.
    private var early: [ProjectNotice] = []
    private var isOpen = false
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.unownedExecutor }

    init(_ channel: OutboundChannel, _ live: LiveHub, _ pass: Pass, _ openings: ProjectsOpening, _ door: Door) {
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
        for (project, opening) in openings.projects { follow(project, opening) }
        // The list was read before this session could be told of changes: what it missed is found now.
        Task { await catchUp() }
    }

    private func follow(_ project: Project.ID, _ opening: Opening) {
        waiting[project] = nil
        guard follower.assumeIsolated({ $0.follow(opening) }) else { return }
        if let lost = opening.lost {
            channel.send([
                Door.projectsGap(
                    opening.selection.channel, from: lost.position, to: opening.head, reason: lost.reason)
            ])
        }
        if opening.isArchived { leaving[project] = opening.head.seq }
    }

    private func catchUp() async {
        do throws(HubError) {
            let now = try await live.visibleProjects(for: live.access.caller(pass))
            guard !isClosed else { return }
            isOpen = true
            for project in now { take(.created(project)) }
            let earlier = early
            early = []
            for notice in earlier { take(notice) }
        } catch {
            fail(error)
        }
    }

    private func take(_ notice: ProjectNotice) {
        guard isOpen, !isClosed else {
            if !isClosed { early.append(notice) }
            return
        }
        switch notice {
        case .created(let project): goOn(project, after: nil)
        case .archived(let project, let seq):
            leaving[project] = seq
            flowed()
        case .rights:
            follower.assumeIsolated { $0.tellEnds() }
            Task { await catchUp() }
        }
    }

    /// - Parameter position: nil for the journal's beginning.
    private func goOn(_ project: Project.ID, after position: JournalPosition?) {
        let isKnown = follower.assumeIsolated { $0.follows(.project(project)) } || waiting[project] != nil
        guard position != nil || !isKnown else { return }
        guard isKnown || followedCount < VectorPosition.projectsMax else {
            return fail(LiveHub.tooManyProjects)
        }
        waiting[project] = position ?? JournalPosition(epoch: "", seq: 0)
        Task { await reopen(project, after: position) }
    }

    private var followedCount: Int { follower.assumeIsolated { $0.count } + waiting.count }

    private func reopen(_ project: Project.ID, after position: JournalPosition?) async {
        do throws(HubError) {
            let opening = try await live.openProject(
                project, after: position, filter: openings.filter, for: live.access.caller(pass))
            guard !isClosed else { return }
            follow(project, opening)
        } catch {
            guard !isClosed else { return }
            waiting[project] = nil
            if error.code != .projectNotFound && error.code != .forbidden { fail(error) }
        }
    }

    private func take(_ end: Follower.End) {
        guard case .project(let project) = end.channel else { return }
        switch end.reason {
        case .access: leaving[project] = nil
        case .retention, .epoch: goOn(project, after: end.to)
        }
    }

    /// Something was handed over: says where that leads to, and lets go of what is over.
    private func flowed() {
        let cursors = follower.assumeIsolated { $0.positions }
        for (project, seq) in leaving where (cursors[.project(project)]?.seq ?? .max) >= seq {
            leaving[project] = nil
            _ = follower.assumeIsolated { $0.unfollow(.project(project)) }
        }
        var vector = VectorPosition(waiting.filter { !$0.value.epoch.isEmpty })
        for (name, position) in follower.assumeIsolated({ $0.positions }) {
            if case .project(let project) = name { vector.positions[project] = position }
        }
        channel.send([
            .events(ServerSentEvent.block(id: vector.description, event: "position", data: Array("{}".utf8)))
        ])
    }

    /// Whoever comes back resumes where this ended.
    private func fail(_ error: HubError) { channel.close(code: CloseCode.failed, reason: error.code.rawValue) }
}
