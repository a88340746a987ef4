import ArgumentParser

/// The command line: the hub itself, and small clients of it.
@main
struct Roost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roost",
        abstract: "A realtime hub for coding agents.",
        version: RoostVersion.text,
        subcommands: [
            Serve.self, Watch.self, Send.self, Call.self, Doctor.self, Check.self, BackUp.self, PutBack.self,
            Export.self, Import.self, MakeToken.self,
            ShowLimits.self, WriteProtocol.self, ConformanceServer.self,
        ])
}
