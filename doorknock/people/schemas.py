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


def login(form: MultiDict[str, str]) -> dict[str, Any]:
    """The login form's fields; ValidationError where one is too long."""
    return dict(LoginForm().load({name: form[name].strip() if name == "username" else form[name] for name in form}))


def grids(form: MultiDict[str, str]) -> list[str]:
    """The ticked grids; ValidationError where one is no grid's code."""
    found: list[str] = GridsForm().load({"grids": form.getlist("grids")})["grids"]
    return found
