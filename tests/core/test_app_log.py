"""What the log of the application shows of a crash."""

import structlog


def test_a_traceback_shows_no_local_variables(app, capsys):
    def crash():
        key_code = "SECRET-" + "KEY-CODE"
        raise ValueError(len(key_code))

    try:
        crash()
    except ValueError:
        structlog.get_logger().exception("crashed")
    shown = capsys.readouterr().out
    assert "ValueError" in shown
    assert "SECRET-KEY-CODE" not in shown
