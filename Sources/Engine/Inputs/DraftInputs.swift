package import Model

package struct SaveDraft: Codable, Sendable {
    /// nil is `follow_up`.
    package var type: Draft.Purpose?
    package var text: String
    package var processId: ChildProcess.ID?
    package var resetGit: Bool?
    package var version: Int?

    package init(
        type: Draft.Purpose? = nil, text: String, processId: ChildProcess.ID? = nil, resetGit: Bool? = nil,
        version: Int? = nil
    ) {
        self.type = type
        self.text = text
        self.processId = processId
        self.resetGit = resetGit
        self.version = version
    }
}
