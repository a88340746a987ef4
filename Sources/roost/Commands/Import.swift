import ArgumentParser
import Client
import Foundation
import Logging
import Model
import Synchronization
import Transport
import WebCodec
import Wire

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring an export to a running hub and make a project of it.",
        discussion: """
            Prints the new project's id. Without --path the project comes archived, to be read. What is wrong with the \
            archive changes nothing.
            """)

    @Argument(help: "An archive that `roost export` or a hub made.", completion: .file()) var file: String
    @Option(help: "Where the project's repository is on the hub's machine.", completion: .directory) var path: String?
    @Option(help: "The project's name (default: the exported project's).") var name: String?
    @Option(help: "The project's slug (default: the exported project's, or the first free one like it).") var slug:
        String?
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (address, tls) = (try connection.address(), try connection.authorities())
        let progress = ImportProgress()
        let export = try await upload(to: try address.endpoint(tls: tls), at: address, progress)
        try await connection.run { client in
            var payload: [String: JSONValue] = ["export": .string(export)]
            payload["path"] = path.map { .string(URL(fileURLWithPath: $0).path) }
            payload["name"] = name.map { .string($0) }
            payload["slug"] = slug.map { .string($0) }
            let job = try await client.call("projects.import", .object(payload))
            let done = try await finished(job, address, tls, progress)
            progress.end()
            // It is a project now; what could not be made one stays, to be tried again with other words.
            _ = try await client.call("exports.delete", ["export": .string(export)])
            print(done)
        }
    }

    /// - Returns: the name by which the hub has it.
    private func upload(
        to server: ServerEndpoint, at address: HubAddress, _ progress: ImportProgress
    ) async throws -> String {
        let handle: FileHandle
        let byteCount: Int
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            byteCount = Int(try handle.seekToEnd())
            try handle.seek(toOffset: 0)
        } catch {
            throw CommandFailure("\(file) cannot be read: \(error.localizedDescription)")
        }
        var request = ClientRequest(.post, "/api/exports", headers: ["Content-Type": "application/x-tar"])
        if let token = connection.shownToken { request.headers.append("Authorization", "Bearer \(token)") }
        request.timeout = .silence(seconds: 60)
        request.body = .stream(byteCount: byteCount) { writer in
            var sent = 0
            while let piece = try handle.read(upToCount: 256 << 10), !piece.isEmpty {
                try await writer.write([UInt8](piece))
                sent += piece.count
                progress.show("sending", Double(sent) / Double(max(1, byteCount)))
            }
        }
        let answer: ClientResponse
        do {
            let log = Logger(label: "roost") { _ in SwiftLogNoOpLogHandler() }
            answer = try await HTTPClient(log: log).send(request, to: server)
        } catch let error as HTTPClientError {
            throw CommandFailure("no hub at \(address) took the archive: \(error)")
        }
        let document = try WireJSON.parse(answer.body)
        guard answer.status == 201, let export = document["data"]?["name"]?.string else {
            throw CommandFailure(document["detail"]?.string ?? "the hub answered \(answer.status)")
        }
        return export
    }

    /// Waits for the job's end, also across a lost connection.
    /// - Returns: the project's identifier.
    private func finished(
        _ job: JSONValue, _ address: HubAddress, _ tls: TLSContext?, _ progress: ImportProgress
    ) async throws -> String {
        let id = job["id"]?.string ?? ""
        let follower = ChannelFollower(
            address: address, connector: try connection.connector(), tls: tls, token: connection.shownToken,
            clock: SystemClock(), subscription: ["channel": .string("job:\(id)")])
        let heard = ImportHeard()
        try await follower.run { news in
            let state: JSONValue?
            switch news {
            case .event(let frame): state = frame["data"]
            case .snapshot(let snapshot): state = snapshot["job"]
            case .missed, .disconnected, .connected: state = nil
            }
            guard let state else { return true }
            progress.show(state["message"]?.string ?? "importing", state["progress"]?.number ?? 0)
            return heard.goesOn(after: state)
        }
        guard let job = heard.job, job["status"]?.string == "done", let project = job["result"]?["projectId"]?.string
        else {
            throw CommandFailure(heard.job?["error"]?["detail"]?.string ?? "the import was ended (job \(id))")
        }
        return project
    }
}

/// The job as it was told last.
private final class ImportHeard: Sendable {
    private let told = Mutex<JSONValue?>(nil)

    var job: JSONValue? { told.withLock { $0 } }

    func goesOn(after state: JSONValue) -> Bool {
        guard let status = state["status"]?.string else { return true }
        told.withLock { $0 = state }
        return status == "queued" || status == "running"
    }
}

/// One line on the terminal that is written over; nothing where there is no terminal.
private final class ImportProgress: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let last = Mutex("")

    func show(_ what: String, _ part: Double) {
        guard isShown else { return }
        let line = "\(what) \(Int(part * 100)) %"
        let isNew = last.withLock { last in
            defer { last = line }
            return last != line
        }
        if isNew { FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8)) }
    }

    func end() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
