package import Model
internal import GRDB

extension Reader {
    /// In the order of their making.
    ///
    /// - Parameter admitted: nil: all.
    package func organizations<Form: RowForm>(
        among admitted: Set<Organization.ID>? = nil, after cursor: Organization.ID? = nil, limit: Int? = nil,
        as form: Form.Type = Decoded<Organization>.self
    ) throws -> [Form.Output] where Form.Subject == Organization {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("id > ?", cursor?.rawValue)
        if let admitted {
            selection.require("id IN (SELECT value FROM json_each(?))", try Self.list(admitted))
        }
        return try rows(form, selection)
    }

    package func organizationCount() throws -> Int { try integer("SELECT count(*) FROM organizations", []) ?? 0 }

    /// In the order of their making.
    package func seats<Form: RowForm>(
        in organization: Organization.ID? = nil, after cursor: Seat.ID? = nil, limit: Int? = nil,
        as form: Form.Type = Decoded<Seat>.self
    ) throws -> [Form.Output] where Form.Subject == Seat {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("organizationId = ?", organization?.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    package func seats<Form: RowForm>(
        of user: User.ID, as form: Form.Type = Decoded<Seat>.self
    ) throws -> [Form.Output] where Form.Subject == Seat {
        try rows(form, "WHERE userId = ? ORDER BY id", [user.rawValue])
    }

    package func seat(of user: User.ID, in organization: Organization.ID) throws -> Seat? {
        try first(
            Decoded<Seat>.self, "WHERE organizationId = ? AND userId = ?", [organization.rawValue, user.rawValue])
    }

    package func seatCount(in organization: Organization.ID) throws -> Int {
        try integer("SELECT count(*) FROM seats WHERE organizationId = ?", [organization.rawValue]) ?? 0
    }

    package func ownerCount(of organization: Organization.ID) throws -> Int {
        try integer(
            "SELECT count(*) FROM seats WHERE organizationId = ? AND role = 'owner'", [organization.rawValue]) ?? 0
    }

    /// Also those that are archived.
    package func projects(of organization: Organization.ID) throws -> [Project] {
        try rows(Decoded<Project>.self, "WHERE organizationId = ? ORDER BY id", [organization.rawValue])
    }

    /// Of all projects that are some organization's.
    package func projectOwners() throws -> [Project.ID: Organization.ID] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT id, organizationId FROM projects WHERE organizationId IS NOT NULL"))
        var owners: [Project.ID: Organization.ID] = [:]
        while let row = try rows.next() { owners[Project.ID(trusted: row[0])] = Organization.ID(trusted: row[1]) }
        return owners
    }
}
