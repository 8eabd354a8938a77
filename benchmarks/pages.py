"""Server CPU and queries of each page, on 100 and on 100,000 learners, beside the bare limit.

    python benchmarks/pages.py [--folder FOLDER] [--learners 100000] [--only WORDS]

Builds the synthetic territories once (SQLite files kept in FOLDER; on PostgreSQL too when
PARCOURS_TEST_POSTGRESQL says where, « embedded » being the one of the development environment),
then calls the application in process: real middleware, real templates, a signed-in session.

The hundred people are measured among five partners, where lists are short, and among two, where a
list is nearly as long as at 100,000. « times » compares the best rounds of these two: what the size
alone costs. Where both show as many rows, the worklist and the first page must stay within 1.3
times.

A figure is the median of rounds, then the best round, in ms of CPU of the whole process (SQLite is
in it, a PostgreSQL server is not). « bare » is the limit: the very queries of the page sent through
the raw driver and their rows joined as strings, in the same rounds. Exit code 1 when a median is
over its budget or its ratio, or when the queries are more than 8 or not the same at every size. On
a busy machine the medians drift, up to twice: the best round tells.
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measures import Figure, Page, Size, Territory, measure, on_postgresql, on_sqlite

from tests import databases

ROUNDS, REQUESTS = 15, 10
MOST_QUERIES = 8
MOST_TIMES = 1.3
# At both sizes they show as many rows: the whole of a page.
STEADY = (
    "Ma journée, conseillère",
    "Ma journée, coordinatrice",
    "Ma journée, formatrice",
    "Ruptures, ma structure",
    "Ruptures, les miennes",
)
LIST, SEARCH, ONE = 5.0, 10.0, 8.0
HUB, PARTNER, TRAINER = "s00@exemple.fr", "s01@exemple.fr", "formation@exemple.fr"
FUNDER = "f01@exemple.fr"

PAGES = (
    Page("Ma journée, conseillère", HUB, "/", ONE),
    Page("Ma journée, coordinatrice", PARTNER, "/", ONE),
    Page("Ma journée, formatrice", TRAINER, "/", ONE),
    Page("Ma journée, financeur", FUNDER, "/", ONE),
    Page("Apprenants", HUB, "/apprenants", LIST),
    Page("Apprenants, page suivante", HUB, "/apprenants?apres=mar~0", LIST),
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
        sizes = (Size(options.learners), Size(100), Size(100, partners=2))
        broken = _table("SQLite", pages, *(on_sqlite(options.folder, size) for size in sizes))
        if server:
            territories = [on_postgresql(server, options.folder, size) for size in sizes]
            broken += _table("PostgreSQL", pages, *territories)
            for territory in territories:
                territory.database.dispose()
    print(f"{broken} over" if broken else "every budget is kept")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("parcours-bench"))
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--only", default="", help="pages whose name holds these words")
    return parser.parse_args()


def _table(database: str, pages: list[Page], *territories: Territory) -> int:
    print(f"\n{database:30} budget      large    (best)     100  as full     bare  times  queries")
    broken = 0
    for page in pages:
        figures, queries = _measured(page, *territories)
        large, small, full, bare = figures
        times = large.best / full.best
        faults = [
            *(["budget"] if large.median > page.budget else []),
            *(["queries"] if len(set(queries)) > 1 or queries[0] > MOST_QUERIES else []),
            *(["ratio"] if times > MOST_TIMES and page.name in STEADY else []),
        ]
        broken += bool(faults)
        print(
            f"{page.name:30} {page.budget:6.0f} {large.median:10.2f} {large.best:9.2f}"
            f" {small.median:7.2f} {full.median:8.2f} {bare.median:8.2f} {times:6.2f}"
            f"  {'/'.join(str(number) for number in sorted(set(queries)))}"
            f"{'  OVER: ' + ', '.join(faults) if faults else ''}",
            flush=True,
        )
    return broken


def _measured(page: Page, *territories: Territory) -> tuple[list[Figure], list[int]]:
    """The figures of each territory and of the bare limit; how many queries in each."""
    asks = [territory.get(page) for territory in territories]
    queries = [
        asyncio.run(territory.queries(ask))
        for territory, ask in zip(territories, asks, strict=True)
    ]
    limit = territories[0].bare(queries[0])
    figures = measure([*asks, limit], rounds=ROUNDS, requests=REQUESTS)
    return figures, [len(sent) for sent in queries]


if __name__ == "__main__":
    sys.exit(main())
