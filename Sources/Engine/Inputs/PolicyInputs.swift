package import Model

package struct UpdatePolicy: Codable, Sendable {
    package var allow: [String]?
    package var deny: [String]?
    package var autoApprove: Bool?
    package var autoApproveWeb: Bool?
    package var allowHost: Bool?
    package var requireReview: Bool?
    package var autoGitPush: Bool?
    /// The version that the change is based on.
    package var version: Int?

    package init(
        allow: [String]? = nil, deny: [String]? = nil, autoApprove: Bool? = nil, autoApproveWeb: Bool? = nil,
        allowHost: Bool? = nil, requireReview: Bool? = nil, autoGitPush: Bool? = nil, version: Int? = nil
    ) {
        self.allow = allow
        self.deny = deny
        self.autoApprove = autoApprove
        self.autoApproveWeb = autoApproveWeb
        self.allowHost = allowHost
        (self.requireReview, self.autoGitPush) = (requireReview, autoGitPush)
        self.version = version
    }
}

/// A question that nobody has asked.
package struct EvaluatePolicy: Codable, Sendable {
    package var type: Approval.Kind
    package var tool: String
    package var text: String

    package var subject: PolicySubject { PolicySubject(type: type, tool: tool, title: text, input: nil) }
}
