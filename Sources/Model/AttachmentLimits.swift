/// What attachments may cost. Settings; these are the defaults.
package struct AttachmentLimits: Sendable, Equatable {
    /// A recorded screen or a long log. Above it: `LIMIT_EXCEEDED`.
    package var attachmentByteCountMax = 64 << 20
    /// More than a person looks through; an agent that attaches without end is stopped. Above it: `LIMIT_EXCEEDED`.
    package var attachmentsPerCardMax = 100

    /// 20 files with one prompt: more than a model looks at with care. Above it: `LIMIT_EXCEEDED`.
    package var attachmentsPerPromptMax = Self.attachmentsPerPromptMost
    package static let attachmentsPerPromptMost = 20
    /// 3.75 MB, which are 5 MB in base64: what the Messages API takes of one image
    /// (platform.claude.com, "Vision"). An image above it is given by its path.
    package var promptImageByteCountMax = 3_750_000

    package init() {}
}
