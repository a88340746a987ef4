import ArgumentParser
import Client
import Foundation
import Logging
import Transport

/// Where the hub is, for the commands that are clients of it.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The hub's address (default: $ROOST_URL or http://127.0.0.1:37100).")
    var url: String?
    @Option(
        help: ArgumentHelp(
            """
            A PEM file of the authorities, or of the hub's own certificate, that a hub with an https address is \
            believed by (default: $ROOST_CA_FILE or the system's list).
            """, valueName: "path"))
    var caFile: String?
    @Option(
        help: ArgumentHelp(
            "What a hub with users knows you by (default: $ROOST_TOKEN, which other users of this machine cannot see).",
            valueName: "rst_…"))
    var token: String?

    var shownToken: String? { token ?? ProcessInfo.processInfo.environment["ROOST_TOKEN"] }

    func address() throws -> HubAddress {
        let text = url ?? ProcessInfo.processInfo.environment["ROOST_URL"] ?? "http://127.0.0.1:37100"
        guard let address = HubAddress(text) else {
            throw ValidationError(
                "--url: '\(text)' is not allowed; allowed: http://HOST:PORT, https://HOST:PORT, unix:/PATH")
        }
        return address
    }

    /// Whom to believe; nil for the system's list.
    func authorities() throws -> TLSContext? {
        guard let path = caFile ?? ProcessInfo.processInfo.environment["ROOST_CA_FILE"] else { return nil }
        do throws(TLSError) {
            return try TLSContext(authoritiesPath: path)
        } catch {
            throw ValidationError("--ca-file: \(error)")
        }
    }

    func connector() throws -> WebSocketConnector {
        try HubClient.makeConnector(log: Logger(label: "roost") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a command's work on an open connection; the hub's errors become one line and exit code 1.
    func run(_ body: (HubClient) async throws -> Void) async throws {
        let (address, tls) = (try address(), try authorities())
        do {
            let client = try await HubClient.connect(to: address, with: try connector(), tls: tls, token: shownToken)
            try await body(client)
            await client.close()
        } catch let error as ConnectError {
            throw CommandFailure("no hub at \(address): \(error)")
        } catch let error as HubClientError {
            throw CommandFailure("\(error)")
        }
    }
}

/// Ends a command with one line for a person.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
