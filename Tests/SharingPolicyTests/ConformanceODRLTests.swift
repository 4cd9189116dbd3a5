import Testing

/// Runs every case of every file of the ODRL conformance suite; what a field means stands in the suite's README.
@Suite struct ConformanceODRL {
    static let cases = ODRLCase.all(in: ODRLCase.conformance)

    @Test(.enabled(if: !cases.isEmpty, "no ODRL cases under HANSA_CONFORMANCE"), arguments: cases)
    func `decides, reports, registers and finds conflicts as expected`(odrlCase: ODRLCase) throws {
        try odrlCase.check()
    }
}

/// Runs this repository's cases, in the same format, of what the conformance suite does not look at.
@Suite struct ODRLSemanticsTests {
    @Test func `the cases are where they should be`() {
        #expect(ODRLCase.all(in: ODRLCase.own).count > 300)
    }

    @Test(arguments: ODRLCase.all(in: ODRLCase.own))
    func `decides, reports, registers and finds conflicts as expected`(odrlCase: ODRLCase) throws {
        try odrlCase.check()
    }
}
