"""The school the people live in: children on its roster, their papers, what was kept of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conversations.draft import Draft
from registry import setup
from registry.actors import Role
from registry.students import Student
from storage.dialogue import find_draft
from storage.unit import Unit
from tests.admin import desk
from tests.support.site import Browser, Site, photo

BIRTH = "2020-03-12"
BIRTHPLACE = "某某省某某市某某区"
OCCASION = "2026"
ADDRESS = "某某省某某市某某区向阳路十二号院三号楼"
SUMMARY = "哪一项不对"
"""Words of the summary alone."""
NEW_ADDRESS = "某某省某某市某某区向阳路二十八号院一号楼"


@dataclass(frozen=True, slots=True)
class Child:
    """One on the roster, and what the family will say."""

    id: str
    name: str
    id_number: str
    phone: str

    def answers(self, **changes: str) -> Mapping[str, str | Sequence[str]]:
        """Words of a question → button, `+` text or `photo`."""
        usual: dict[str, str | Sequence[str]] = {
            "告知书": "我知道了",
            "家委会": "同意",
            "都对吗": "都对",
            "对吗": "对",
            "叫什么名字？请和户口本": f"+{self.name}",
            "身份证号是多少": f"+{self.id_number}",
            "什么民族": "汉族",
            "在哪里出生": f"+{BIRTHPLACE}",
            "户口本上的住址": f"+{ADDRESS}",
            "打哪个电话": f"+{self.phone}",
            "监护人是谁": "妈妈",
            "这位监护人叫什么名字": "+林晓月",
            "这位监护人的电话": f"+{self.phone}",
            "另一位监护人吗": "没有",
            "幼儿园或上学": "+向阳路幼儿园",
            "拍户口本": "photo",
            "点「都没有」": ("都没有", "选好了"),
            "作为签字": "+林晓月",
        }
        return {**changes, **usual, **changes}


@dataclass(frozen=True, slots=True)
class Town:
    """The running school. `serials` keeps children apart."""

    site: Site
    serials: Iterator[int]

    async def add_child(self, name: str) -> Child:
        """Another child of the class."""
        site, serial = self.site, next(self.serials)

        def add(unit: Unit) -> str:
            registrar = unit.load_actor(site.house.school_id, site.ids["registrar"])
            rows = [setup.RosterRow(site.ids["class"], name)]
            return setup.add_roster(unit, registrar, rows, site.clock())[0].id

        child_id = await site.house.db.write(add)
        number = desk.id_number(BIRTH, 200 + 2 * serial)
        return Child(child_id, name, number, f"138000{serial:05d}")

    async def slip(self, child: Child) -> str:
        """The address on the child's slip."""
        self.site.ids[child.id] = child.id
        return self.address_of(await self.site.slip(child.id))

    async def fill(
        self, browser: Browser, child: Child, *, relation: str = "mother", **changes: str
    ) -> list[str]:
        """By plain forms and without a screen, up to the summary; the questions asked."""
        self.site.ids[child.id] = child.id
        await browser.come_in(await self.site.slip(child.id), relation=relation)
        await browser.press("开始填")
        asked, answers = [], child.answers(**changes)
        while SUMMARY not in (question := browser.question()):
            asked.append(question)
            found = next((it for words, it in answers.items() if words in question), None)
            assert found is not None, question
            for answer in (found,) if isinstance(found, str) else found:
                if answer == "photo":
                    await browser.upload(photo())
                else:
                    plus, words = answer[:1] == "+", answer.removeprefix("+")
                    await (browser.say(words) if plus else browser.press(words))
        return asked

    async def draft(self, child: Child) -> Draft | None:
        """The family's answers as they are kept."""
        school_id = self.site.house.school_id
        return await self.site.house.db.read(
            lambda unit: find_draft(unit, school_id, "new_student", child.id, None, OCCASION)
        )

    async def add_person(self, key: str, name: str, role: Role) -> None:
        """Another one of the school, remembered in `site.ids`."""
        await desk.add_person(self.site, key, name, role)

    def pictures(self) -> int:
        """How many sealed pictures lie on the disk."""
        return sum(path.is_file() for path in (self.site.home / "files").rglob("*"))

    def address_of(self, token: str) -> str:
        return f"{self.site.address}/l/{token}"

    async def student(self, child: Child) -> Student:
        """As the register has it."""
        school_id = self.site.house.school_id
        return await self.site.house.db.read(lambda unit: unit.load_student(school_id, child.id))
