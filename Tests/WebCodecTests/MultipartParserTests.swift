import Testing
import WebCodec

@Suite("multipart/form-data")
struct MultipartParserTests {
    /// What came out, data joined.
    private struct Reading: Equatable {
        var parts: [Part] = []
        var hasEnded = false
        var error: MultipartError.Code?

        struct Part: Equatable {
            var name: String
            var filename: String?
            var type: String?
            var data = ""
            var hasEnded = false
        }
    }

    private static func read(
        _ pieces: [ArraySlice<UInt8>], boundary: String = "AaB03x", limits: MultipartLimits = MultipartLimits()
    ) -> Reading {
        var reading = Reading()
        var data: [UInt8] = []
        do throws(MultipartError) {
            var parser = try MultipartParser(boundary: boundary, limits: limits)
            for piece in pieces {
                parser.append(piece)
                while let event = try parser.next() {
                    switch event {
                    case .partBegan(let part):
                        data = []
                        reading.parts.append(.init(name: part.name, filename: part.filename, type: part.contentType))
                    case .data(let bytes):
                        #expect(!bytes.isEmpty)
                        data += bytes
                    case .partEnded:
                        reading.parts[reading.parts.count - 1].data = String(decoding: data, as: UTF8.self)
                        reading.parts[reading.parts.count - 1].hasEnded = true
                    case .ended: reading.hasEnded = true
                    }
                }
                // What is undecided is shorter than a delimiter or a head.
                #expect(parser.heldByteCount < max(limits.partHeadByteCountMax, boundary.utf8.count + 6))
            }
            try parser.finish()
        } catch {
            reading.error = error.code
        }
        return reading
    }

    private static func bytes(_ text: String) -> [UInt8] {
        Array(text.replacing("\n", with: "\r\n").utf8)
    }

    /// RFC 7578's predecessor RFC 2388 section 6, as browsers send it.
    private static let form = """
        --AaB03x
        content-disposition: form-data; name="field1"

        Joe Blow
        --AaB03x
        content-disposition: form-data; name="pics"; filename="file1.txt"
        Content-Type: text/plain

        one
        --AaB03
        -- AaB03x
        --AaB03x--

        """
    private static let formReading = Reading(
        parts: [
            .init(name: "field1", data: "Joe Blow", hasEnded: true),
            .init(
                name: "pics", filename: "file1.txt", type: "text/plain", data: "one\r\n--AaB03\r\n-- AaB03x",
                hasEnded: true),
        ], hasEnded: true)

    @Test("parts with names, and data that looks like a delimiter") func form() {
        #expect(Self.read([Self.bytes(Self.form)[...]]) == Self.formReading)
    }

    @Test("a form reads the same in two pieces, cut at every byte, and byte by byte") func cuts() {
        let form = Self.bytes("preamble\n" + Self.form + "epilogue\n--AaB03x\n")
        for cut in 0...form.count {
            #expect(Self.read([form[..<cut], form[cut...]]) == Self.formReading, "cut at \(cut)")
        }
        #expect(Self.read(form.indices.map { form[$0...$0] }) == Self.formReading)
    }

    @Test("a form that ends early is truncated, wherever that is") func truncated() {
        let form = Self.bytes(Self.form)
        for count in 0..<(form.count - 2) {
            #expect(Self.read([form[..<count]]).error == .truncated, "of \(count) bytes")
        }
    }

    @Test(
        "names and file names",
        arguments: [
            ("form-data; name=a", "a", nil), ("FORM-DATA; NAME=\"a\"; FILENAME=b", "a", "b"),
            ("form-data;name=\"a b\";filename=\"\"", "a b", ""),
            ("form-data; name=\"ü\"; filename=\"日本.txt\"", "ü", "日本.txt"),
            (#"form-data; name="a"; filename="C:\dir\b.txt""#, "a", #"C:\dir\b.txt"#),
            (#"form-data; name="a"; filename="say \"hi\" \\.txt""#, "a", #"say "hi" \.txt"#),
            ("form-data; name=\"a\"; filename=\"say %22hi%22 100%.txt\"", "a", "say \"hi\" 100%.txt"),
            ("form-data; name=\"a;b=c\"; filename=\"../../etc/passwd\"", "a;b=c", "../../etc/passwd"),
            ("form-data; name=\"a\"; filename*=UTF-8''x; filename=\"y\"", "a", "y"), ("form-data; name=\"\"", "", nil),
            ("form-data; ; name=a;", "a", nil),
        ] as [(String, String, String?)])
    func disposition(field: String, name: String, filename: String?) {
        let form = Self.bytes("--AaB03x\nContent-Disposition: \(field)\n\n\n--AaB03x--")
        let expected = Reading.Part(name: name, filename: filename, hasEnded: true)
        #expect(Self.read([form[...]]) == Reading(parts: [expected], hasEnded: true))
    }

    @Test(
        "what is no form",
        arguments: [
            ("--AaB03xy\n", .delimiterInvalid), ("--AaB03x-\n", .delimiterInvalid), ("--AaB03x x\n", .delimiterInvalid),
            ("--AaB03x --", .delimiterInvalid), ("--AaB03x\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Type: text/plain\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Disposition: attachment; name=a\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Disposition: form-data\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Disposition: form-data; name=\"a\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Disposition: form-data; name=a; name=b\n\n", .dispositionInvalid),
            ("--AaB03x\nContent-Disposition: form-data; name=a b\n\n", .dispositionInvalid),
            (
                "--AaB03x\nContent-Disposition: form-data; name=a\nContent-Disposition: form-data; name=b\n\n",
                .dispositionInvalid
            ),
            ("--AaB03x\nContent-Disposition : form-data; name=a\n\n", .headInvalid),
            ("--AaB03x\nContent-Disposition: form-data;\n name=a\n\n", .headInvalid),
            ("--AaB03x\nname\n\n", .headInvalid),
            ("--AaB03x\n: a\n\n", .headInvalid), ("--AaB03x\nX: \u{0}\n\n", .headInvalid),
        ] as [(String, MultipartError.Code)])
    func refused(text: String, code: MultipartError.Code) {
        let form = Self.bytes(text)
        #expect(Self.read([form[...]]).error == code)
        #expect(Self.read(form.indices.map { form[$0...$0] }).error == code)
    }

    @Test("bare ends of lines and bytes that are no text are refused in a head, and data in data") func octets() {
        let bare = Array("--AaB03x\r\nX: a\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
        #expect(Self.read([bare[...]]).error == .headInvalid)
        let latin = Array("--AaB03x\r\nX: ".utf8) + [0xFC] + Array("\r\n\r\n".utf8)
        #expect(Self.read([latin[...]]).error == .headInvalid)
        let data = Array(
            "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\n--AaB03x\r\r\n\r\n--AaB03x--".utf8)
        #expect(Self.read([data[...]]).parts.map(\.data) == ["\n--AaB03x\r\r\n"])
    }

    @Test("a part without data may lack the line's end before its delimiter; delimiters may be padded") func nothing() {
        let form = Self.bytes(
            "--AaB03x \t\nContent-Disposition: form-data; name=a\n\n--AaB03x  \nContent-Disposition: form-data; name=b\n\n\n--AaB03x--"
        )
        #expect(Self.read([form[...]]).parts.map(\.data) == ["", ""])
        #expect(Self.read([Self.bytes("--AaB03x--")[...]]) == Reading(hasEnded: true), "a form without fields")
    }

    @Test("limits are reached, and not passed") func limits() {
        var limits = MultipartLimits()
        limits.partCountMax = 2
        limits.partHeadByteCountMax = 60
        func form(_ partCount: Int, _ name: String = "a", padding: String = "") -> [ArraySlice<UInt8>] {
            let part = "--AaB03x\(padding)\nContent-Disposition: form-data; name=\(name)\n\nx\n"
            return [Self.bytes(String(repeating: part, count: partCount) + "--AaB03x--")[...]]
        }
        #expect(Self.read(form(2), limits: limits).error == nil)
        #expect(Self.read(form(3), limits: limits).error == .tooManyParts)
        // The delimiter's end, the field's 37 bytes without its name, and its end, the blank line: 2 + 39 + 2.
        let room = String(repeating: "a", count: 60 - 43)
        #expect(Self.read(form(1, room), limits: limits).error == nil)
        #expect(Self.read(form(1, room + "a"), limits: limits).error == .headTooLarge)
        #expect(Self.read(form(1, padding: String(repeating: " ", count: 16)), limits: limits).error == nil)
        #expect(Self.read(form(1, padding: String(repeating: " ", count: 17)), limits: limits).error == .headTooLarge)
        let endless = Self.bytes("--AaB03x\n" + String(repeating: "a", count: 1000))
        #expect(Self.read([endless[...]], limits: limits).error == .headTooLarge)
    }

    @Test(
        "boundaries",
        arguments: [
            ("multipart/form-data; boundary=AaB03x", true), ("Multipart/Form-Data;boundary=\"a b\"", true),
            ("multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", true),
            ("multipart/form-data; boundary=\"'()+_,-./:=?\"", true), ("multipart/form-data", false),
            ("multipart/form-data; boundary=", false), ("multipart/form-data; boundary=\"\"", false),
            ("multipart/form-data; boundary=\"a \"", false), ("multipart/form-data; boundary=\"ü\"", false),
            ("multipart/mixed; boundary=a", false), ("text/plain; boundary=a", false), ("", false),
            ("multipart/form-data; boundary=a; boundary=b", false),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 70), true),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), false),
        ])
    func boundary(contentType: String, isValid: Bool) {
        do throws(MultipartError) {
            _ = try MultipartParser(contentType: contentType)
            #expect(isValid)
        } catch {
            #expect(!isValid && error.code == .boundaryInvalid)
        }
    }

    @Test("from the first error on there is nothing else") func sticky() throws {
        var parser = try MultipartParser(boundary: "b")
        parser.append("--bb".utf8)
        for _ in 0..<2 { #expect(throws: MultipartError.self) { try parser.next() } }
        parser.append("\r\n--b--".utf8)
        #expect(throws: MultipartError.self) { try parser.next() }
        #expect(throws: MultipartError.self) { try parser.finish() }
    }

    @Test("whatever is sent arrives, in pieces and out of bytes that delimiters are made of", arguments: 0..<300)
    func property(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let boundary = try #require(["-", "b", "--b", "AaB03x"].randomElement(using: &chance))
        let alphabet = Array("\r\n-b\(boundary)".utf8)
        var parts: [[UInt8]] = []
        for _ in 0..<Int.random(in: 0...5, using: &chance) {
            let data = (0..<Int.random(in: 0...200, using: &chance)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &chance)]
            }
            // A part may not hold its delimiter, neither at its beginning.
            if (Array("\r\n".utf8) + data).firstRange(of: Array("\r\n--\(boundary)".utf8)) == nil { parts.append(data) }
        }
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
        let form = parts.flatMap { Array(head.utf8) + $0 + Array("\r\n".utf8) } + Array("--\(boundary)--".utf8)
        let reading = Self.read(chance.pieces(form), boundary: boundary)
        #expect(reading.error == nil && reading.hasEnded)
        #expect(reading.parts.map(\.data) == parts.map { String(decoding: $0, as: UTF8.self) })
        let broken = chance.mutated(form)
        #expect(
            Self.read(chance.pieces(broken), boundary: boundary) == Self.read([broken[...]], boundary: boundary),
            "the same however it is cut")
    }
}
