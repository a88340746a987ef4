import Model

/// Which role may call which operation, as a page.
struct PermissionMatrix {
    private struct Column {
        let title: String
        let abilities: Set<Ability>
    }

    /// Those of a project or an organization have what every user has, and their role's in that.
    private static let columns: [Column] =
        [
            Column(title: "nobody", abilities: []),
            Column(title: "member", abilities: User.Role.member.abilities),
        ]
        + Member.Role.allCases.map {
            Column(title: "… as \($0.rawValue)", abilities: User.Role.member.abilities.union($0.abilities))
        }
        + Seat.Role.allCases.map {
            let abilities = $0.abilities.union($0.inProjects.abilities)
            return Column(
                title: "… with a seat: \($0.rawValue)", abilities: User.Role.member.abilities.union(abilities))
        } + [Column(title: "admin", abilities: User.Role.admin.abilities)]

    private let table: OperationTable

    init(_ table: OperationTable) { self.table = table }

    var text: String {
        """
        # Permissions

        Which operation needs which ability, and who has it: a `member` of the hub in projects that it does not belong to, a member that is a
        project's viewer, editor or maintainer in that project, one that has a seat in an organization in that and in its projects, and an `admin` everywhere. A token may have less than its user.

        | operation | ability | \(Self.columns.map(\.title).joined(separator: " | ")) |
        |---|---|\(Self.columns.map { _ in "---" }.joined(separator: "|"))|

        """ + table.operations.map { row($0) + "\n" }.joined() + """

            Written by `roost protocol`; not to be edited.

            """
    }

    private func row(_ operation: Operation) -> String {
        let cells = Self.columns.map { column in
            operation.ability.map { column.abilities.contains($0) } ?? true ? "yes" : ""
        }
        let ability = operation.ability.map { "`\($0.rawValue)`" } ?? "none"
        return "| `\(operation.name)` | \(ability) | \(cells.joined(separator: " | ")) |"
    }
}
