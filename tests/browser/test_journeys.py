"""The whole thread as people live it: with the keyboard alone, and without JavaScript."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import COORDINATOR, COUNSELLOR, FUNDER, SignIn
from tests.browser.test_pages import follow

pytestmark = pytest.mark.browser


def enter_learner(page: Page, name: str, born_on: str) -> None:
    """Create a person, open the pathway, add a step."""
    page.goto("/apprenants/nouveau")
    page.fill("#first_names", "Maëlle")
    page.fill("#birth_name", name)
    page.fill("#born_on", born_on)
    page.get_by_role("button", name="Créer la fiche").click()
    page.get_by_role("button", name="Ouvrir le parcours").click()
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Ajouter une étape").first.click()
    page.select_option("#kind", "workshop")
    page.fill("#planned_start_on", "1/12/2026")
    page.fill("#planned_end_on", "15/12/2026")
    page.get_by_role("button", name="Enregistrer l’étape").click()


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_counsellor_enters_somebody(sign_in: SignIn, has_javascript: bool) -> None:
    page = sign_in(COUNSELLOR, java_script_enabled=has_javascript)
    name = "Avec-Script" if has_javascript else "Sans-Script"
    enter_learner(page, name, "12/3/1990" if has_javascript else "4/8/1977")
    expect(page.get_by_role("status").first).to_have_text("Étape ajoutée.")
    expect(page.locator("main")).to_contain_text("rupture le 31 décembre 2026")
    page.goto(f"/apprenants?q={name.lower()}")
    expect(page.locator("tbody tr")).to_have_count(1)


class Keys:
    """A keyboard that counts its keystrokes."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        """Press these keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def test_a_whole_group_is_present_in_one_keystroke(sign_in: SignIn) -> None:
    """Everybody present: Enter alone. One exception, whoever it is: three more at most."""
    page = sign_in(COORDINATOR)
    page.goto(follow(page, "{sheet}"))
    rows = page.locator("tr[data-row]").count()
    keys = Keys(page)
    keys.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Demi-journée enregistrée.")
    assert keys.count == 1
    page.goto(follow(page, "{sheet}"))
    keys = Keys(page)
    keys.press("ArrowDown", "a", "Enter")
    assert keys.count == 3
    expect(page.locator("#decompte")).to_contain_text("1 absent")
    expect(page.locator("tbody tr").nth(1).locator("input:checked")).to_have_value("unjustified")
    # The last of the group, by the number of their line.
    page.goto(follow(page, "{sheet}"))
    keys = Keys(page)
    keys.press(*str(rows), "j", "Enter")
    assert keys.count <= 4, "three more than everybody present"
    last = page.locator("tbody tr").nth(rows - 1)
    expect(last.locator("input:checked")).to_have_value("justified")
    expect(page.get_by_role("status").first).to_have_text("Demi-journée enregistrée.")


def test_sign_in_and_find_somebody_with_the_keyboard(sign_in: SignIn) -> None:
    page = sign_in(COUNSELLOR)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.goto("/apprenants")
    page.focus("#q")
    page.keyboard.type("lef")
    page.keyboard.press("Enter")
    expect(page.locator("#results tbody tr").first).to_contain_text("LEFÈVRE")
    assert "q=lef" in page.url
    page.reload()
    expect(page.locator("#results tbody tr").first).to_contain_text("LEFÈVRE")


def test_a_funder_leaves_with_a_workbook(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in(FUNDER)
    page.goto(follow(page, "{agreement}"))
    page.get_by_role("button", name="Préparer le classeur").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger").first.click()
    waiting.value.save_as(tmp_path / "classeur.xlsx")
    book = load_workbook(tmp_path / "classeur.xlsx")
    assert book.sheetnames == [
        "Synthèse", "Participants", "Étapes", "Sorties et suivis", "Qualité", "Méthode"
    ]  # fmt: skip
    # A live formula, its value beside it for who does not recalculate.
    assert str(book["Synthèse"]["C2"].value).startswith("=SUMIFS(Participants!")
    told = load_workbook(tmp_path / "classeur.xlsx", data_only=True)
    assert told["Synthèse"]["C2"].value == book["Participants"]["C2"].value > 0


def test_nothing_personal_stays_in_the_browser(sign_in: SignIn) -> None:
    page = sign_in(COUNSELLOR)
    page.goto(follow(page, "{learner}"))
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.locator("h1")).to_have_text("Se connecter")
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    page.go_back()
    expect(page.locator("h1")).to_have_text("Se connecter")


def move_to(page: Page, target: Locator) -> None:
    """Press Tab until this control has the focus, as somebody without a mouse does."""
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with the keyboard")


def press(page: Page, name: str) -> None:
    """Reach a button and press Enter."""
    move_to(page, page.get_by_role("button", name=name).first)
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, text: str) -> None:
    """Reach a field and type."""
    move_to(page, page.get_by_label(label).first)
    page.keyboard.type(text)


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_partner_without_account_answers_by_link(
    sign_in: SignIn, address: str, has_javascript: bool
) -> None:
    """A mediator proposes, a training body answers by link, the counsellor sees the gap close."""
    page = sign_in("lise.morel@clic.exemple.fr", java_script_enabled=has_javascript)
    page.goto("/ruptures")
    person = page.locator("tbody a.person").nth(12 + has_javascript)
    file, name = person.get_attribute("href") or "", person.inner_text()
    page.goto(f"{file}/relais/nouveau")
    type_into(page, "Structure", "Atelier Bresse")
    type_into(page, "Nature", "Formation")
    type_into(page, "Début proposé", "11/1/2027")
    type_into(page, "Fin proposée", "30/6/2027")
    type_into(page, "Pourquoi cette suite", "Veut apprendre un métier du web.")
    move_to(page, page.get_by_label("Oui, par écrit"))
    page.keyboard.press("Space")
    press(page, "Proposer le relais")
    expect(page.get_by_role("status").first).to_contain_text("Relais proposé")
    press(page, "Préparer un lien de réponse")
    expect(page.locator("#lien")).to_be_visible()
    link, code = page.locator("section[aria-labelledby=lien] code").all_inner_texts()
    partner = page.context.browser.new_context(java_script_enabled=has_javascript).new_page()  # type: ignore[union-attr]
    partner.goto(link)
    assert name.split()[-1] not in partner.content()
    type_into(partner, "Code à six chiffres", code)
    press(partner, "Lire la demande")
    expect(partner.locator("h1")).to_contain_text("vous propose d’accueillir")
    assert name.split()[-1] not in partner.content()
    type_into(partner, "Votre nom et votre fonction", "Jean Petit, formateur")
    press(partner, "Accepter le relais")
    expect(partner.locator("h1")).to_have_text("Merci : le relais est accepté.")
    partner.context.close()
    page.goto(file)
    expect(page.locator("main")).to_contain_text("au 10 janvier 2027")
    expect(page.locator("main")).to_contain_text("Atelier Bresse Code")
