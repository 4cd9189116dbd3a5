import CityIdentity
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct AnchorRuleTests {
    private let gateway = "MA.156.1301.90"
    private let leaves = (0..<40).map { Hash(hashing: [UInt8($0)]) }

    private func anchor(_ size: Int, after old: Int, root: Hash? = nil) throws -> ReceiptsAnchor {
        let reader = LeafHashReader(leaves)
        return ReceiptsAnchor(
            origin: ReceiptsAnchor.origin(network: TestNetwork.name, gateway: try IdentificationCode(gateway)),
            size: UInt64(size), root: try root ?? MerkleTree.root(size: UInt64(size), reader: reader),
            proof: try MerkleTree.consistencyProof(from: UInt64(min(old, size)), to: UInt64(size), reader: reader))
    }

    private func submit(_ anchor: ReceiptsAnchor, _ network: inout TestNetwork) throws -> String {
        try network.submit(.receiptsAnchor(anchor), by: "\(gateway)#receipts").words
    }

    @Test("a log that only grows is anchored, size by size", arguments: [[1, 2, 3, 4, 5], [7, 8, 9, 40], [16, 33]])
    func growth(_ sizes: [Int]) throws {
        var network = try TestNetwork()
        var old = 0
        for size in sizes {
            let words = try submit(anchor(size, after: old), &network)
            #expect(words == "applied")
            old = size
        }
        let origin = try anchor(1, after: 0).origin
        #expect(network.state.anchor(origin)?.size == UInt64(old))
    }

    @Test("a log that was changed, shrank or stood still is not")
    func changes() throws {
        var network = try TestNetwork()
        #expect(try submit(anchor(9, after: 0), &network) == "applied")
        let state = network.state.anchors
        let wrongRoot = try anchor(12, after: 9, root: leaves[3])
        let wrongProof = try anchor(12, after: 8)
        let noProof = ReceiptsAnchor(origin: wrongRoot.origin, size: 12, root: wrongRoot.root, proof: [])
        let longProof = try ReceiptsAnchor(
            origin: wrongRoot.origin, size: 12, root: anchor(12, after: 9).root,
            proof: anchor(12, after: 9).proof + [leaves[0]])
        let huge = ReceiptsAnchor(origin: wrongRoot.origin, size: .max, root: wrongRoot.root, proof: wrongRoot.proof)
        for bad in [wrongRoot, wrongProof, noProof, longProof, huge, try anchor(9, after: 9), try anchor(5, after: 5)] {
            #expect(try submit(bad, &network) != "applied")
        }
        #expect(network.state.anchors == state)
        #expect(try submit(anchor(12, after: 9), &network) == "applied")
    }

    @Test("a first anchor is of something and has no proof")
    func first() throws {
        var network = try TestNetwork()
        let one = try anchor(1, after: 0)
        #expect(
            try submit(.init(origin: one.origin, size: 0, root: MerkleTree.emptyRoot, proof: []), &network) != "applied"
        )
        #expect(
            try submit(.init(origin: one.origin, size: 1, root: one.root, proof: [one.root]), &network) != "applied")
        #expect(try submit(.init(origin: one.origin + "0", size: 1, root: one.root, proof: []), &network) != "applied")
        #expect(try submit(one, &network) == "applied")
    }
}
