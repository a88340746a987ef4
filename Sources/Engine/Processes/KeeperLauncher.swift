import Glibc
package import Keeper

/// Starts keepers, and buries those it started when they end.
package struct KeeperLauncher: Sendable {
    private let program: String
    private let births: KeeperBirths

    /// - Parameter program: the path of `roost-keeper`.
    package init(program: String, on loop: DescriptorLoop) {
        self.program = program
        births = KeeperBirths(on: loop)
    }

    /// Makes the folder and starts a keeper in it.
    /// - Returns: `running`, or `exited` for a process that has ended already or could not be started.
    /// - Throws: `LaunchRefused` for a specification nothing can be started with, `SystemError` when the folder exists or
    ///   the keeper cannot be started, `KeeperNotReady` when the keeper failed.
    package func launch(
        _ specification: LaunchSpecification, in folder: KeeperFolder
    ) async throws -> KeeperFolder.Status {
        let bytes = try specification.encoded()
        let directory = try Directory.create(path: folder.path)
        try directory.open(KeeperFolder.File.launch, O_WRONLY | O_CREAT | O_EXCL).writeAll(bytes)
        let (pid, readiness) = try start(in: folder, directory)
        await births.wait(for: pid, readiness: readiness)
        let status = try folder.status()
        switch status {
        case .running, .exited: return status
        case .neverStarted, .lost: throw KeeperNotReady(log: try log(in: directory))
        }
    }

    /// - Returns: also the pipe that tells of the keeper, the writing end of which is the keeper's alone by now.
    private func start(in folder: KeeperFolder, _ directory: Directory) throws -> (pid: Int32, readiness: Descriptor) {
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let log = try directory.open(KeeperFolder.File.log, O_WRONLY | O_CREAT | O_APPEND)
        let (reading, writing) = try Descriptor.pipe()
        let start = ProcessStart(program: program, arguments: [program, folder.path], environment: [:])
        return (try start(standard: (null, writing, log)), reading)
    }

    private func log(in directory: Directory) throws -> String {
        let log = try directory.open(KeeperFolder.File.log, O_RDONLY)
        return String(decoding: try log.bytes(from: 0, count: KeeperNotReady.logByteCountMax), as: UTF8.self)
    }
}
