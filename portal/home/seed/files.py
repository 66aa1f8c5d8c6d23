"""Small real files for the demo: papers set like all others, and drawn photographs."""

import io
import random
from datetime import date
from decimal import Decimal
from functools import cache

from PIL import Image, ImageDraw

from portal.core.documents import render_pdf
from portal.home.seed.shapes import Organisation, Proposal, Voucher
from portal.parties.rules import make_credit_code

WIDTH, HEIGHT = 1200, 800


@cache
def certificate(organisation: Organisation) -> bytes:
    """The registration certificate of an organisation."""
    return _paper(
        f"{organisation.kind.name == 'FOUNDATION' and '基金会' or '社会组织'}法人登记证书",
        "示例市澄江区民政局",
        date.fromisoformat(organisation.founded),
        [
            f"名称：{organisation.name}",
            f"统一社会信用代码：{make_credit_code(organisation.prefix)}",
            f"法定代表人：{organisation.representative}",
            f"住所：{organisation.address}",
            f"业务范围：{organisation.description}",
        ],
    )


def estimate(organisation: Organisation, proposal: Proposal, day: date) -> bytes:
    """How the budget of a proposal was worked out, line by line."""
    rows = [
        [
            line.content,
            line.unit,
            f"{Decimal(line.price):,.2f}",
            f"{line.quantity:,}",
            line.amount.format(),
        ]
        for line in proposal.lines
    ]
    rows.append(["合计", "", "", "", proposal.quote.format()])
    return _paper(
        "项目经费测算说明",
        organisation.name,
        day,
        [
            f"项目名称：{proposal.title}",
            "以下单价依据近三个月市场询价和本机构上年度同类支出测算，人员费不含机构其他人员工资。",
        ],
        (["内容", "单位", "单价（元）", "数量", "金额（元）"], rows),
    )


def voucher(organisation: Organisation, item: Voucher, day: date) -> bytes:
    """The scan of a voucher."""
    return _paper(
        "记账凭证附件",
        item.payee,
        day,
        [
            f"付款单位：{organisation.name}",
            f"收款单位：{item.payee}",
            f"票据号码：{item.number}",
            f"金额：人民币 {Decimal(item.amount):,.2f} 元",
            f"用途：{item.note}",
        ],
    )


def governing(title: str, day: date, paragraphs: list[str]) -> bytes:
    """A document of a call that applicants accept."""
    return _paper(title, "示例市澄江区民政局", day, paragraphs)


def report(title: str, day: date, paragraphs: list[str]) -> bytes:
    """A report in writing, for example of the evaluator."""
    return _paper(title, "示例市明察社会服务评估中心", day, paragraphs)


def minutes(title: str, day: date, paragraphs: list[str]) -> bytes:
    """The minutes of a deliberation."""
    return _paper(f"{title}会议记录", "示例市澄江区青石街道", day, paragraphs)


def _paper(
    heading: str,
    issuer: str,
    day: date,
    paragraphs: list[str],
    table: tuple[list[str], list[list[str]]] | None = None,
) -> bytes:
    context = {"head": table[0], "rows": table[1]} if table else None
    return render_pdf(
        "enclosure.html", heading=heading, issuer=issuer, day=day, paragraphs=paragraphs, table=context
    )


def photo(seed: str) -> bytes:
    """A drawn picture of people in front of a house, another one for each ``seed``."""
    draw_from = random.Random(seed)
    sky = tuple(draw_from.randint(170, 225) for _ in range(3))
    image = Image.new("RGB", (WIDTH, HEIGHT), sky)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 520, WIDTH, HEIGHT), fill=_tone(draw_from, 110, 170))
    for n in range(3):
        _house(canvas, draw_from, 40 + n * 400 + draw_from.randint(-20, 20))
    for n in range(draw_from.randint(4, 7)):
        _person(canvas, draw_from, 120 + n * 150 + draw_from.randint(-30, 30), draw_from.randint(590, 660))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _tone(draw_from: random.Random, low: int, high: int) -> tuple[int, int, int]:
    return draw_from.randint(low, high), draw_from.randint(low, high), draw_from.randint(low, high)


def _house(canvas: ImageDraw.ImageDraw, draw_from: random.Random, left: int) -> None:
    top = draw_from.randint(180, 280)
    canvas.rectangle((left, top, left + 330, 540), fill=_tone(draw_from, 150, 230))
    canvas.polygon(
        [(left - 20, top), (left + 165, top - 110), (left + 350, top)], fill=_tone(draw_from, 70, 120)
    )
    for x in (40, 140, 240):
        for y in (40, 150):
            canvas.rectangle((left + x, top + y, left + x + 55, top + y + 70), fill=(120, 150, 180))


def _person(canvas: ImageDraw.ImageDraw, draw_from: random.Random, x: int, y: int) -> None:
    canvas.ellipse((x - 22, y - 60, x + 22, y - 16), fill=(224, 188, 160))
    canvas.rounded_rectangle((x - 34, y - 16, x + 34, y + 90), 18, fill=_tone(draw_from, 40, 200))
    canvas.rectangle((x - 24, y + 90, x - 6, y + 150), fill=(50, 55, 70))
    canvas.rectangle((x + 6, y + 90, x + 24, y + 150), fill=(50, 55, 70))
