"""The artefact: posterior.parquet and certificate.json, the same bytes for the same fits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from model.documents import write_atomically
from scenarios.draws import ARTEFACT, CERTIFICATE


def table_bytes(rows: Sequence[Mapping[str, float]]) -> bytes:
    """Parquet bytes of one row a draw and one float64 column a parameter, in the order of the first row's names."""
    table = pa.table({name: pa.array([float(row[name]) for row in rows], pa.float64()) for name in rows[0]})
    out = BytesIO()
    pq.write_table(table, out, compression="zstd", row_group_size=1 << 20)
    return out.getvalue()


def certificate_text(certificate: Mapping[str, Any]) -> str:
    """The certificate as JSON, one spelling."""
    return json.dumps(certificate, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def write_artefact(folder: Path, rows: Sequence[Mapping[str, float]], certificate: Mapping[str, Any]) -> None:
    """Write both files whole. The old certificate goes first, so that never do new parameters stand beside an old certificate."""
    raw, text = table_bytes(rows), certificate_text(certificate)
    (folder / CERTIFICATE).unlink(missing_ok=True)
    write_atomically(folder / ARTEFACT, raw)
    write_atomically(folder / CERTIFICATE, text)
