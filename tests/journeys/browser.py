"""A browser without pictures: reads pages as a person does and sends only the forms it finds there."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

ROW = re.compile(r"^(?P<list>\w+)-\d+-(?P<column>\w+)$")


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, which files and named buttons it knows."""

    action: str
    method: str
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    names: set[str] = field(default_factory=set)
    lists: set[tuple[str, str]] = field(default_factory=set)

    def knows(self, name: str) -> bool:
        """A field of the form, or one in a row that a script (or the person's patience) adds."""
        row = ROW.match(name)
        return name in self.names or bool(row and (row["list"], row["column"]) in self.lists)

    def hold(self, name: str) -> None:
        self.names.add(name)
        if row := ROW.match(name):
            self.lists.add((row["list"], row["column"]))


class Page(HTMLParser):
    """What a page says: its words, its links, its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self._first_option: str | None = None
        self._quiet = 0
        self.feed(html)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value if value is not None else "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._quiet += 1
        elif tag == "a" and "href" in found:
            self.links.append((found["href"], ""))
        elif tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, found)

    def _field(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if tag == "option" and self._select is not None:
            value = found.get("value", "")
            if "selected" in found:
                form.values.add(self._select, value)
                self._first_option = None
            elif self._first_option == "":
                self._first_option = value or None
            return
        if not name or "disabled" in found:
            return
        form.hold(name)
        if tag == "select":
            self._select, self._first_option = name, ""
        elif tag == "textarea":
            self._textarea = name
            form.values[name] = ""
        elif tag == "input":
            kind = found.get("type", "text")
            if kind in {"checkbox", "radio"}:
                if "checked" in found:
                    form.values.add(name, found.get("value", "y"))
            elif kind not in {"file", "submit", "button", "image"}:
                form.values[name] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._quiet -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None and self._select is not None:
            if self._select not in self._form.values and self._first_option:
                self._form.values.add(self._select, self._first_option)
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None and self._form is not None:
            self._form.values[self._textarea] += data
        if not self._quiet and data.strip():
            self.words.append(data.strip())
            if self.links and self.links[-1][1] == "":
                self.links[-1] = (self.links[-1][0], data.strip())


class Browser:
    """One person at a screen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path, self.status, self.html = "/", 0, ""
        self.data = b""
        self.type = ""

    @property
    def page(self) -> Page:
        return Page(self.html)

    def open(self, path: str, *, expect: int = 200) -> "Browser":
        """Go to an address; redirects are followed."""
        return self._show(self.client.get(path, follow_redirects=True), expect)

    def follow(self, pattern: str) -> "Browser":
        """Click the first link whose address matches."""
        targets = [href for href, _text in self.page.links if re.search(pattern, href)]
        assert targets, f"no link like {pattern} on {self.path}: {[h for h, _ in self.page.links]}"
        return self.open(targets[0])

    def send(self, action: str = "", *, expect: int = 200, **fields: Any) -> "Browser":
        """Fill in the form that leads to an address matching ``action`` (or the page's own) and send it.

        Only fields that the form has may be given; what is not given keeps the value it has on the page. A
        button is a field as well. After a success the redirect is followed.
        """
        form = self._form(action)
        values = MultiDict(form.values)
        for name, value in fields.items():
            name = name.replace("__", "-")
            assert form.knows(name), f"{self.path}: the form has no field {name}, only {sorted(form.names)}"
            values.setlist(name, value if isinstance(value, list) else [value])
        body = {key: [v for v in values.getlist(key) if v is not None] for key in values}
        target = form.action or self.path
        answer = self.client.post(target, data=body, content_type="multipart/form-data")
        if expect == 200 and answer.mimetype == "text/html":
            shown = Page(answer.get_data(as_text=True)).text[-1500:]
            assert answer.status_code in {200, 303}, f"{target}: {answer.status_code} {shown}"
        if answer.status_code == 303:
            answer.close()
            return self.open(answer.headers["Location"])
        return self._show(answer, expect, target)

    def _form(self, action: str) -> Form:
        posts = [f for f in self.page.forms if f.method == "post"]
        if action:
            found = [f for f in posts if re.search(action, f.action)]
        else:
            found = [
                f
                for f in posts
                if not re.search("sign-out|language|large-type", f.action)
                and f.action in {"", self.path, self.path.split("?")[0]}
            ]
        assert found, f"no form to {action or 'the page itself'} on {self.path}: {[f.action for f in posts]}"
        return found[0]

    def _show(self, answer: Any, expect: int, path: str | None = None) -> "Browser":
        self.path = path or answer.request.full_path.rstrip("?")
        self.status, self.data, self.type = answer.status_code, answer.data, answer.mimetype
        self.html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        answer.close()
        assert self.status == expect, (
            f"{self.path}: {self.status} instead of {expect}: {self.page.text[-1200:]}"
        )
        return self

    def sees(self, *words: str) -> "Browser":
        for word in words:
            assert word in self.page.text, f"“{word}” is not on {self.path}: {self.page.text[:1500]}"
        return self

    def sees_not(self, *words: str) -> "Browser":
        for word in words:
            assert word not in self.html, f"“{word}” is on {self.path}"
        return self

    def sign_in(self, email: str, password: str) -> "Browser":
        self.open("/accounts/sign-in").send("sign-in$|^$", email=email, password=password)
        assert "/work" in self.path, self.path
        return self

    def id_in(self, pattern: str) -> str:
        """The id that a link of the page (or its own address) carries, by a pattern with one group."""
        for text in [self.path, *(href for href, _ in self.page.links), *(f.action for f in self.page.forms)]:
            if match := re.search(pattern, text):
                return match[1]
        raise AssertionError(f"nothing like {pattern} on {self.path}")
