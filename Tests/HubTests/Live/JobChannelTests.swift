import Broker
@testable import Engine
import Hub
import Journal
import Model
import RoostTesting
import Testing

@Suite("A job's channel", .timeLimit(.minutes(2))) struct JobChannelTests {
    private func makeJob(_ world: LiveWorld, in project: Project.ID?) async throws -> Job {
        try await world.journal.change(project.map(JournalKey.project) ?? .hub, by: .local) { [ids = world.ids] tx in
            let job = Job(id: ids.make(), kind: .backup, projectId: project, by: .local, at: tx.now)
            try tx.put(job, as: .jobCreated)
            return job
        }.value
    }

    private func begin(_ job: Job, _ world: LiveWorld) async throws {
        try await world.journal.change(of: job.id, by: .system) { tx in
            var job = try tx.required(job.id)
            try job.begin(at: tx.now)
            try tx.put(job, as: .jobProgress)
        }
    }

    @Test("shows the job and its last lines, then what happens to it alone, and new lines as they come")
    func channel() async throws {
        try await LiveWorld.run { world in
            let (job, other) = (try await makeJob(world, in: nil), try await makeJob(world, in: nil))
            try await world.journal.change(.hub, by: .system) { tx in
                try tx.append([(tx.now, "one"), (tx.now, "two")], to: job.id, kept: 10)
            }
            let watcher = try await SocketClient.connect(to: world)
            let answer = try await watcher.subscribe(["channel": .string("job:\(job.id)"), "snapshot": true])
            let snapshot = try #require(answer["snapshot"])
            #expect(snapshot["job"]?["id"]?.string == job.id.rawValue)
            #expect(snapshot["log"]?.array?.compactMap { $0["text"]?.string } == ["one", "two"])
            #expect(snapshot["logTotal"] == 2)
            try await begin(other, world)
            try await begin(job, world)
            let event = try await watcher.expect("job.progress")
            #expect(event["data"]?["id"]?.string == job.id.rawValue)
            #expect(event["jobId"]?.string == job.id.rawValue)
            world.hub.publish(JobLogUpdate(journal: .hub, jobId: other.id, next: 1, text: "not this\n"))
            world.hub.publish(JobLogUpdate(journal: .hub, jobId: job.id, next: 3, text: "three\n"))
            world.hub.publish(JobLogUpdate(journal: .hub, jobId: job.id, next: 5, text: "four\nfive\n"))
            let lines = try await watcher.expect("job.log")
            #expect(
                lines["data"] == [
                    "jobId": .string(job.id.rawValue), "next": 5, "text": "three\nfour\nfive\n",
                ])
        }
    }

    @Test("of a project's job is a view of that project's journal") func ofProject() async throws {
        try await LiveWorld.run { world in
            let job = try await makeJob(world, in: world.project.id)
            let watcher = try await SocketClient.connect(to: world)
            let answer = try await watcher.subscribe(["channel": .string("job:\(job.id)")])
            #expect(answer["seq"]?.integer == Int64(try await world.position().seq))
            try await world.addCard()
            try await begin(job, world)
            let event = try await watcher.expect("job.progress")
            #expect(event["projectId"]?.string == world.project.id.rawValue)
        }
    }

    @Test("of the hub's own job ends for who administers the hub no more") func demoted() async throws {
        try await LiveWorld.run { world in
            try await world.setUp()
            let ada = try await world.people.make("ada", .admin)
            let job = try await makeJob(world, in: nil)
            let watcher = try await SocketClient.connect(to: world, ada.query)
            try await watcher.subscribe(["channel": .string("job:\(job.id)")])
            try await world.people.set(.member, for: ada.user)
            #expect(try await watcher.expect("gap")["data"]?["reason"] == "access")
            world.hub.publish(JobLogUpdate(journal: .hub, jobId: job.id, next: 1, text: "not for her\n"))
            watcher.send("ping", id: 1)
            try await watcher.expect("pong")
        }
    }
}
