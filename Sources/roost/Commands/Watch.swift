import ArgumentParser
import Client
import Foundation
import Model

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow a project in the terminal: every event, once, in order, across lost connections.")

    @Argument(help: "The project's slug or id.") var project: String
    @Flag(help: "Print each frame as a line of JSON.") var json = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let follower = ChannelFollower(
            address: try connection.address(), connector: try connection.connector(),
            tls: try connection.authorities(), token: connection.shownToken, clock: SystemClock(),
            subscription: ["projectId": .string(project)])
        let screen = WatchScreen(isJSON: json)
        do {
            try await follower.run { news in
                for line in screen.lines(for: news) { print(line.printable) }
                fflush(nil)
                return true
            }
        } catch let error as HubClientError {
            throw CommandFailure("\(error)")
        }
    }
}

/// What is printed for what is heard.
struct WatchScreen {
    let isJSON: Bool

    func lines(for news: ChannelFollower.News) -> [String] {
        switch news {
        case .event(let frame): isJSON ? [compact(frame)] : line(for: frame).map { [$0] } ?? []
        case .snapshot(let state): isJSON ? [compact(["type": "snapshot", "data": state])] : summary(of: state)
        case .missed(let reason): [note("events were missed (\(reason)); starting again from a snapshot")]
        case .disconnected(let error, let wait): [note("\(error); trying again in \(wait)")]
        case .connected: [note("connected")]
        }
    }

    private func note(_ text: String) -> String {
        isJSON ? compact(["type": "note", "data": .string(text)]) : "— \(text)"
    }

    private func compact(_ value: JSONValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        guard let data = try? encoder.encode(value) else { return "\(value)" }
        return String(decoding: data, as: UTF8.self)
    }

    private func summary(of state: JSONValue) -> [String] {
        let project = state["project"]?["name"]?.string ?? ""
        var lines = ["\(project): \(count(state, "cards")) cards, \(count(state, "runs")) runs"]
        for column in state["columns"]?.array ?? [] {
            let cards = (state["cards"]?.array ?? []).filter { $0["columnId"] == column["id"] }
            lines.append("  \(column["name"]?.string ?? "") (\(cards.count))")
            lines += cards.map { "    \($0["title"]?.string ?? "")  [\($0["status"]?.string ?? "")]" }
        }
        return lines
    }

    private func count(_ state: JSONValue, _ name: String) -> Int { state[name]?.array?.count ?? 0 }

    private func line(for frame: JSONValue) -> String? {
        guard let type = frame["type"]?.string, let seq = frame["seq"]?.integer, let data = frame["data"] else {
            return nil
        }
        let time = (frame["ts"]?.string ?? "").dropFirst(11).prefix(8)
        return "\(time) \(seq) \(type)  \(what(data))"
    }

    private func what(_ data: JSONValue) -> String {
        if let title = data["title"]?.string { return title + status(data) }
        if let content = data["content"] {
            let text = content["text"]?.string ?? content["tool"]?["title"]?.string ?? ""
            return "\(content["kind"]?.string ?? ""): " + text.replacing("\n", with: " ").prefix(160)
        }
        return (data["name"]?.string ?? data["id"]?.string ?? "") + status(data)
    }

    private func status(_ data: JSONValue) -> String { data["status"]?.string.map { " [\($0)]" } ?? "" }
}

extension String {
    /// Without what a terminal would obey: agents write what is shown here.
    fileprivate var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
