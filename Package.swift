// swift-tools-version: 6.2
import PackageDescription

// Every target is a wall: it may import what it names here and nothing else
// (`swift build --explicit-target-dependency-import-check error`). ARCHITECTURE.md draws the floors.

/// What all our Swift is held to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
/// Where C is touched: every unsafe expression is marked as one.
let strictAtC: [SwiftSetting] = strict + [.strictMemorySafety()]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

func floor(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "roost",
    products: [
        .executable(name: "roost", targets: ["roost"]),
        .executable(name: "roost-keeper", targets: ["roost-keeper"]),
        .executable(name: "roost-demo-agent", targets: ["roost-demo-agent"]),
        .library(name: "RoostTesting", targets: ["RoostTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Floor 1: values and C.
        floor("Model", []),
        floor("WebCodec", ["COpenSSL", "CZlib"], strictAtC),
        .target(name: "CLibWebSockets", linkerSettings: [.linkedLibrary("websockets"), .linkedLibrary("uv")]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // Floor 2: one concern each; they do not know one another.
        floor("Wire", ["Model"]),
        floor("Broker", ["Model", deque]),
        floor("Journal", ["Model", grdb, log]),
        floor("Repository", ["Model"]),
        .target(name: "CKeeper", path: "Sources/Keeper/CKeeper"),
        .target(name: "Keeper", dependencies: ["CKeeper"], exclude: ["CKeeper"], swiftSettings: strictAtC),
        floor("Agents", ["Model"]),
        floor("Transport", ["CLibWebSockets", "COpenSSL", "WebCodec", deque, log], strictAtC),

        // Floor 3: what a run is, and a client's view of a hub.
        floor("Engine", ["Model", "Journal", "Repository", "Keeper", "Agents", "COpenSSL", log], strictAtC),
        floor("Client", ["Model", "Wire", "Transport", "WebCodec", log]),

        // Floor 4: the doors.
        .target(
            name: "JavaScriptClient", path: "protocol/clients/javascript",
            exclude: ["README.md", "examples", "package.json", "roost.d.ts"], resources: [.copy("roost.js")],
            swiftSettings: strict),
        .target(
            name: "Dashboard", dependencies: ["JavaScriptClient"], resources: [.copy("web")], swiftSettings: strict),
        floor(
            "Hub",
            [
                "Model", "Wire", "Broker", "Journal", "Transport", "WebCodec", "COpenSSL", "Engine", "Dashboard", deque,
                log,
            ]),

        // Floor 5: programs.
        .executableTarget(
            name: "roost",
            dependencies: [
                "Model", "WebCodec", "Wire", "Broker", "Journal", "Repository", "Keeper", "Agents", "Transport",
                "Engine",
                "Hub", "Client", arguments, log, yams,
            ], swiftSettings: strict),
        .executableTarget(
            name: "roost-keeper", dependencies: ["Keeper", "CKeeper"], swiftSettings: strictAtC,
            // One of these lives beside every agent, so it is kept small: 4.1 MB resident in release, where
            // `-static-stdlib` took 6.4. lld, because gold warns of a dlopen that is never reached.
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"])]),
        .executableTarget(name: "roost-demo-agent", swiftSettings: strict),

        floor("RoostTesting", ["Model", "Journal", log]),
        tests("Model", []),
        tests("WebCodec", []),
        tests("Wire", ["Model"]),
        tests("Broker", ["Model"]),
        tests("Journal", ["Model", "RoostTesting", grdb]),
        tests("Repository", ["Model", "RoostTesting"]),
        tests("Keeper", []),
        tests("Agents", ["Model"], exclude: ["Transcripts"]),
        tests("Transport", ["WebCodec", "RoostTesting", log]),
        tests("Engine", ["Model", "Journal", "Repository", "Agents", "Keeper", "RoostTesting", log]),
        .testTarget(
            name: "DashboardTests", dependencies: ["Dashboard"],
            exclude: [
                "client.test.mjs", "conversations.test.mjs", "fakes.mjs", "live-state.test.mjs", "markdown.test.mjs",
                "order.test.mjs",
                "page.test.mjs",
                "replica.test.mjs", "subscription.test.mjs", "types.test.mjs", "usage.ts", "landing.test.mjs",
                "run-request.test.mjs", "values.test.mjs", "draft-keeper.test.mjs", "unread.test.mjs",
            ], swiftSettings: strict),
        tests(
            "Hub",
            [
                "Model", "Wire", "Broker", "Journal", "Engine", "Transport", "WebCodec", "Dashboard", "Repository",
                "Keeper",
                "Agents", "RoostTesting", log,
            ]),
        tests("Client", ["Model", "Wire", "Transport", "WebCodec", "RoostTesting", log]),
        .testTarget(
            name: "RoostTests",
            dependencies: [
                "roost", "Model", "Agents", "Broker", "Client", "Hub", "Journal", "RoostTesting", "Transport",
                "WebCodec",
                arguments, log,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Model", "Wire", "Broker", "Journal", "Hub", "Transport", "WebCodec", "RoostTesting", grdb, log,
            ], path: "Tests/Simulation", swiftSettings: strict),
    ]
)
