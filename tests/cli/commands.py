"""The command line as a user types it."""

from click.testing import CliRunner

from matching.cli import main


def nirisation(*words: object, code: int = 0) -> str:
    """What the command prints; it must end with that exit code, and without a traceback."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output
