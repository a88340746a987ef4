"""A git repository of a user, and what is asked of it with git itself."""
import os
import pathlib
import subprocess


class Repository:
    def __init__(self, path):
        self.path = pathlib.Path(path)

    @classmethod
    def create(cls, path, files=None):
        """A new repository with one commit on `main`."""
        repository = cls(path)
        repository.path.mkdir(parents=True)
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.write({"README.md": "# Sample\n"} if files is None else files)
        repository.commit("Begin")
        return repository

    def git(self, *arguments):
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.path), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            ["git", "-c", "user.name=User", "-c", "user.email=user@example.org", *arguments], cwd=self.path,
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}"
        return done.stdout

    def write(self, files):
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def show(self, revision, name):
        return self.git("show", f"{revision}:{name}")

    def worktrees(self):
        """Paths of those beside the user's own."""
        lines = self.git("worktree", "list", "--porcelain").splitlines()
        return [line.removeprefix("worktree ") for line in lines if line.startswith("worktree ")][1:]

    def branches(self):
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
