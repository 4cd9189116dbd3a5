import StrictJSON

/// Reads the members of an object that stands for something, naming it in what it throws.
struct MemberReader {
    let members: JSONObject
    let subject: String

    func value(_ name: String) throws(IdentityError) -> JSONValue {
        guard let value = members[name] else {
            throw IdentityError(.malformedDeclaration, "\(subject) lacks `\(name)`")
        }
        return value
    }

    func string(_ name: String) throws(IdentityError) -> String {
        guard let text = try value(name).string else {
            throw IdentityError(.malformedDeclaration, "\(subject)'s `\(name)` must be a string")
        }
        return text
    }
}
