/// What attachments may cost. Settings; these are the defaults.
package struct AttachmentLimits: Sendable, Equatable {
    /// A recorded screen or a long log. Above it: `LIMIT_EXCEEDED`.
    package var attachmentByteCountMax = 64 << 20
    /// More than a person looks through; an agent that attaches without end is stopped. Above it: `LIMIT_EXCEEDED`.
    package var attachmentsPerCardMax = 100

    package init() {}
}
