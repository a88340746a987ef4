import Model

extension RunOptions {
    /// Names of models are about 30 characters; the longest seen, a cloud vendor's path, has 180.
    package static let modelCharactersMax = 256

    enum Field: String, CaseIterable {
        case model, argv, permissionMode, arguments, mcpServers, bot, onLeaseLost
    }

    /// One error for each option that was given and that this agent has no use for.
    func unused(by provider: Provider, using used: Set<Field>) -> [FieldError] {
        Field.allCases.filter { isGiven($0) && !used.contains($0) }.map {
            FieldError(pointer: "/options/\($0.rawValue)", message: "is not used by \(provider.rawValue)")
        }
    }

    /// What is wrong with the model's name.
    func modelErrors() -> [FieldError] {
        guard let model else { return [] }
        var errors: [FieldError] = []
        if model.isEmpty || model.contains(where: \.isNewline) || model.utf8.contains(0) {
            errors.append(FieldError(pointer: "/options/model", message: "must name a model"))
        }
        if model.count > Self.modelCharactersMax {
            let message = "is longer than \(Self.modelCharactersMax) characters"
            errors.append(FieldError(pointer: "/options/model", message: message))
        }
        return errors
    }

    func permissionModeErrors() -> [FieldError] {
        guard let permissionMode, PermissionMode(rawValue: permissionMode) == nil else { return [] }
        let message = "must be one of \(PermissionMode.allCases.map(\.rawValue).joined(separator: ", "))"
        return [FieldError(pointer: "/options/permissionMode", message: message)]
    }

    private func isGiven(_ field: Field) -> Bool {
        switch field {
        case .model: model != nil
        case .argv: argv != nil
        case .permissionMode: permissionMode != nil
        case .arguments: arguments != nil
        case .mcpServers: mcpServers != nil
        case .bot: bot != nil
        case .onLeaseLost: onLeaseLost != nil
        }
    }
}
