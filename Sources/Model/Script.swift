/// What is run in a run's worktree besides its agent. There is no shell unless the argument vector names one.
package struct Script: Codable, Sendable, Equatable {
    /// Of one of the project's own; nil of those that have a purpose.
    package var name: String?
    package var argv: [String]
    /// Written to a file of its own, whose path is put behind the arguments: for the interpreter that they name.
    package var text: String?
    /// nil: half an hour; a dev server has no end.
    package var timeoutSeconds: Int?
    /// It gets a pseudo-terminal of this size; nil: pipes.
    package var terminal: ScreenSize?

    package init(
        name: String? = nil, argv: [String], text: String? = nil, timeoutSeconds: Int? = nil,
        terminal: ScreenSize? = nil
    ) {
        self.name = name
        self.terminal = terminal
        self.argv = argv
        self.text = text
        self.timeoutSeconds = timeoutSeconds
    }

    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Before the first agent in a worktree.
        case setup
        /// After each agent, before its work is committed.
        case cleanup
        /// When somebody asks.
        case verify
        /// When somebody asks, and until he does again or the worktree goes.
        case dev

        package var reason: ChildProcess.Reason {
            switch self {
            case .setup: .setupscript
            case .cleanup: .cleanupscript
            case .verify: .verifyscript
            case .dev: .devserver
            }
        }
    }
}

extension Script {
    /// Which of a project's scripts: one that has a purpose, or one of its own.
    package enum Choice: Sendable, Equatable {
        case purpose(Kind)
        case own(String)

        /// - Parameter name: a purpose, or else the name of one of the project's own.
        package init(_ name: String) { self = Kind(rawValue: name).map(Self.purpose) ?? .own(name) }

        package var name: String {
            switch self {
            case .purpose(let kind): kind.rawValue
            case .own(let name): name
            }
        }

        package var reason: ChildProcess.Reason {
            switch self {
            case .purpose(let kind): kind.reason
            case .own: .script
            }
        }
    }
}

extension ChildProcess {
    /// Which script it is of; nil for an agent.
    package var scriptChoice: Script.Choice? {
        if reason == .script { return script.map(Script.Choice.own) }
        return Script.Kind.allCases.first { $0.reason == reason }.map(Script.Choice.purpose)
    }
}

/// A project's scripts.
package struct Scripts: Codable, Sendable, Equatable {
    package var setup: Script?
    package var cleanup: Script?
    package var verify: Script?
    package var dev: Script?
    /// Those that it has under names of their own, for whoever asks, in its order; nil: none.
    package var own: [Script]?

    package init(
        setup: Script? = nil, cleanup: Script? = nil, verify: Script? = nil, dev: Script? = nil, own: [Script]? = nil
    ) {
        self.own = own
        self.setup = setup
        self.cleanup = cleanup
        self.verify = verify
        self.dev = dev
    }

    package subscript(choice: Script.Choice) -> Script? {
        switch choice {
        case .purpose(let kind): self[kind]
        case .own(let name): own?.first { $0.name == name }
        }
    }

    package subscript(kind: Script.Kind) -> Script? {
        get {
            switch kind {
            case .setup: setup
            case .cleanup: cleanup
            case .verify: verify
            case .dev: dev
            }
        }
        set {
            switch kind {
            case .setup: setup = newValue
            case .cleanup: cleanup = newValue
            case .verify: verify = newValue
            case .dev: dev = newValue
            }
        }
    }
}
