import Agents
package import Journal
package import Model

extension Engine {
    /// - Throws: `HubError` `.validationFailed` for options that the agent does not have, `.alreadyExists`,
    ///   `.limitExceeded`.
    package func createProfile(
        of owner: ProfileOwner, _ input: CreateProfile, by actor: Actor
    ) async throws -> Committed<Profile> {
        let options = input.options ?? RunOptions()
        try checkOptions(options, for: input.provider)
        let most = settings.limits.profilesPerOwnerMax
        return try await journal.change(owner.journal, by: actor) { tx in
            switch owner {
            case .project(let project): _ = try tx.open(project)
            case .organization(let organization): _ = try tx.required(organization)
            case .hub: break
            }
            let known = try tx.profiles(of: owner)
            try requireRoom(known.count, most, "profilesPerOwnerMax", "profiles of one owner")
            try requireFree(input.name, among: known)
            let profile = Profile(
                id: tx.make(), of: owner, name: input.name, provider: input.provider, options: options,
                at: tx.now)
            try tx.put(profile, as: .profileCreated)
            return profile
        }
    }

    package func updateProfile(
        _ id: Profile.ID, _ input: UpdateProfile, by actor: Actor
    ) async throws -> Committed<Profile> {
        try await journal.change(of: id, by: actor) { [self] tx in
            var profile = try tx.required(id)
            try requireVersion(input.version, profile.version, of: "profile \(id)")
            if let name = input.name, name != profile.name {
                try requireFree(name, among: tx.profiles(of: profile.owner))
                profile.name = name
            }
            profile.provider = input.provider ?? profile.provider
            profile.options = input.options ?? profile.options
            try checkOptions(profile.options, for: profile.provider)
            profile.version += 1
            profile.updatedAt = tx.now
            try tx.put(profile, as: .profileUpdated)
            return profile
        }
    }

    package func deleteProfile(
        _ id: Profile.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Profile> {
        try await journal.change(of: id, by: actor) { tx in
            let profile = try tx.required(id)
            try requireVersion(version, profile.version, of: "profile \(id)")
            try tx.delete(profile, as: .profileDeleted)
            return profile
        }
    }

    private func checkOptions(_ options: RunOptions, for provider: Provider) throws {
        let wrong = try catalog.program(for: provider).check(options)
        guard wrong.isEmpty else { throw HubError.invalid(wrong) }
    }

    /// How a run is to be made: what its maker says, and what it leaves out from the profile that it names.
    func setUp(of input: CreateRun, in project: Project.ID) async throws -> (provider: Provider, options: RunOptions) {
        let options = input.options ?? RunOptions()
        guard let name = input.profile else {
            guard let provider = input.provider else {
                throw HubError.invalid("/provider", "is missing, and so is /profile, which would do instead")
            }
            return (provider, options)
        }
        guard let profile = try await journal.read({ try $0.profile(named: name, for: project) }) else {
            throw HubError.notFound(.profile, name)
        }
        guard input.provider ?? profile.provider == profile.provider else {
            throw HubError.invalid("/provider", "profile \(name) is of \(profile.provider.rawValue)")
        }
        return (profile.provider, options.over(profile.options))
    }
}

private func requireFree(_ name: String, among profiles: [Profile]) throws {
    guard !profiles.contains(where: { $0.name == name }) else {
        throw HubError(.alreadyExists, "there is a profile named \(name) already")
    }
}
