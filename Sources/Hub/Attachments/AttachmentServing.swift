import Engine
import Model
import WebCodec

/// How a file of a stranger is served from the hub's own origin, where no page of his may run.
///
/// What browsers only show keeps its type. All else is bytes to be saved: with a type of its own, HTML or SVG opened here
/// would be the hub's own page, and a script could be one of the dashboard's.
struct AttachmentServing {
    let headers: HTTPHeaders

    private static let shown = ContentType.shownImages.union([
        "audio/mpeg", "audio/ogg", "audio/wav", "video/mp4", "video/webm", "video/ogg",
    ])
    private static let policy = "default-src 'none'; sandbox; frame-ancestors 'none'"

    init(_ attachment: Attachment) {
        let type = MediaType(attachment.contentType).name
        let served: String? =
            switch type {
            case "text/plain": "text/plain; charset=utf-8"
            case let type where Self.shown.contains(type): type
            default: nil
            }
        headers = [
            "Content-Type": served ?? ContentType.bytes,
            "Content-Disposition": AttachmentName.disposition(
                served == nil ? "attachment" : "inline", attachment.filename),
            "Content-Security-Policy": Self.policy,
        ]
    }
}
