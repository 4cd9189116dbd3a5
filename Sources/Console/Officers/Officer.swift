package import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// Who asks for a page, as the connection's certificate and the ledger say.
struct Officer: Sendable {
    let key: KeyIdentifier
    let network: String
    let language: Language
    /// The path asked for.
    let path: String
}

/// Which key of the ledger, active now, a certificate stands for; throws ``OfficerRefusal`` with the reason where none.
package typealias OfficerLookup = @Sendable (_ certificate: TLSPeerCertificate) throws -> KeyIdentifier

/// Why a certificate opens no page.
package struct OfficerRefusal: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A request to the officers' listener; its officer is set once the certificate was looked up.
struct OfficerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var officer: Officer?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The officer; routes stand behind ``OfficerAuthentication``, which lets no request through without one.
    func requireOfficer() throws -> Officer {
        guard let officer else { throw HTTPError(.unauthorized) }
        return officer
    }
}

/// Looks the certificate up again for every request, so that a revoked key reads no further page.
struct OfficerAuthentication: RouterMiddleware {
    let network: String
    let lookup: OfficerLookup

    func handle(
        _ request: Request, context: OfficerContext, next: (Request, OfficerContext) async throws -> Response
    ) async throws -> Response {
        guard let certificate = try await context.channel.nioSSL_peerCertificate().get() else {
            throw HTTPError(.unauthorized)
        }
        var context = context
        do {
            let key = try lookup(try TLSPeerCertificate(der: try certificate.toDERBytes()))
            context.officer = Officer(
                key: key, network: network,
                language: Self.language(of: request), path: request.uri.path)
        } catch {
            context.logger.notice("officer refused", metadata: ["reason": "\(error)"])
            throw HTTPError(.forbidden)
        }
        var response = try await next(request, context)
        // Receipts and their evidence are private: nothing of them may stay in a cache, be it page or JSON.
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// The cookie that the language button sets, or what the browser asks for.
    private static func language(of request: Request) -> Language {
        let chosen = request.cookies["lang"]?.value
        return chosen.flatMap(Language.init(rawValue:)) ?? Language(accepting: request.headers[.acceptLanguage])
    }

    /// The handshake's decision: the certificate must stand for an officer's key now.
    static func verification(_ lookup: @escaping OfficerLookup, logger: Logger) -> Listener.ClientVerification {
        { certificates, promise in
            do {
                guard let leaf = certificates.first else { throw OfficerRefusal("no certificate was shown") }
                _ = try lookup(try TLSPeerCertificate(der: try leaf.toDERBytes()))
                promise.succeed(.certificateVerified)
            } catch {
                logger.notice("handshake refused", metadata: ["listener": "officers", "reason": "\(error)"])
                promise.succeed(.failed)
            }
        }
    }
}
