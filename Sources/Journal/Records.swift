internal import GRDB
internal import Model

// Which properties of each kind are columns. Schema.swift has the tables, in the same order.

extension Project: Record {
    static let table = Table(plural, columns: ["slug", "path", "status", "organizationId"])
    var columnValues: [(any DatabaseValueConvertible)?] { [slug, path, status.rawValue, organizationId?.rawValue] }
}

extension Board: Record {
    static let table = Table(plural, columns: ["projectId", "position"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, position] }
}

extension BoardColumn: Record {
    static let table = Table(plural, columns: ["projectId", "boardId", "position"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, boardId.rawValue, position] }
}

extension Card: Record {
    static let table = Table(
        plural,
        columns: [
            "projectId", "boardId", "columnId", "status", "position", "parentId", "activateAt", "version", "updatedAt",
        ])
    var columnValues: [(any DatabaseValueConvertible)?] {
        [
            projectId.rawValue, boardId.rawValue, columnId.rawValue, status.rawValue, position, parentId?.rawValue,
            deferred?.until?.millisecondsSince1970, version, updatedAt.millisecondsSince1970,
        ]
    }
}

extension Run: Record {
    static let table = Table(
        plural,
        columns: [
            "projectId", "cardId", "status", "queuedAt", "pinnedFrom", "tokens", "costUsd", "runningMs", "runningSince",
            "outputBytes",
        ])
    var columnValues: [(any DatabaseValueConvertible)?] {
        [
            projectId.rawValue, cardId?.rawValue, status.rawValue, queuedAt?.millisecondsSince1970,
            pinnedFrom.map(Int64.init), usage?.tokens, usage?.costUsd, runningMs, runningSince?.millisecondsSince1970,
            outputBytes,
        ]
    }
}

extension ChildProcess: Record {
    static let table = Table(plural, columns: ["runId", "status"])
    var columnValues: [(any DatabaseValueConvertible)?] { [runId.rawValue, status.rawValue] }
}

extension Entry: Record {
    static let table = Table(plural, columns: ["runId", "index"])
    var columnValues: [(any DatabaseValueConvertible)?] { [runId.rawValue, index] }
}

extension Approval: Record {
    static let table = Table(plural, columns: ["projectId", "runId", "status", "expiresAt"])
    var columnValues: [(any DatabaseValueConvertible)?] {
        [projectId.rawValue, runId.rawValue, status.rawValue, expiresAt.millisecondsSince1970]
    }
}

extension Consumer: Record {
    static let table = Table(plural, columns: ["projectId", "name", "isWebhook"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, name, webhookUrl != nil] }
}

extension User: Record {
    static let table = Table(plural, columns: ["name", "role", "status"])
    var columnValues: [(any DatabaseValueConvertible)?] { [name, role.rawValue, status.rawValue] }
}

extension Token: Record {
    static let table = Table(plural, columns: ["userId"])
    var columnValues: [(any DatabaseValueConvertible)?] { [userId.rawValue] }
}

extension Member: Record {
    static let table = Table(plural, columns: ["projectId", "userId"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, userId.rawValue] }
}

extension Policy: Record {
    static let table = Table(plural, columns: ["projectId"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue] }
}

extension Credential: Record {
    static let table = Table(plural, columns: ["scope", "owner", "variable"])
    var columnValues: [(any DatabaseValueConvertible)?] { [scope.rawValue, ownerKey, variable] }
}

extension Profile: Record {
    static let table = Table(plural, columns: ["owner", "name"])
    var columnValues: [(any DatabaseValueConvertible)?] { [owner.key, name] }
}

extension Attachment: Record {
    static let table = Table(plural, columns: ["projectId", "cardId", "file"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, cardId.rawValue, storedName] }
}

extension Job: Record {
    static let table = Table(plural, columns: ["projectId", "kind", "status"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId?.rawValue, kind.rawValue, status.rawValue] }
}

extension Review: Record {
    static let table = Table(plural, columns: ["projectId", "runId"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, runId.rawValue] }
}

extension Organization: Record {
    static let table = Table(plural, columns: [])
    var columnValues: [(any DatabaseValueConvertible)?] { [] }
}

extension Seat: Record {
    static let table = Table(plural, columns: ["organizationId", "userId", "role"])
    var columnValues: [(any DatabaseValueConvertible)?] { [organizationId.rawValue, userId.rawValue, role.rawValue] }
}

extension Session: Record {
    static let table = Table(plural, columns: ["projectId", "runId", "cardId", "kind", "status"])
    var columnValues: [(any DatabaseValueConvertible)?] {
        [projectId.rawValue, runId.rawValue, cardId?.rawValue, kind.rawValue, status.rawValue]
    }
}

extension Draft: Record {
    static let table = Table(plural, columns: ["projectId", "runId", "type"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId.rawValue, runId.rawValue, type.rawValue] }
}

extension Tag: Record {
    static let table = Table(plural, columns: ["projectId", "type", "name"])
    var columnValues: [(any DatabaseValueConvertible)?] { [projectId?.rawValue ?? "", type.rawValue, name] }
}

extension Template: Record {
    static let table = Table(plural, columns: ["name"])
    var columnValues: [(any DatabaseValueConvertible)?] { [name] }
}

extension Preference: Record {
    static let table = Table(plural, columns: ["userId", "projectId", "key"])
    var columnValues: [(any DatabaseValueConvertible)?] { [userId.rawValue, projectId?.rawValue ?? "", key] }
}
