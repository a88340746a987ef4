/// One line of `git status --porcelain=v2 -z --no-renames`.
struct StatusEntry: Equatable {
    enum Kind {
        case changed, unmerged, untracked
    }

    let kind: Kind
    /// Of both sides, index and tree, or ours and theirs: `.M`, `UU`; of what is untracked, `?`.
    let code: String
    /// As git writes it, with bytes that are not UTF-8 replaced; an untracked folder ends with a slash.
    let path: String

    init?(_ field: ArraySlice<UInt8>) {
        let spacesBeforePath: Int
        switch field.first {
        case UInt8(ascii: "1"): (kind, spacesBeforePath) = (.changed, 8)
        case UInt8(ascii: "u"): (kind, spacesBeforePath) = (.unmerged, 10)
        case UInt8(ascii: "?"): (kind, spacesBeforePath) = (.untracked, 1)
        default: return nil
        }
        let parts = field.split(separator: UInt8(ascii: " "), maxSplits: spacesBeforePath)
        guard parts.count == spacesBeforePath + 1, let last = parts.last else { return nil }
        code = String(decoding: kind == .untracked ? parts[0] : parts[1], as: UTF8.self)
        path = String(decoding: last, as: UTF8.self)
    }
}
