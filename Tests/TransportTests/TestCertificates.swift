import Foundation
import Glibc
import RoostTesting
import Transport

/// Certificates made by `openssl` when a test needs them; no key is ever kept.
struct TestCertificates {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// One set for all tests.
    static let shared = Result { try TestCertificates() }

    let folder: TemporaryFolder
    var authority: String { folder.file("authority.pem") }
    /// For localhost, 127.0.0.1 and ::1.
    let local: TLSConfiguration.Identity

    init() throws {
        folder = try TemporaryFolder()
        local = TLSConfiguration.Identity(
            certificatePath: folder.file("local.pem"), keyPath: folder.file("local.key"))
        try openssl(
            "req -x509 \(Self.newKey) -nodes -keyout authority.key -out authority.pem -days 2 -subj /CN=TestAuthority")
        _ = try issue("local", subject: "/CN=local", names: "DNS:localhost,IP:127.0.0.1,IP:::1")
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"

    /// - Parameter days: how long it is good for; negative for one that has expired.
    func issue(
        _ name: String, subject: String, names: String? = nil, days: Int = 2
    ) throws -> TLSConfiguration.Identity {
        try openssl("req \(Self.newKey) -nodes -keyout \(name).key -out \(name).csr -subj \(subject)")
        let extensions = names.map { "subjectAltName=\($0)\n" } ?? ""
        try extensions.write(toFile: folder.file("\(name).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "x509 -req -in \(name).csr -CA authority.pem -CAkey authority.key -set_serial \(Int.random(in: 1 ... 1 << 40)) "
                + "-days \(days) -extfile \(name).ext -out \(name).pem")
        return TLSConfiguration.Identity(
            certificatePath: folder.file("\(name).pem"), keyPath: folder.file("\(name).key"))
    }

    func client(as identity: TLSConfiguration.Identity? = nil) throws -> TLSContext {
        try TLSContext(authoritiesPath: authority, identity: identity)
    }

    func openssl(_ arguments: String) throws {
        // Not Foundation's Process, which is not to be started by several threads at once.
        let status = system("cd '\(folder.path)' && exec openssl \(arguments) >/dev/null 2>&1 </dev/null")
        guard status == 0 else { throw Failure(description: "openssl \(arguments)") }
    }
}
