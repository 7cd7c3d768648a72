"""How long a person-month takes, and how much memory a person: the city's kernels, and the plain Mesa peer."""

from __future__ import annotations

import gc
from time import perf_counter, process_time

from benchmarks.cities import town, xuzhou
from benchmarks.machine import peak_mib
from model.setting import Setting
from model.threads import use


def compile_kernels() -> None:
    """Compile or load every kernel, so that no measurement holds it."""
    from model.city import City
    from model.setting import small_town

    city = City(small_town(3_000), scale=1)
    city.run_for(13)
    city.close()


def live(setting: Setting, *, scale: int, months: int, repeats: int) -> dict[str, float]:
    """The quickest of so many lives of a city: seconds of synthesis, of all months and of the slowest, and ns a row-month."""
    from model.city import City

    tried = []
    for _ in range(repeats):
        gc.collect()
        started, began = perf_counter(), process_time()
        city = City(setting, rng=1, scale=scale)
        made, worked = perf_counter(), process_time()
        steps = [_step(city) for _ in range(months)]
        ended = process_time()
        rows, firms = int(city.people.n), int(city.firms.n)
        tried.append({"rows": rows, "firms": firms, "months": months, "scale": scale, "synthesis_s": made - started,
                      "months_s": sum(steps), "slowest_month_s": max(steps), "ns_a_row_month": sum(steps) / months / rows * 1e9,
                      "processor_ns_a_row_month": (ended - worked) / months / rows * 1e9,
                      "processor_ns_with_synthesis": (ended - began) / months / rows * 1e9,
                      "ns_with_synthesis": (made - started + sum(steps)) / months / rows * 1e9})  # fmt: skip
        city.close()
    return min(tried, key=lambda run: run["months_s"])


def _step(city: object) -> float:
    started = perf_counter()
    city.step()  # type: ignore[attr-defined]
    return perf_counter() - started


def full_scale(threads: int, months: int, repeats: int) -> dict[str, float]:
    """徐州 one to one, with the peak memory of the process."""
    from model.people import People

    compile_kernels()
    use(threads)
    before = peak_mib()
    run = live(xuzhou(), scale=1, months=months, repeats=repeats)
    bytes_a_row = People(1).bytes_a_row
    return run | {"threads": threads, "peak_mib": peak_mib(), "peak_before_mib": before, "column_bytes_a_row": bytes_a_row,
                  "peak_bytes_a_row": (peak_mib() - before) * 2**20 / run["rows"]}  # fmt: skip


def thinned(months: int, repeats: int, scale: int = 20) -> dict[str, float]:
    """徐州 at scale 20 on one thread: what one run of many costs."""
    compile_kernels()
    use(1)
    setting = xuzhou()
    return live(setting, scale=scale, months=months, repeats=repeats)


def size(people: int, threads: int, months: int, repeats: int) -> dict[str, float]:
    """A town of so many people one to one."""
    compile_kernels()
    use(threads)
    return live(town(people), scale=1, months=months, repeats=repeats) | {"people": people, "threads": threads, "peak_mib": peak_mib()}


def peer(people: int, months: int, repeats: int) -> dict[str, float]:
    """The same town, months, and luck as plain Mesa agents and as kernels on one thread, in processor time (neither waits for anything)."""
    from benchmarks.peer import PlainCity
    from model.city import City

    compile_kernels()
    use(1)
    kernels = live(town(people), scale=1, months=months, repeats=5)
    tried = []
    for _ in range(repeats):
        city = City(town(people), rng=1, scale=1)
        plain = PlainCity(city)
        city.close()
        started, person_months = process_time(), 0
        for _ in range(months):
            plain.step()
            person_months += len(plain.people)
        tried.append((process_time() - started) / person_months * 1e9)
    pace = kernels["processor_ns_a_row_month"]
    return {"people": people, "months": months, "plain_ns_a_person_month": min(tried), "kernels_ns_a_row_month": pace,
            "ratio_same_town": min(tried) / pace}  # fmt: skip
