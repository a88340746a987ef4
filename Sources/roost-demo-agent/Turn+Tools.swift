import Foundation

extension Turn {
    /// 16 KiB: what a tool shows of its output.
    private static let outputByteCountMax = 16 << 10

    /// What a tool came to.
    private struct Outcome {
        let status: String
        let output: String
        var exitCode: Int?

        static func succeeded(_ output: String) -> Outcome { Outcome(status: "succeeded", output: output) }
        static func failed(_ error: any Error) -> Outcome {
            Outcome(status: "failed", output: error.localizedDescription)
        }
    }

    mutating func read(_ path: String) throws(Ears.Interrupted) {
        try use("read_file", ["path": .text(path)]) {
            do {
                let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                defer { file.closeFile() }
                return .succeeded(
                    String(decoding: try file.read(upToCount: Self.outputByteCountMax) ?? Data(), as: UTF8.self))
            } catch {
                return .failed(error)
            }
        }
    }

    /// Appends to a file, or creates it with a beginning of its own.
    mutating func write(_ path: String, first: String, _ text: String) throws(Ears.Interrupted) {
        let isThere = FileManager.default.fileExists(atPath: path)
        let text = isThere ? text : first + text
        let mode = isThere ? "append" : "create"
        try use("edit_file", ["path": .text(path), "mode": .text(mode), "text": .text(text)]) {
            do {
                try Self.append(text, to: URL(fileURLWithPath: path))
                return .succeeded("\(mode): \(path), \(text.utf8.count) bytes")
            } catch {
                return .failed(error)
            }
        }
    }

    /// Runs a command if it may.
    /// - Returns: what to say of it.
    mutating func run(_ arguments: [String]) throws(Ears.Interrupted) -> String {
        let input: JSON = ["argv": .list(arguments.map { .text($0) })]
        let line = arguments.joined(separator: " ")
        let tool = numbers.next("tool")
        if settings.asksApproval, let refusal = try ask(tool, title: "Run `\(line)`?", input) {
            return "I did not run `\(line)`: \(refusal)."
        }
        try use("run_command", input, id: tool) { Self.execute(arguments) }
        return "I ran `\(line)`, and this is how it stands."
    }

    /// - Returns: nil when it is approved, and otherwise the reason.
    private mutating func ask(_ tool: String, title: String, _ input: JSON) throws(Ears.Interrupted) -> String? {
        let id = numbers.next("approval")
        voice.say([
            "type": "approval", "id": .text(id), "toolId": .text(tool), "title": .text(title), "tool": "run_command",
            "input": input,
        ])
        do {
            let answer = try ears.answer(to: id)
            guard !answer.isApproved else { return nil }
            let reason = answer.reason ?? "it was denied"
            tell(tool, "run_command", input, Outcome(status: "denied", output: reason))
            return reason
        } catch {
            tell(tool, "run_command", input, Outcome(status: "denied", output: "interrupted"))
            throw error
        }
    }

    private mutating func use(
        _ name: String, _ input: JSON, id: String? = nil, _ work: () -> Outcome
    ) throws(Ears.Interrupted) {
        let id = id ?? numbers.next("tool")
        voice.say(["type": "tool", "id": .text(id), "name": .text(name), "input": input, "status": "started"])
        tell(id, name, input, work())
        try ears.pause(ms: settings.paceMs)
    }

    private func tell(_ id: String, _ name: String, _ input: JSON, _ outcome: Outcome) {
        var line: [String: JSON] = [
            "type": "tool", "id": .text(id), "name": .text(name), "input": input, "status": .text(outcome.status),
            "output": .text(outcome.output),
        ]
        line["exitCode"] = outcome.exitCode.map { .integer($0) }
        voice.say(.object(line))
    }

    private static func append(_ text: String, to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard FileManager.default.fileExists(atPath: file.path) else { return try Data(text.utf8).write(to: file) }
        let handle = try FileHandle(forWritingTo: file)
        defer { handle.closeFile() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
    }

    private static func execute(_ arguments: [String]) -> Outcome {
        let process = Process()
        let pipe = Pipe()
        // env finds the program along PATH; no shell reads the arguments.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            let code = Int(process.terminationStatus)
            return Outcome(
                status: code == 0 ? "succeeded" : "failed",
                output: String(decoding: output.prefix(outputByteCountMax), as: UTF8.self), exitCode: code)
        } catch {
            return .failed(error)
        }
    }
}
