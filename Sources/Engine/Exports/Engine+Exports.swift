package import Journal
package import Model

extension Engine {
    /// Begins an export of a project: a job.
    package func exportProject(_ id: Project.ID, by actor: Actor) async throws -> Committed<Job> {
        let project = try await journal.read { try $0.required(id) }
        let (data, folder, limits, clock) = (settings.dataFolder, exports, settings.jobs, clock)
        let coding = journal.coding
        return try await jobs.submit(.export, in: id, by: actor) { reporter in
            try folder.prepare()
            let name = ExportFolder.name(of: project, at: clock.now())
            try await reporter.say("to \(name)")
            let (manifest, byteCount) = try await Blocking.run(reporter) { step in
                try ProjectExport(of: data, coding: coding).run(
                    id.rawValue, to: folder.place(of: name), at: clock.now(), step: step)
            }
            for file in manifest.files { try await reporter.say("\(file.name): \(file.lines) lines") }
            try await reporter.say("\(manifest.attachments) attachments")
            for old in try folder.list().dropFirst(limits.exportsMax) {
                try folder.remove(old.name)
                try await reporter.say("removed \(old.name): more than exportsMax (\(limits.exportsMax))")
            }
            return ["export": .string(name), "byteCount": .integer(Int64(byteCount))]
        }
    }
}
