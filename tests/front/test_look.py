"""The look keeps its promises: no inline code, no foreign marks, small files, macros that render every field."""

import gzip
import re
from pathlib import Path

import jinja2
import pytest
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


class Line(Form):
    item = StringField("Item", [InputRequired("Say what.")])
    quantity = IntegerField("Quantity")


class Everything(Form):
    version = IntegerField(default=4)
    key = HiddenField(default="once")
    title = StringField("Title", [InputRequired("Give a title.")], description="At most 40 characters")
    text = TextAreaField("Text", [Length(max=300)])
    day = DateField("Day")
    kind = SelectField("Kind", choices=[SelectChoice("a", "A")])
    way = RadioField("Way", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    agree = BooleanField("Agree")
    paper = FileField("Paper", render_kw={"accept": ".pdf", "data-max-bytes": 1024})
    password = PasswordField("Password")
    lines = FieldList(FormField(Line), label="Lines", min_entries=2, max_entries=3)


def render(source: str, **context: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)
    environment.filters.update(filesize=str, label=str, problem=str, capitals=str)
    return environment.from_string(source).render(**context)


FORMS = '{% from "macros/forms.html" import field, form_for, error_summary, field_list_table, column %}'
ALL_FIELDS = (
    FORMS
    + '{% call form_for(form) %}{% for f in form if f.short_name not in ("version", "key") %}{{ field(f) }}{% endfor %}{% endcall %}'
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_inline_code(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_every_kind_of_field_has_a_label_that_leads_to_its_control() -> None:
    html = render(ALL_FIELDS, form=Everything())
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    targets = re.findall(r'<label[^>]* for="([^"]+)"', html)
    assert len(targets) == 9
    assert set(targets) <= ids


def test_what_describes_a_control_exists() -> None:
    form = Everything(data={"title": ""})
    form.validate()
    html = render(ALL_FIELDS, form=form)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    described = {one for value in re.findall(r'aria-describedby="([^"]+)"', html) for one in value.split()}
    assert {"title-hint", "title-error", "text-count", "paper-hint"} <= described
    assert described <= ids


def test_the_version_and_the_once_key_travel_hidden_and_once() -> None:
    html = render(ALL_FIELDS, form=Everything())
    assert re.findall(r'<input[^>]*name="(version|key)"[^>]*type="hidden"', html) == ["version", "key"]


def test_the_summary_links_every_problem_to_its_field() -> None:
    form = Everything(data={"lines": [{"item": ""}, {"item": "x"}]})
    form.validate()
    html = render(FORMS + "{{ error_summary(form) }}", form=form)
    assert 'href="#title"' in html
    assert 'href="#lines-0-item"' in html


def test_the_blank_row_of_a_table_is_not_sent_unless_added() -> None:
    form = Everything()
    html = render(FORMS + "{{ field_list_table(form.lines) }}", form=form)
    live, _, blank = html.partition("<noscript")
    spare, _, template = blank.partition("<template")
    assert "lines-1-item" in live
    assert "lines-2-item" not in live
    assert "lines-2-item" in spare  # for those without scripts; browsers with scripts do not read it
    assert "lines-3-item" not in spare  # three rows are allowed
    assert "lines-2-item" in template
    assert len(form.lines.entries) == 2


def test_a_full_table_offers_no_further_row() -> None:
    form = Everything(data={"lines": [{"item": str(n)} for n in range(3)]})
    html = render(FORMS + "{{ field_list_table(form.lines) }}", form=form)
    assert "<template" not in html
    assert "<noscript" not in html


def test_cells_carry_the_name_and_alignment_of_their_column() -> None:
    html = render(
        '{% from "macros/tables.html" import table, col %}'
        '{% call(row) table(rows, ["Name", col(label="Amount", numeric=true)]) %}<th scope="row">{{ row }}</th><td class="x">{{ row }}</td>{% endcall %}',
        rows=["<b>"],
    )
    assert '<td data-label="Amount" data-numeric class="x">&lt;b&gt;</td>' in html


def test_the_style_sheet_carries_no_foreign_marks_and_stays_small() -> None:
    css = (ROOT / "static/css/portal.css").read_text()
    assert not re.search(r"GDS Transport|crest|crown|url\(", css)
    assert len(gzip.compress(css.encode())) < 20_000


def test_the_script_stays_small() -> None:
    assert len(gzip.compress((ROOT / "static/js/portal.js").read_bytes())) < 10_000
