/// What is run in a run's worktree besides its agent. There is no shell unless the argument vector names one.
package struct Script: Codable, Sendable, Equatable {
    package var argv: [String]
    /// Written to a file of its own, whose path is put behind the arguments: for the interpreter that they name.
    package var text: String?
    /// nil: half an hour; a dev server has no end.
    package var timeoutSeconds: Int?
    /// It gets a pseudo-terminal of this size; nil: pipes.
    package var terminal: ScreenSize?

    package init(argv: [String], text: String? = nil, timeoutSeconds: Int? = nil, terminal: ScreenSize? = nil) {
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

/// A project's scripts.
package struct Scripts: Codable, Sendable, Equatable {
    package var setup: Script?
    package var cleanup: Script?
    package var verify: Script?
    package var dev: Script?

    package init(setup: Script? = nil, cleanup: Script? = nil, verify: Script? = nil, dev: Script? = nil) {
        self.setup = setup
        self.cleanup = cleanup
        self.verify = verify
        self.dev = dev
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
