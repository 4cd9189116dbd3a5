/// What becomes of a value that is passed on less exactly than it was.
package enum Coarsening: Sendable, Hashable {
    /// Numbers, to multiples of a step.
    case numbers(Step)
    /// Dates and times, to the beginning of the hour, day, month or year.
    case times(TimePrecision)

    /// Both, one after the other, in whichever order; `nil` where nothing is left, as no value is a number and a time.
    package func common(with other: Coarsening) -> Coarsening? {
        switch (self, other) {
        case (.numbers(let own), .numbers(let other)): own.common(with: other).map { .numbers($0) }
        case (.times(let own), .times(let other)): .times(max(own, other))
        case (.numbers, .times), (.times, .numbers): nil
        }
    }

    /// Whether the other leaves no more of a value.
    package func isAtMostAsStrict(as other: Coarsening) -> Bool {
        switch (self, other) {
        case (.numbers(let own), .numbers(let other)): other.isMultiple(of: own)
        case (.times(let own), .times(let other)): own <= other
        case (.numbers, .times), (.times, .numbers): false
        }
    }

    /// What is left of a value's text; `nil` for what cannot be made coarser, of which nothing may be passed on.
    func coarsened(_ text: some Collection<UInt8>) -> [UInt8]? {
        switch self {
        case .numbers(let step): step.coarsened(text)
        case .times(let precision): precision.coarsened(text)
        }
    }
}

extension Coarsening: CustomStringConvertible {
    /// As it stands after `coarsen … `.
    package var description: String {
        switch self {
        case .numbers(let step): "to multiples of \(step)"
        case .times(let precision): "to the \(precision.rawValue)"
        }
    }
}
