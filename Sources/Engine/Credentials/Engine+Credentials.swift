package import Journal
package import Model

extension Engine {
    private var box: SecretBox { SecretBox(in: settings.dataFolder) }

    /// - Throws: `HubError` `.validationFailed`, `.alreadyExists`, `.limitExceeded`, the owner's not-found code.
    package func createCredential(
        of owner: CredentialOwner, _ input: CreateCredential, by actor: Actor
    ) async throws -> Committed<Credential> {
        try Self.check(variable: input.variable)
        try check(value: input.value)
        let id: Credential.ID = ids.make()
        let sealed = try box.seal(input.value, for: id)
        let most = settings.limits.credentialsPerOwnerMax
        return try await journal.change(owner.journal, by: actor) { tx in
            try tx.requireOwner(owner)
            let known = try tx.credentials(of: owner)
            if let other = known.first(where: { $0.variable == input.variable }) {
                throw HubError(
                    .alreadyExists, "\(input.variable) is credential \(other.id)",
                    members: ["credentialId": .string(other.id.rawValue)])
            }
            try requireRoom(
                known.count, most, "credentialsPerOwnerMax",
                "credentials of one owner")
            let credential = Credential(id: id, of: owner, variable: input.variable, name: input.name, at: tx.now)
            try tx.put(credential, as: .credentialCreated)
            try tx.setSealedValue(sealed, of: id)
            return credential
        }
    }

    package func updateCredential(
        _ id: Credential.ID, _ input: UpdateCredential, by actor: Actor
    ) async throws -> Committed<Credential> {
        if let value = input.value { try check(value: value) }
        let sealed = try input.value.map { try box.seal($0, for: id) }
        return try await journal.change(of: id, by: actor) { tx in
            var credential = try tx.required(id)
            try requireVersion(input.version, credential.version, of: "credential \(id)")
            credential.name = input.name ?? credential.name
            credential.version += 1
            credential.updatedAt = tx.now
            try tx.put(credential, as: .credentialUpdated)
            if let sealed { try tx.setSealedValue(sealed, of: id) }
            return credential
        }
    }

    package func deleteCredential(
        _ id: Credential.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Credential> {
        try await journal.change(of: id, by: actor) { tx in
            let credential = try tx.required(id)
            try requireVersion(version, credential.version, of: "credential \(id)")
            try tx.delete(credential, as: .credentialDeleted)
            return credential
        }
    }

    /// A name that a shell can write, and none by which the hub or the system's loader goes.
    private static func check(variable: String) throws {
        let isName = variable.utf8.enumerated().allSatisfy { index, byte in
            byte == UInt8(ascii: "_") || (65...90).contains(byte) || (97...122).contains(byte)
                || index > 0 && (48...57).contains(byte)
        }
        guard !variable.isEmpty, isName else {
            throw HubError.invalid("/variable", "must be made of letters, digits and _, and not begin with a digit")
        }
        guard !variable.hasPrefix("ROOST_"), !variable.hasPrefix("LD_"), variable != "PATH", variable != "HOME" else {
            throw HubError.invalid("/variable", "\(variable) is the hub's own, or the system's")
        }
    }

    private func check(value: String) throws {
        let (least, most) = (settings.limits.credentialBytesMin, settings.limits.credentialBytesMax)
        guard value.utf8.count <= most else {
            throw HubError.limit("credentialBytesMax", most, "the value has \(value.utf8.count) bytes")
        }
        guard value.utf8.count >= least else {
            throw HubError.invalid(
                "/value",
                "has fewer than \(least) bytes (credentialBytesMin): it could not be told from other words in what a program says"
            )
        }
        guard !value.utf8.contains(0) else { throw HubError.invalid("/value", "must not contain NUL") }
    }
}

extension CredentialOwner {
    fileprivate var journal: JournalKey {
        switch self {
        case .card(_, let project), .project(let project): .project(project)
        case .organization, .user, .hub: .hub
        }
    }
}

extension Transaction {
    fileprivate func requireOwner(_ owner: CredentialOwner) throws {
        switch owner {
        case .card(let card, let project):
            _ = try open(project)
            _ = try self.card(card, in: project)
        case .project(let project): _ = try open(project)
        case .organization(let organization): _ = try required(organization)
        case .user(let user): _ = try required(user)
        case .hub: break
        }
    }
}
