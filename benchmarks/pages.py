"""Server CPU and queries of each page, on 100 and on 100,000 learners, beside the bare limit.

    python benchmarks/pages.py [--folder FOLDER] [--learners 100000] [--only WORDS]

Builds the synthetic territories once (SQLite files kept in FOLDER; on PostgreSQL too when
PARCOURS_TEST_POSTGRESQL says where, « embedded » being the one of the development environment),
then calls the application in process: real middleware, real templates, a signed-in session.

The hundred people are measured twice: a territory of their own, where lists are short, and « as
full », a hundred people taken out of the large one, those its lists show first. The first page and
the worklist then show the very same rows, and « times » is what the size alone costs them: the
time at 100,000 over that of these hundred, round by round, the median of the rounds, which must
stay within 1.3.

A figure is the median of rounds, then the best round, in ms of CPU of the whole process (SQLite is
in it; a PostgreSQL server is not, so that « times » is there of the clock). « bare » is the limit:
the very queries of the page sent through the raw driver and their rows joined as strings, in the
same rounds. Exit code 1 when a median is over its budget or its ratio, when the rows compared are
not as many, or when the queries are more than 8 or not the same at every size. On a busy machine
the medians drift, up to twice: the best round tells.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measures import (
    HUB,
    PARTNER,
    Page,
    Size,
    Territory,
    on_postgresql,
    on_sqlite,
)
from benchmarks.rounds import Figure, measure, ratio

from tests import databases

ROUNDS, REQUESTS = 60, 3
MOST_QUERIES = 8
MOST_TIMES = 1.3
# What waits, whatever the size: the same rows are shown at both.
STEADY = (
    "Ma journée, conseillère",
    "Ma journée, coordinatrice",
    "Ma journée, formatrice",
    "Ruptures, ma structure",
    "Ruptures, toutes",
    "Ruptures, les miennes",
)
LIST, SEARCH, ONE = 5.0, 10.0, 8.0
TRAINER, FUNDER = "formation@exemple.fr", "f01@exemple.fr"


class Grounds(NamedTuple):
    """The territories compared: the large one, a small one, and the two as full as it."""

    large: Territory
    small: Territory
    hub: Territory
    partner: Territory

    def for_page(self, page: Page) -> list[Territory]:
        """The large one, the small one, and for a steady page the one as full for who reads."""
        full = [self.hub if page.email == HUB else self.partner]
        return [self.large, self.small, *(full if page.name in STEADY else [])]


@dataclass(frozen=True)
class Measured:
    """A page’s figures in each territory, how many statements it sent and rows it showed."""

    figures: list[Figure]
    bare: Figure
    queries: list[int]
    rows: list[int]

    def times(self, database: str) -> float | None:
        """How much longer the large territory takes than the one as full."""
        if len(self.figures) < 3:
            return None
        large, _, full = self.figures
        if database == "SQLite":
            return ratio(large.cpu, full.cpu)
        return ratio(large.clock, full.clock)

    def faults(self, page: Page, times: float | None) -> list[str]:
        """What is over."""
        found = {
            "budget": self.figures[0].median > page.budget,
            "queries": len(set(self.queries)) > 1 or self.queries[0] > MOST_QUERIES,
            "ratio": times is not None and times > MOST_TIMES,
            "not the same rows": times is not None and self.rows[0] != self.rows[2],
        }
        return [name for name, is_over in found.items() if is_over]


PAGES = (
    Page("Ma journée, conseillère", HUB, "/", ONE),
    Page("Ma journée, coordinatrice", PARTNER, "/", ONE),
    Page("Ma journée, formatrice", TRAINER, "/", ONE),
    Page("Ma journée, financeur", FUNDER, "/", ONE),
    Page("Apprenants", HUB, "/apprenants", LIST),
    Page("Apprenants, page suivante", HUB, "/apprenants?apres={halfway}", LIST),
    Page("Apprenants, en rupture", HUB, "/apprenants?situation=rupture", LIST),
    Page("Apprenants, rupture à éviter", HUB, "/apprenants?situation=risque", LIST),
    Page("Apprenants, en attente", HUB, "/apprenants?situation=attente", LIST),
    Page("Apprenants, en étape", HUB, "/apprenants?situation=etape", LIST),
    Page("Apprenants, clos", HUB, "/apprenants?situation=clos", LIST),
    Page("Apprenants, en QPV", HUB, "/apprenants?quartier=inside", LIST),
    Page("Apprenants, QPV à vérifier", PARTNER, "/apprenants?quartier=to_check", LIST),
    Page("Apprenants, programme", HUB, "/apprenants?programme=1", LIST),
    Page("Apprenants, les miens", PARTNER, "/apprenants?qui=moi", LIST),
    Page("Apprenants, ma structure", PARTNER, "/apprenants?qui=structure", LIST),
    Page("Apprenants, nom cherché", HUB, "/apprenants?q=le", SEARCH),
    Page("Apprenants, nom et prénom", HUB, "/apprenants?q=lea+tra", SEARCH),
    Page("Apprenants, nom inconnu", HUB, "/apprenants?q=zzz", SEARCH),
    Page("Agenda, une semaine", HUB, "/agenda", ONE),
    Page("Agenda, toute la structure", PARTNER, "/agenda?qui=tous", ONE),
    Page("Agenda, formatrice", TRAINER, "/agenda", ONE),
    Page("Tâches", HUB, "/taches", ONE),
    Page("Ruptures, ma structure", PARTNER, "/ruptures", ONE),
    Page("Ruptures, toutes", HUB, "/ruptures?portee=toutes", ONE),
    Page("Ruptures, programme", HUB, "/ruptures?portee=toutes&programme=1", ONE),
    Page("Ruptures, en QPV", HUB, "/ruptures?portee=toutes&quartier=inside", ONE),
    Page("Ruptures, les miennes", PARTNER, "/ruptures?qui=moi", ONE),
    Page("Ruptures, un partenaire", HUB, "/ruptures?partenaire=2", ONE),
    Page("Trouver une suite", PARTNER, "/apprenants/{learner}/suite", ONE),
    Page("Relais reçus", HUB, "/relais", LIST),
    Page("Relais envoyés, tous", PARTNER, "/relais?sens=envoyes&etat=tous", LIST),
    Page("Un relais", PARTNER, "/relais/{relay}", ONE),
    Page("Une personne", PARTNER, "/apprenants/{learner}", ONE),
    Page("Ses présences", PARTNER, "/apprenants/{enrolled}/presences", ONE),
    Page("Promotions", PARTNER, "/promotions", ONE),
    Page("Une promotion", PARTNER, "/promotions/{cohort}", ONE),
    Page("Émargement, 25 personnes", TRAINER, "/promotions/{cohort}/emargement/{slot}", LIST),
    Page("Conventions", PARTNER, "/conventions", ONE),
    Page("Une convention", PARTNER, "/conventions/{agreement}", ONE),
    Page("Imports", PARTNER, "/imports", ONE),
    Page("Sorties", PARTNER, "/sorties", ONE),
)


def main() -> int:
    """Print a table a database; 1 when something is over its budget."""
    options = _options()
    pages = [page for page in PAGES if options.only in page.name]
    with ExitStack() as stack:
        server = databases.postgresql_url()
        if server == "embedded":
            stack.callback(databases.start_embedded())
            server = databases.postgresql_url()
        broken = _table("SQLite", pages, _grounds(options, partial(on_sqlite, options.folder)))
        if server:
            grounds = _grounds(options, partial(on_postgresql, server, options.folder))
            broken += _table("PostgreSQL", pages, grounds)
            for territory in grounds:
                territory.database.dispose()
    print(f"{broken} over" if broken else "every budget is kept")
    return 1 if broken else 0


def _grounds(options: argparse.Namespace, build: Callable[..., Territory]) -> Grounds:
    large = build(Size(options.learners))
    full = {reader: build(Size(100, reader), source=large) for reader in (HUB, PARTNER)}
    return Grounds(large, build(Size(100)), full[HUB], full[PARTNER])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("parcours-bench"))
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--only", default="", help="pages whose name holds these words")
    return parser.parse_args()


def _table(database: str, pages: list[Page], grounds: Grounds) -> int:
    print(
        f"\n{database:30} budget      large    (best)     100  as full     bare  times"
        "  rows  queries"
    )
    broken = 0
    for page in pages:
        found = _measured(page, grounds.for_page(page))
        times = found.times(database)
        faults = found.faults(page, times)
        broken += bool(faults)
        large, small, *full = found.figures
        print(
            f"{page.name:30} {page.budget:6.0f} {large.median:10.2f} {large.best:9.2f}"
            f" {small.median:7.2f} {_or_blank(full[0].median if full else None):>8}"
            f" {found.bare.median:8.2f} {_or_blank(times):>6} {found.rows[0]:5}"
            f"  {'/'.join(str(number) for number in sorted(set(found.queries)))}"
            f"{'  OVER: ' + ', '.join(faults) if faults else ''}",
            flush=True,
        )
    return broken


def _or_blank(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def _measured(page: Page, territories: Sequence[Territory]) -> Measured:
    asks = [territory.get(page) for territory in territories]
    pairs = list(zip(territories, asks, strict=True))
    queries = [asyncio.run(territory.queries(ask)) for territory, ask in pairs]
    rows = [asyncio.run(territory.rows(ask)) for territory, ask in pairs]
    limit = territories[0].bare(queries[0])
    *figures, bare = measure([*asks, limit], rounds=ROUNDS, requests=REQUESTS)
    return Measured(figures, bare, [len(sent) for sent in queries], rows)


if __name__ == "__main__":
    sys.exit(main())
