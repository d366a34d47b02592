"""What the office's forms about people and phones may send."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.datastructures import MultiDict


class _Form(Schema):
    class Meta:
        unknown = EXCLUDE


class LoginForm(_Form):
    """A login name, a password, and the office page to go to afterwards."""

    username = fields.Str(load_default="", validate=validate.Length(max=60))
    password = fields.Str(load_default="", validate=validate.Length(max=200))
    next = fields.Str(load_default="")


class GridsForm(_Form):
    """The grids that are ticked for a worker."""

    grids = fields.List(fields.Str(validate=validate.Regexp(r"\d{15}$")), load_default=list)


class HandForm(_Form):
    """Several grids into other hands, for good or for some days."""

    grids = fields.List(fields.Str(validate=validate.Regexp(r"\d{15}$")), load_default=list)
    to = fields.Str(load_default="", validate=validate.Length(max=36))
    giver = fields.Str(load_default="all", validate=validate.Length(max=36))
    how = fields.Str(load_default="good", validate=validate.OneOf(("good", "term")))
    first = fields.Date(load_default=None, allow_none=True)
    last = fields.Date(load_default=None, allow_none=True)
    alone = fields.Str(load_default="no", validate=validate.OneOf(("yes", "no")))


def hand(form: MultiDict[str, str]) -> dict[str, Any]:
    """What is asked about several grids; ValidationError where something is no code or no day."""
    single = {name: form[name] for name in HandForm().fields if name != "grids" and form.get(name)}
    return dict(HandForm().load({**single, "grids": form.getlist("grids")}))


def login(form: MultiDict[str, str]) -> dict[str, Any]:
    """The login form's fields; ValidationError where one is too long."""
    return dict(LoginForm().load({name: form[name].strip() if name == "username" else form[name] for name in form}))


def grids(form: MultiDict[str, str]) -> list[str]:
    """The ticked grids; ValidationError where one is no grid's code."""
    found: list[str] = GridsForm().load({"grids": form.getlist("grids")})["grids"]
    return found
