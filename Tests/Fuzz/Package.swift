// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets for what reads bytes from the network; `tools/fuzz` builds and runs them with libFuzzer. A package of its
// own, so that the normal build knows nothing of it. The sources under test are links, not a dependency: the access
// level `package` ends where a package does, and only what is compiled here is instrumented.

/// Not `--sanitize=fuzzer --sanitize=address`: the compiler heeds the last of several flags only.
let sanitizers = ["-sanitize=fuzzer,address"]
let strict: [SwiftSetting] = [
    .unsafeFlags(sanitizers),
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
]

/// libFuzzer brings `main`.
func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name + "Fuzzer", dependencies: ["Judgement", "WebCodec"],
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [.unsafeFlags(sanitizers)])
}

func instrumented(_ name: String, linking libraries: String...) -> Target {
    .target(
        name: name, cSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])],
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

let package = Package(
    name: "fuzz",
    targets: [
        instrumented("COpenSSL", linking: "ssl", "crypto"),
        instrumented("CZlib", linking: "z"),
        .target(name: "WebCodec", dependencies: ["COpenSSL", "CZlib"], swiftSettings: strict),
        .target(name: "Judgement", dependencies: ["WebCodec"], swiftSettings: strict),
        fuzzer("Request"),
        fuzzer("Chunked"),
        fuzzer("Query"),
        fuzzer("WebSocket"),
        fuzzer("Inflate"),
        fuzzer("Multipart"),
        fuzzer("Response"),
    ]
)
