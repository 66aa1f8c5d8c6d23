import time
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def program() -> Callable[[str], ModuleType]:
    """Load a Python program of bin/ as a module."""

    def load(name: str) -> ModuleType:
        loader = SourceFileLoader(f"bin_{name}", str(ROOT / "bin" / name))
        spec = spec_from_loader(loader.name, loader)
        assert spec
        module = module_from_spec(spec)
        loader.exec_module(module)
        return module

    return load


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait for something that another process does."""

    def wait(check: Callable[[], object], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not check():
            assert time.monotonic() < deadline, "did not happen in time"
            time.sleep(0.02)

    return wait
