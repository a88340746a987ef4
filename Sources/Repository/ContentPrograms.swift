/// Programs that a repository's own configuration names for its content: filters, merge drivers, signatures.
///
/// A filter cannot just be left out: without its encryption, content would be committed in the clear. So one that only
/// the repository vouches for fails instead, and git says which; LFS runs as its own installation defines it, and fails
/// where it is to run further programs; a merge driver gives way to git's own text merge, as in any clone without it.
/// What waits in a worktree and was to be signed is not signed by a program that only the repository names.
enum ContentPrograms {
    /// With what takes further files into a configuration.
    static let pattern =
        #"^((filter|merge|lfs\.extension)\..*\.(clean|smudge|process|driver)|gpg\.(.*\.)?(program|defaultkeycommand)|include(if\..*)?\.path)$"#

    private static let largeFileStorage = [
        "clean": "git-lfs clean -- %f", "smudge": "git-lfs smudge -- %f", "process": "git-lfs filter-process",
    ]
    private static let textMerge = "git merge-file %A %O %B"

    /// - Parameter fields: what `git config -z --show-scope --get-regexp` says: a scope, then a key, a newline and
    ///   a value.
    static func overrides(_ fields: [ArraySlice<UInt8>], trusting trusted: Set<String>) -> [String: String] {
        var overrides: [String: String] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            let scope = String(decoding: fields[index], as: UTF8.self)
            let key = String(decoding: fields[index + 1].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            // The machine's and the user's own files are not the repository's to write.
            guard scope == "local" || scope == "worktree" else { continue }
            if key.hasPrefix("gpg.") { overrides[key] = "false" }
            guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: "."), first < last else { continue }
            let name = String(key[key.index(after: first)..<last])
            let variable = String(key[key.index(after: last)...])
            if key[..<first] == "merge" {
                overrides[key] = textMerge
            } else if key[..<first] == "lfs" {
                overrides[key] = "false"
            } else if key[..<first] != "filter" {
                continue
            } else if name == "lfs" {
                overrides[key] = largeFileStorage[variable]
            } else if !trusted.contains(name) {
                for each in ["clean", "smudge"] { overrides["filter.\(name).\(each)"] = "false" }
                // Empty fails in git itself; a program that fails may do so too early to be named.
                overrides["filter.\(name).process"] = ""
                overrides["filter.\(name).required"] = "true"
            }
        }
        return overrides
    }

    /// Whether the repository's own configuration goes on in files that it names: what they hold may change without it.
    /// - Parameter fields: as of `overrides`.
    static func goesOnElsewhere(_ fields: [ArraySlice<UInt8>]) -> Bool {
        stride(from: 0, to: fields.count - 1, by: 2).contains { index in
            let scope = String(decoding: fields[index], as: UTF8.self)
            return (scope == "local" || scope == "worktree") && fields[index + 1].starts(with: "include".utf8)
        }
    }
}
