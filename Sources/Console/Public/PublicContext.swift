import Hummingbird
import NIOCore

/// What the public routes know of a request beside itself: where it came from.
struct PublicContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    /// `nil` where there is no connection, as in a test of the routes alone.
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
