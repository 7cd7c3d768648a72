"""The `renshe` command: a thin front door that hangs each package's commands on one Typer app.

Exit codes: 0 done, 2 bad input (every fault named, no traceback), 1 internal fault, 130 interrupted.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = ("scenarios", "calibration", "dashboard")
DONE, INTERNAL, BAD, INTERRUPTED = 0, 1, 2, 130
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def build(word: str = "") -> Any:
    """The Typer app with the commands of every package that has some (`register` in `<package>/cli.py`); with the command
    called `word` alone, if there is one: reading the options of all the others takes a third of a second.
    """
    import typer

    front = typer.Typer(
        name="renshe",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="人社: a city's labour market and social insurance, simulated and held against its five-year plan.",
    )

    @front.callback()
    def start() -> None:
        """人社: a city's labour market and social insurance, simulated and held against its five-year plan."""

    for package in PACKAGES:
        if find_spec(f"{package}.cli") is not None:
            import_module(f"{package}.cli").register(front)
    _keep_only(front, word)
    return front


def _keep_only(front: Any, word: str) -> None:
    """Drop every command and group but the one called so; none where nothing is."""
    commands = [one for one in front.registered_commands if word == (one.name or one.callback.__name__)]
    groups = [one for one in front.registered_groups if word == one.name]
    if commands or groups:
        front.registered_commands, front.registered_groups = commands, groups


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_run(arguments))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _run(arguments: list[str]) -> int:
    import typer

    from model.documents import BadInput, Fault

    usage_error: Any = typer.BadParameter.__base__  # click's own class, wherever typer keeps click

    try:
        code = build(arguments[0] if arguments else "")(args=arguments, prog_name="renshe", standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except BadInput as error:
        return _refuse(error.faults, arguments)
    except usage_error as error:
        if not error.format_message():  # a group without a command has printed its help, and there is no more to say
            return BAD
        where = error.ctx.command_path if error.ctx else "renshe"
        return _refuse(
            [
                Fault(
                    where,
                    None,
                    "arguments",
                    " ".join(arguments),
                    _usage_words(error),
                    f"see `{where} --help` 请看帮助",
                )
            ],
            arguments,
        )
    except (KeyboardInterrupt, typer.Abort):
        print("已中断 / interrupted", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if error.errno not in FULL or error.filename is not None:  # a file names itself; what is left is our own output
            return _internal(error)
        return _refuse([_output_full(error)], [])
    except Exception as error:
        return _internal(error)


def _internal(error: Exception) -> int:
    traceback.print_exception(error)
    print(f"内部错误 / internal fault: {error}", file=sys.stderr)
    return INTERNAL


def _output_full(error: OSError) -> Any:
    from model.documents import Fault, both

    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - what is still buffered cannot be written either
    cannot = both("输出无法写入", f"the output cannot be written: {error.strerror}")
    return Fault("stdout", None, "output", "", cannot, both("请清理磁盘空间或换一处输出", "make room, or send it elsewhere"))


def _usage_words(error: Any) -> str:
    """The parser's complaint in both languages; its own sentence is English."""
    words = {
        "NoSuchOption": "没有此选项",
        "MissingParameter": "缺少参数",
        "BadParameter": "参数取值不对",
        "BadOptionUsage": "选项用法不对",
        "BadArgumentUsage": "参数用法不对",
    }
    english = error.format_message()
    chinese = words.get(type(error).__name__, "没有此命令" if "command" in english else "命令写法不对")
    return f"{chinese} / {english}"


def _refuse(faults: list[Any], arguments: list[str]) -> int:
    """Say what is wrong with the input: on stderr for people, and on stdout too when JSON was asked for."""
    count = len(faults)
    print(
        f"{count} 处错误 / {count} fault{'' if count == 1 else 's'}:",
        *(f"  {fault}" for fault in faults),
        sep="\n",
        file=sys.stderr,
    )
    if "--json" in arguments:
        print(json.dumps({"ok": False, "faults": [fault.as_dict() for fault in faults]}, ensure_ascii=False, indent=2))
    return BAD


if __name__ == "__main__":
    main()
