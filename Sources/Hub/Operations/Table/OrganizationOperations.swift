import Engine
import Journal
import Model
import Wire

// Who share projects. A seat in an organization is a role in each of its projects too.
extension OperationTable {
    private static let exampleOrganization: JSONValue = "org_01JD6Z5Z0A0000000000000000"
    private static let exampleSeat: JSONValue = "sea_01JD6Z5Z0A0000000000000000"

    static let organizations: [Operation] = [
        Operation(
            "organizations.list", .get("/api/organizations"),
            summary: "Lists the organizations that the caller has a seat in; those of the hub for its administrators.",
            input: [.cursor(of: Organization.self), .limit()], output: .array(.organization, max: nil),
            ability: .hubRead
        ) { call in
            let after = call.cursor(Organization.self)
            return try await call.read { reader in
                let rows = try reader.organizations(
                    among: call.caller.rights.readableOrganizations, after: after, limit: call.limit + 1,
                    as: Stored<Organization>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "organizations.create", .post("/api/organizations"),
            summary: "Makes an organization, whose owner its maker is.", input: [.required("name", .name)],
            output: .organization, success: .created, ability: .organizationCreate, rateGroup: .settings,
            events: [.organizationCreated, .seatCreated], example: ["name": "Acme"]
        ) { call in
            try .changed(
                await call.engine.createOrganization(
                    call.decode(CreateOrganization.self), owner: call.caller.user?.id, by: call.actor))
        },
        Operation(
            "organizations.get", .get("/api/organizations/{organization}"), summary: "Shows an organization.",
            input: [.subject(Organization.self)], output: .organization, ability: .organizationRead,
            example: ["organization": exampleOrganization]
        ) { call in
            let id: Organization.ID = try call.id()
            return try await call.read { try .entity(try $0.required(id), at: try $0.position(of: .hub)) }
        },
        Operation(
            "organizations.update", .patch("/api/organizations/{organization}"), summary: "Renames an organization.",
            input: [.subject(Organization.self), .optional("name", .name), .version], output: .organization,
            ability: .organizationWrite, rateGroup: .settings, events: [.organizationUpdated],
            example: ["organization": exampleOrganization, "name": "Acme & Sons"]
        ) { call in
            try .changed(
                await call.engine.updateOrganization(call.id(), call.decode(UpdateOrganization.self), by: call.actor))
        },
        Operation(
            "organizations.delete", .delete("/api/organizations/{organization}"),
            summary: "Ends an organization, with its seats, secrets and profiles; 409 while it has projects.",
            input: [.subject(Organization.self), .version], success: .noContent, ability: .organizationOwn,
            rateGroup: .settings,
            events: [.organizationDeleted, .seatDeleted, .credentialDeleted, .profileDeleted, .projectUpdated],
            example: ["organization": exampleOrganization]
        ) { call in
            .removed(
                try await call.engine.deleteOrganization(call.id(), version: call.version, by: call.actor))
        },
        Operation(
            "seats.list", .get("/api/organizations/{organization}/members"),
            summary: "Lists an organization's members in the order of their coming.",
            input: [.subject(Organization.self), .cursor(of: Seat.self), .limit()], output: .array(.seat, max: nil),
            ability: .organizationRead, example: ["organization": exampleOrganization]
        ) { call in
            let (organization, after): (Organization.ID, Seat.ID?) = (try call.id(), call.cursor(Seat.self))
            return try await call.read { reader in
                let rows = try reader.seats(
                    in: try reader.required(organization).id, after: after, limit: call.limit + 1,
                    as: Stored<Seat>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "seats.create", .post("/api/organizations/{organization}/members"),
            summary: "Gives a user a seat, and so a role in all projects of the organization. Owners make owners.",
            input: [
                .subject(Organization.self), .required("user", .userName, "The user's identifier, or its name."),
                .optional("role", .choice(of: Seat.Role.self), "`member` when absent."),
            ], output: .seat, success: .created, ability: .organizationWrite, rateGroup: .settings,
            events: [.seatCreated],
            example: ["organization": exampleOrganization, "user": "ada", "role": "member"]
        ) { call in
            let (organization, input): (Organization.ID, _) = (try call.id(), try call.decode(CreateSeat.self))
            if input.role == .owner { try call.requireOwner(of: organization) }
            try call.requireWithin(input.role ?? .member)
            return try .changed(await call.engine.createSeat(in: organization, input, by: call.actor))
        },
        Operation(
            "seats.get", .get("/api/seats/{seat}"), summary: "Shows a seat.", input: [.subject(Seat.self)],
            output: .seat, ability: .organizationRead, example: ["seat": exampleSeat]
        ) { call in
            let id: Seat.ID = try call.id()
            return try await call.read { try .entity(try $0.required(id), at: try $0.position(of: .hub)) }
        },
        Operation(
            "seats.update", .patch("/api/seats/{seat}"),
            summary: "Changes a role in an organization. That of owners, and to owner, is for owners.",
            input: [.subject(Seat.self), .optional("role", .choice(of: Seat.Role.self)), .version],
            output: .seat, ability: .organizationWrite, rateGroup: .settings, events: [.seatUpdated],
            example: ["seat": exampleSeat, "role": "admin"]
        ) { call in
            let (seat, input) = (try await call.seat(), try call.decode(UpdateSeat.self))
            if seat.role == .owner || input.role == .owner { try call.requireOwner(of: seat.organizationId) }
            if let role = input.role { try call.requireWithin(role) }
            return try .changed(await call.engine.updateSeat(seat.id, input, by: call.actor))
        },
        Operation(
            "seats.delete", .delete("/api/seats/{seat}"), summary: "Takes a seat away, at once.",
            input: [.subject(Seat.self), .version], success: .noContent, ability: .organizationWrite,
            rateGroup: .settings,
            events: [.seatDeleted], example: ["seat": exampleSeat]
        ) { call in
            let seat = try await call.seat()
            if seat.role == .owner { try call.requireOwner(of: seat.organizationId) }
            return .removed(try await call.engine.deleteSeat(seat.id, version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate func seat() async throws -> Seat {
        let id: Seat.ID = try id()
        return try await read { try $0.required(id) }
    }

    fileprivate func requireOwner(of organization: Organization.ID) throws {
        try caller.require(
            .organizationOwn, in: organization, for: "who owns an organization",
            hidden: HubError.notFound(.organization, organization.rawValue))
    }
}
