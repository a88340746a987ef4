package import Journal
package import Model

extension Engine {
    /// - Parameter owner: nil where nobody is a user.
    /// - Throws: `HubError` `.limitExceeded`.
    package func createOrganization(
        _ input: CreateOrganization, owner: User.ID?, by actor: Actor
    ) async throws -> Committed<Organization> {
        try await journal.change(.hub, by: actor) { tx in
            try requireRoom(
                try tx.organizationCount(), Limits.organizationsMax, "organizationsMax", "organizations")
            let organization = Organization(id: tx.make(), name: input.name, at: tx.now)
            try tx.put(organization, as: .organizationCreated)
            if let owner {
                let seat = Seat(
                    id: tx.make(), in: organization.id, user: try tx.required(owner), role: .owner, at: tx.now)
                try tx.put(seat, as: .seatCreated)
            }
            return organization
        }
    }

    package func updateOrganization(
        _ id: Organization.ID, _ input: UpdateOrganization, by actor: Actor
    ) async throws -> Committed<Organization> {
        try await journal.change(of: id, by: actor) { tx in
            var organization = try tx.required(id)
            try requireVersion(input.version, organization.version, of: "organization \(id)")
            organization.name = input.name ?? organization.name
            organization.version += 1
            organization.updatedAt = tx.now
            try tx.put(organization, as: .organizationUpdated)
            return organization
        }
    }

    /// Its seats, secrets and profiles go with it; archived projects of it stay, as nobody's.
    ///
    /// - Throws: `HubError` `.notEmpty` while it has projects that are not archived.
    package func deleteOrganization(
        _ id: Organization.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Organization> {
        try await journal.change(of: id, by: actor) { tx in
            let organization = try tx.required(id)
            try requireVersion(version, organization.version, of: "organization \(id)")
            let projects = try tx.projects(of: id)
            if let open = projects.first(where: { $0.status != .archived }) {
                throw HubError(
                    .notEmpty, "organization \(id) has project \(open.slug), and maybe others",
                    members: ["projectId": .string(open.id.rawValue)])
            }
            for var project in projects {
                project.organizationId = nil
                project.touch(at: tx.now)
                try tx.put(project, as: .projectUpdated)
            }
            for credential in try tx.credentials(of: .organization(id)) {
                try tx.delete(credential, as: .credentialDeleted)
            }
            for profile in try tx.profiles(of: .organization(id)) { try tx.delete(profile, as: .profileDeleted) }
            for seat in try tx.seats(in: id) { try tx.delete(seat, as: .seatDeleted) }
            try tx.delete(organization, as: .organizationDeleted)
            return organization
        }
    }
}
