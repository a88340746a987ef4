import Model
import Wire

extension Schema {
    static let isolation = named(
        "Isolation",
        .object([
            .required(
                "kind", .choice(of: Isolation.Kind.self),
                "`host` only where the policy says `allowHost`; `sandbox` needs bubblewrap, `docker` docker."),
            .optional("network", .boolean, "`sandbox` and `docker`; absent: yes."),
            .optional("image", .name, "`docker` only, and needed there."),
        ]))
}
