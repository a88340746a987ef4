import Foundation
import Model
import Testing
import Wire

@testable import Hub

/// What the clients and the pages under `protocol/` know by heart, beside what the hub goes by.
@Suite("Lists that clients have")
struct ClientListsTests {
    private static let javascript = "clients/javascript/roost.js"
    private static let python = "clients/python/src/roost"

    private func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../protocol")
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// - Returns: what stands between the first `start` and the next `end`.
    private func part(of path: String, from start: String, to end: String) throws -> Substring {
        let text = try text(path)
        let begin = try #require(text.range(of: start), "\(path) has no \(start)").upperBound
        let close = try #require(text.range(of: end, range: begin..<text.endIndex)).lowerBound
        return text[begin..<close]
    }

    private var refusing: Set<String> {
        Set(OperationTable.all.operations.filter { $0.keyUse == .refused }.flatMap { [$0.name] + $0.aliases })
    }

    @Test(
        "which operations refuse a key",
        arguments: [
            (javascript, "withoutKey = new Set([", "])"), ("\(python)/client.py", "without_key = frozenset({", "})"),
            ("writing-a-client.md", "tell a secret and take no key: ", "\n"),
            ("protocol.md", "says `refused`): ", ".\n"),
        ])
    func keys(path: String, start: String, end: String) throws {
        let names = try part(of: path, from: start, to: end).matches(of: #/[a-z]+\.[a-z]+/#).map { String($0.output) }
        #expect(Set(names) == refusing)
        #expect(names.count == refusing.count)
    }

    @Test(
        "the kind of a thing by its prefix",
        arguments: [
            (javascript, "kindOfPrefix = {"), ("\(python)/store.py", "kind_of_prefix = {"),
        ])
    func kinds(path: String, start: String) throws {
        let pairs = try part(of: path, from: start, to: "}")
            .matches(of: #/"?([a-z]{3})"?: ['"]([a-z]+)['"]/#).map { [String($0.1), String($0.2)] }
        #expect(Set(pairs) == Set(EntityKind.allCases.map { [$0.type.idPrefix, $0.rawValue] }))
    }

    /// - Returns: what stands in backquotes.
    private func quoted(_ text: Substring) -> [String] { text.matches(of: #/`([^`]+)`/#).map { String($0.1) } }

    @Test("the page names every type of event once") func eventTypes() throws {
        let types = quoted(try part(of: "protocol.md", from: "Types, of a project's journal:", to: "Every type,"))
            .filter { $0.wholeMatch(of: #/[a-z]+\.[a-z]+( [a-z]+)*/#) != nil }
            .flatMap { group in
                let (noun, verbs) = (group.prefix { $0 != "." }, group.drop { $0 != "." }.dropFirst())
                return verbs.split(separator: " ").map { "\(noun).\($0)" }
            }
        #expect(types.sorted() == EventType.allCases.map(\.rawValue).sorted())
    }

    @Test("the page names what each snapshot has", arguments: ["project:", "run:", "card:", "hub", "user:me"])
    func snapshots(channel: String) throws {
        let all = try part(of: "protocol.md", from: "- Snapshots: ", to: ". Older")
        let own = try #require(all.split(separator: ";").first { $0.contains("`\(channel)` has") })
        let row = try #require(LiveChannelRow.all.first { $0.address.hasPrefix(channel) })
        #expect(Set(quoted(own).dropFirst()) == Set(row.snapshot.map(\.name)))
    }

    @Test("the page names what holds a queued run") func holds() throws {
        let named = try part(of: "protocol.md", from: "what it is `heldBy`\n(`", to: "`)").split(separator: " ")
        #expect(Set(named.map(String.init)) == Set(Run.QueuePlace.Hold.allCases.map(\.rawValue)))
    }

    @Test("the page names every prefix") func prefixes() throws {
        let named = try part(of: "protocol.md", from: "are opaque: a prefix (`", to: "`)").split(separator: " ")
        #expect(Set(named.map { String($0.dropLast()) }) == Set(EntityKind.allCases.map { $0.type.idPrefix }))
    }
}
