import FoundationEssentials
package import Model

/// Our own small agent, for the first look and for tests. The protocol is described in its source.
package struct DemoProgram: AgentProgram {
    package let provider = Provider.demo
    package let interfaces = ["demo"]
    static let name = "roost-demo-agent"

    private let settings: AgentSettings

    package init(settings: AgentSettings) {
        self.settings = settings
    }

    package func check(_ options: RunOptions) -> [FieldError] { options.unused(by: .demo, using: []) }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        AgentLaunch(argv: settings.command(or: Self.name) + (start.resume.map { ["--session", $0] } ?? []))
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { DemoDialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        try JSONDecoder().decode(DemoDialogue.self, from: Data(stored))
    }

    package var versionArguments: [String]? { nil }
    package var executable: String? { settings.command(or: Self.name).first }
}
