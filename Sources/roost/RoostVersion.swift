/// The one place that says which version this is.
enum RoostVersion {
    static let text = "0.1.0"
}
