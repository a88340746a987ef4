import ArgumentParser
import Engine
import Foundation
import Hub
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
        commandName: "backup",
        abstract: "Copy the hub's database and the files of cards to a new folder. A hub may be running.")

    @Argument(help: "The folder to make; one that is there is left alone.", completion: .directory) var folder: String
    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let data = try DataFolder(at: try settings.resolve().dataFolder)
        guard FileManager.default.fileExists(atPath: data.journal) else {
            throw CommandFailure("\(data.path) has no database: no hub was ever here")
        }
        let backup = DataBackup(of: data.path, to: URL(fileURLWithPath: folder).path)
        let manifest = try backup.run(at: SystemClock().now())
        print("\(folder): \(manifest.byteCount) bytes, \(manifest.attachments) attachments")
    }
}

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write all that the hub knows of a project into a tar archive of open files. A hub may be running.")

    @Argument(help: "The project's slug or id.") var project: String
    @Argument(help: "The file to make; one that is there is not written over.", completion: .file()) var file: String
    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let data = try DataFolder(at: try settings.resolve().dataFolder)
        let export = ProjectExport(of: data.path, coding: WireJournalCoding())
        do {
            let (manifest, byteCount) = try export.run(
                project, to: URL(fileURLWithPath: file).path, at: SystemClock().now())
            for file in manifest.files { print("\(file.name): \(file.lines) lines") }
            print("\(file): \(byteCount) bytes, \(manifest.attachments) attachments")
        } catch let error as HubError {
            throw CommandFailure(error.detail)
        }
    }
}

struct PutBack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the hub's data, which are kept beside it. The hub must be stopped.",
        discussion: "Tokens and memberships are what they were then: those that were ended since are to be ended again."
    )

    @Argument(help: "A folder that `roost backup` or the hub made.", completion: .directory) var folder: String
    @OptionGroup var settings: SettingsOptions

    func run() throws {
        let data = try DataFolder(at: try settings.resolve().dataFolder)
        let label = SystemClock().now().description.filter { $0.isNumber || $0 == "T" }
        let restore = DataRestore(
            URL(fileURLWithPath: folder).path, to: data.path, label: label, ids: SystemIDs())
        let kept = try restore.run()
        print("restored \(folder)" + (kept.isEmpty ? "" : "; what was there is \(kept.joined(separator: ", "))"))
    }
}
