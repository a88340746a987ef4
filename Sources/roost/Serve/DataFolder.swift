import Foundation

/// The one folder that holds everything the hub keeps; nobody else may look into it.
struct DataFolder {
    /// Absolute, symlinks resolved.
    let path: String

    var journal: String { path + "/roost.sqlite" }

    /// Makes it and what belongs into it.
    init(at path: String) throws {
        let manager = FileManager.default
        do {
            for folder in [path, path + "/worktrees", path + "/processes"] {
                try manager.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw SettingError("setting data: the folder '\(path)' cannot be made: \(error.localizedDescription)")
        }
        self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard manager.isWritableFile(atPath: path) else {
            throw SettingError("setting data: the folder '\(path)' is not writable")
        }
    }
}

extension DataFolder {
    /// A folder for what lives as long as one diff; what a killed hub left in it is removed.
    func emptyScratch() throws -> String {
        let scratch = path + "/scratch"
        if FileManager.default.fileExists(atPath: scratch) { try FileManager.default.removeItem(atPath: scratch) }
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        return scratch
    }
}

/// The programs that come with this one: beside it, wherever it lies.
enum Companions {
    static func path(of program: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(program).path
    }
}
