/// A worktree as the repository has it on its list.
struct WorktreeRecord: Equatable {
    let path: String
    private(set) var head: String?
    /// nil when HEAD is detached.
    private(set) var branch: String?
    private(set) var isBare = false
    private(set) var lockReason: String?

    /// git locks a worktree with this reason until it is complete; what it leaves behind was never handed out.
    var isHalfMade: Bool { lockReason == "initializing" }

    /// - Parameter fields: what `git worktree list --porcelain -z` says: attributes, and an empty field after each
    ///   worktree.
    static func list(_ fields: [ArraySlice<UInt8>]) -> [WorktreeRecord] {
        fields.split { $0.isEmpty }.compactMap { attributes in
            var record: WorktreeRecord?
            for attribute in attributes {
                let text = String(decoding: attribute, as: UTF8.self)
                let space = text.firstIndex(of: " ") ?? text.endIndex
                let value = String(text[space...].dropFirst())
                switch text[..<space] {
                case "worktree": record = WorktreeRecord(path: value)
                case "HEAD": record?.head = value
                case "branch":
                    record?.branch = value.hasPrefix(refPrefix) ? String(value.dropFirst(refPrefix.count)) : value
                case "bare": record?.isBare = true
                case "locked": record?.lockReason = value
                default: break
                }
            }
            return record
        }
    }

    private static let refPrefix = "refs/heads/"

    private init(path: String) {
        self.path = path
    }
}
