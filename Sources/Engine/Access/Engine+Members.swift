package import Journal
package import Model

extension Engine {
    package func createMember(
        of project: Project.ID, _ input: CreateMember, by actor: Actor
    ) async throws -> Committed<Member> {
        try await journal.change(.project(project), by: actor) { tx in
            _ = try tx.required(project)
            let user = try tx.user(input.user)
            guard try tx.member(user.id, of: project) == nil else {
                throw HubError(.alreadyExists, "user \(user.name) is a member already")
            }
            try requireRoom(
                try tx.memberCount(of: project), Limits.membersPerProjectMax, "membersPerProjectMax",
                "members a project")
            let member = Member(id: tx.make(), projectId: project, user: user, role: input.role, at: tx.now)
            try tx.put(member, as: .memberCreated)
            return member
        }
    }

    package func updateMember(
        _ id: Member.ID, _ input: UpdateMember, by actor: Actor
    ) async throws -> Committed<Member> {
        try await journal.change(of: id, by: actor) { tx in
            var member = try tx.required(id)
            try requireVersion(input.version, member.version, of: "member \(id)")
            member.role = input.role ?? member.role
            member.version += 1
            member.updatedAt = tx.now
            try tx.put(member, as: .memberUpdated)
            return member
        }
    }

    package func deleteMember(
        _ id: Member.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Member> {
        try await journal.change(of: id, by: actor) { tx in
            let member = try tx.required(id)
            try requireVersion(version, member.version, of: "member \(id)")
            try tx.delete(member, as: .memberDeleted)
            return member
        }
    }
}
