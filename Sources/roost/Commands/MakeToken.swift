import ArgumentParser
import Hub
import Journal
import Logging
import Model

struct MakeToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a token for an administrator, who is made too where there is none of that name.",
        discussion: """
            For the first user of a hub, and for when nobody's token is left: whoever may write the hub's data owns the \
            hub. The hub must be stopped; one that runs is asked with a token (tokens.create).
            """)

    @Option(help: "The administrator's name.") var user: String
    @Option(help: "What the token is called.") var name = "command line"
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let data = try DataFolder(at: try settings.resolve().dataFolder)
        do {
            let journal = try Journal(
                .file(data.journal), durability: .full, clock: SystemClock(), ids: SystemIDs(),
                coding: WireJournalCoding(), log: Logger(label: "roost") { _ in SwiftLogNoOpLogHandler() },
                holder: "roost token")
            do {
                print(try await AdministratorToken.make(for: user, named: name, in: journal))
            } catch {
                await journal.close()
                throw error
            }
            await journal.close()
        } catch let error as HubError {
            throw CommandFailure(error.detail)
        }
    }
}
