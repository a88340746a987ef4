import Engine
import Journal
import Model
import WebCodec
import Wire

extension OperationTable {
    private static let exampleJob: JSONValue = "job_01JD6Z5Z0A0000000000000000"

    static let jobs: [Operation] = [
        Operation(
            "jobs.list", .get("/api/jobs"), summary: "Lists the hub's long tasks, the newest first.",
            input: [
                .optional(
                    "status",
                    .array(.choice(of: Job.Status.self), max: .items(Job.Status.allCases.count, "jobStatuses")),
                    "Any of these."),
                .optional("kind", .choice(of: Job.Kind.self)), .cursor(of: Job.self), .limit(),
            ], output: .array(.job, max: nil), ability: .hubRead, example: ["status": ["running"]]
        ) { call in
            let after = call.cursor(Job.self)
            return try await call.read { reader in
                let rows = try reader.jobs(
                    among: call.caller.rights.readableProjects, withHubs: call.caller.rights.hub.contains(.hubAdmin),
                    statuses: call.choices("status"), kind: call.choice("kind"), after: after, limit: call.limit + 1,
                    as: Stored<Job>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "jobs.get", .get("/api/jobs/{job}"), summary: "Shows a job.", input: [.subject(Job.self)], output: .job,
            ability: .hubRead, example: ["job": exampleJob]
        ) { call in
            let id: Job.ID = try call.id()
            return try await call.read { reader in
                let job = try reader.required(id, for: call.caller)
                return try .entity(job, at: reader.position(of: job))
            }
        },
        Operation(
            "jobs.log", .get("/api/jobs/{job}/log"), summary: "Lists the lines of a job's log, from the beginning.",
            input: [
                .subject(Job.self), .cursor("^[0-9]{1,18}$") { Int($0) != nil },
                .limit(JobLimits.linesPageMax, defaultsTo: Limits.pageMax),
            ], output: .array(.jobLine, max: nil), ability: .hubRead, example: ["job": exampleJob]
        ) { call in
            let id: Job.ID = try call.id()
            let after = call.text("cursor").flatMap(Int.init)
            let limit = call.limit(defaultsTo: Limits.pageMax)
            return try await call.read { reader in
                _ = try reader.required(id, for: call.caller)
                let lines = try reader.log(of: id, after: after, limit: limit + 1)
                let page = lines.prefix(limit)
                return OperationAnswer(
                    data: try WireJSON.encode(Array(page)),
                    nextCursor: lines.count > limit ? page.last.map { "\($0.index)" } : nil)
            }
        },
        Operation(
            "jobs.cancel", .post("/api/jobs/{job}/cancel"),
            summary:
                "Ends a job; what it has begun is removed. 409 when it is over. It needs `project:write` in the job's project; `hub:admin` for one that is of none.",
            input: [.subject(Job.self)], output: .job, ability: .hubRead, events: [.jobError],
            example: ["job": exampleJob]
        ) { call in
            let id: Job.ID = try call.id()
            let job = try await call.read { try $0.required(id, for: call.caller) }
            if let project = job.projectId {
                try await call.hub.authorize(
                    .projectWrite, on: .project, project.rawValue, for: call.caller, "jobs.cancel")
            } else {
                try call.caller.require(.hubAdmin, for: "jobs.cancel")
            }
            return try .changed(try await call.engine.cancelJob(id, by: call.actor))
        },
    ]
}

extension Reader {
    fileprivate func required(_ id: Job.ID, for caller: Caller) throws -> Job {
        let job = try required(id)
        guard caller.sees(job) else { throw HubError.notFound(.job, id.rawValue) }
        return job
    }
}
