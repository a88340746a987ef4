import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleProcess: JSONValue = "prc_01JD6Z5Z0A0000000000000000"

    static let processes: [Operation] = [
        Operation(
            "scripts.start", .post("/api/runs/{run}/scripts"),
            summary:
                "Runs one of the project's scripts in a run's worktree; but for `dev`, only while no agent is at work.",
            input: [
                .subject(Run.self),
                .required(
                    "script", .scriptName,
                    "`setup`, `cleanup`, `verify`, `dev`, or the name of one of the project's own."),
            ], output: .process,
            success: .created, ability: .runWrite, rateGroup: .starting, events: [.processCreated],
            example: ["run": exampleRun, "script": "dev"]
        ) { call in
            try .changed(
                await call.engine.startScript(
                    Script.Choice(call.text("script") ?? ""), of: call.id(), by: call.actor))
        },
        Operation(
            "processes.get", .get("/api/processes/{process}"), summary: "Shows a process.",
            input: [.subject(ChildProcess.self)], output: .process, ability: .projectRead,
            example: ["process": exampleProcess]
        ) { call in
            let id: ChildProcess.ID = try call.id()
            return try await call.read { reader in
                let process = try reader.required(id)
                return try .entity(process, at: reader.position(of: process))
            }
        },
        Operation(
            "processes.output", .get("/api/processes/{process}/output"),
            summary: "Shows what a process said, from a byte on; waits for more when asked to.",
            input: [
                .subject(ChildProcess.self), .optional("stream", .choice(of: OutputStream.self), "Absent: `stdout`."),
                .optional("offset", .integer(0...Int64(Limits.processOutputBytesMax)), "0, or `nextOffset`."),
                .optional(
                    "byteCount", .integer(1...Int64(ProcessOutput.byteCountMax)),
                    "How many at most; \(ProcessOutput.byteCountDefault) when absent."),
                .optional(
                    "waitMs", .integer(0...Int64(ProcessOutput.waitMsMax)),
                    "How long to wait for more when there is nothing yet."),
            ], output: .processOutput, ability: .projectRead, waits: true, example: ["process": exampleProcess]
        ) { call in
            let output = try await call.engine.output(
                of: call.id(), call.choice("stream") ?? .stdout,
                from: call.input["offset"]?.integer.map { Int($0) } ?? 0,
                count: call.input["byteCount"]?.integer.map { Int($0) } ?? ProcessOutput.byteCountDefault,
                waitMs: call.input["waitMs"]?.integer.map { Int($0) } ?? 0)
            return OperationAnswer(data: try WireJSON.encode(output))
        },
        Operation(
            "processes.input", .post("/api/processes/{process}/input"),
            summary: "Tells a script something on its standard input, or that nothing more will come.",
            input: [
                .subject(ChildProcess.self), .optional("text", .prompt), .optional("end", .boolean, "Ends its input."),
            ], output: .process, ability: .runWrite, rateGroup: .open,
            example: ["process": exampleProcess, "text": "rs\n"]
        ) { call in
            let process = try await call.engine.sendInput(to: call.id(), call.decode(ProcessInput.self))
            return try .entity(process, at: try await call.read { try $0.position(of: process) })
        },
        Operation(
            "processes.resize", .post("/api/processes/{process}/resize"),
            summary: "Tells a script on a terminal how large that is now.",
            input: [.subject(ChildProcess.self)] + Schema.screenSizeFields, output: .process, ability: .runWrite,
            rateGroup: .open,
            events: [.processUpdated], example: ["process": exampleProcess, "columns": 120, "rows": 40]
        ) { call in
            try .changed(
                await call.engine.resize(call.id(), to: call.decode(ScreenSize.self), by: call.actor))
        },
        Operation(
            "processes.stop", .post("/api/processes/{process}/stop"),
            summary: "Ends a script's process, with all that it started. An agent's ends with its run.",
            input: [.subject(ChildProcess.self)], output: .process, ability: .runWrite, events: [.processUpdated],
            example: ["process": exampleProcess]
        ) { call in try .changed(await call.engine.stopProcess(call.id(), by: call.actor)) },
    ]
}
