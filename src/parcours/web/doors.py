"""Pages opened by a personal link, without an account.

Opening the link reads nothing and changes nothing. The code, sent apart or printed, opens it; an
answer uses it up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from fastapi import Request
from starlette.responses import Response

from parcours.actions import personal_links
from parcours.actions.personal_links import Entered, Link, Links, LinkState, Subject
from parcours.domain.errors import RuleBroken
from parcours.web import pages
from parcours.web.deps import AnonymousForm, database_of, today_of

WRONG_CODE = "Ce code n’est pas le bon. Vérifiez les six chiffres que l’on vous a donnés."


@dataclass(frozen=True, slots=True)
class Door(Generic[Link, Subject]):
    """The links of a room, where their pages are, and what is shown once the code is right.

    `template` extends `_layout/door.html`; `show` takes what a refused answer broke, if any.
    """

    links: Links[Link, Subject]
    path: str
    template: str
    show: Callable[[AnonymousForm, str, Subject, RuleBroken | None], Response]

    def look(self, request: Request, token: str) -> Response:
        """What the link can still do, and where to type the code."""
        with database_of(request).reading() as session:
            where = personal_links.look(session, self.links, token, today=today_of(request))
        return self._closed(request, token, where)

    def enter(self, visit: AnonymousForm, token: str) -> Response:
        """What the link is about, for who has the code."""
        found = self._entered(visit, token)
        if found.subject is None:
            return self._refused_entry(visit, token, found.where)
        return self.show(visit, token, found.subject, None)

    def answer(
        self,
        visit: AnonymousForm,
        token: str,
        act: Callable[[Subject, Link], Response],
        *,
        is_final: bool = True,
    ) -> Response:
        """Do what is answered, and say so; a final answer uses the link up."""
        found = self._entered(visit, token)
        if found.subject is None or found.link is None:
            return self._refused_entry(visit, token, found.where)
        try:
            if is_final:
                personal_links.use_up(visit.session, found.link)
            return act(found.subject, found.link)
        except RuleBroken as refusal:
            visit.session.rollback()
            return self._show_again(visit, token, refusal)

    def _show_again(self, visit: AnonymousForm, token: str, refusal: RuleBroken) -> Response:
        found = self._entered(visit, token)
        if found.subject is None:
            return self._closed(visit.request, token, found.where)
        return self.show(visit, token, found.subject, refusal)

    def _entered(self, visit: AnonymousForm, token: str) -> Entered[Link, Subject]:
        code = visit.form.text("code", limit=20)
        return personal_links.enter(visit.session, self.links, token, code, today=visit.today)

    def _refused_entry(self, visit: AnonymousForm, token: str, where: LinkState) -> Response:
        is_wrong = where is LinkState.READY
        return self._closed(visit.request, token, where, is_wrong=is_wrong)

    def _closed(
        self, request: Request, token: str, where: LinkState, *, is_wrong: bool = False
    ) -> Response:
        errors = {"code": WRONG_CODE} if is_wrong else {}
        status = 422 if is_wrong else {LinkState.READY: 200, LinkState.UNKNOWN: 404}.get(where, 410)
        context = {"where": where.value, "url": f"{self.path}{token}", "errors": errors}
        return pages.plain_page(request, self.template, context, status=status)
