import ArgumentParser
import Client
import Model
import Wire

struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call any operation of the hub and print its answer as JSON.",
        discussion: "For example: roost call cards.create '{\"project\": \"demo\", \"title\": \"Fix the build\"}'")

    @Argument(help: "The operation's name, such as projects.list.") var operation: String
    @Argument(help: "Its input, a JSON object.") var input = "{}"
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let payload: JSONValue
        do {
            payload = try WireJSON.parse(Array(input.utf8))
        } catch {
            throw ValidationError("the input is not JSON: \(error.detail)")
        }
        try await connection.run { client in
            print(PrettyJSON.text(try await client.call(operation, payload)))
        }
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
