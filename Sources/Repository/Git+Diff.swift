import Foundation
import Glibc
import Model

extension Git {
    /// What one state of the content holds that another does not.
    /// - Parameters:
    ///   - path: the top of the worktree; of any worktree of the repository, when neither side is a worktree's content.
    ///   - patches: false for the statistics and the list alone.
    package func diff(
        _ path: String, from old: ContentState, to new: ContentState, patches: Bool = true,
        limits: DiffLimits = DiffLimits()
    ) async throws -> Diff {
        try await withTrees(path, old, new) { place, old, new, environment in
            try await diff(
                from: old, to: new, at: place, patches: patches, limits: limits, environment: environment)
        }
    }

    /// What a worktree holds that a commit does not, uncommitted and untracked files included.
    package func diff(
        worktree path: String, against base: String, patches: Bool = true, limits: DiffLimits = DiffLimits()
    ) async throws -> Diff {
        try await diff(path, from: .commit(base), to: .worktree, patches: patches, limits: limits)
    }

    /// What a commit or branch holds that another does not.
    package func diff(
        _ repository: String, from base: String, to head: String, patches: Bool = true,
        limits: DiffLimits = DiffLimits()
    ) async throws -> Diff {
        try await diff(repository, from: .commit(base), to: .commit(head), patches: patches, limits: limits)
    }

    /// Names both states by trees. Neither the worktree's index nor the repository's objects are touched: whoever works
    /// there notices nothing.
    func withTrees<Result: Sendable>(
        _ path: String, _ old: ContentState, _ new: ContentState,
        _ body: (_ place: Place, _ old: String, _ new: String, _ environment: [String: String]) async throws -> Result
    ) async throws -> Result {
        let place = try await place(path)
        guard old == .worktree || new == .worktree else {
            return try await body(place, try await name(old, "", at: place), try await name(new, "", at: place), [:])
        }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            var place = place
            // What lives as long as one look is not worth its compression.
            place.configuration["core.looseCompression"] = "0"
            let environment = try borrow(place, into: scratch)
            let tree = try await writeTree(at: place, environment: environment)
            return try await body(
                place, try await name(old, tree, at: place), try await name(new, tree, at: place), environment)
        }
    }

    private func name(_ state: ContentState, _ tree: String, at place: Place) async throws -> String {
        switch state {
        case .worktree: tree
        case .commit(let name): try await requireCommit(named: name, at: place)
        }
    }

    /// A file that cannot be read, or a repository inside that has no commit, must not hide all the others.
    /// - Returns: git's words about what it has left out; nil where that is nothing.
    func addAll(at place: Place, environment: [String: String]) async throws -> String? {
        var add = place.command("add", "--all", "--ignore-errors", access: .writing, accepting: [0, 1])
        add.environment = environment
        let reply = try await run(add)
        return reply.code == 0 ? nil : reply.words
    }

    /// The tree of all that git does not ignore.
    func writeTree(at place: Place, environment: [String: String]) async throws -> String {
        _ = try await addAll(at: place, environment: environment)
        var write = place.command("write-tree", access: .writing)
        write.environment = environment
        return try await run(write).line
    }

    /// - Returns: an environment in which git writes to the scratch folder what it would write to the repository.
    func borrow(_ place: Place, into scratch: Scratch) throws -> [String: String] {
        let (index, objects) = (scratch.path + "/index", scratch.path + "/objects")
        try FileManager.default.createDirectory(atPath: objects, withIntermediateDirectories: false)
        try copyIndex(of: place, to: index)
        let quoted = place.shared("objects").replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#)
        return [
            "GIT_INDEX_FILE": index, "GIT_OBJECT_DIRECTORY": objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "\"\(quoted)\"",
        ]
    }

    /// With its time: git takes a file that is as young as the index for possibly changed since, and a copy that
    /// looked younger would hide such a change.
    func copyIndex(of place: Place, to target: String) throws {
        let source = place.own("index")
        // There is none before something is added.
        guard Paths.exists(source) else { return }
        var status = stat()
        guard stat(source, &status) == 0 else { throw SystemError("stat index") }
        try FileManager.default.copyItem(atPath: source, toPath: target)
        guard utimensat(AT_FDCWD, target, [status.st_atim, status.st_mtim], 0) == 0 else {
            throw SystemError("utimensat index")
        }
    }

    private static let compareTrees = [
        "diff-tree", "-r", "-M", "-C", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none",
    ]

    func changes(
        from old: String, to new: String, at place: Place, environment: [String: String]
    ) async throws -> ChangeList {
        var list = place.command(Self.compareTrees + ["-z", "--no-abbrev", "--raw", "--numstat", old, new])
        list.environment = environment
        return try ChangeList(try await run(list).fields)
    }

    private func diff(
        from old: String, to new: String, at place: Place, patches: Bool, limits: DiffLimits,
        environment: [String: String]
    ) async throws -> Diff {
        // Side by side: each is bound to one processor, finding renames most of its time.
        async let listed = changes(from: old, to: new, at: place, environment: environment)
        let sections =
            patches ? try await sections(from: old, to: new, at: place, limits: limits, environment: environment) : nil
        let changes = try await listed
        var files = Array(changes.files.prefix(limits.filesMax))
        if let sections { Self.distribute(sections, among: &files) }
        return Diff(
            stats: changes.stats, files: files,
            isTruncated: files.count < changes.files.count || files.contains(where: \.isTruncated))
    }

    private func sections(
        from old: String, to new: String, at place: Place, limits: DiffLimits, environment: [String: String]
    ) async throws -> [PatchCollector.Section] {
        var patch = place.command(Self.compareTrees + ["--patch", "--src-prefix=a/", "--dst-prefix=b/", old, new])
        patch.environment = environment
        return try await stream(patch, into: PatchCollector(limits: limits)).report.sink.sections
    }

    /// Patches come in the order of the list; a change of type makes two, a deletion and an addition.
    private static func distribute(_ sections: [PatchCollector.Section], among files: inout [FileDiff]) {
        var rest = sections[...]
        for index in files.indices {
            let count = files[index].kind == .typeChanged ? 2 : 1
            let own = rest.prefix(count)
            rest = rest.dropFirst(count)
            files[index].isTruncated = own.count < count || own.contains(where: \.isTruncated)
            files[index].patch = own.isEmpty ? nil : String(decoding: own.flatMap(\.bytes), as: UTF8.self)
        }
    }
}
