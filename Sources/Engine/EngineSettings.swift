package import Model

/// What the composition root decides for the engine.
package struct EngineSettings: Sendable {
    /// Absolute, with all symlinks resolved; the engine keeps `worktrees/` and `processes/` below it.
    package var dataFolder: String
    /// Projects must lie inside one of these (absolute, resolved).
    package var roots: [String]
    package var concurrentRunsPerHub: Int
    package var concurrentRunsPerProject: Int
    package var approvalExpirySeconds: Int
    /// For projects that have no rule of their own.
    package var stall = StallRule(afterSeconds: Limits.stallSeconds, action: .notify)
    /// What one process may print.
    package var processOutputBytesMax = Limits.processOutputBytesMax
    package var limits = EngineLimits()
    package var attachments = AttachmentLimits()
    package var jobs = JobLimits()
    package var watch = WatchLimits()
    /// GitHub's command line: an absolute path, or a name that is looked up in PATH.
    package var gitHubProgram = "gh"
    package var files = FileLimits()
    /// The hub's own variables, of which agents get those that their settings name.
    package var environment: [String: String]
    /// How long an agent that was told to stop by its own protocol may take before it gets SIGTERM.
    package var interruptGraceSeconds: Int
    /// How long it may take after SIGTERM before it gets SIGKILL.
    package var terminateGraceSeconds: Int

    package init(
        dataFolder: String, roots: [String], concurrentRunsPerHub: Int = Limits.concurrentRunsPerHub,
        concurrentRunsPerProject: Int = Limits.concurrentRunsPerProject,
        approvalExpirySeconds: Int = Limits.approvalExpirySeconds, environment: [String: String] = [:],
        interruptGraceSeconds: Int = 5, terminateGraceSeconds: Int = 5
    ) {
        self.dataFolder = dataFolder
        self.roots = roots
        self.concurrentRunsPerHub = concurrentRunsPerHub
        self.concurrentRunsPerProject = concurrentRunsPerProject
        self.approvalExpirySeconds = approvalExpirySeconds
        self.environment = environment
        self.interruptGraceSeconds = interruptGraceSeconds
        self.terminateGraceSeconds = terminateGraceSeconds
    }

    var clonesFolder: String { dataFolder + "/clones" }
    func clonePath(of project: Project.ID) -> String { clonesFolder + "/" + project.rawValue }
    var scriptsFolder: String { dataFolder + "/scripts" }
    var worktreesFolder: String { dataFolder + "/worktrees" }
    /// Each attempt has its own, so that a retry never meets the files of the one before.
    func worktreePath(of run: Run) -> String {
        worktreesFolder + "/" + run.id.rawValue + (run.attempt > 1 ? "-\(run.attempt)" : "")
    }
    var processesFolder: String { dataFolder + "/processes" }
    func processFolder(ofProbe provider: Provider) -> String { processesFolder + "/probe-" + provider.rawValue }
    func processFolder(of process: ChildProcess.ID) -> String { processesFolder + "/" + process.rawValue }
}
