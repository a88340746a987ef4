import Model
import WebCodec

/// Which role may call which operation, come in by which door and follow which channel, as a page.
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

        Which operation, door and channel needs which ability, and who has it: a `member` of the hub in projects that it does not belong to, a member that is a
        project's viewer, editor or maintainer in that project, one that has a seat in an organization in that and in its projects, and an `admin` everywhere. A token may have less than its user.

        \(head("operation"))
        \(lines(table.operations.map { ($0.name, $0.ability) }))

        ## Files and event streams

        What is no operation, because what comes or goes is no JSON; `openapi.yaml` has it too.

        | door | route | rate group |
        |---|---|---|
        \(DoorRow.all.flatMap { row in row.routes.map { Self.line(of: row, $0) } }.joined(separator: "\n"))

        \(head("door"))
        \(lines(DoorRow.all.map { ($0.name, $0.ability) }))

        ## Channels

        What `subscribe` needs; of a project's things, in that project. A job's channel also needs `project:read` in its project, and, where the job is
        the hub's own, `hub:admin`.

        \(head("channel"))
        \(lines(LiveChannelRow.all.map { ($0.address, $0.ability) }))

        Written by `roost protocol`; not to be edited.

        """
    }

    private func head(_ what: String) -> String {
        """
        | \(what) | ability | \(Self.columns.map(\.title).joined(separator: " | ")) |
        |---|---|\(Self.columns.map { _ in "---" }.joined(separator: "|"))|
        """
    }

    private func lines(_ rows: [(name: String, ability: Ability?)]) -> String {
        rows.map { name, ability in
            let cells = Self.columns.map { column in
                ability.map { column.abilities.contains($0) } ?? true ? "yes" : ""
            }
            return "| `\(name)` | \(ability.map { "`\($0.rawValue)`" } ?? "none") | \(cells.joined(separator: " | ")) |"
        }.joined(separator: "\n")
    }

    private static func line(of row: DoorRow, _ route: Route) -> String {
        "| `\(row.name)` | `\(route.method.name) \(route.template)` | `\(row.rateGroup.rawValue)` |"
    }
}
