import Foundation
import Glibc
import RoostTesting

@testable import Repository

/// Changes a worktree as agents, people and tools do: at random.
struct Meddler {
    private static let names = [
        "a", "A", "b.txt", "B.TXT", "dir/x", "dir/X", "Dir/x", "dir/deep/er/y", "ü.txt", "u\u{308}.txt", "日本/語",
        "new\nline", " lead", "trail ", "tab\there", "quote\"d", "back\\slash", "-dash", ":colon", "*star", "[x]",
        "two words/z", "{b}", "$HOME", "~", "#hash", "!bang", "HEAD", "x.lock", "x.ignored", "dir/y.ignored",
        "ignored/deep/z", "dir/deep",
    ]
    /// What git may be told to ignore: files of those names are tracked at one time and ignored at another.
    static let ignoring = [
        "", "*.ignored\n/HEAD\n", "*.ignored\nignored/\n", "dir/\n/HEAD\n", "/a\nB.TXT\n*.ignored\n",
    ]

    let folder: String
    var random: SeededRandom

    /// - Returns: what was done, for the report.
    mutating func meddle(_ plain: PlainGit) async throws -> String {
        let name = pick(Self.names)
        let path = folder + "/" + name
        switch Int.random(in: 0..<27, using: &random) {
        case 0..<7:
            let old = text(at: path)
            try put(Data((old.isEmpty || Bool.random(using: &random) ? lines() : edited(old)).utf8), at: path)
            return "write \(name.debugDescription)"
        case 7..<9:
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try put(Data(bytes + [0]), at: path)
            return "write binary \(name.debugDescription)"
        case 9..<11:
            guard kind(path) == S_IFREG else { return "nothing" }
            chmod(path, Bool.random(using: &random) ? 0o755 : 0o644)
            return "mode of \(name.debugDescription)"
        case 11..<14:
            let target = pick(Self.names)
            guard kind(path) != nil, !target.hasPrefix(name + "/"), !name.hasPrefix(target + "/"), target != name else {
                return "nothing"
            }
            try clear(folder + "/" + target)
            rename(path, folder + "/" + target)
            return "rename \(name.debugDescription) to \(target.debugDescription)"
        case 14..<16:
            guard kind(path) != nil else { return "nothing" }
            try FileManager.default.removeItem(atPath: path)
            return "remove \(name.debugDescription)"
        case 16..<18:
            try clear(path)
            let target = pick(["a", "dir", "nowhere", "../outside", "dir/x"])
            symlink(target, path)
            return "link \(name.debugDescription) to \(target)"
        case 18:
            // A folder where a file was, or the other way round.
            let isFolder = kind(folder + "/dir") == S_IFDIR
            try clear(folder + "/dir")
            if isFolder { try put(Data("a file now\n".utf8), at: folder + "/dir") }
            return isFolder ? "dir becomes a file" : "dir goes"
        case 19:
            return try await nest(plain)
        case 20..<22:
            let words = pick(Self.ignoring)
            try put(Data(words.utf8), at: folder + "/.gitignore")
            return "ignore \(words.debugDescription)"
        case 22..<25:
            // Also of what is ignored, and what is not there: git may refuse.
            let how = pick([
                ["add"], ["add", "--force"], ["add", "--intent-to-add"], ["rm", "--cached", "--force", "-r"],
            ])
            _ = try await plain.run(["--literal-pathspecs"] + how + ["--", name], accepting: [0, 1, 128])
            guard how == ["add"], kind(path) == S_IFREG, Bool.random(using: &random) else {
                return "\(how.joined(separator: " ")) \(name.debugDescription)"
            }
            try put(Data(lines().utf8), at: path)
            return "add \(name.debugDescription), and write it again"
        case 25:
            let how = pick([["push"], ["push", "--include-untracked"], ["pop"]])
            let code = try await plain.run(["stash"] + how + ["--quiet"], accepting: [0, 1, 128]).code
            return "stash \(how.joined(separator: " ")): \(code)"
        default:
            return try await fill(plain)
        }
    }

    /// Work in a submodule, where there is one.
    private mutating func fill(_ plain: PlainGit) async throws -> String {
        let path = folder + "/module"
        guard kind(folder + "/.gitmodules") != nil, kind(path) == S_IFDIR else { return "nothing" }
        let command = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--", "module"]
        guard kind(path + "/.git") != nil else {
            let code = try await plain.run(command, accepting: [0, 1, 128]).code
            return "the submodule comes: \(code)"
        }
        let inner = PlainGit(folder: path, environment: plain.environment, scratch: plain.scratch)
        try Data(lines().utf8).write(to: URL(fileURLWithPath: path + "/inner"))
        guard Bool.random(using: &random) else { return "write in the submodule" }
        try await inner.commitAll()
        return "commit in the submodule"
    }

    /// A worktree of the same repository, or a repository of its own, inside of the worktree.
    private mutating func nest(_ plain: PlainGit) async throws -> String {
        let path = folder + "/nested\(Int.random(in: 0...1, using: &random))"
        guard kind(path) == nil else {
            try Data("more\n".utf8).write(to: URL(fileURLWithPath: path + "/more"))
            return "write into what is nested"
        }
        if Bool.random(using: &random) {
            _ = try await plain.run(["worktree", "add", "--quiet", "--detach", path])
            return "a nested worktree"
        }
        _ = try await plain.run(["init", "--quiet", path])
        let inner = PlainGit(folder: path, environment: plain.environment, scratch: plain.scratch)
        try put(Data("inner\n".utf8), at: path + "/inner")
        _ = try await inner.run(["add", "--all"])
        _ = try await inner.run(["commit", "--quiet", "--message", "inner"])
        return "a nested repository"
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func lines() -> String {
        let count = Int.random(in: 0...60, using: &random)
        let text = (0..<count).map { "line \($0) \(Int.random(in: 0...3, using: &random))" }.joined(separator: "\n")
        return text + (count > 0 && Int.random(in: 0..<4, using: &random) > 0 ? "\n" : "")
    }

    private mutating func edited(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let at = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines[at] = "edited \(Int.random(in: 0...99, using: &random))"
            case 1: lines.insert("inserted \(Int.random(in: 0...99, using: &random))", at: at)
            default: if lines.count > 1 { lines.remove(at: at) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func text(at path: String) -> String {
        guard kind(path) == S_IFREG, let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(validating: data, as: UTF8.self) ?? ""
    }

    private func put(_ data: Data, at path: String) throws {
        try clear(path)
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// Makes room at a path: what is there goes, and so does a file where a folder is needed.
    private func clear(_ path: String) throws {
        if kind(path) != nil { try FileManager.default.removeItem(atPath: path) }
        var parent = folder
        for part in path.dropFirst(folder.count + 1).split(separator: "/").dropLast() {
            parent += "/" + part
            if let kind = kind(parent), kind != S_IFDIR { try FileManager.default.removeItem(atPath: parent) }
            mkdir(parent, 0o755)
        }
    }

    private func kind(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
