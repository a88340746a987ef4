import Foundation

/// What the agent says on stdout, and in the transcript.
struct Voice {
    func say(_ line: JSON) {
        do {
            try FileHandle.standardOutput.write(contentsOf: line.line())
        } catch {
            // Nobody listens any more.
            exit(1)
        }
    }

    func complain(_ text: String) {
        say(["type": "error", "text": .text(text)])
    }

    /// Says a whole message. The transcript has it first: what was heard was written down.
    func say(message: String, id: String, turn: Int, transcript: String?) {
        if let transcript {
            do {
                try append(["message": .text(id), "text": .text(message), "turn": .integer(turn)], to: transcript)
            } catch {
                complain("transcript \(transcript): \(error.localizedDescription)")
            }
        }
        say(["type": "message", "message": .text(id), "text": .text(message)])
    }

    private func append(_ line: JSON, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        try file.seekToEnd()
        try file.write(contentsOf: line.line())
    }
}
