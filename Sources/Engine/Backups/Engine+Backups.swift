import Dispatch
package import Journal
package import Model
import Synchronization

extension Engine {
    /// Begins a backup: a job.
    package func makeBackup(by actor: Actor) async throws -> Committed<Job> {
        let (data, folder, limits, clock) = (settings.dataFolder, backups, settings.jobs, clock)
        return try await jobs.submit(.backup, by: actor) { reporter in
            try folder.prepare()
            let name = BackupFolder.name(at: clock.now())
            try await reporter.say("to \(name)")
            let manifest = try await Blocking.run(reporter) { step in
                try DataBackup(of: data, to: folder.place(of: name)).run(at: clock.now(), step: step)
            }
            try await reporter.say("\(manifest.databaseByteCount) bytes of rows, \(manifest.attachments) attachments")
            for old in try folder.list().dropFirst(limits.backupsMax) {
                try folder.remove(old.name)
                try await reporter.say("removed \(old.name): more than backupsMax (\(limits.backupsMax))")
            }
            return ["backup": .string(name), "byteCount": .integer(Int64(manifest.byteCount))]
        }
    }
}

/// Work that keeps a thread waiting, and none of the pool's.
enum Blocking {
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    /// - Parameter work: says before each step what it is at; is ended there when the task is cancelled.
    static func run<Value: Sendable>(
        _ reporter: JobReporter,
        _ work: @escaping @Sendable (_ step: (Double, String) throws -> Void) throws -> Value
    ) async throws -> Value {
        let flag = Flag()
        let (steps, continuation) = AsyncStream.makeStream(of: (Double, String).self)
        async let value = withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                DispatchQueue.global().async {
                    waiter.resume(
                        with: Result {
                            defer { continuation.finish() }
                            return try work { progress, message in
                                guard !flag.isSet.withLock(\.self) else { throw CancellationError() }
                                continuation.yield((progress, message))
                            }
                        })
                }
            }
        } onCancel: {
            flag.isSet.withLock { $0 = true }
        }
        for await (progress, message) in steps {
            try await reporter.advance(to: progress, message)
            try await reporter.say(message)
        }
        return try await value
    }
}
