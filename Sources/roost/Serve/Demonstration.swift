import Engine
import Foundation
import Journal
import Model
import Repository

/// What a newcomer sees first: a small repository made on the spot, a board with three cards, and the demo agent at
/// work on the first one.
struct Demonstration {
    static let slug = "demo"
    private static let by = Actor(.system, name: "demonstration")

    let engine: Engine
    /// Where the sample repository is put; inside the roots.
    let folder: String

    /// Makes it, unless an earlier start did.
    func begin() async throws {
        guard try await engine.journal.read({ try $0.projectID(slug: Self.slug) }) == nil else { return }
        let path = folder + "/hello-roost"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let project = try await engine.createProject(
            CreateProject(path: path, initialise: true, name: "Hello, Roost", slug: Self.slug), by: Self.by
        ).value
        try await writeSample(in: path, project: project)
        let first = try await card(
            "Greet in three languages",
            """
            Extend the greeting so that it knows German and Japanese, and write down in NOTES.md how to add another.

            demo: pace=60 paragraphs=5
            """, in: project)
        _ = try await card("Give the greeter a test", "There is none yet. Keep it small.", in: project)
        _ = try await card("Say goodbye as well", "The opposite of greet, with the same languages.", in: project)
        _ = try await engine.createRun(
            project.id, CreateRun(cardId: first.id, provider: .demo, start: true), by: Self.by)
    }

    private func card(_ title: String, _ prompt: String, in project: Project) async throws -> Card {
        try await engine.createCard(
            project.id, CreateCard(title: title, prompt: prompt, labels: ["demo"]), by: Principal(starting: Self.by)
        ).value
    }

    private func writeSample(in path: String, project: Project) async throws {
        let files = [
            "README.md": """
            # Hello, Roost

            A very small program for the demonstration: `python3 greet.py NAME` greets.

            """,
            "greet.py": """
            import sys


            def greet(name: str) -> str:
                return f"Hello, {name}!"


            if __name__ == "__main__":
                print(greet(sys.argv[1] if len(sys.argv) > 1 else "world"))

            """,
        ]
        for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
        _ = try await engine.git.commitAll(path, message: "A program that greets")
    }
}
