// swift-tools-version: 6.2
import PackageDescription

// `Scripts/fuzz` sets this: the modules are then built with coverage for libFuzzer, and its runner with them.
let fuzzing = Context.environment["HANSA_FUZZ"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (fuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let structuredFields: Target.Dependency = .product(
    name: "RawStructuredFieldValues", package: "swift-http-structured-headers")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let collections: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "Mustache", package: "swift-mustache"),
]
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
    .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
]

// Embedded, so that the executable runs from wherever it is put.
let consolePages: [Resource] = [
    "console.css", "page.mustache", "overview.mustache", "receipts.mustache", "receipt.mustache", "policies.mustache",
    "policy.mustache", "identities.mustache", "identity.mustache", "message.mustache",
].map { .embedInCode("Resources/\($0)") }

let package = Package(
    name: "hansa",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "hansa", targets: ["hansa"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
        .library(name: "MessageSignatures", targets: ["MessageSignatures"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
        .target(name: "BaseEncodings", swiftSettings: settings),
        .target(name: "StrictJSON", swiftSettings: settings),
        .target(name: "ShangMi", dependencies: ["BaseEncodings", "COpenSSL"], swiftSettings: settings),
        .target(name: "TransparencyLog", dependencies: ["BaseEncodings", crypto], swiftSettings: settings),
        .target(
            name: "MessageSignatures",
            dependencies: ["BaseEncodings", "ShangMi", crypto, cryptoExtras, httpTypes], swiftSettings: settings),
        .target(
            name: "CityIdentity",
            dependencies: [
                "BaseEncodings", "StrictJSON", "ShangMi", "COpenSSL", "CQREncode", crypto, cryptoExtras, x509, asn1,
            ],
            resources: [.embedInCode("Resources/gbt2260-divisions.csv"), .embedInCode("Resources/iso3166-1.csv")],
            swiftSettings: settings),
        .target(
            name: "SharingPolicy", dependencies: ["CityIdentity", "StrictJSON", crypto, yaml], swiftSettings: settings),
        .target(
            name: "Ledger",
            dependencies: [
                "TransparencyLog", "MessageSignatures", "CityIdentity", "SharingPolicy", "StrictJSON",
                crypto, collections, sqlite, logging, metrics,
            ], swiftSettings: settings),
        .target(
            name: "AccessReceipts",
            dependencies: [
                "BaseEncodings", "TransparencyLog", "CityIdentity", "StrictJSON", crypto, sqlite, logging, metrics,
            ], swiftSettings: settings),
        .target(
            name: "Relay",
            dependencies: [
                "TransparencyLog", "MessageSignatures", "CityIdentity", "SharingPolicy", "Ledger", "AccessReceipts",
                "StrictJSON", crypto, x509, asn1, httpTypes, logging, metrics, lifecycle,
            ] + nio, swiftSettings: settings),
        .target(
            name: "Console",
            dependencies: [
                "TransparencyLog", "MessageSignatures", "CityIdentity", "SharingPolicy", "Ledger", "AccessReceipts",
                "StrictJSON", crypto, httpTypes, logging, metrics, lifecycle,
            ] + hummingbird + nio, resources: consolePages, swiftSettings: settings),
        // The demonstration's tables and policies, in C so that they are part of the program without being compiled.
        .target(name: "DemoData", exclude: ["seattle-weather.csv", "sf-temps.csv"]),
        // The templates of `Policies`, so that the program has them wherever it is put.
        .target(name: "PolicyTemplates"),
        .executableTarget(
            name: "hansa",
            dependencies: [
                "BaseEncodings", "TransparencyLog", "MessageSignatures", "CityIdentity", "SharingPolicy", "Ledger",
                "AccessReceipts", "Relay", "Console", "DemoData", "PolicyTemplates", "StrictJSON", crypto, x509,
                logging, metrics, lifecycle, unixSignals,
                configuration, argumentParser, httpClient, yaml, deque, histogram,
            ] + nio, swiftSettings: settings),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "BaseEncodings", "StrictJSON", "TransparencyLog", "MessageSignatures", "ShangMi", "CityIdentity",
                "SharingPolicy",
                "Ledger", "AccessReceipts", "Relay", .product(name: "NIOCore", package: "swift-nio"),
            ], path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: settings),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: settings),
        .testTarget(name: "BaseEncodingsTests", dependencies: ["BaseEncodings"], swiftSettings: settings),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"], swiftSettings: settings),
        .testTarget(name: "ShangMiTests", dependencies: ["ShangMi", "StrictJSON"], swiftSettings: settings),
        .testTarget(
            name: "TransparencyLogTests", dependencies: ["BaseEncodings", "TransparencyLog", "StrictJSON", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "MessageSignaturesTests",
            dependencies: [
                "MessageSignatures", "ShangMi", "StrictJSON", crypto, cryptoExtras, httpTypes, structuredFields,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CityIdentityTests",
            dependencies: ["BaseEncodings", "CityIdentity", "ShangMi", "StrictJSON", crypto, x509],
            swiftSettings: settings),
        .testTarget(
            name: "SharingPolicyTests", dependencies: ["SharingPolicy", "CityIdentity", "StrictJSON"],
            exclude: ["Cases"], swiftSettings: settings),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Ledger", "TransparencyLog", "CityIdentity", "SharingPolicy", "StrictJSON", crypto, sqlite, logging,
            ], swiftSettings: settings),
        .testTarget(
            name: "AccessReceiptsTests",
            dependencies: ["AccessReceipts", "BaseEncodings", "TransparencyLog", "CityIdentity", "StrictJSON", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "RelayTests",
            dependencies: [
                "Relay", "Ledger", "AccessReceipts", "SharingPolicy", "CityIdentity", "MessageSignatures",
                "TransparencyLog", "StrictJSON", crypto, httpTypes, httpClient, sqlite,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio, swiftSettings: settings),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Ledger", "AccessReceipts", "CityIdentity", "SharingPolicy", "TransparencyLog", "StrictJSON",
                httpTypes, .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), logging,
                .product(name: "Hummingbird", package: "hummingbird"), httpClient,
            ], swiftSettings: settings),
        .testTarget(
            name: "hansaTests",
            dependencies: [
                "hansa", "Relay", "Ledger", "AccessReceipts", "CityIdentity", "TransparencyLog", "StrictJSON",
                httpClient, .product(name: "NIOEmbedded", package: "swift-nio"),
                argumentParser, configuration, logging, histogram,
            ], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)

if fuzzing {
    package.products.append(.executable(name: "hansa-fuzz", targets: ["FuzzRunner"]))
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/CLibFuzzer"),
        .executableTarget(
            name: "FuzzRunner", dependencies: ["FuzzTargets", "CLibFuzzer"], path: "Tests/FuzzRunner",
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
}
