import ArgumentParser
import Foundation
import Journal
import Model

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the hub's database: its structure, its numbers, and rows against events. A hub may be running."
    )

    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let path = try DataFolder(at: try settings.resolve().dataFolder).journal
        let complaints = try Examination(path: path).run()
        for complaint in complaints { print(complaint) }
        guard complaints.isEmpty else { throw ExitCode.failure }
        print("\(path) is sound")
    }
}

struct BackUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the hub's database to a new file. A hub may be running.")

    @Argument(help: "The file to make; one that is there is not written over.", completion: .file()) var file: String
    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let path = try DataFolder(at: try settings.resolve().dataFolder).journal
        let byteCount = try Backup(of: path, to: URL(fileURLWithPath: file).path).run()
        print("\(file): \(byteCount) bytes")
    }
}

struct PutBack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the hub's database, which is kept beside it. The hub must be stopped.")

    @Argument(help: "A file that `roost backup` made.", completion: .file()) var file: String
    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let path = try DataFolder(at: try settings.resolve().dataFolder).journal
        let label = SystemClock().now().description.filter { $0.isNumber || $0 == "T" }
        let restore = Restore(URL(fileURLWithPath: file).path, to: path, label: label, ids: SystemIDs())
        try restore.run()
        let isKept = FileManager.default.fileExists(atPath: restore.aside)
        print("restored \(file)" + (isKept ? "; what was there is \(restore.aside)" : ""))
    }
}
