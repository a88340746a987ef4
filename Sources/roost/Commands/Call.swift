import ArgumentParser
import Client
import Hub
import Model
import Wire

struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call any operation of the hub and print its answer as JSON.",
        discussion: """
            For example: roost call cards.create '{"project": "demo", "title": "Fix the build"}'

            With --list it asks no hub: it prints what this program's hub can be asked, by which method and path over HTTP, which \
            ability it needs and by which rate it is counted; with a name, the operations whose names begin so.
            """)

    @Argument(help: "The operation's name, such as projects.list.") var operation: String?
    @Argument(help: "Its input, a JSON object (default: {}).") var input: String?
    @Flag(help: "List the operations.") var list = false
    @Flag(help: "With --list: as JSON.") var json = false
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard list || operation != nil else {
            throw ValidationError("which operation? roost call --list names them")
        }
        guard !list || input == nil else { throw ValidationError("--list takes no input") }
        guard list || !json else { throw ValidationError("--json goes with --list; an answer is JSON anyway") }
    }

    func run() async throws {
        if list { return try printList() }
        let payload: JSONValue
        do {
            payload = try WireJSON.parse(Array((input ?? "{}").utf8))
        } catch {
            throw ValidationError("the input is not JSON: \(error.detail)")
        }
        try await connection.run { client in
            print(PrettyJSON.text(try await client.call(operation ?? "", payload)))
        }
    }

    private func printList() throws {
        let listing = OperationListing(beginningWith: operation ?? "")
        guard !listing.isEmpty else { throw CommandFailure("no operation begins with \(operation ?? "")") }
        print(json ? PrettyJSON.text(listing.json) : listing.text)
    }
}

struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell a run's agent something: at once while it works, else as a further turn.")

    @Argument(help: "The run's id.") var run: String
    @Argument(help: "What to say.") var text: String
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.run { client in
            let answer = try await client.call("runs.message", ["run": .string(run), "text": .string(text)])
            print("\(run) is \(answer["status"]?.string ?? "?")")
        }
    }
}
