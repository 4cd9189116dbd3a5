import Testing

@testable import SharingPolicy

/// Right operands that say their type are of it.
@Suite struct TypedValueTests {
    private static func errors(_ bytes: [UInt8]) throws -> [String] {
        try Policy(reading: bytes, format: .jsonld).problems.filter { $0.severity == .error }.map(\.path)
    }

    /// Values with their types, and whether the one is of the other.
    @Test(
        arguments: [
            ("dateTime", "2027-01-01T00:00:00Z", "dateTime", true),
            ("dateTime", "2027-01-01T00:00:00", "dateTime", true),
            ("dateTime", "2026-12-31T24:00:00+08:00", "dateTime", true), ("dateTime", "2027-01-01", "dateTime", false),
            ("dateTime", "2027-06-30T23:59:60Z", "dateTime", false),
            ("dateTime", "-0001-01-01T00:00:00Z", "dateTime", false),
            ("dateTime", "99999-01-01T00:00:00Z", "dateTime", false),
            ("dateTime", "2027-01-01T00:00Z", "dateTime", false),
            ("dateTime", "２０２７-01-01T00:00:00Z", "dateTime", false),
            ("dateTime", "2027-01-01t00:00:00z", "dateTime", false),
            ("dateTime", "2027-01-01T00:00:00", "dateTimeStamp", false),
            ("dateTime", "2027-01-01T00:00:00Z", "dateTimeStamp", true),
            ("dateTime", "2027-01-01T00:00:00-05:00", "dateTimeStamp", true),
            ("dateTime", "2027-01-01", "date", true), ("dateTime", "2027-01-01+08:00", "date", true),
            ("dateTime", "2027-01-01T00:00:00Z", "date", false), ("dateTime", "2027", "gYear", false),
            ("dateTime", "2027-01-01T00:00:00Z", "decimal", false), ("dateTime", "9999-12-31", "date", true),
            ("count", "5", "integer", true), ("count", "+5", "integer", true), ("count", "5.5", "integer", false),
            ("count", "5.0", "integer", false), ("count", "1e0", "integer", false), ("count", "5.0", "decimal", true),
            ("count", "5.", "decimal", true), ("count", "1e0", "decimal", false), ("count", "1e0", "double", true),
            ("count", "NaN", "double", false), ("count", "INF", "float", false), ("count", "1e9999", "double", false),
            ("count", "-5", "nonNegativeInteger", false), ("count", "0", "positiveInteger", false),
            ("count", "0", "nonNegativeInteger", true), ("count", "300", "byte", false), ("count", "127", "byte", true),
            ("count", "99999999999999999999999", "integer", true), ("count", "99999999999999999999999", "long", false),
            ("count", "18446744073709551615", "unsignedLong", true), ("count", "5", "dateTime", false),
            ("count", "true", "boolean", false), ("purpose", "maybe", "boolean", false),
        ] as [(String, String, String, Bool)])
    func `a value is refused where it is not of its type`(operand: String, text: String, type: String, isTyped: Bool)
        throws
    {
        let order = operand == "purpose" ? "eq" : "lteq"
        for literal in [
            #""rightOperand":{"@value":"\#(text)","@type":"xsd:\#(type)"}"#,
            #""rightOperand":"\#(text)","dataType":"xsd:\#(type)""#,
        ] {
            let bytes = Fixture.constraint(#"{"leftOperand":"\#(operand)","operator":"\#(order)",\#(literal)}"#)
            #expect(try Self.errors(bytes).isEmpty == isTyped, "\(literal)")
        }
    }

    @Test(
        arguments: [
            ("5", "integer", true), ("5.0", "integer", true), ("5.5", "integer", false), ("1e2", "decimal", true),
        ] as [(String, String, Bool)])
    func `a number of JSON is of a type by its value`(text: String, type: String, isTyped: Bool) throws {
        let bytes = Fixture.constraint(
            #"{"leftOperand":"count","operator":"lteq","rightOperand":{"@value":\#(text),"@type":"xsd:\#(type)"}}"#)
        #expect(try Self.errors(bytes).isEmpty == isTyped)
    }
}
