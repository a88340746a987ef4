package import Journal
package import Model

extension Engine {
    /// - Throws: `HubError` `.userNotFound`, `.alreadyExists`, `.limitExceeded`.
    package func createSeat(
        in organization: Organization.ID, _ input: CreateSeat, by actor: Actor
    ) async throws -> Committed<Seat> {
        try await journal.change(.hub, by: actor) { tx in
            _ = try tx.required(organization)
            let user = try tx.user(input.user)
            guard try tx.seat(of: user.id, in: organization) == nil else {
                throw HubError(.alreadyExists, "user \(user.name) has a seat already")
            }
            try requireRoom(
                try tx.seatCount(in: organization), Limits.seatsPerOrganizationMax, "seatsPerOrganizationMax",
                "seats an organization")
            let seat = Seat(id: tx.make(), in: organization, user: user, role: input.role ?? .member, at: tx.now)
            try tx.put(seat, as: .seatCreated)
            return seat
        }
    }

    /// - Throws: `HubError` `.lastOwner`.
    package func updateSeat(_ id: Seat.ID, _ input: UpdateSeat, by actor: Actor) async throws -> Committed<Seat> {
        try await journal.change(of: id, by: actor) { tx in
            var seat = try tx.required(id)
            try requireVersion(input.version, seat.version, of: "seat \(id)")
            let wasOwner = seat.role == .owner
            seat.role = input.role ?? seat.role
            seat.version += 1
            seat.updatedAt = tx.now
            try tx.put(seat, as: .seatUpdated)
            if wasOwner { try tx.requireOwner(besides: seat) }
            return seat
        }
    }

    /// - Throws: `HubError` `.lastOwner`.
    package func deleteSeat(_ id: Seat.ID, version: Int? = nil, by actor: Actor) async throws -> Committed<Seat> {
        try await journal.change(of: id, by: actor) { tx in
            let seat = try tx.required(id)
            try requireVersion(version, seat.version, of: "seat \(id)")
            try tx.delete(seat, as: .seatDeleted)
            if seat.role == .owner { try tx.requireOwner(besides: seat) }
            return seat
        }
    }
}

extension Transaction {
    fileprivate func requireOwner(besides seat: Seat) throws {
        guard try ownerCount(of: seat.organizationId) > 0 else {
            throw HubError(.lastOwner, "seat \(seat.id) is that of the last owner of \(seat.organizationId)")
        }
    }

    /// - Parameter text: an identifier, or a name.
    func user(_ text: String) throws -> User {
        guard let user = try User.ID(text).flatMap({ try get($0) }) ?? user(named: text) else {
            throw HubError.notFound(.user, text)
        }
        return user
    }
}
