import Broker
import Model
import RoostTesting
import Synchronization
import Transport
import Wire

@testable import Hub

/// The hub's side of a stream over all projects: what ProjectsSession does, one step at a time, when the simulation
/// says so. Reads of the journal, and what is heard of projects, come late and in any order.
final class ProjectsConnection {
    private final class Ear: ProjectsListener {
        private let notices = Mutex<[ProjectNotice]>([])

        func heard(_ notice: ProjectNotice) { notices.withLock { $0.append(notice) } }

        func take() -> ProjectNotice? {
            notices.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    private enum Answer {
        case list([Project.ID])
        case opening(Project.ID, Opening)
        case refusal(Project.ID, HubError)
    }

    let connection: Connection
    private let hub: HubUnderTest
    private let pass: Pass
    private let openings: ProjectsOpening
    private let ear = Ear()
    private var following = ProjectsFollowing()
    /// Reads that have not been made, and some that have and are not known of.
    private var reads: [ProjectsFollowing.Effect] = []
    private var answers: [Answer] = []
    private(set) var hasBegun = false
    private(set) var hasFailed = false

    init(
        to hub: HubUnderTest, as pass: Pass, after position: VectorPosition?, _ filter: EventFilter
    ) async throws {
        (self.hub, self.pass) = (hub, pass)
        connection = Connection(to: hub, as: pass, named: "overseer", through: .projectsStream)
        openings = try await hub.live.openProjects(
            after: position, filter: filter, for: hub.live.access.caller(pass))
    }

    func begin() throws {
        guard !hasBegun else { return }
        hasBegun = true
        hub.live.projectsWatch.add(ear)
        connection.onEnd = { [unowned self] channel, position, reason in
            guard case .project(let project) = channel else { return }
            try perform(following.ended(project, at: position, reason))
        }
        connection.onFlow = { [unowned self] in try flowed() }
        let starts = Dictionary(uniqueKeysWithValues: openings.projects.map { ($0.project, $0.opening.start) })
        let data = WireJSON.encode(.object(["recovered": .bool(openings.isRecovered)]))
        try say("subscribed", id: VectorPosition(starts).description, data)
        try perform(following.began(openings))
    }

    func close() {
        hub.live.projectsWatch.remove(ear)
        connection.close()
    }

    /// - Returns: false when there is nothing to hear.
    func listen() throws -> Bool {
        guard let notice = ear.take() else { return false }
        if case .rights = notice { try connection.tellEnds() }
        try perform(following.heard(notice))
        if case .archived = notice { try flowed() }
        return true
    }

    /// Makes a read, or hears what one of them has found.
    ///
    /// - Returns: false when there is nothing to do.
    func readOn(using random: inout SeededRandom) async throws -> Bool {
        let at = Int.random(in: 0...(reads.count + answers.count), using: &random)
        if at < answers.count {
            switch answers.remove(at: at) {
            case .list(let projects): try perform(following.listed(projects))
            case .opening(let project, let opening): try perform([following.opened(project, opening)])
            case .refusal(let project, let error):
                if let effect = following.refused(project, error) { try perform([effect]) }
            }
        } else if at - answers.count < reads.count {
            try await read(reads.remove(at: at - answers.count))
        }
        return !reads.isEmpty || !answers.isEmpty
    }

    private func read(_ effect: ProjectsFollowing.Effect) async throws {
        let caller = hub.live.access.caller(pass)
        switch effect {
        case .list:
            do throws(HubError) {
                answers.append(.list(try await hub.live.visibleProjects(for: caller)))
            } catch {
                try fail(error)
            }
        case .open(let project, let position):
            do throws(HubError) {
                let opening = try await hub.live.openProject(
                    project, after: position, filter: openings.filter, for: caller)
                answers.append(.opening(project, opening))
            } catch {
                answers.append(.refusal(project, error))
            }
        case .follow, .unfollow, .fail: throw Violation("\(effect) is no read")
        }
    }

    private func perform(_ effects: [ProjectsFollowing.Effect]) throws {
        for effect in effects {
            switch effect {
            case .list, .open: reads.append(effect)
            case .follow(let project, let opening):
                guard connection.follow(opening) else {
                    following.lost(project)
                    continue
                }
                guard let lost = opening.lost else { continue }
                try connection.say(
                    Door.projectsGap(
                        opening.selection.channel, from: lost.position, to: opening.head, reason: lost.reason))
            case .unfollow(let project): connection.unfollow(.project(project))
            case .fail(let error): try fail(error)
            }
        }
    }

    /// The hub ends the stream: rightly so when its person may see nothing any more.
    private func fail(_ error: HubError) throws {
        try require(error.code == .unauthenticated, "the stream fails: \(error)")
        hasFailed = true
    }

    private func flowed() throws {
        let (vector, effects) = following.flowed(to: connection.positions)
        try perform(effects)
        try say("position", id: vector.description, Array("{}".utf8))
    }

    private func say(_ event: String, id: String, _ data: [UInt8]) throws {
        try connection.say(.events(ServerSentEvent.block(id: id, event: event, data: data)))
    }
}
