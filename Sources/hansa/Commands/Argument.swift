/// Reads an argument as a value of the domain, so that a wrong one is a usage error with the reason.
func argument<Value>(_ name: String, _ read: () throws -> Value) throws -> Value {
    do {
        return try read()
    } catch let error as CommandError {
        throw error
    } catch {
        let reason = "\(error)"
        throw CommandError(.usage, reason.contains("`\(name)`") ? reason : "`\(name)`: \(reason)")
    }
}
