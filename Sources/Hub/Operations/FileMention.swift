import Journal
import Model
import Wire

/// Whether an event is about a file: it names the file, or one in the folder.
enum FileMention {
    /// - Parameter path: relative to a worktree's top; nil admits every event.
    static func filter(_ path: String?) -> (CommittedEvent) throws -> Bool {
        guard let path else { return { _ in true } }
        let wanted = path.hasSuffix("/") ? String(path.dropLast()) : path
        return { event in
            // What else there is names no files, and need not be read.
            guard mayName(event.header.type) else { return false }
            return try names(in: WireJSON.parse(event.payload)["data"]).contains { matches($0, wanted) }
        }
    }

    private static func mayName(_ type: EventType) -> Bool {
        switch type {
        case .fileChanged, .entryAdded, .entryUpdated, .reviewSubmitted: true
        default: false
        }
    }

    private static func names(in data: JSONValue?) -> [String] {
        let files = data?["files"]?.array?.compactMap(\.string) ?? []
        let remarks = data?["comments"]?.array?.compactMap { $0["path"]?.string } ?? []
        guard let tool = data?["content"]?["tool"], let action = tool["action"]?.string.flatMap(ToolUse.Action.init),
            action == .fileRead || action == .fileEdit
        else { return files + remarks }
        return files + remarks + [tool["title"]?.string].compactMap(\.self)
    }

    /// Agents name files by their whole paths, of which the worktree's is not known here.
    private static func matches(_ name: String, _ wanted: String) -> Bool {
        name.hasPrefix("/") ? "\(name)/".contains("/\(wanted)/") : "\(name)/".hasPrefix("\(wanted)/")
    }
}
