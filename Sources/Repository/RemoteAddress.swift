/// What is known of where remotes are, and how they are reached.
enum RemoteAddress {
    /// `ext` runs programs of the address's choice; what the configuration names for `git` is refused (`wayPattern`).
    static let protocols = "file:git:http:https:ssh"

    /// Asks nobody anything, and gives up on who does not answer: 15 s to come to a connection, 60 s of silence.
    static let ssh = "ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15 -oServerAliveCountMax=4"

    /// A host that sends less than 1 byte a second for 60 s has gone.
    static let slowness = ["http.lowSpeedLimit": "1", "http.lowSpeedTime": "60"]

    /// Configuration that names a program which the way to a remote would run, or leads the way past somebody else, who could then
    /// read the user's credentials or the hub's token.
    static let wayPattern =
        #"^(credential(\..*)?\.helper|core\.gitproxy|core\.askpass|remote\..*\.(vcs|proxy)|lfs\.(.*\.)?(standalonetransferagent|path)"#
        + #"|http\.(.*\.)?(proxy|curloptresolve|sslverify|sslcainfo|sslcapath|savecookies))$"#

    /// Of the program at the other end, where that is on this machine: of that repository's configuration, no programs.
    static let farEndSettings = "-c core.hooksPath=/dev/null -c core.alternateRefsCommand=true"

    /// What of the hub's environment the way to a remote needs besides.
    static let environmentKeys = [
        "SSH_AUTH_SOCK", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE",
    ]

    /// Whether git would go to a folder of this machine: `file:`, or a path, which has a slash before any colon
    /// (https://git-scm.com/docs/git-push, “GIT URLS”).
    static func isOnThisMachine(_ url: String) -> Bool {
        if url.hasPrefix("file://") { return true }
        if url.contains("://") { return false }
        guard let colon = url.firstIndex(of: ":") else { return true }
        return url.firstIndex(of: "/").map { $0 < colon } ?? false
    }
}
