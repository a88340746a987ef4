import Model

extension RunOptions {
    enum Field: String, CaseIterable {
        case model, argv, permissionMode
    }

    /// One error for each option that was given and that this agent has no use for.
    func unused(by provider: Provider, using used: Set<Field>) -> [FieldError] {
        Field.allCases.filter { isGiven($0) && !used.contains($0) }.map {
            FieldError(pointer: "/options/\($0.rawValue)", message: "is not used by \(provider.rawValue)")
        }
    }

    private func isGiven(_ field: Field) -> Bool {
        switch field {
        case .model: model != nil
        case .argv: argv != nil
        case .permissionMode: permissionMode != nil
        }
    }
}
