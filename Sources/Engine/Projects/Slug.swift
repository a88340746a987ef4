import Model

/// A project's short name in URLs: `[a-z0-9]` and single dashes.
enum Slug {
    static func make(from name: String) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if !slug.isEmpty, slug.last != "-" {
                slug.append("-")
            }
        }
        slug = String(slug.prefix(Limits.slugCharactersMax))
        while slug.last == "-" { slug.removeLast() }
        return slug.isEmpty ? "project" : slug
    }

    /// The wanted slug, or the first free one that the name gives: `name`, `name-2`, `name-3` …
    static func free(wanted: String?, from name: String, isTaken: (String) throws -> Bool) throws -> String {
        if let wanted {
            guard wanted == make(from: wanted) else {
                throw HubError.invalid(
                    "/slug", "must be 1 to \(Limits.slugCharactersMax) of a-z, 0-9 and single dashes")
            }
            guard try !isTaken(wanted) else {
                throw HubError(.alreadyExists, "slug \(wanted) is taken", members: ["slug": .string(wanted)])
            }
            return wanted
        }
        let base = make(from: name)
        var (slug, number) = (base, 2)
        while try isTaken(slug) {
            slug = "\(base)-\(number)"
            number += 1
        }
        return slug
    }
}
