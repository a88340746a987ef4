import Engine
import Model
import Testing
import Transport
import WebCodec

@testable import Hub

@Suite("What of an upload is the file")
struct AttachmentIntakeTests {
    private static func intake(_ target: String, _ type: String?) throws -> AttachmentIntake {
        var fields: HTTPHeaders = ["Host": "localhost"]
        if let type { fields.append("Content-Type", type) }
        return try AttachmentIntake(try TestHub.head("POST \(target)", fields))
    }

    private static func form(_ text: String, pieceByteCount: Int) throws -> (file: AttachmentIntake.File, bytes: String)
    {
        var intake = try intake("/", "multipart/form-data; boundary=b")
        let form = Array(text.replacing("\n", with: "\r\n").utf8)
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: form.count, by: pieceByteCount) {
            let piece = Array(form[start..<min(form.count, start + pieceByteCount)])
            bytes += try intake.fileBytes(of: piece).flatMap { $0 }
        }
        return (try intake.finish(), String(decoding: bytes, as: UTF8.self))
    }

    private static let field = "--b\nContent-Disposition: form-data; name=note\n\nsome words\n"
    private static let file = """
        --b
        Content-Disposition: form-data; name=file; filename="a b.txt"
        Content-Type: text/plain

        the file

        """

    @Test("the part with a file name is it, other fields mean nothing", arguments: [1, 7, 1000])
    func form(pieceByteCount: Int) throws {
        for text in [Self.file, Self.field + Self.file, Self.file + Self.field] {
            let taken = try Self.form(text + "--b--", pieceByteCount: pieceByteCount)
            #expect(taken.file == AttachmentIntake.File(name: "a b.txt", type: "text/plain"))
            #expect(taken.bytes == "the file")
        }
    }

    @Test(
        "forms that are refused",
        arguments: [
            (field + "--b--", HubError.Code.validationFailed), (file + file + "--b--", .validationFailed),
            (file, .badRequest), ("--bb\n", .badRequest),
            (file.replacing("a b.txt", with: "..") + "--b--", .validationFailed),
        ])
    func refused(text: String, code: HubError.Code) {
        let error = #expect(throws: HubError.self) { try Self.form(text, pieceByteCount: 1000) }
        #expect(error?.code == code)
    }

    @Test("a body that is no form is the file; its name is in the query") func plain() throws {
        var intake = try Self.intake("/?filename=log%202.txt", "text/plain; charset=utf-8")
        #expect(try intake.fileBytes(of: [1, 2]) == [[1, 2]])
        #expect(try intake.finish() == .init(name: "log 2.txt", type: "text/plain; charset=utf-8"))
        for type in [nil, "application/x-www-form-urlencoded", "text", "ü/b"] {
            #expect(try Self.intake("/?filename=a", type).finish().type == nil)
        }
        #expect(throws: HubError.self) { try Self.intake("/", "text/plain") }
        #expect(throws: HubError.self) { try Self.intake("/", "multipart/form-data") }
    }

    @Test(
        "a name is one component of a path, and nothing that deceives",
        arguments: [
            ("a.txt", "a.txt"), ("日本 1.txt", "日本 1.txt"), ("../../etc/passwd", "passwd"), (#"C:\dir\b.txt"#, "b.txt"),
            ("dir/", "dir"), ("...", "..."), ("", nil), ("/", nil), (".", nil), ("a/..", nil), ("a\u{0}b", nil),
            ("a\nb", nil), ("gpj.\u{202E}exe", nil),
            (String(repeating: "a", count: 200), String(repeating: "a", count: 200)),
            (String(repeating: "a", count: 201), nil),
        ] as [(String, String?)])
    func name(text: String, expected: String?) throws {
        if let expected {
            #expect(try AttachmentName.checked(text) == expected)
        } else {
            #expect(throws: HubError.self) { try AttachmentName.checked(text) }
        }
    }

    @Test("a name is told in ASCII, and as it is") func disposition() {
        #expect(
            AttachmentName.disposition("attachment", "a\"b%ü.txt")
                == "attachment; filename=\"a_b__.txt\"; filename*=UTF-8''a%22b%25%C3%BC.txt")
    }
}
