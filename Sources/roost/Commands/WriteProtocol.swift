import ArgumentParser
import Foundation
import Hub

struct WriteProtocol: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protocol",
        abstract: "Write the machine-readable contract (protocol/) from the operation table, or check that it is fresh."
    )

    @Argument(help: "The folder.") var folder = "protocol"
    @Flag(help: "Write nothing; fail when a file differs.") var check = false

    func run() throws {
        let documents = ProtocolDocuments.generate()
        let files = FileManager.default
        let schemas = folder + "/" + ProtocolDocuments.schemaFolder
        if !check { try files.createDirectory(atPath: schemas, withIntermediateDirectories: true) }
        var stale: [String] = []
        for (name, text) in documents.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            let known = files.fileExists(atPath: path) ? try String(contentsOfFile: path, encoding: .utf8) : nil
            guard known != text else { continue }
            stale.append(name)
            if !check { try text.write(toFile: path, atomically: true, encoding: .utf8) }
        }
        let there = files.fileExists(atPath: schemas) ? try files.contentsOfDirectory(atPath: schemas) : []
        for name in there.map({ "\(ProtocolDocuments.schemaFolder)/\($0)" }).sorted() where documents[name] == nil {
            stale.append(name)
            if !check { try files.removeItem(atPath: folder + "/" + name) }
        }
        if check, !stale.isEmpty {
            throw CommandFailure("stale: \(stale.joined(separator: ", ")); run `roost protocol \(folder)`")
        }
        print(stale.isEmpty ? "fresh" : "written: \(stale.joined(separator: ", "))")
    }
}
