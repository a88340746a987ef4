import Agents
import Foundation
import Keeper
import Model

/// The sessions' files of one agent.
struct TranscriptShelf: Sendable {
    /// 20,000 files are looked at by name: years of work; what is behind them is not found.
    private static let filesMax = 20_000
    /// Of a file as much is read for its head as comes at once.
    private static let headBatchesMax = 4

    let provider: Provider
    let folder: SessionFolder

    struct Item: Sendable {
        let path: String
        let byteCount: Int
        let updatedAt: Timestamp
    }

    struct Contents: Sendable {
        var head: SessionHead
        var effects: [(effects: [AgentEffect], at: Timestamp?)] = []
        var usage: Usage?
        var lastWords: String?
        var endedAt: Timestamp?
    }

    /// Newest first.
    func items() throws -> [Item] {
        var items: [Item] = []
        try gather(folder.path, folder.depth, &items)
        return items.sorted { ($0.updatedAt, $0.path) > ($1.updatedAt, $1.path) }
    }

    /// - Parameter id: which the names of both agents' files end with.
    func item(of id: String) throws -> Item? {
        try items().first { $0.path.hasSuffix(id + ".jsonl") }
    }

    /// What a file begins with; nil for one that is none of a session.
    func head(of item: Item) throws -> SessionHead? {
        var history = folder.makeHistory()
        var reader = SpoolReader(path: item.path)
        var offset: UInt64 = 0
        for _ in 0..<Self.headBatchesMax {
            let batch = try reader.lines(from: offset, isFinal: true)
            for line in batch.lines where line.part == .whole {
                _ = history.read(line.bytes)
                if history.head.firstWords != nil, history.head.id != nil, history.head.workingDirectory != nil {
                    return history.head
                }
            }
            guard batch.nextOffset > offset else { break }
            offset = batch.nextOffset
        }
        return history.head.id == nil ? nil : history.head
    }

    /// - Throws: `HubError` `.limitExceeded` for one with too many entries.
    func contents(of item: Item, entriesMax: Int) throws -> Contents {
        var history = folder.makeHistory()
        var reader = SpoolReader(path: item.path)
        var offset: UInt64 = 0
        var contents = Contents(head: history.head)
        var entries = 0
        while true {
            let batch = try reader.lines(from: offset, isFinal: true)
            for line in batch.lines where line.part == .whole {
                let effects = history.read(line.bytes)
                entries += effects.count
                guard entries <= entriesMax else {
                    throw HubError.limit("transcriptEntriesMax", entriesMax, "the session has too many entries")
                }
                if !effects.isEmpty { contents.effects.append((effects, history.readAt)) }
            }
            guard batch.nextOffset > offset else { break }
            offset = batch.nextOffset
        }
        contents.effects.append((history.end(), history.readAt))
        (contents.head, contents.usage, contents.lastWords) = (history.head, history.usage, history.lastWords)
        contents.endedAt = history.readAt
        return contents
    }

    private func gather(_ path: String, _ depth: Int, _ items: inout [Item]) throws {
        for name in try FolderOnDisk(path).names().sorted(by: >) where items.count < Self.filesMax {
            let inner = path + "/" + name
            // Links are not followed: what lies elsewhere is none of the agent's.
            let attributes = try FileManager.default.attributesOfItem(atPath: inner)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory? where depth > 0: try gather(inner, depth - 1, &items)
            case .typeRegular? where depth == 0 && name.hasSuffix(".jsonl") && name.hasPrefix(folder.namePrefix):
                guard let size = attributes[.size] as? Int, let date = attributes[.modificationDate] as? Date else {
                    continue
                }
                let milliseconds = Int64(date.timeIntervalSince1970 * 1_000)
                items.append(
                    Item(path: inner, byteCount: size, updatedAt: Timestamp(millisecondsSince1970: milliseconds)))
            default: continue
            }
        }
    }
}
